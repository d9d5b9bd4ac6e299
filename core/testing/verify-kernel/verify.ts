/**
 * Random programs on the real kernel and on the simulated one, compared stop by stop; and random programs on the
 * simulated one alone, with all invariants checked at every stop.
 */
import fc from 'fast-check'
import type { Profile } from '../../profiles/index.js'
import { differencesOf, withoutAddresses, type Difference } from '../captured.js'
import type { RandomProgram } from './actions.js'
import { mergeRuns, type MergedCapture } from './capture.js'
import { faultsByMapping } from './faults.js'
import { randomProgram, sourceOf } from './generate.js'
import type { ElfSizes } from './elf-sizes.js'
import type { NativeRun, NativeRuns } from './native-run.js'
import { smallest } from './shrink.js'
import { simulate, type SimulatedRun } from './simulate.js'

/** What runs a program on the real kernel. */
export type RunNatively = (source: string, times: number, randomised: boolean) => NativeRuns

export interface Comparison {
  readonly source: string
  readonly stops: number
  /** Stops of which the real runs do not agree even where nothing is randomised, and where they do not. */
  readonly unstable: ReadonlyMap<number, string>
  /** Stops with a difference that the real runs agree about. */
  readonly differing: number
  /** Stops that the layout without randomisation had to decide. */
  readonly byFixedLayout: number
  readonly differences: readonly Difference[]
}

/** The i-th program of a seed. */
export const programOf = (seed: number, index: number): string => sourceOf(draw(seed, index))

const draw = (seed: number, index: number): RandomProgram =>
  fc.sample(randomProgram, { seed: seed * 100_003 + index, numRuns: 1 })[0]

const REAL_RUNS = 3

/**
 * Compares with runs in random layouts. Much follows from the layout: which hole is large enough, where the windows of
 * fault-around begin, how much of the stack's first page is left; and no two layouts are alike. So stops of which the real
 * runs do not agree among themselves, or the simulated run with them, are decided by runs in the one layout that both have,
 * the one without randomisation, where every address is the same.
 */
export function compare(profile: Profile, source: string, runNatively: RunNatively): Comparison {
  const random = compareLayout(profile, source, runNatively(source, REAL_RUNS, true), true)
  const undecided = new Set([...random.unstable.keys(), ...random.differences.map((d) => d.stop)])
  if (undecided.size === 0) return random
  const fixed = compareLayout(profile, source, runNatively(source, REAL_RUNS, false), false)
  const differences = fixed.differences.filter((d) => undecided.has(d.stop))
  const unstable = new Map([...fixed.unstable].filter(([stop]) => undecided.has(stop)))
  const byFixedLayout = undecided.size
  return { ...random, unstable, differences, byFixedLayout, differing: new Set(differences.map((d) => d.stop)).size }
}

function compareLayout(profile: Profile, source: string, { sizes, runs }: NativeRuns, randomised: boolean): Comparison {
  const capture = mergeRuns('program', runs)
  const simulated = simulateOrSay(withSizes(profile, sizes), source, randomised)
  const all =
    typeof simulated === 'string'
      ? [{ stop: 0, field: 'simulation', real: 'runs', simulated }]
      : [...differencesOf(capture, simulated.stops), ...endDiffers(capture, runs, simulated)]
  const differences = all.filter((d) => !capture.unstableStops.has(d.stop)).map((d) => withFaults(d, simulated))
  const differing = new Set(differences.map((d) => d.stop)).size
  const stops = Math.min(...runs.map((r) => r.stops.length))
  return { source, stops, unstable: capture.unstableStops, differing, byFixedLayout: 0, differences }
}

const withSizes = (profile: Profile, measured: ElfSizes): Profile => ({
  ...profile,
  program: { ...profile.program, template: { ...profile.program.template, measured } },
})

/** A difference in the count of faults says where the simulated ones were. */
function withFaults(d: Difference, simulated: SimulatedRun | string): Difference {
  if (d.field !== 'minflt' || typeof simulated === 'string') return d
  const { processes, faults } = simulated.stops[d.stop]
  const { pid, maps } = processes[d.process ?? 0]
  const before = simulated.stops[d.stop - 1]?.processes.find((p) => p.pid === pid)
  const counts = faultsByMapping(maps, before?.maps ?? maps, faults.get(pid) ?? [])
  return { ...d, simulated: `${d.simulated} ${JSON.stringify(counts)}` }
}

function simulateOrSay(profile: Profile, source: string, randomised: boolean): SimulatedRun | string {
  try {
    return simulate({ profile, source, path: 'program.c', seed: 1, randomised })
  } catch (error) {
    return (error as Error).stack ?? String(error)
  }
}

/** How the program ended counts with its last stop. */
function endDiffers(capture: MergedCapture, runs: readonly NativeRun[], simulated: SimulatedRun): Difference[] {
  const text = ({ end }: Pick<NativeRun, 'end'>): string =>
    `code ${end.signal ? 0 : end.code} signal ${end.signal} ${withoutAddresses(end.stdout).slice(-80)}`
  const real = text(runs[0])
  if (runs.some((r) => text(r) !== real) || real === text(simulated)) return []
  return [{ stop: capture.checkpoints.length - 1, field: 'end', real, simulated: text(simulated) }]
}

/** What tells one fault of the simulation from another: the fields that differ first, and on what kind of mapping. */
export function signature({ differences }: Pick<Comparison, 'differences'>): string {
  const first = differences.filter((d) => d.stop === differences[0].stop)
  return [...new Set(first.map((d) => `${d.mapping?.replace(/ \d+K$/, '') ?? 'process'} ${d.field}`))].sort().join(', ')
}

/** Programs tried for a smaller one: some seconds each. */
const TRIALS = 120
/** Two runs without randomisation are most often the same. */
const SHRINK_RUNS = 2

/**
 * A smaller program that begins to differ in the same way as the i-th of a seed does; undefined when that one does not, or
 * only sometimes. Compared without randomisation, which is quicker; where that shows nothing, as always.
 */
export function shrink(
  profile: Profile,
  seed: number,
  index: number,
  runNatively: RunNatively,
): Comparison | undefined {
  const program = draw(seed, index)
  const fixed = (source: string): Comparison =>
    compareLayout(profile, source, runNatively(source, SHRINK_RUNS, false), false)
  const both = (source: string): Comparison => compare(profile, source, runNatively)
  for (const compared of [fixed, both]) {
    const whole = compared(sourceOf(program))
    if (whole.differing === 0) continue
    const wanted = signature(whole)
    let found = whole
    const shows = (smaller: RandomProgram): boolean => {
      const result = compared(sourceOf(smaller))
      const same = result.differing > 0 && signature(result) === wanted
      if (same) found = result
      return same
    }
    smallest(program, shows, TRIALS)
    return found
  }
  return undefined
}

/** Invariants broken by the i-th program of a seed, at any stop. */
export function brokenInvariants(profile: Profile, seed: number, index: number): readonly string[] {
  const source = programOf(seed, index)
  try {
    return simulate({ profile, source, path: 'program.c', seed: index + 1, checkInvariants: true }).broken
  } catch (error) {
    return [(error as Error).stack ?? String(error)]
  }
}

/**
 * Several runs of one program on the real kernel make one capture: the values of the first run, and where the others
 * differ all values seen. What differs from run to run is chance (where randomisation put things, what a CPU had not
 * yet drained), and nothing is to be learnt from it.
 */
import { SYSTEM, withoutAddresses, type Capture, type CapturedMapping, type CapturedProcess } from '../captured.js'
import { faultsByMapping } from './faults.js'
import type { NativeProcess, NativeRun, NativeStop } from './native-run.js'

export interface MergedCapture extends Capture {
  /** Stops at which the runs differ in the program's own mappings, or cannot be compared at all, and where. */
  readonly unstableStops: ReadonlyMap<number, string>
}

/** Fields of smaps with these values are left out of a file: a comparer knows them. */
const DEFAULTS: Readonly<Record<string, number>> = { KernelPageSize: 4, MMUPageSize: 4 }

/** The capture as it is kept (core/golden/vm). */
export function captureText({ program, checkpoints }: Capture): string {
  const isDefault = (field: string, value: unknown, sizeKb: number): boolean =>
    value === (field === 'Size' ? sizeKb : (DEFAULTS[field] ?? 0))
  const shorten = (mapping: CapturedMapping): CapturedMapping => ({
    ...mapping,
    smaps: Object.fromEntries(
      Object.entries(mapping.smaps).filter(([field, value]) => !isDefault(field, value, mapping.size_kb)),
    ),
  })
  const short = checkpoints.map((checkpoint) => ({
    ...checkpoint,
    processes: checkpoint.processes.map((process) => ({ ...process, maps: process.maps.map(shorten) })),
  }))
  return `${JSON.stringify({ program, checkpoints: short })}\n`
}

type Checkpoint = Capture['checkpoints'][number]

export function mergeRuns(program: string, runs: readonly NativeRun[]): MergedCapture {
  const unstableStops = new Map<number, string>()
  const stops = Math.min(...runs.map((r) => r.stops.length))
  const checkpoints: Checkpoint[] = []
  for (let k = 0; k < stops; k++) {
    const here = runs.map((r) => r.stops[k])
    const before = runs.map((r) => (k > 0 ? r.stops[k - 1] : undefined))
    const said = here.map((s) => withoutAddresses(s.stdout))
    const same = said.every((s) => s === said[0]) && here.every((s) => s.processes.length === here[0].processes.length)
    if (!same) {
      for (let rest = k; rest < stops; rest++) unstableStops.set(rest, 'output')
      break
    }
    const processes = here[0].processes.map((_, i) => mergeProcess(here, before, i))
    const unstable = processes.flatMap(unstableParts)
    if (unstable.length > 0) unstableStops.set(k, unstable.join('; '))
    checkpoints.push({ checkpoint: k, stdout: here[0].stdout, stdout_norm: said[0], processes })
  }
  return { program, checkpoints, unstableStops }
}

/** Beyond what no comparison minds: the gaps, the stack, libc's data, and what a CPU's batch holds back. */
function unstableParts({ maps, maps_unstable }: CapturedProcess): string[] {
  if (maps_unstable !== undefined) return ['order of mappings']
  return maps.flatMap(({ name, perms, size_kb, unstable = {} }) => {
    const fields = Object.keys(unstable).filter((field) => field !== 'gap' && field !== 'LazyFree')
    const ours = fields.length > 0 && name !== '[stack]' && !SYSTEM.has(name)
    return ours ? [`${name} ${perms} ${size_kb}K: ${fields.join(' ')}`] : []
  })
}

function mergeProcess(
  here: readonly NativeStop[],
  before: readonly (NativeStop | undefined)[],
  i: number,
): CapturedProcess {
  const all = here.map((stop) => stop.processes[i])
  const past = all.map((p, run) => before[run]?.processes.find((q) => q.pid === p.pid))
  const deltas = all.map((p, run) => ({
    d_minflt: p.minflt - (past[run]?.minflt ?? 0),
    d_majflt: p.majflt - (past[run]?.majflt ?? 0),
    d_vsz_kb: vsz(p) - (past[run] ? vsz(past[run]) : 0),
  }))
  const [first] = deltas
  const unstable = differing(deltas)
  const faults = all[0].faults && faultsByMapping(all[0].maps, (past[0] ?? all[0]).maps, all[0].faults)
  const traced = all[0].faults?.length ?? 0
  return {
    state: all[0].state,
    ...first,
    ...(past[0] ? {} : { new: true }),
    ...(faults ? { faults, faults_untraced: Math.max(0, first.d_minflt - traced) } : {}),
    ...(unstable ? { unstable } : {}),
    ...mergeMaps(all),
  }
}

const vsz = ({ maps }: NativeProcess): number =>
  maps.reduce((kb, m) => kb + (m.name === '[vsyscall]' ? 0 : m.size_kb), 0)

function mergeMaps(all: readonly NativeProcess[]): Pick<CapturedProcess, 'maps' | 'maps_unstable'> {
  const shape = (p: NativeProcess): string => p.maps.map((m) => `${m.name} ${m.perms}`).join()
  const [first] = all
  if (all.some((p) => shape(p) !== shape(first))) return { maps: first.maps, maps_unstable: 'sequence' }
  return {
    maps: first.maps.map((mapping, j) => {
      const unstable = differing(all.map((p) => numbersOf(p.maps[j])))
      return unstable ? { ...mapping, unstable } : mapping
    }),
  }
}

const numbersOf = ({ size_kb, offset, gap, smaps }: CapturedMapping): Record<string, unknown> => ({
  size_kb,
  offset: parseInt(offset, 16),
  gap,
  ...smaps,
  VmFlags: String(smaps.VmFlags),
})

/** The values of each field that is not the same in all; undefined when there is none. */
function differing(all: readonly Readonly<Record<string, unknown>>[]): Record<string, number[]> | undefined {
  const found: Record<string, number[]> = {}
  for (const field of Object.keys(all[0])) {
    const values = [...new Set(all.map((one) => one[field]))]
    if (values.length > 1) found[field] = values as number[]
  }
  return Object.keys(found).length > 0 ? found : undefined
}

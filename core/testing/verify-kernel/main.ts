/**
 * `npm run verify:kernel`:
 *
 *   --programs N    so many random programs (500)
 *   --seed S        drawn from this seed (1)
 *   --first I       from the I-th on (0)
 *   --shrink N      find small programs for the first N kinds of differences (0)
 *   --keep FOLDER   write programs that differ there
 *   --invariants N  no comparison: N random programs on the simulated machine, all invariants at every stop
 *   --file F        compare this C program instead
 *   --capture FOLDER  with --file: keep it there with what the real kernel showed (core/golden/vm)
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { findProfile, type Profile } from '../../profiles/index.js'
import { differenceText } from '../captured.js'
import { smallProfile } from '../machine.js'
import { captureText, mergeRuns } from './capture.js'
import { NativeMachine } from './native.js'
import { brokenInvariants, compare, programOf, shrink, signature, type Comparison } from './verify.js'

const PROFILE = 'debian-12'
const SHOWN = 8

const { values: options } = parseArgs({
  options: {
    programs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    shrink: { type: 'string', default: '0' },
    keep: { type: 'string' },
    invariants: { type: 'string' },
    file: { type: 'string' },
    capture: { type: 'string' },
  },
})
const seed = Number(options.seed)
const first = Number(options.first)
const profile = findProfile(PROFILE)!

/** @param nativeSource path of native.c */
export function main(nativeSource: string): number {
  if (options.invariants !== undefined) return checkInvariants(smallProfile(profile), Number(options.invariants))
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-verify-'))
  try {
    const why = unfit(profile)
    if (why) return stop(why)
    const machine = new NativeMachine(profile, folder, nativeSource)
    const runNatively: Run = (source, times, randomised) => machine.run(source, times, randomised)
    if (options.file && options.capture) return captureFile(options.file, options.capture, runNatively)
    if (options.file) return compareFile(options.file, runNatively)
    return compareAll(runNatively)
  } catch (error) {
    return stop((error as Error).message)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

type Run = NativeMachine['run']

function unfit({ kernel }: Profile): string | undefined {
  if (os.platform() !== 'linux' || os.arch() !== 'x64') return 'there is no x86-64 Linux kernel here to compare with'
  if (!os.release().startsWith(`${kernel}.`)) return `this is Linux ${os.release()}; ${PROFILE} models ${kernel}`
  return undefined
}

function stop(why: string): number {
  process.stderr.write(`verify-kernel: ${why}\n`)
  return 1
}

function compareFile(file: string, runNatively: Run): number {
  const result = compare(profile, fs.readFileSync(file, 'utf8'), runNatively)
  print(path.basename(file), result, Infinity)
  console.log(`${result.stops} stops, ${result.unstable.size} unstable, ${result.differing} differ`)
  return result.differing > 0 ? 1 : 0
}

const CAPTURED_RUNS = 8

function captureFile(file: string, folder: string, runNatively: Run): number {
  const source = fs.readFileSync(file, 'utf8')
  const name = path.basename(file, '.c')
  const capture = mergeRuns(name, runNatively(source, CAPTURED_RUNS, true).runs)
  if ([...capture.unstableStops.values()].includes('output')) return stop('the program says something else in each run')
  for (const [k, where] of capture.unstableStops) console.log(`stop ${k}: the real runs differ: ${where}`)
  keep(folder, `${name}.c`, source)
  fs.writeFileSync(path.join(folder, `${name}.expected.json.gz`), gzipSync(captureText(capture)))
  return 0
}

function compareAll(runNatively: Run): number {
  const programs = Number(options.programs)
  const total = { stops: 0, unstable: 0, differing: 0, programs: 0, byFixedLayout: 0 }
  const kinds = new Map<string, number[]>()
  for (let i = first; i < first + programs; i++) {
    const result = compare(profile, programOf(seed, i), runNatively)
    total.stops += result.stops
    total.unstable += result.unstable.size
    for (const [k, where] of result.unstable) console.log(`program ${i} stop ${k}: the real runs differ: ${where}`)
    total.differing += result.differing
    total.byFixedLayout += result.byFixedLayout
    if (result.differing === 0) continue
    total.programs++
    print(`program ${i}`, result, SHOWN)
    if (options.keep) keep(options.keep, `${i}.c`, result.source)
    const kind = signature(result)
    kinds.set(kind, [...(kinds.get(kind) ?? []), i])
  }
  shrinkKinds(kinds, runNatively)
  for (const [kind, where] of [...kinds].sort((a, b) => b[1].length - a[1].length))
    console.log(`${where.length} programs begin to differ by: ${kind} (${where.slice(0, 12).join(' ')})`)
  const stable = total.stops - total.unstable
  const share = ((100 * (stable - total.differing)) / Math.max(1, stable)).toFixed(2)
  console.log(
    `${programs} programs of seed ${seed}: ${stable - total.differing} of ${stable} stops agree (${share} %), ` +
      `${total.programs} programs differ; ${total.unstable} stops left out where the real runs differ among ` +
      `themselves; ${total.byFixedLayout} stops were decided by the layout without randomisation`,
  )
  return total.differing > 0 ? 1 : 0
}

function shrinkKinds(kinds: ReadonlyMap<string, readonly number[]>, runNatively: Run): void {
  for (const [kind, [index]] of [...kinds].slice(0, Number(options.shrink))) {
    const small = shrink(profile, seed, index, runNatively)
    console.log(`\n${kind}: program ${index}, made smaller`)
    if (!small) {
      console.log('it does not differ any more')
      continue
    }
    print(`program ${index}`, small, SHOWN)
    console.log(small.source)
    if (options.keep) keep(options.keep, `${index}-small.c`, small.source)
  }
}

function print(name: string, { differences }: Comparison, most: number): void {
  for (const d of differences.slice(0, most)) console.log(differenceText(name, d))
  if (differences.length > most) console.log(`${name}: ${differences.length - most} differences more`)
}

function keep(folder: string, name: string, source: string): void {
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, name), source)
}

/** Programs between two lines that say how far the check has come. */
const PROGRESS = 50

function checkInvariants(small: Profile, programs: number): number {
  let bad = 0
  const start = performance.now()
  for (let done = 1; done <= programs; done++) {
    const i = first + done - 1
    const broken = brokenInvariants(small, seed, i)
    if (broken.length > 0) {
      bad++
      console.log(`program ${i} of seed ${seed}:\n  ${broken.slice(0, SHOWN).join('\n  ')}`)
      if (options.keep) keep(options.keep, `${i}.c`, programOf(seed, i))
    }
    const seconds = Math.round((performance.now() - start) / 1000)
    if (done % PROGRESS === 0)
      console.log(`${done} of ${programs} programs in ${seconds} s, ${bad} violate an invariant`)
  }
  console.log(`${programs} programs of seed ${seed}: ${programs - bad} hold all invariants`)
  return bad > 0 ? 1 : 0
}

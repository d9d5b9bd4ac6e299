/**
 * Compares a simulated run with a capture of the real kernel (core/golden/vm). Exact: the program's own mappings in
 * number, order, name, permissions, size, offset, gap and all fields of smaps, and the differences of the counters
 * between stops. Tolerated, because the real kernel itself varied there from run to run: fields listed as unstable;
 * 8 kB on the stack, whose start is random inside a page, and its counters where they varied; LazyFree anywhere up to
 * Rss, because the kernel drains it in batches of 31 pages a CPU; 12 kB in libc's own .bss; and faults on pages of libc, ld.so
 * and the program file, which depend on where randomisation put their fault-around windows.
 */
import type { MappingJson, ProcessJson } from '../proc/index.js'
import { SMAPS_FIELDS } from '../proc/index.js'

type Seen<T> = readonly T[]

export interface CapturedMapping {
  readonly start: string
  readonly end: string
  readonly perms: string
  readonly offset: string
  readonly name: string
  readonly size_kb: number
  readonly gap: number | null
  readonly smaps: Readonly<Record<string, number | readonly string[]>>
  readonly unstable?: Readonly<Record<string, Seen<number> | string>>
}

export interface CapturedProcess {
  readonly state?: string
  readonly d_minflt: number
  readonly d_majflt: number
  readonly d_vsz_kb?: number
  readonly new?: boolean
  readonly faults?: Readonly<Record<string, number>>
  readonly faults_untraced?: number
  /** The runs did not have the same sequence of mappings: nothing to compare with. */
  readonly maps_unstable?: string
  readonly unstable?: Readonly<Record<string, Seen<number>>>
  readonly maps: readonly CapturedMapping[]
}

export interface Capture {
  readonly program: string
  readonly checkpoints: readonly {
    readonly checkpoint: number
    readonly stdout_norm?: string
    readonly stdout: string
    readonly processes: readonly CapturedProcess[]
  }[]
}

export interface Stop {
  readonly stdout: string
  readonly processes: readonly ProcessJson[]
}

export const SYSTEM = new Set([
  '[exe]',
  'libc.so.6',
  'ld-linux-x86-64.so.2',
  'libm.so.6',
  '[vdso]',
  '[vvar]',
  '[vvar_vclock]',
  '[vsyscall]',
])
const LIBRARY_DATA = new Set(['libc tls', 'libc bss', 'ld anon'])
const STACK_KB = 8
/** The stack exec makes: 33 pages and what alignment adds. */
const FIRST_STACK_KB = 136
/** By so many faults on a deep stack a run may differ: where its pages begin is random. */
const DEEP_STACK_FAULTS = 3
const LIBC_BSS_KB = 12

/** One value that differs between the real run and the simulated one. */
export interface Difference {
  readonly stop: number
  /** By order of pid; undefined when the difference is not one of a process. */
  readonly process?: number
  /** Name, permissions and size of the mapping. */
  readonly mapping?: string
  readonly field: string
  readonly real: string
  readonly simulated: string
}

/** Every difference as a line of text; empty when the run agrees. */
export const differences = (capture: Capture, stops: readonly Stop[]): string[] =>
  differencesOf(capture, stops).map((d) => differenceText(capture.program, d))

/** "program stop process mapping: field: captured, simulated". */
export function differenceText(program: string, d: Difference): string {
  const process = d.process === undefined ? '' : ` process ${d.process}`
  const mapping = d.mapping === undefined ? '' : `, ${d.mapping}`
  return `${program} stop ${d.stop}${process}${mapping}: ${d.field}: ${d.real}, ${d.simulated}`
}

export function differencesOf(capture: Capture, stops: readonly Stop[]): Difference[] {
  const found: Difference[] = []
  capture.checkpoints.forEach((expected, k) => {
    const stop = stops[k]
    const differs = (field: string, real: string | number, simulated: string | number): number =>
      found.push({ stop: k, field, real: String(real), simulated: String(simulated) })
    if (!stop) return differs('stop', 'reached', 'not reached')
    const stdout = expected.stdout_norm ?? expected.stdout
    const said = withoutAddresses(stop.stdout)
    if (said !== stdout) differs('stdout', stdout, said)
    const living = expected.processes.filter((p) => p.state !== 'Z')
    if (living.length !== stop.processes.length) return differs('processes', living.length, stop.processes.length)
    living.forEach((process, i) => {
      const previous = stops[k - 1]?.processes.find((p) => p.pid === stop.processes[i].pid)
      for (const d of compareProcess(process, stop.processes[i], previous, k > 0))
        found.push({ stop: k, process: i, ...d })
    })
    return undefined
  })
  if (stops.length > capture.checkpoints.length) {
    const stop = Math.max(0, capture.checkpoints.length - 1)
    found.push({ stop, field: 'stops', real: String(capture.checkpoints.length), simulated: String(stops.length) })
  }
  return found
}

export const withoutAddresses = (text: string): string => text.replace(/0x[0-9a-f]{5,16}/g, '0xADDR')

type InProcess = Omit<Difference, 'stop' | 'process'>

function compareProcess(
  expected: CapturedProcess,
  got: ProcessJson,
  before: ProcessJson | undefined,
  counted: boolean,
): InProcess[] {
  if (expected.maps_unstable !== undefined) return []
  const found: InProcess[] = compareMappings(expected, got)
  if (!counted) return found
  const counter = (field: string, real: string, simulated: number): number =>
    found.push({ field, real, simulated: `+${simulated}` })
  const minflt = got.minflt - (before?.minflt ?? 0)
  if (!faultsAgree(expected, minflt))
    counter('minflt', `+${expected.d_minflt} ${JSON.stringify(expected.faults)}`, minflt)
  const majflt = got.majflt - (before?.majflt ?? 0)
  if (!within(majflt, expected.unstable?.d_majflt ?? [expected.d_majflt]))
    counter('majflt', `+${expected.d_majflt}`, majflt)
  if (before && expected.d_vsz_kb !== undefined && !expected.new) {
    const vsz = got.vsz_kb - before.vsz_kb
    if (!within(vsz, expected.unstable?.d_vsz_kb ?? [expected.d_vsz_kb], stackSlack(expected)))
      counter('vsz', `+${expected.d_vsz_kb}`, vsz)
  }
  return found
}

const within = (value: number, seen: Seen<number>, slack = 0): boolean =>
  value >= Math.min(...seen) - slack && value <= Math.max(...seen) + slack

/** A stack that has grown ends where its random start and the depth of the calls put it. */
const stackSlack = ({ maps }: CapturedProcess): number => (maps.some(isGrownStack) ? STACK_KB : 0)

const isGrownStack = ({ name, size_kb }: { readonly name: string; readonly size_kb: number }): boolean =>
  name === '[stack]' && size_kb > FIRST_STACK_KB

/** A total seen in any run is right; so is one without some of the faults on pages whose window is a matter of chance. */
function faultsAgree(expected: CapturedProcess, got: number): boolean {
  if (within(got, expected.unstable?.d_minflt ?? [expected.d_minflt])) return true
  let least = expected.faults_untraced ?? 0
  let most = least
  for (const [name, n] of Object.entries(expected.faults ?? {})) {
    const chance =
      SYSTEM.has(name) || LIBRARY_DATA.has(name) || (n <= 2 && (name === '[stack]' || name === '[exe] data'))
    const deep = n > 2 && name === '[stack]'
    most += deep ? n + DEEP_STACK_FAULTS : n
    if (!chance) least += deep ? n - DEEP_STACK_FAULTS : n
  }
  return expected.faults !== undefined && got >= least && got <= most
}

function compareMappings(expected: CapturedProcess, got: ProcessJson): InProcess[] {
  const own = ownMappings(expected.maps)
  const simulated = ownMappings(got.maps)
  const list = (maps: readonly { mapping: { name: string; perms: string; size_kb: number } }[]): string =>
    maps.map(({ mapping: m }) => `${m.name} ${m.perms} ${m.size_kb}K`).join(', ')
  if (own.length !== simulated.length) return [{ field: 'mappings', real: list(own), simulated: list(simulated) }]
  return own.flatMap(({ mapping, index }, i) => {
    const other = simulated[i]
    const gap = other.index > 0 ? gapBelow(got.maps, other.index) : null
    return compareMapping(mapping, other.mapping, gap, isLibcBss(expected.maps, index)).map((d) => ({
      mapping: `${mapping.name} ${mapping.perms} ${mapping.size_kb}K`,
      ...d,
    }))
  })
}

function ownMappings<M extends { readonly name: string }>(
  maps: readonly M[],
): { readonly mapping: M; readonly index: number }[] {
  return maps.map((mapping, index) => ({ mapping, index })).filter(({ mapping }) => !SYSTEM.has(mapping.name))
}

const gapBelow = (maps: readonly MappingJson[], index: number): number =>
  (parseInt(maps[index].start, 16) - parseInt(maps[index - 1].end, 16)) / 4096

export function isLibcBss(
  maps: readonly Pick<CapturedMapping, 'name' | 'perms' | 'start' | 'end'>[],
  index: number,
): boolean {
  const below = maps[index - 1]
  return (
    below !== undefined && /^(lib|ld-)/.test(below.name) && below.perms === 'rw-p' && below.end === maps[index].start
  )
}

function compareMapping(
  expected: CapturedMapping,
  got: MappingJson,
  gap: number | null,
  libcBss: boolean,
): InProcess[] {
  const found: InProcess[] = []
  const differs = (field: string, real: unknown, simulated: unknown): number =>
    found.push({ field, real: String(real), simulated: String(simulated) })
  const check = (field: string, want: unknown, have: unknown): void => {
    if (want !== have && expected.unstable?.[field] === undefined) differs(field, want, have)
  }
  check('name', expected.name, got.name)
  check('perms', expected.perms, got.perms)
  if (!isGrownStack(expected) || Math.abs(expected.size_kb - got.size_kb) > STACK_KB)
    check('size_kb', expected.size_kb, got.size_kb)
  check('offset', parseInt(expected.offset, 16), parseInt(got.offset, 16))
  if (expected.gap !== null && expected.name !== '[stack]') check('gap', expected.gap, gap)
  check('VmFlags', (expected.smaps.VmFlags as readonly string[]).join(' '), got.smaps.VmFlags.join(' '))
  const slack = expected.name === '[stack]' ? STACK_KB : libcBss ? LIBC_BSS_KB : 0
  for (const field of SMAPS_FIELDS) {
    const want = (expected.smaps[field] as number | undefined) ?? defaultOf(field, expected)
    const seen = expected.unstable?.[field]
    if (Array.isArray(seen) && (expected.name === '[stack]' || within(got.smaps[field], seen as Seen<number>))) continue
    if (field === 'LazyFree' && got.smaps[field] <= got.smaps.Rss) continue
    if (Math.abs(want - got.smaps[field]) > slack) differs(field, want, got.smaps[field])
  }
  return found
}

const defaultOf = (field: string, mapping: CapturedMapping): number =>
  field === 'Size' ? mapping.size_kb : field === 'KernelPageSize' || field === 'MMUPageSize' ? 4 : 0

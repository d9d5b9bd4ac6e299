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

interface CapturedMapping {
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

interface CapturedProcess {
  readonly state?: string
  readonly d_minflt: number
  readonly d_majflt: number
  readonly d_vsz_kb?: number
  readonly new?: boolean
  readonly faults?: Readonly<Record<string, number>>
  readonly faults_untraced?: number
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

const SYSTEM = new Set([
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
const LIBC_BSS_KB = 12

/** Every difference, as "program stop process mapping: field: captured, simulated"; empty when the run agrees. */
export function differences(capture: Capture, stops: readonly Stop[]): string[] {
  const found: string[] = []
  capture.checkpoints.forEach((expected, k) => {
    const where = `${capture.program} stop ${k}`
    const stop = stops[k]
    if (!stop) return found.push(`${where}: the simulated program did not get here`)
    const stdout = expected.stdout_norm ?? expected.stdout
    if (withoutAddresses(stop.stdout) !== stdout) found.push(`${where}: stdout: ${stdout}, ${stop.stdout}`)
    const living = expected.processes.filter((p) => p.state !== 'Z')
    if (living.length !== stop.processes.length)
      return found.push(`${where}: processes: ${living.length}, ${stop.processes.length}`)
    living.forEach((process, i) => {
      const previous = stops[k - 1]?.processes.find((p) => p.pid === stop.processes[i].pid)
      found.push(...compareProcess(process, stop.processes[i], previous, k > 0).map((d) => `${where} process ${i}${d}`))
    })
    return undefined
  })
  if (stops.length > capture.checkpoints.length)
    found.push(`${capture.program}: ${stops.length} stops instead of ${capture.checkpoints.length}`)
  return found
}

const withoutAddresses = (text: string): string => text.replace(/0x[0-9a-f]{5,16}/g, '0xADDR')

function compareProcess(
  expected: CapturedProcess,
  got: ProcessJson,
  before: ProcessJson | undefined,
  counted: boolean,
): string[] {
  const found = compareMappings(expected, got)
  if (!counted) return found
  const minflt = got.minflt - (before?.minflt ?? 0)
  if (!faultsAgree(expected, minflt))
    found.push(`: minflt: +${expected.d_minflt} ${JSON.stringify(expected.faults)}, +${minflt}`)
  const majflt = got.majflt - (before?.majflt ?? 0)
  if (!within(majflt, expected.unstable?.d_majflt ?? [expected.d_majflt]))
    found.push(`: majflt: +${expected.d_majflt}, +${majflt}`)
  if (before && expected.d_vsz_kb !== undefined && !expected.new) {
    const vsz = got.vsz_kb - before.vsz_kb
    if (!within(vsz, expected.unstable?.d_vsz_kb ?? [expected.d_vsz_kb]))
      found.push(`: vsz: +${expected.d_vsz_kb}, +${vsz}`)
  }
  return found
}

const within = (value: number, seen: Seen<number>): boolean => value >= Math.min(...seen) && value <= Math.max(...seen)

/** A total seen in any run is right; so is one without some of the faults on pages whose window is a matter of chance. */
function faultsAgree(expected: CapturedProcess, got: number): boolean {
  if (within(got, expected.unstable?.d_minflt ?? [expected.d_minflt])) return true
  let least = expected.faults_untraced ?? 0
  let most = least
  for (const [name, n] of Object.entries(expected.faults ?? {})) {
    const chance =
      SYSTEM.has(name) || LIBRARY_DATA.has(name) || (n <= 2 && (name === '[stack]' || name === '[exe] data'))
    most += n
    if (!chance) least += n
  }
  return expected.faults !== undefined && got >= least && got <= most
}

function compareMappings(expected: CapturedProcess, got: ProcessJson): string[] {
  const own = ownMappings(expected.maps)
  const simulated = ownMappings(got.maps)
  const list = (maps: readonly { mapping: { name: string; perms: string; size_kb: number } }[]): string =>
    maps.map(({ mapping: m }) => `${m.name} ${m.perms} ${m.size_kb}K`).join(', ')
  if (own.length !== simulated.length) return [`: mappings: ${list(own)}; ${list(simulated)}`]
  return own.flatMap(({ mapping, index }, i) => {
    const other = simulated[i]
    const gap = other.index > 0 ? gapBelow(got.maps, other.index) : null
    return compareMapping(mapping, other.mapping, gap, isLibcBss(expected.maps, index)).map(
      (d) => `, ${mapping.name} ${mapping.perms} ${mapping.size_kb}K: ${d}`,
    )
  })
}

function ownMappings<M extends { readonly name: string }>(
  maps: readonly M[],
): { readonly mapping: M; readonly index: number }[] {
  return maps.map((mapping, index) => ({ mapping, index })).filter(({ mapping }) => !SYSTEM.has(mapping.name))
}

const gapBelow = (maps: readonly MappingJson[], index: number): number =>
  (parseInt(maps[index].start, 16) - parseInt(maps[index - 1].end, 16)) / 4096

function isLibcBss(maps: readonly CapturedMapping[], index: number): boolean {
  const below = maps[index - 1]
  return (
    below !== undefined && /^(lib|ld-)/.test(below.name) && below.perms === 'rw-p' && below.end === maps[index].start
  )
}

function compareMapping(expected: CapturedMapping, got: MappingJson, gap: number | null, libcBss: boolean): string[] {
  const found: string[] = []
  const check = (field: string, want: unknown, have: unknown): void => {
    if (want !== have && expected.unstable?.[field] === undefined)
      found.push(`${field}: ${String(want)}, ${String(have)}`)
  }
  check('name', expected.name, got.name)
  check('perms', expected.perms, got.perms)
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
    if (Math.abs(want - got.smaps[field]) > slack) found.push(`${field}: ${want}, ${got.smaps[field]}`)
  }
  return found
}

const defaultOf = (field: string, mapping: CapturedMapping): number =>
  field === 'Size' ? mapping.size_kb : field === 'KernelPageSize' || field === 'MMUPageSize' ? 4 : 0

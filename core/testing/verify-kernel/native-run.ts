/** What native.c says about a run, as records. */
import { assert, decodeUtf8 } from '../../base/index.js'
import type { CapturedMapping } from '../captured.js'
import type { ElfSizes } from './elf-sizes.js'

export interface NativeProcess {
  readonly pid: number
  readonly ppid: number
  readonly state: string
  readonly minflt: number
  readonly majflt: number
  readonly maps: readonly CapturedMapping[]
  /** Addresses of the minor faults since the stop before; undefined when perf does not let us watch. */
  readonly faults: readonly number[] | undefined
}

export interface NativeStop {
  /** Everything written so far. */
  readonly stdout: string
  readonly processes: readonly NativeProcess[]
}

export interface NativeRun {
  readonly stops: readonly NativeStop[]
  readonly end: { readonly code: number; readonly signal: number; readonly stdout: string }
}

/** Several runs of one program, and the sizes of its segments. */
export interface NativeRuns {
  readonly sizes: ElfSizes
  readonly runs: readonly NativeRun[]
}

/** Where the program is and what it is called, to name its files as comparers do. */
export interface NativePlace {
  readonly directory: string
  readonly program: string
}

/** Lines, and pieces of a given length behind them. */
class Records {
  private at = 0
  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.bytes.length
  }
  line(): readonly string[] {
    const end = this.bytes.indexOf(10, this.at)
    assert(end >= 0, 'a record ends with its line')
    const line = decodeUtf8(this.bytes.subarray(this.at, end))
    this.at = end + 1
    return line.split(' ')
  }
  piece(length: number): Uint8Array {
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}

/** Undefined when the run did not come to its end. */
export function parseNativeRun(bytes: Uint8Array, place: NativePlace): NativeRun | undefined {
  const records = new Records(bytes)
  const stops: { stdout: string; processes: NativeProcess[] }[] = []
  let stdout = ''
  while (!records.done) {
    const [kind, ...rest] = records.line()
    const numbers = rest.map(Number)
    if (kind === 'stop') {
      stdout += decodeUtf8(records.piece(numbers[0]))
      stops.push({ stdout, processes: [] })
    } else if (kind === 'process') {
      const [pid, ppid, , minflt, majflt] = numbers
      const maps = parseSmaps(decodeUtf8(records.piece(Number(records.line()[1]))), place)
      const length = Number(records.line()[1])
      const faults = length >= 0 ? addresses(records.piece(length)) : undefined
      stops[stops.length - 1].processes.push({ pid, ppid, state: rest[2], minflt, majflt, maps, faults })
    } else if (kind === 'end') {
      const [code, signal, length] = numbers
      return { stops, end: { code, signal, stdout: stdout + decodeUtf8(records.piece(length)) } }
    } else assert(false, `native.c writes no record "${kind}"`)
  }
  return undefined
}

const addresses = (bytes: Uint8Array): number[] => [...new BigUint64Array(new Uint8Array(bytes).buffer)].map(Number)

const HEAD = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) \S+ \d+ *(.*)$/

function parseSmaps(text: string, place: NativePlace): CapturedMapping[] {
  const maps: (CapturedMapping & { smaps: Record<string, number | string[]> })[] = []
  let below: number | null = null
  for (const line of text.split('\n')) {
    const head = HEAD.exec(line)
    if (head) {
      const [, start, end, perms, offset, name] = head
      const [from, to] = [parseInt(start, 16), parseInt(end, 16)]
      const gap: number | null = below === null ? null : (from - below) / 4096
      below = to
      const size_kb = (to - from) / 1024
      maps.push({ start, end, perms, offset, name: shortName(name, place), size_kb, gap, smaps: {} })
    } else if (line !== '') {
      const [field, value] = line.split(/: */)
      const { smaps } = maps[maps.length - 1]
      smaps[field] = field === 'VmFlags' ? value.trim().split(' ') : parseInt(value)
    }
  }
  return maps
}

/** The program is [exe], libraries and files beside the program go by their base names, other files by path. */
function shortName(path: string, { directory, program }: NativePlace): string {
  if (path === '') return '[anon]'
  if (path === `${directory}/${program}`) return '[exe]'
  const base = path.slice(path.lastIndexOf('/') + 1)
  if (/^(ld-linux.*|lib[cm]\.so\.6)$/.test(base)) return base
  return path.startsWith(directory + '/') ? path.slice(directory.length + 1) : path
}

/**
 * The wire contract between the simulation process and everybody else: one typed interface per direction, plain data
 * only. Structured clone drops an Error's class, so a failure travels as {@link Failure}. A view asks for a window of
 * rows of a named table and gets it with the moment it belongs to; what changed since the previous stop is computed in
 * the simulation process. Numbers are kB where /proc says kB, virtual nanoseconds for times, bytes nowhere.
 */

export const PROTOCOL_VERSION = 1

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure }

export interface Failure {
  /** Stable name: 'compile', 'bad-request', 'no-program', 'busy', 'internal', ... Views translate by it. */
  readonly code: string
  /** English sentence for logs and as a fallback. */
  readonly message: string
  readonly diagnostics?: readonly ProtocolDiagnostic[]
}

export interface ProtocolDiagnostic {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly file: string
  /** From 1. `endColumn` is exclusive. */
  readonly line: number
  readonly column: number
  readonly endColumn: number
}

// ---- renderer -> simulation ---------------------------------------------------------------------------------------

export interface LoadRequest {
  readonly source: string
  /** File name for messages, e.g. "mmap-demo.c". */
  readonly path: string
  readonly profile: string
  /** Layout seed; undefined takes the profile's own. */
  readonly seed: number | undefined
}

export interface Loaded {
  readonly moment: Moment
  readonly warnings: readonly ProtocolDiagnostic[]
}

export type RunUntil =
  /** Runs to the next stop: the program waits for input, ends, or is paused. */
  | 'stop'
  /** Runs to the next statement on another line (steps into calls). */
  | 'line'

export interface SimulationApi {
  hello(version: number): Promise<Reply<{ readonly version: number; readonly profiles: readonly ProfileInfo[] }>>
  /** Compiles, boots a fresh machine, execs the program and stands at the first statement of main. */
  load(request: LoadRequest): Promise<Reply<Loaded>>
  /** Same program, same seed, from the start. */
  restart(): Promise<Reply<Loaded>>
  /** Answers when halted again. A newline of input is NOT supplied: see input. */
  run(until: RunUntil): Promise<Reply<Moment>>
  pause(): Promise<Reply<Moment>>
  /** Types text on the program's terminal (echoed into the output as a terminal does). Does not run. */
  input(text: string): Promise<Reply<Moment>>
  rows<T extends TableName>(query: RowsQuery<T>): Promise<Reply<RowsWindow<T>>>
  /** A read-out as the tool prints it, e.g. "pmap -x $PID" or "cat /proc/$PID/smaps". */
  readout(command: string): Promise<Reply<{ readonly moment: number; readonly text: string }>>
  /** The whole terminal so far, from character `from`. */
  output(from: number): Promise<Reply<{ readonly moment: number; readonly text: string }>>
  timeline(query: TimelineQuery): Promise<Reply<TimelineWindow>>
}

export interface ProfileInfo {
  readonly id: string
  /** e.g. "Ubuntu 16.04: Linux 4.15, glibc 2.23". A proper name, not translated. */
  readonly title: string
  readonly kernel: string
  readonly glibc: string
  readonly procps: string
  readonly defaultSeed: number
}

// ---- simulation -> renderer ---------------------------------------------------------------------------------------

export interface SimulationEvents {
  /** Sent at every halt and at most once a frame while running. */
  moment(moment: Moment): void
  /** Terminal output since the last call. */
  terminal(chunk: { readonly from: number; readonly text: string }): void
}

export type RunState = 'empty' | 'ready' | 'running' | 'paused' | 'waiting' | 'exited' | 'killed'

export interface Moment {
  /** Grows with every halt or progress report; windows of rows carry it. */
  readonly id: number
  readonly state: RunState
  /** Virtual nanoseconds since exec. */
  readonly time: number
  /** Statements executed so far. */
  readonly statements: number
  readonly location:
    | {
        readonly line: number
        readonly column: number
        readonly endLine: number
        readonly endColumn: number
        readonly functionName: string
      }
    | undefined
  /** Which stop this is (0 = first time the program waited), counting only waits for input. */
  readonly stop: number | undefined
  readonly exit: { readonly code: number; readonly signal: number; readonly message: string } | undefined
  readonly counters: Counters
  readonly pid: number
  readonly terminalLength: number
}

/** All of the traced process, as `ps` and status show them. */
export interface Counters {
  readonly majflt: number
  readonly minflt: number
  readonly vszKb: number
  readonly rssKb: number
  readonly rssAnonKb: number
  readonly rssFileKb: number
  readonly rssShmemKb: number
  readonly dirtyKb: number
  readonly pteKb: number
  readonly freePages: number
}

// ---- tables -------------------------------------------------------------------------------------------------------

export interface Tables {
  /** Processes as `ps -o pid,maj_flt,min_flt,vsz,rss,stat,cmd`. */
  readonly ps: { readonly args: undefined; readonly row: PsRow }
  /** Mappings of `pid` as `pmap -x`, in address order. */
  readonly pmap: { readonly args: { readonly pid: number }; readonly row: PmapRow }
  /** The fields of one mapping as /proc/PID/smaps lists them, in the kernel's order. */
  readonly smaps: { readonly args: { readonly pid: number; readonly start: string }; readonly row: SmapsRow }
  /** Free blocks of each zone by order, as /proc/buddyinfo. */
  readonly buddyinfo: { readonly args: undefined; readonly row: BuddyRow }
  /** /proc/PID/status lines Vm*, Rss*, Threads. */
  readonly status: { readonly args: { readonly pid: number }; readonly row: FieldRow }
}
export type TableName = keyof Tables

export interface RowsQuery<T extends TableName> {
  readonly table: T
  readonly args: Tables[T]['args']
  readonly from: number
  readonly count: number
}
export interface RowsWindow<T extends TableName> {
  readonly moment: number
  readonly total: number
  readonly from: number
  readonly rows: readonly Tables[T]['row'][]
  /** pmap: the totals line. Columns in the order of `pmap -x`: Kbytes RSS Dirty. */
  readonly totals?: readonly number[]
}

/** Names of the row's fields that differ from the previous halt; ['*'] for a row that was not there. */
interface Changes {
  readonly changed: readonly string[]
  /** What the changed fields were, where that is known: lets a view say which way a number went. */
  readonly was?: Readonly<Record<string, number | string>>
}
export interface PsRow extends Changes {
  readonly pid: number
  readonly majflt: number
  readonly minflt: number
  readonly vsz: number
  readonly rss: number
  readonly stat: string
  readonly command: string
}
export interface PmapRow extends Changes {
  /** As printed: 16 hex digits. Identifies the row for smaps. */
  readonly address: string
  readonly kbytes: number
  readonly rss: number
  readonly dirty: number
  readonly mode: string
  /** As pmap prints it: "libc-2.23.so", "  [ anon ]", "  [ stack ]". */
  readonly mapping: string
  /** What it is, for colour and explanation. */
  readonly kind: MappingKind
}
export type MappingKind =
  'exe' | 'heap' | 'stack' | 'library' | 'file' | 'anon' | 'shared' | 'vdso' | 'vvar' | 'vsyscall'
export interface FieldRow extends Changes {
  readonly name: string
  readonly value: number | string
  readonly unit: 'kB' | ''
}
export type SmapsRow = FieldRow
export interface BuddyRow extends Changes {
  readonly node: number
  readonly zone: string
  /** Free blocks of order 0, 1, ... */
  readonly free: readonly number[]
}

// ---- timeline -----------------------------------------------------------------------------------------------------

export const TIMELINE_SERIES = [
  'rss',
  'rssAnon',
  'rssFile',
  'rssShmem',
  'dirty',
  'vsz',
  'minflt',
  'majflt',
  'freePages',
] as const
export type TimelineSeries = (typeof TIMELINE_SERIES)[number]

export interface TimelineQuery {
  readonly series: readonly TimelineSeries[]
  /** Virtual nanoseconds; undefined = whole run. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** At most this many points are sent (two per pixel is plenty); min-max keeps spikes. */
  readonly points: number
}
export interface TimelineWindow {
  readonly moment: number
  /** One column per series and one for time, equal lengths. kB or counts. */
  readonly time: Float64Array
  readonly columns: Readonly<Partial<Record<TimelineSeries, Float64Array>>>
  readonly markers: readonly TimelineMarker[]
}
export interface TimelineMarker {
  readonly time: number
  readonly kind: 'stop' | 'exit' | 'signal'
  /** Number of the stop, from 0. */
  readonly index: number
  /** Source line the program stood at. */
  readonly line: number
}

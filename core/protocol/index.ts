/**
 * The wire contract between the simulation process and everybody else: one typed interface per direction, plain data
 * only. Structured clone drops an Error's class, so a failure travels as {@link Failure}. A view asks for a window of
 * rows of a named table and gets it with the moment it belongs to; what changed since the previous stop is computed in
 * the simulation process. Numbers are kB where /proc says kB, virtual nanoseconds for times; bytes only where malloc counts in bytes.
 */

import type { LessonStop } from './lesson.js'
import type { ReportProgress, ReportRequest } from './report.js'
import type { MachineOptions, MachineRange } from './machine.js'
import type {
  FrameDetail,
  FrameOrder,
  FrameRow,
  PageTypeRow,
  SlabCacheRow,
  SlabObjectRow,
  SlabRow,
  ZoneRow,
} from './physical.js'
import type {
  Compared,
  CompareRequest,
  DiffArgs,
  DiffFieldRow,
  DiffHeapRow,
  DiffLineRow,
  DiffPmapRow,
  DiffPsRow,
} from './compare.js'
import type { SavedRun, SessionProblem } from './saved-session.js'
import type { Completions, CompleteRequest } from './shell.js'
import type { StoryLineRow, StoryRow } from './story.js'

export * from './compare.js'
export * from './lesson.js'
export * from './machine.js'
export * from './physical.js'
export * from './programs.js'
export * from './report.js'
export * from './saved-session.js'
export * from './sent-rows.js'
export * from './shell.js'
export * from './story.js'

export const PROTOCOL_VERSION = 1

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure }

export interface Failure {
  /** Stable name: 'compile', 'bad-request', 'no-program', 'busy', 'internal', ... Views translate by it. */
  readonly code: string
  /** English sentence for logs and as a fallback. */
  readonly message: string
  readonly diagnostics?: readonly ProtocolDiagnostic[]
  /** Of a session file, for who says it in another language (core/words). */
  readonly problem?: SessionProblem
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

/** Bytes of a C source: far beyond any program a person reads; small enough to compile, colour and send at once. */
export const MAX_SOURCE = 1024 * 1024

export interface LoadRequest {
  readonly source: string
  /** File name for messages, e.g. "mmap-demo.c". */
  readonly path: string
  readonly profile: string
  /** Layout seed; undefined takes the profile's own. */
  readonly seed: number | undefined
  /** What of the machine is not as the profile has it. */
  readonly machine?: MachineOptions
}

export interface Loaded {
  readonly moment: Moment
  readonly warnings: readonly ProtocolDiagnostic[]
}

export interface Resumed extends Loaded {
  readonly departure: Departure
}

/** How a run that was taken up again compares with its record. */
export interface Departure {
  /**
   * 'same': to the last event of the trace; 'figures': it got to the same place in another way, so its figures may be
   * others; 'place': it could not get there: it ended, waited or ran on where the record has something else; 'paused'.
   */
  readonly what: 'same' | 'figures' | 'place' | 'paused'
  /** How many of the inputs were typed, of how many. */
  readonly typed: number
  readonly inputs: number
}

export type RunUntil =
  /** Runs to the next stop: the program waits for input, ends, or is paused. */
  | 'stop'
  /** Runs to the next statement on another line (steps into calls). */
  | 'line'

/** A moment of the run so far. */
export type SeekTarget =
  /** Virtual nanoseconds since exec, as the timeline's. */
  | { readonly to: 'time'; readonly time: number }
  /** A stop by its number, from 0. */
  | { readonly to: 'stop'; readonly stop: number }
  /** The stop before the present moment, or main's beginning; the one after it, or the end of what is recorded. */
  | { readonly to: 'stop-before' }
  | { readonly to: 'stop-after' }
  /** The line that ran before the present one. */
  | { readonly to: 'line-before' }
  /** Behind the last fault or system call of the story before the present moment; behind the next one. */
  | { readonly to: 'event-before' }
  | { readonly to: 'event-after' }
  /** Where the run has got to. */
  | { readonly to: 'end' }

export interface SimulationApi {
  hello(version: number): Promise<Reply<{ readonly version: number; readonly profiles: readonly ProfileInfo[] }>>
  /** Compiles, boots a fresh machine, execs the program and stands at the first statement of main. */
  load(request: LoadRequest): Promise<Reply<Loaded>>
  /**
   * Loads the program and brings the machine, typing what was typed, to where that run had got and then to where it was
   * looked at. Pausing ends it where it is.
   */
  resume(request: LoadRequest, run: SavedRun): Promise<Reply<Resumed>>
  /** What determines the run so far, for a file. */
  record(): Promise<Reply<SavedRun>>
  /** Same program, same seed, from the start. */
  restart(): Promise<Reply<Loaded>>
  /** Answers when halted again. A newline of input is NOT supplied: see input. */
  run(until: RunUntil): Promise<Reply<Moment>>
  pause(): Promise<Reply<Moment>>
  /** Goes to a moment of the run so far. What follows it stays recorded until the program runs on from there. */
  seek(to: SeekTarget): Promise<Reply<Moment>>
  /** Types text on the program's terminal (echoed into the output as a terminal does). Does not run. */
  input(text: string): Promise<Reply<Moment>>
  rows<T extends TableName>(query: RowsQuery<T>): Promise<Reply<RowsWindow<T>>>
  /**
   * A read-out as the tool prints it, e.g. "pmap -x $PID" or "cat /proc/$PID/smaps".
   * @param history the command lines before this one, for the shell's `history`
   */
  readout(
    command: string,
    history?: readonly string[],
  ): Promise<Reply<{ readonly moment: number; readonly text: string }>>
  /** What the shell could put at the cursor of a line that is being typed. */
  complete(request: CompleteRequest): Promise<Reply<Completions>>
  /** The terminal from character `from`, or from where it is still kept. */
  output(from: number): Promise<Reply<TerminalText & { readonly moment: number }>>
  timeline(query: TimelineQuery): Promise<Reply<TimelineWindow>>
  /**
   * Prepares the difference of two moments of the run: both are gone to beside the machine that is shown, which may take
   * as long as the run did; `comparing` tells how far it has come. Another request, or {@link cancelCompare}, ends one
   * under way with a failure 'cancelled'.
   */
  compare(request: CompareRequest): Promise<Reply<Compared>>
  cancelCompare(): Promise<Reply<undefined>>
  /**
   * The run so far as a report, gathered on machines of its own: the one that is shown stays as it is, and may run on. A
   * later request ends an earlier one, which is then answered with 'cancelled', as is one that is cancelled.
   */
  makeReport(request: ReportRequest): Promise<Reply<string>>
  cancelReport(): Promise<Reply<undefined>>
  /** What that call of malloc or free would do at this moment. Nothing is changed. */
  whatIf(call: HeapCall): Promise<Reply<WhatIf & { readonly moment: number }>>
  /**
   * What a lesson tells of the first `count` stops of the loaded program, with Enter pressed at each; fewer when it never
   * comes so far. Seen on another machine: the one that is shown does not move.
   */
  lessonStops(count: number): Promise<Reply<readonly LessonStop[]>>
}

export interface ProfileInfo {
  readonly id: string
  /** e.g. "Ubuntu 16.04: Linux 4.15, glibc 2.23". A proper name, not translated. */
  readonly title: string
  readonly kernel: string
  readonly glibc: string
  readonly procps: string
  readonly defaultSeed: number
  readonly machine: MachineRange
}

// ---- simulation -> renderer ---------------------------------------------------------------------------------------

/** A piece of the terminal's text: `from` is its first character's place in the whole. */
export interface TerminalText {
  readonly from: number
  readonly text: string
}
/** Characters of the terminal that are kept at least. */
export const TERMINAL_TEXT = 1 << 20

export interface SimulationEvents {
  /** Sent at every halt and at most once a frame while running. */
  moment(moment: Moment): void
  /** Terminal output since the last call. */
  terminal(chunk: TerminalText): void
  /** How much of a comparison is done, from 0 to 1; at most once a frame, and not for one that is over in no time. */
  comparing(done: number): void
  /** Of the report under way, at most once a frame. */
  reportProgress(progress: ReportProgress): void
}

/** 'stuck': every task waits for another, or for a signal that nobody sends. */
export type RunState = 'empty' | 'ready' | 'running' | 'paused' | 'waiting' | 'stuck' | 'exited' | 'killed'

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
  /** An earlier moment of a run that has got further: until when it is recorded (virtual nanoseconds since exec). */
  readonly recordedUntil: number | undefined
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
  /** MemFree in pages, and free pages on the CPUs' own lists, which it leaves out. */
  readonly freePages: number
  readonly pcpPages: number
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
  /** Every chunk of the process's heap in address order, then those with mappings of their own. */
  readonly heap: { readonly args: { readonly pid: number }; readonly row: HeapRow }
  /** The lists of the heap that hold something: tcache, fastbins, then bins by number. */
  readonly bins: { readonly args: { readonly pid: number }; readonly row: BinRow }
  /** malloc's parameters (mp_) and the totals of mallinfo2. */
  readonly mallinfo: { readonly args: { readonly pid: number }; readonly row: HeapFieldRow }
  /** Blocks that nothing points to any more; after the program's end, as they were before its memory went. */
  readonly leaks: { readonly args: { readonly pid: number }; readonly row: LeakRow }
  /** Why things are as they are: each fault, system call and stop since exec in order, those alike folded. */
  readonly story: { readonly args: undefined; readonly row: StoryRow }
  /** What each line of the source cost and brought, in order of lines. */
  readonly storyLines: { readonly args: { readonly pid: number }; readonly row: StoryLineRow }
  /** The pages of the mapping that begins at `start`, in address order, those that are not there too. */
  readonly pages: { readonly args: { readonly pid: number; readonly start: string }; readonly row: PageRow }
  /** The page-table entries on the way to an address, from the pgd on, to the last one or the first that is empty. */
  readonly walk: { readonly args: { readonly pid: number; readonly address: string }; readonly row: WalkRow }
  /** RAM in windows of 2^order page frames, in order of frames. */
  readonly frames: { readonly args: { readonly order: FrameOrder }; readonly row: FrameRow }
  /** One page frame; nothing where there is no RAM. */
  readonly frame: { readonly args: { readonly frame: number }; readonly row: FrameDetail }
  /** Zones with memory, lowest first, as /proc/zoneinfo. */
  readonly zones: { readonly args: undefined; readonly row: ZoneRow }
  /** Free blocks of each zone and migratetype, as /proc/pagetypeinfo. */
  readonly pagetypeinfo: { readonly args: undefined; readonly row: PageTypeRow }
  /** Caches of kernel objects in the order of /proc/slabinfo. */
  readonly slabinfo: { readonly args: undefined; readonly row: SlabCacheRow }
  /** Slabs of a cache: the CPU's first, full ones last. */
  readonly slabs: { readonly args: { readonly cache: string }; readonly row: SlabRow }
  /** Objects of the slab that begins at a frame. */
  readonly slabObjects: { readonly args: { readonly slab: number }; readonly row: SlabObjectRow }
  /** The figures of a process at both moments of a comparison. */
  readonly diffReadings: { readonly args: DiffArgs; readonly row: DiffFieldRow }
  readonly diffPs: { readonly args: DiffArgs; readonly row: DiffPsRow }
  /** pmap -x: mappings in address order, those that are gone in their places. */
  readonly diffPmap: { readonly args: DiffArgs; readonly row: DiffPmapRow }
  /** The fields of the mapping of one row of diffPmap, by its address. */
  readonly diffSmaps: { readonly args: DiffArgs & { readonly address: string }; readonly row: DiffFieldRow }
  readonly diffMeminfo: { readonly args: DiffArgs; readonly row: DiffFieldRow }
  /** The lines that did something between the two moments. */
  readonly diffLines: { readonly args: DiffArgs; readonly row: DiffLineRow }
  /** The lines whose blocks are in use at one of them. */
  readonly diffHeap: { readonly args: DiffArgs; readonly row: DiffHeapRow }
}
export type TableName = keyof Tables

/** What one query may ask for: all of most tables. */
export const MOST_ROWS = 10_000

export interface RowsQuery<T extends TableName> {
  readonly table: T
  readonly args: Tables[T]['args']
  readonly from: number
  /** At most {@link MOST_ROWS}. */
  readonly count: number
}
export interface RowsWindow<T extends TableName> {
  readonly moment: number
  readonly total: number
  readonly from: number
  readonly rows: readonly Tables[T]['row'][]
  /** pmap: the totals line. Columns in the order of `pmap -x`: Kbytes RSS Dirty. */
  readonly totals?: readonly number[]
  /** story: rows from this one on were not there at the previous halt. */
  readonly fresh?: number
}

/** Names of the row's fields that differ from the previous halt; ['*'] for a row that was not there. */
export interface Changes {
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

/** What a chunk is: in use, in which kind of list it waits, or what its place in the heap makes it. */
export type ChunkState =
  'used' | 'mmapped' | 'tcache' | 'fastbin' | 'unsorted' | 'small' | 'large' | 'free' | 'top' | 'fencepost'

/** Who asked for a block and when. Nothing is known of blocks that are free. */
interface BlockOwner {
  /** Bytes asked for; -1 if nobody is known to have asked. */
  readonly requested: number
  /** Source line of the statement that ran, 0 if unknown, and the function it is in. */
  readonly line: number
  readonly functionName: string
  /** Library function that was called: "malloc", "getline". */
  readonly call: string
  /** Number of the allocation, from 1; 0 if unknown. */
  readonly serial: number
  /** Virtual nanoseconds since exec, -1 if unknown. A moment's time less this is the block's age. */
  readonly time: number
}
export interface HeapRow extends Changes, BlockOwner {
  /** Of the chunk (its header), 16 hex digits. */
  readonly address: string
  /** Bytes of the chunk, header included. */
  readonly size: number
  readonly state: ChunkState
  /** The list it is in, as in {@link BinRow}, or nothing; and its place there, from 0, or -1. */
  readonly bin: string
  readonly position: number
  /** Flag bits of the size field that are set: A (not main arena), M (mmapped), P (previous in use). */
  readonly flags: string
  /** What malloc returned for it, 16 hex digits; nothing for top. */
  readonly user: string
  /** malloc_usable_size. */
  readonly usable: number
}
export interface BinRow extends Changes {
  /** "tcache[0]", "fastbinsY[0]", "unsorted", "smallbin 20", "largebin 79". */
  readonly name: string
  readonly kind: 'tcache' | 'fastbin' | 'unsorted' | 'small' | 'large'
  /** Smallest chunk size it takes; 0 for the unsorted one. */
  readonly size: number
  readonly count: number
  /** Chunk addresses in the list's order: the one malloc takes or looks at first comes first. */
  readonly chunks: readonly string[]
}
export interface HeapFieldRow extends Changes {
  /** Name in malloc/malloc.c or in struct mallinfo2. */
  readonly name: string
  readonly value: number
  readonly unit: 'B' | ''
}
export interface LeakRow extends Changes, BlockOwner {
  /** Of the block (what malloc returned), 16 hex digits. */
  readonly address: string
  readonly usable: number
  /** Lost itself, or only pointed to by what is lost. */
  readonly kind: 'direct' | 'indirect'
}

// ---- pages and page tables ----------------------------------------------------------------------------------------

/** One page of a mapping, by what its page-table entry says and what stands behind it. */
export interface PageRow extends Changes {
  /** 16 hex digits. */
  readonly address: string
  /**
   * absent: no entry; zero: the shared page of zeros; hidden: kept, but PROT_NONE keeps everybody out; swapped: the entry
   * says where in swap; otherwise whose page it is, as RSS counts it.
   */
  readonly state: 'absent' | 'zero' | 'anon' | 'file' | 'shmem' | 'hidden' | 'swapped'
  /** Written, by the entry or by the page itself: what smaps counts as dirty. */
  readonly dirty: boolean
  readonly accessed: boolean
  /** The entry permits writing. */
  readonly writable: boolean
  /** Part of one entry for 2 MiB. */
  readonly huge: boolean
  /** Page-table entries that map the page, in all processes; 2 or more is shared. 0 where there is no page of its own. */
  readonly sharers: number
  /** Page frame, -1 if none. */
  readonly frame: number
}

/** In the order of a walk. */
export const TABLE_LEVELS = ['pgd', 'pud', 'pmd', 'pte'] as const
export type TableLevel = (typeof TABLE_LEVELS)[number]
/** Bits of an entry under the names of arch/x86/include/asm/pgtable_types.h, without _PAGE_. */
export const ENTRY_BITS = ['PRESENT', 'RW', 'USER', 'ACCESSED', 'DIRTY', 'PSE', 'PROTNONE', 'SPECIAL', 'NX'] as const
export type EntryBit = (typeof ENTRY_BITS)[number]

export interface WalkRow extends Changes {
  readonly level: TableLevel
  /** Which of the table's 512 entries. */
  readonly index: number
  /** Page frame of the table itself. */
  readonly table: number
  /** The entry, 16 hex digits. */
  readonly entry: string
  readonly bits: readonly EntryBit[]
  /** Page frame the entry leads to: the next table's, or the page's; -1 if it leads nowhere. */
  readonly frame: number
  /** Nothing lies below: it is the page's own entry, or empty. */
  readonly last: boolean
}

// ---- what a call would do -----------------------------------------------------------------------------------------

/** A call of the allocator that might be made now. Addresses and sizes in bytes. */
export type HeapCall =
  | { readonly call: 'malloc'; readonly size: number }
  | { readonly call: 'calloc'; readonly count: number; readonly size: number }
  | { readonly call: 'realloc'; readonly block: number; readonly size: number }
  | { readonly call: 'memalign'; readonly alignment: number; readonly size: number }
  | { readonly call: 'free'; readonly block: number }

/** One thing it would change, in order. `address` is a chunk's, `size` its bytes; lists are named as in {@link BinRow}. */
export type HeapStep =
  /** The heap comes up: main_arena is initialised, the thread gets its tcache. */
  | { readonly step: 'init' }
  /** A chunk of the right size leaves its list. */
  | { readonly step: 'take'; readonly address: number; readonly size: number; readonly from: string }
  /** The front of a larger free chunk; the rest goes to the list `to`. */
  | {
      readonly step: 'split'
      readonly address: number
      readonly size: number
      readonly from: string
      readonly rest: number
      readonly restSize: number
      readonly to: string
    }
  /** The front of top. */
  | { readonly step: 'cut-top'; readonly address: number; readonly size: number; readonly topSize: number }
  /** Another chunk changes its list, or is merged into the chunk at `into`. */
  | {
      readonly step: 'move'
      readonly address: number
      readonly size: number
      readonly from: string
      readonly to: string
      readonly into: number
    }
  /** The block freed goes to a list, or to top; larger than it was if neighbours were free. */
  | {
      readonly step: 'put'
      readonly address: number
      readonly size: number
      readonly to: string
      /** Chunks in the list then. */
      readonly count: number
    }
  | { readonly step: 'merge'; readonly with: 'previous' | 'next' | 'top'; readonly address: number }
  | { readonly step: 'resize'; readonly address: number; readonly from: number; readonly to: number }
  | { readonly step: 'copy'; readonly from: number; readonly to: number }
  | { readonly step: 'brk'; readonly by: number; readonly to: number }
  | { readonly step: 'mmap'; readonly address: number; readonly length: number }
  | { readonly step: 'munmap'; readonly address: number; readonly length: number }
  | { readonly step: 'mremap'; readonly address: number; readonly length: number; readonly to: number }
  /** The dynamic threshold rises. */
  | { readonly step: 'threshold'; readonly mmap: number; readonly trim: number }

export interface WhatIf {
  readonly end:
    | { readonly how: 'returns'; readonly value: number }
    /** glibc finds its data damaged: what it prints before SIGABRT. */
    | { readonly how: 'aborts'; readonly message: string }
    /** It touches what is not mapped. */
    | { readonly how: 'signal'; readonly signal: number; readonly address: number }
  readonly steps: readonly HeapStep[]
}

// ---- timeline -----------------------------------------------------------------------------------------------------

/**
 * Counters at every event. `pss` takes a walk over the process's pages: it is read where the program stops, and holds
 * until the next stop. `heap`: what was asked of malloc and not given back.
 */
export const TIMELINE_SERIES = [
  'rss',
  'rssAnon',
  'rssFile',
  'rssShmem',
  'dirty',
  'pss',
  'heap',
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

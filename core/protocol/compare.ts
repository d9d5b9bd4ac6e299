/**
 * Two moments of one run side by side: what the tools say at the one, at the other, and what moved between them. Both are
 * computed beside the simulation; `compare` prepares them, and the tables whose names begin with `diff` are read from what
 * it prepared. Amounts are kB unless a row says otherwise. `after` less `before` is the difference; -1 stands for nothing.
 */
import type { MappingKind } from './index.js'
import type { SavedPlace } from './saved-session.js'

/** A moment of the run; at time 0 main begins. 'now': the one that is shown. */
export type MomentRef = 'now' | SavedPlace

export interface CompareRequest {
  readonly from: MomentRef
  readonly to: MomentRef
}

/** Where the machine stood. */
export interface ComparedMoment {
  readonly time: number
  /** Number of the stop, from 0; undefined between stops. */
  readonly stop: number | undefined
  /** Line of the source, 0 when the program had ended. */
  readonly line: number
}

export interface Compared {
  /** Names what was prepared, for {@link DiffArgs}. */
  readonly id: number
  readonly from: ComparedMoment
  readonly to: ComparedMoment
  /** Processes that were there at one of the two, the program's first one first. */
  readonly pids: readonly number[]
}

export interface DiffArgs {
  readonly id: number
  readonly pid: number
  /** Only rows in which something differs. */
  readonly moved?: boolean
}

/** What became of a row between the two moments. Grown and shrunk are a mapping's size. */
export type DiffState = 'same' | 'changed' | 'added' | 'gone' | 'grown' | 'shrunk'

/** A field with a value at both moments: a number to be subtracted, or a word. */
export interface DiffFieldRow {
  readonly name: string
  readonly unit: 'kB' | 'B' | ''
  /** undefined: it was not there. */
  readonly before: number | string | undefined
  readonly after: number | string | undefined
}

export interface Pair {
  readonly before: number | undefined
  readonly after: number | undefined
}

export interface DiffPsRow {
  readonly pid: number
  readonly command: string
  readonly state: DiffState
  readonly majflt: Pair
  readonly minflt: Pair
  readonly vsz: Pair
  readonly rss: Pair
}

export interface DiffPmapRow {
  /** Where it began, or begins if it was not there: 16 hex digits. */
  readonly address: string
  readonly mapping: string
  readonly kind: MappingKind
  readonly state: DiffState
  readonly modeBefore: string
  readonly modeAfter: string
  readonly kbytes: Pair
  readonly rss: Pair
  readonly dirty: Pair
}

/** What a line cost from its first moment on, at both moments. */
export interface DiffLineRow {
  readonly key: string
  /** 0: before main; -1: after it. */
  readonly line: number
  readonly functionName: string
  readonly minflt: Pair
  readonly majflt: Pair
  readonly calls: Pair
  /** RSS that it brought. */
  readonly rss: Pair
}

/** Blocks that a line had asked for and nobody had freed; bytes as asked for. */
export interface DiffHeapRow {
  readonly key: string
  readonly line: number
  readonly functionName: string
  readonly call: string
  readonly blocks: Pair
  readonly bytes: Pair
}

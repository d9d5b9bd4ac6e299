/**
 * Rows of the story: what happened, why, and on which line of the source, as ids and numbers. The ids are the names of the
 * trace's schema; core/words says them in both languages. Addresses and lengths in bytes, amounts of memory in kB.
 */
import type { Backing, FaultAction, MmBranch, PteState, VmaFound } from '../trace/index.js'
import type { Changes } from './index.js'

export type FaultActionId = keyof typeof FaultAction
export type PteStateId = keyof typeof PteState
export type BackingId = keyof typeof Backing
export type VmaFoundId = keyof typeof VmaFound
export type MmBranchId = keyof typeof MmBranch

/** How far memory moved; negative when it was given back. */
export interface StoryMoved {
  readonly anonKb: number
  readonly fileKb: number
  readonly shmemKb: number
  readonly dirtyKb: number
  /** Page tables: not part of RSS. */
  readonly tablesKb: number
}

export interface StoryMapping {
  readonly start: number
  readonly end: number
  /** "rw-p" */
  readonly perms: string
  /** Last part of the path, "[heap]" and the like; nothing for anonymous memory. */
  readonly name: string
  /** Who made it: a line of the source (0: before main) and the library function called there. */
  readonly line: number
  readonly call: string
  /** Where the piece that this line made begins: the mapping may have become one with others. */
  readonly piece: number
}

/**
 * What libc is at, inside the function the program called: its code is fetched for the first time (`symbol`), a stream
 * gets its buffer, the allocator asks the kernel for memory or gives it back.
 */
export type LibcDoing = '' | 'code' | 'buffer' | 'malloc' | 'free'

interface Happened extends Changes {
  /** Number of the row, from 0. */
  readonly index: number
  readonly pid: number
  /** Virtual nanoseconds since exec. */
  readonly time: number
  /** Stops before it: 0 until the program first waited for input. */
  readonly stop: number
  /** Line of the statement; 0 before main, -1 after it. */
  readonly line: number
  readonly functionName: string
  /** Library function the program called, or nothing. */
  readonly call: string
  readonly doing: LibcDoing
  /** With `code`: the function whose code it is. */
  readonly symbol: string
  /** How many alike this row stands for; the individual ones come before it. */
  readonly count: number
  /** Of all of them. */
  readonly moved: StoryMoved
}

export interface StoryFault extends Happened {
  readonly kind: 'fault'
  readonly access: 'read' | 'write' | 'exec'
  /** The kernel accessed user memory on behalf of a system call, named by `during` once that has returned. */
  readonly inCall: boolean
  readonly during: string
  readonly address: number
  /** Of the last one when it stands for several. */
  readonly lastAddress: number
  readonly found: VmaFoundId
  readonly mapping: StoryMapping | undefined
  readonly permitted: boolean
  readonly before: PteStateId
  readonly backing: BackingId
  readonly action: FaultActionId
  /** It waited for the disk. */
  readonly major: boolean
  /** Page frame entered, -1 if none. */
  readonly frame: number
  /** Pages entered: more than one with fault-around and huge pages. */
  readonly pages: number
  /** The task's counters after it (after the last one). */
  readonly minflt: number
  readonly majflt: number
}

export interface StoryCall extends Happened {
  readonly kind: 'call'
  readonly name: string
  /** As strace prints them. */
  readonly args: readonly string[]
  /** Value returned, -errno for an error. */
  readonly result: number
  /** "ENOMEM"; nothing when it succeeded. */
  readonly error: string
  readonly branches: readonly MmBranchId[]
  /** What it did to the mappings, in order. */
  readonly changes: readonly VmaChange[]
}

/** One change of a mapping. `flags` as in maps: "rw-p". */
export type VmaChange =
  | {
      readonly change: 'insert'
      readonly start: number
      readonly end: number
      readonly perms: string
      readonly merged: 'no' | 'below' | 'above' | 'both'
    }
  | { readonly change: 'remove'; readonly start: number; readonly end: number; readonly perms: string }
  | { readonly change: 'split'; readonly at: number; readonly start: number; readonly end: number }
  | {
      readonly change: 'flags'
      readonly start: number
      readonly end: number
      readonly from: string
      readonly perms: string
      readonly merged: 'no' | 'below' | 'above' | 'both'
    }
  | { readonly change: 'grow'; readonly start: number; readonly from: number; readonly end: number }
  | { readonly change: 'move'; readonly start: number; readonly end: number; readonly to: number }

/** Where the program stood still, with its counters then. */
export interface StoryMark extends Happened {
  readonly kind: 'main' | 'stop' | 'exit' | 'signal'
  /** Exit code, or number of the signal. */
  readonly value: number
  readonly rssKb: number
  readonly minflt: number
  readonly majflt: number
}

export type StoryRow = StoryFault | StoryCall | StoryMark

/** What one line did since exec. The sums over all lines are the process's counters. */
export interface StoryLineRow extends Changes {
  /** "12 main": names the row. */
  readonly key: string
  /** 0: before main, or inherited at fork; -1: after main. */
  readonly line: number
  readonly functionName: string
  readonly minflt: number
  readonly majflt: number
  readonly calls: number
  readonly moved: StoryMoved
}

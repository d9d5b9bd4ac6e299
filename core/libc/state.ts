/**
 * Everything of libc that is not in user memory, as plain JSON: what a snapshot keeps. In the real library most of it
 * sits in FILE objects and statics of libc's .data and .bss; there the program could overwrite it, here it cannot.
 */
import type { GetoptState } from './getopt/state.js'
import type { ThreadState } from './pthread/state.js'

/** A FILE: addresses point into the stream's buffer, which does live in user memory. */
export interface StreamState {
  /** Of the FILE, in user memory. */
  readonly address: number
  /** The FILE came from malloc; the standard ones are libc's own. */
  readonly allocated: boolean
  /** -1 once it is closed. */
  fd: number
  canRead: boolean
  canWrite: boolean
  append: boolean
  unbuffered: boolean
  lineBuffered: boolean
  /** The buffer is in use for output (_IO_CURRENTLY_PUTTING). */
  putting: boolean
  eof: boolean
  error: boolean
  bufBase: number
  bufEnd: number
  /** The buffer came from malloc; closing the stream frees it (_IO_USER_BUF is not set). */
  ownBuffer: boolean
  readPtr: number
  readEnd: number
  writeBase: number
  writePtr: number
  /** Where in the file the end of what was read is, -1 when that has to be asked for (_offset). */
  offset: number
  /** Characters pushed back by ungetc that are not the ones in the buffer, last pushed first. */
  pushback: number[]
}

/** Input that a call had consumed when it had to wait: handed out again when the call is issued again. */
export interface UnfinishedInput {
  /** Address of the FILE. */
  readonly stream: number
  readonly bytes: number[]
}

export interface RandomState {
  readonly table: number[]
  front: number
  rear: number
}

export interface LibcState {
  streams: StreamState[]
  unfinished: UnfinishedInput | null
  random: RandomState
  /** Where strerror and strsignal have put which text: offsets in libc's area for them. */
  texts: { places: Record<string, number>; used: number }
  /** The list of variables that libc has made (last_environ), and where the texts of setenv are (known_values). */
  environment: { list: number; known: Record<string, number> }
  getopt: GetoptState
  /** Save pointer of strtok. */
  strtok: number
  /** Pages qsort may take from malloc; 0 until it asked (the statics of __qsort_r). */
  sortPages: number
  /** The break as sbrk knows it (__curbrk); 0 until it was asked for. */
  brk: number
  /** Virtual time when this libc came up, and time spent asleep since: what clock() must leave out. */
  startedAt: number
  slept: number
  /** abort was called: should a handler return, the next SIGABRT has none. */
  aborting: boolean
  pthread: ThreadState
  /** Functions that the loader has bound: their calls go straight there. */
  bound: string[]
  allocator: unknown
}

/** A copy that shares nothing with the original. */
export const copyOf = <T>(state: T): T => JSON.parse(JSON.stringify(state)) as T

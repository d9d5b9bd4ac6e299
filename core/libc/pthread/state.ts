/** What the C library knows of threads outside user memory, and notes that waiting calls leave for when they are issued again. */
import type { Runtime } from '../runtime.js'
import type { ThreadEnding } from './thread-end.js'

export interface ThreadRecord {
  /** Its struct pthread, which is what pthread_t holds. */
  readonly pd: number
  /** The whole mapping, guard included. */
  readonly stack: number
  readonly stackBytes: number
  readonly guardBytes: number
  tid: number
  detached: boolean
  /** What it returned. */
  result: number
  ended: boolean
}

export interface ThreadState {
  /** There was a second thread (the contrary of SINGLE_THREAD_P). */
  multiple: boolean
  /** Those with a stack in use, the latest first (_dl_stack_used). */
  used: ThreadRecord[]
  /** Those whose stacks wait for a new thread, the latest first (_dl_stack_cache). */
  cache: ThreadRecord[]
  /** Values of thread-specific keys by thread, then by key. */
  values: Record<number, Record<number, number>>
  keys: { used: boolean; destructor: number }[]
  /** Functions of the library unit that a thread runs at its end; null when none was asked for. */
  atEnd: { cleanup: number; destructors: number } | null
  /** Threads that are on their way out, by thread. */
  ending: Record<number, ThreadEnding>
  /** By thread: what a call has done before it had to wait. */
  notes: Record<number, number>
}

export const freshThreads = (): ThreadState => ({
  multiple: false,
  used: [],
  cache: [],
  values: {},
  keys: [],
  atEnd: null,
  ending: {},
  notes: {},
})

/** The note of the calling thread's waiting call; undefined when the call is new. */
export const note = (rt: Runtime): number | undefined => rt.state.pthread.notes[rt.ctx.threadPointer()]

export function leaveNote(rt: Runtime, value: number): void {
  rt.state.pthread.notes[rt.ctx.threadPointer()] = value
}

export function dropNote(rt: Runtime): void {
  delete rt.state.pthread.notes[rt.ctx.threadPointer()]
}

export const recordOf = (rt: Runtime, pd: number): ThreadRecord | undefined =>
  rt.state.pthread.used.find((thread) => thread.pd === pd)

/** The id of the calling thread, as its struct pthread holds it. */
export const ownTid = (rt: Runtime): number => rt.sys.gettid()

/**
 * What glibc keeps for each thread in its thread-local storage: the arena it is attached to and its tcache. Whose turn
 * it is, is told from outside: Ptmalloc.threadStarts, switchThread and threadExits. The first thread has number 0.
 */

export interface ThreadCache {
  /** thread_arena: address of the malloc_state, 0 before the first allocation. */
  arena: number
  /** tcache: address of the tcache_perthread_struct, or 0. */
  tcache: number
  /** The first chunk size that the tcache does not take, 0 if there is none. */
  tcacheLimit: number
  /** What marks blocks in the tcache: the structure's own address, since 2.34 a random number. */
  keyLow: number
  keyHigh: number
  /** tcache_shutting_down: at the end of a thread no new tcache is made. */
  shuttingDown: boolean
}

export const freshThread = (): ThreadCache => ({
  arena: 0,
  tcache: 0,
  tcacheLimit: 0,
  keyLow: 0,
  keyHigh: 0,
  shuttingDown: false,
})

/** Those of 32 bits. */
export const INT_FIELDS = ['keyLow', 'keyHigh'] as const

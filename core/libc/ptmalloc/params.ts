/**
 * struct malloc_par (mp_) and the few other statics of malloc/malloc.c, as globals of the module: no program can reach
 * them by their address, which differs from build to build.
 *
 * size_t values that mallopt made out of a negative int are negative here (see globals.ts).
 */

export interface Params {
  initialized: boolean
  /** Largest chunk for fastbins (global_max_fast). */
  maxFast: number
  perturb: number
  trimThreshold: number
  topPad: number
  mmapThreshold: number
  arenaTest: number
  arenaMax: number
  /** Arenas there are, and how many there may be: 0 until that was decided (arena_get2). */
  narenas: number
  narenasLimit: number
  /** The first arena without a thread, and the one reused next, by address; 0 for none. */
  freeList: number
  nextToUse: number
  /** aligned_heap_area: room behind the last heap that was reserved and given back, or 0. */
  alignedHeapArea: number
  /** A second thread was started once (SINGLE_THREAD_P is false). */
  multiThreaded: boolean
  nMmaps: number
  nMmapsMax: number
  maxNMmaps: number
  noDynThreshold: boolean
  mmappedMem: number
  maxMmappedMem: number
  maxTotalMem: number
  sbrkBase: number
  tcacheBins: number
  /** Since 2.42 malloc and free ask the tcache for chunks below this size. */
  tcacheMaxBytes: number
  tcacheCount: number
  tcacheUnsortedLimit: number
  /** Random mark of blocks in a tcache (since 2.34), the same for all threads. */
  tcacheKeyLow: number
  tcacheKeyHigh: number
}

export const freshParams = (): Params => ({
  initialized: false,
  maxFast: 0,
  perturb: 0,
  trimThreshold: 128 * 1024,
  topPad: 128 * 1024,
  mmapThreshold: 128 * 1024,
  arenaTest: 8,
  arenaMax: 0,
  narenas: 1,
  narenasLimit: 0,
  freeList: 0,
  nextToUse: 0,
  alignedHeapArea: 0,
  multiThreaded: false,
  nMmaps: 0,
  nMmapsMax: 65536,
  maxNMmaps: 0,
  noDynThreshold: false,
  mmappedMem: 0,
  maxMmappedMem: 0,
  maxTotalMem: 0,
  sbrkBase: 0,
  tcacheBins: 64,
  tcacheMaxBytes: 1032,
  tcacheCount: 7,
  tcacheUnsortedLimit: 0,
  tcacheKeyLow: 0,
  tcacheKeyHigh: 0,
})

/** Those of 32 bits. */
export const INT_PARAMS = ['perturb', 'nMmaps', 'nMmapsMax', 'maxNMmaps', 'tcacheKeyLow', 'tcacheKeyHigh'] as const

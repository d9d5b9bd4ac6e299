/** Parameters and the calling thread's storage, given with the instance: what they mean is said in ../params.ts, ../threads.ts. */

/** The dynamic threshold rises at most to this. */
export const MMAP_THRESHOLD_MAX: u64 = 33554432
/** A heap that mmap has to make because brk cannot is at least this large. */
export const MMAP_AS_MORECORE: u64 = 1048576
/** free() of a chunk this large consolidates and looks at top. */
export const CONSOLIDATION_THRESHOLD: u64 = 65536
const DEFAULT_MXFAST: u64 = 128

export declare namespace mp {
  let initialized: bool
  let maxFast: u64
  let perturb: i32
  let trimThreshold: u64
  let topPad: u64
  let mmapThreshold: u64
  let arenaTest: u64
  let arenaMax: u64
  let narenas: u64
  let narenasLimit: u64
  let freeList: u64
  let nextToUse: u64
  let alignedHeapArea: u64
  let multiThreaded: bool
  let nMmaps: i32
  let nMmapsMax: i32
  let maxNMmaps: i32
  let noDynThreshold: bool
  let mmappedMem: u64
  let maxMmappedMem: u64
  let maxTotalMem: u64
  let sbrkBase: u64
  let tcacheBins: u64
  let tcacheMaxBytes: u64
  let tcacheCount: u64
  let tcacheUnsortedLimit: u64
  let tcacheKeyLow: i32
  let tcacheKeyHigh: i32
}

export declare namespace thread {
  let arena: u64
  let tcache: u64
  let tcacheLimit: u64
  let keyLow: i32
  let keyHigh: i32
  let shuttingDown: bool
}

/** @glibc set_max_fast malloc/malloc.c */
export function setMaxFast(request: u64): void {
  mp.maxFast = request == 0 ? 16 : (request + 8) & -16
}
export function setDefaultMaxFast(): void {
  setMaxFast(DEFAULT_MXFAST)
}

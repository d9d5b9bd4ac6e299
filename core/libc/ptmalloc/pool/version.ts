/** The version that is modelled, given with the instance: MallocVersion and ArenaLayout of ../version.ts, word for word. */
export declare const minor: u32
export declare const heapInfo: u64
export declare const tcacheCounter: u32
export declare const largeTcache: bool
export declare const tcacheForCalloc: bool
export declare const tcacheForMemalign: bool
export declare const freesToSmallBins: bool
export declare const remaindersSkipTcache: bool
export declare const memalignMerges: bool
export declare const reallocKeeps: bool
/** There is a key, and it is random. */
export declare const hasTcacheKey: bool
export declare const randomKey: bool
export declare const safeLinking: bool
export declare const singleThreadPath: bool
export declare const ptrdiffLimit: bool
export declare const checksUnlinkSize: bool
export declare const checksSizes: bool
export declare const checksUnsortedTwice: bool
export declare const checksMoved: bool
export declare const checksMapped: bool
export declare const checksLargeInsert: bool
export declare const limitsMmapThreshold: bool

/** Offsets in struct malloc_state. */
export declare const flagsAt: u64
/** 0 where a bit of flags says it. */
export declare const haveFastAt: u64
export declare const fastbinsAt: u64
export declare const topAt: u64
export declare const lastRemainderAt: u64
export declare const binsAt: u64
export declare const binmapAt: u64
export declare const nextAt: u64
export declare const attachedThreadsAt: u64
export declare const systemMemAt: u64
export declare const maxSystemMemAt: u64
export declare const arenaSize: u64

/** Its address. */
export declare const mainArena: u64

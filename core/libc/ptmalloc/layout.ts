/**
 * A chunk's layout in simulated memory (malloc/malloc.c, struct malloc_chunk), and the sizes of the lists. For who changes
 * the heap (pool/, in WebAssembly) and who looks at it alike.
 *
 *     in use                                  free
 *     chunk +0   prev_size (user data of      chunk +0   prev_size
 *                the chunk below, if in use)
 *           +8   size | A | M | P                   +8   size | A | M | P
 *     mem   +16  user data                          +16  fd            next in its bin
 *                ...                                +24  bk            previous in its bin
 *                                                   +32  fd_nextsize   large chunks only: next smaller size
 *                                                   +40  bk_nextsize   next larger size
 *     chunk + size +0  last word of user data       ...  size again (the next chunk's prev_size)
 *                  +8  size | ... | P = 1                size | ... | P = 0
 *
 *     in a fastbin                            in the tcache
 *           +16  fd (mangled since 2.32)            +16  next, pointing at user data (mangled since 2.32)
 *                                                   +24  key (since 2.29)
 */

/** SIZE_SZ: the size field, the only part of a header that no user may write to. */
export const SIZE_SZ: u64 = 8
/** CHUNK_HDR_SZ: from a chunk to its user data. */
export const HEADER: u64 = 16
export const MALLOC_ALIGNMENT: u64 = 16
/** MINSIZE: room for the header and the links of a free chunk. */
export const MINSIZE: u64 = 32
export const PAGE: u64 = 4096

export const PREV_INUSE: u64 = 1
export const IS_MMAPPED: u64 = 2
export const NON_MAIN_ARENA: u64 = 4
/** All three. */
export const SIZE_BITS: u64 = 7

export const FD: u64 = 16
export const BK: u64 = 24

/** The first size that goes to large bins. */
export const MIN_LARGE: u64 = 1024

/** Bins are numbered from 1, the last one is never used. */
export const NBINS: u32 = 128
export const NFASTBINS: u32 = 10

/** Lists of the tcache of one size each, and since 2.42 those for ranges. */
export const TCACHE_BINS: u32 = 64
export const TCACHE_LARGE_BINS: u32 = 12

/** HEAP_MAX_SIZE: room of a heap that is not the main one. */
export const HEAP_MAX: u64 = 67108864
/** Largest request that M_MXFAST may give to fastbins. */
export const MAX_FAST_REQUEST: u64 = 160

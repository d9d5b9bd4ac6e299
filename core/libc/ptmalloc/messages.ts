/** Numbers of what glibc says when it finds its data damaged; the texts are in checks.ts. */
export const NO_CHECK: i32 = 0

export const UNLINK_SIZE: i32 = 1
export const UNLINK_LIST: i32 = 2
export const UNLINK_SIZES: i32 = 3
export const SMALLBIN_INSERT: i32 = 4
export const LARGEBIN_SIZES: i32 = 5
export const LARGEBIN_BK: i32 = 6
export const UNSORTED_FROM_LARGE: i32 = 7
export const UNSORTED_FROM_LARGER: i32 = 8
export const UNSORTED_FREE: i32 = 9
export const UNSORTED_REMOVE: i32 = 10

export const FASTBIN_PREV_SIZE: i32 = 11
export const FASTBIN_UNALIGNED: i32 = 12
export const FASTBIN_SIZE: i32 = 13
export const FREE_PREV_SIZE: i32 = 14

export const MALLOC_FAST_UNALIGNED: i32 = 15
export const MALLOC_FAST_MOVED_UNALIGNED: i32 = 16
export const MALLOC_FAST_SIZE: i32 = 17
export const MALLOC_FAST_MOVED_SIZE: i32 = 18
export const MALLOC_SMALLBIN: i32 = 19
export const MALLOC_CORRUPTION: i32 = 20
export const UNSORTED_SIZE: i32 = 21
export const UNSORTED_NEXT_SIZE: i32 = 22
export const UNSORTED_PREV_SIZE: i32 = 23
export const UNSORTED_LIST: i32 = 24
export const UNSORTED_PREV_INUSE: i32 = 25
export const TOP_SIZE: i32 = 26

export const MUNMAP_POINTER: i32 = 27
export const FREE_POINTER: i32 = 28
export const FREE_SIZE: i32 = 29
export const FREE_NEXT_FAST: i32 = 30
export const DOUBLE_FREE_FAST: i32 = 31
export const DOUBLE_FREE_TOP: i32 = 32
export const DOUBLE_FREE_OUT: i32 = 33
export const DOUBLE_FREE_PREV: i32 = 34
export const FREE_NEXT_NORMAL: i32 = 35

export const TCACHE_UNALIGNED: i32 = 36
export const TCACHE_TOO_MANY: i32 = 37
export const TCACHE_FREE_UNALIGNED: i32 = 38
export const TCACHE_DOUBLE_FREE: i32 = 39
export const TCACHE_EXIT_UNALIGNED: i32 = 40

export const REALLOC_POINTER: i32 = 41
export const MREMAP_POINTER: i32 = 42
export const REALLOC_OLD_SIZE: i32 = 43
export const REALLOC_NEXT_SIZE: i32 = 44

export const MALLINFO_UNALIGNED: i32 = 45

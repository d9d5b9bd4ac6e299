/** Parameters of mallopt(3), as in malloc.h. */
export const M_MXFAST: i32 = 1
export const M_TRIM_THRESHOLD: i32 = -1
export const M_TOP_PAD: i32 = -2
export const M_MMAP_THRESHOLD: i32 = -3
export const M_MMAP_MAX: i32 = -4
export const M_CHECK_ACTION: i32 = -5
export const M_PERTURB: i32 = -6
export const M_ARENA_TEST: i32 = -7
export const M_ARENA_MAX: i32 = -8

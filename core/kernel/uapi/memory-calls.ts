/**
 * The system calls about a process's own memory beyond mmap and its nearest kin: locking, residency, limits and use;
 * with the constants of their man pages (include/uapi/asm-generic/mman-common.h, linux/mman.h, asm-generic/resource.h).
 */

export const MAP_NONBLOCK = 0x10000

export const MREMAP_DONTUNMAP = 4

/** mprotect: from the start of a mapping that grows down, to the end of one that grows up. */
export const PROT_SEM = 0x8
export const PROT_GROWSDOWN = 0x0100_0000
export const PROT_GROWSUP = 0x0200_0000

export const MADV_FREE = 8
export const MADV_DONTFORK = 10
export const MADV_DOFORK = 11
export const MADV_HUGEPAGE = 14
export const MADV_NOHUGEPAGE = 15
export const MADV_DONTDUMP = 16
export const MADV_DODUMP = 17
export const MADV_WIPEONFORK = 18
export const MADV_KEEPONFORK = 19
export const MADV_COLD = 20
export const MADV_PAGEOUT = 21
export const MADV_POPULATE_READ = 22
export const MADV_POPULATE_WRITE = 23
export const MADV_DONTNEED_LOCKED = 24
export const MADV_COLLAPSE = 25

export const MLOCK_ONFAULT = 1
export const MCL_CURRENT = 1
export const MCL_FUTURE = 2
export const MCL_ONFAULT = 4

export const RUSAGE_SELF = 0
export const RUSAGE_CHILDREN = -1
export const RUSAGE_THREAD = 1

export const RLIMIT_DATA = 2
export const RLIMIT_STACK = 3
export const RLIMIT_NPROC = 6
export const RLIMIT_NOFILE = 7
export const RLIMIT_MEMLOCK = 8
export const RLIMIT_AS = 9
export const RLIM_NLIMITS = 16
/** No limit. The type's largest value is 2^64 - 1; as a number it is this. */
export const RLIM_INFINITY = 2 ** 64

/** How much memory there is, as sysinfo(2) tells: pages. */
export interface SystemMemory {
  readonly totalPages: number
  readonly freePages: number
  /** Tasks there are. */
  readonly tasks: number
}

export interface MemoryCalls {
  /** `flags`: 0 or MLOCK_ONFAULT (mlock2). */
  mlock(addr: number, length: number, flags: number): number
  munlock(addr: number, length: number): number
  mlockall(flags: number): number
  munlockall(): number
  /** Writes a byte for each page to `vector`. */
  mincore(addr: number, length: number, vector: number): number
  /** Writes a struct rusage. */
  getrusage(who: number, buffer: number): number
  /** Reads new limits and writes the old ones where the addresses are not 0; `pid` 0 is the caller. */
  prlimit(pid: number, resource: number, newLimit: number, oldLimit: number): number
  sysinfo(): SystemMemory
}

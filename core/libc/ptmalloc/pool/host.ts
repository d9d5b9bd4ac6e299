/** What the allocator asks of the machine and of who runs it; the other side is ../module.ts. */

/** The misses of {@link UserCpu}. */
export declare function loadMiss(low: i32, high: i32, size: i32): u32
export declare function storeMiss(low: i32, high: i32, size: i32, valueLow: i32, valueHigh: i32): void
/** Ranges that do not lie in one page of the TLB. */
export declare function fillFar(address: f64, byte: u32, length: f64): void
export declare function copyFar(to: f64, from: f64, length: f64): void

/** Fetch of sbrk's code; the calls below do that for themselves. */
export declare function touchSbrk(): void
/** sbrk(3): the break before, or -1. */
export declare function sbrk(increment: f64): f64
/** A new mapping to read and write; negative where there is none to be had. */
export declare function mmap(length: f64): f64
/** Room without access, where it is asked for if that is free (0: anywhere). */
export declare function reserve(address: f64, length: f64): f64
export declare function munmap(address: f64, length: f64): void
/** Grows or shrinks a mapping; it may move. */
export declare function mremap(address: f64, length: f64, wanted: f64): f64
/** Reserved room becomes usable. @returns 0, or negative */
export declare function mprotect(address: f64, length: f64): f64
/** MADV_DONTNEED */
export declare function discard(address: f64, length: f64): void

/** CPUs there are. */
export declare function cpus(): u32
/** The parameters that the environment sets, by calls of setOption and stores to parameters. */
export declare function applyTunables(): void

/** None of these returns: a message and SIGABRT. The address is for versions that print it. */
export declare function corrupted(message: i32, addressLow: i32, addressHigh: i32): void
export declare function assertSoundTop(): void
export declare function assertSoundMapping(): void
export declare function breakAdjusted(at: f64): void

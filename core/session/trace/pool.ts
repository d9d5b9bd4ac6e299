/** The allocator: exports of core/libc/ptmalloc/pool, called without the host between. */
export declare function mallocBytes(bytes: u64): u64
export declare function callocBytes(count: u64, size: u64): u64
export declare function reallocBytes(block: u64, bytes: u64): u64
export declare function memalignBytes(alignment: u64, bytes: u64): u64
export declare function freeBlock(block: u64): void
export declare function usableSizeOf(block: u64): u64
export declare function headOf(chunk: u64): u64
/** Eight bytes of the machine's memory. */
export declare function word(address: u64): u64
export declare function setWord(address: u64, value: u64): void

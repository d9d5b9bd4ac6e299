/**
 * What differs between versions of glibc's malloc, as data. Every model of a version is the same code with another of
 * these; the thresholds are the releases that changed the behaviour (glibc's NEWS and the history of malloc/malloc.c).
 *
 * Left out: tunables, MTAG, transparent and explicit huge pages (2.35); that 2.42 initialises the allocator at the start of
 * the program; what 2.37 to 2.41 did and 2.42 does not any more (realloc that never shrinks, memalign that searches bins).
 */

/** Offsets in struct malloc_state. */
export interface ArenaLayout {
  readonly flags: number
  /** have_fastchunks, or 0 where a bit of `flags` says so. */
  readonly haveFast: number
  readonly fastbins: number
  readonly top: number
  readonly lastRemainder: number
  readonly bins: number
  readonly binmap: number
  readonly next: number
  readonly attachedThreads: number
  readonly systemMem: number
  readonly maxSystemMem: number
  readonly size: number
}

export interface MallocVersion {
  readonly minor: number
  readonly layout: ArenaLayout
  /** sizeof(heap_info): with pagesize since 2.35. */
  readonly heapInfo: number
  /** Bytes of one counter of the tcache (two since 2.30); 0: there is no tcache (before 2.26). */
  readonly tcacheCounter: 0 | 1 | 2
  /**
   * Since 2.42 the tcache has 12 further lists, sorted by size, for chunks up to 4 MiB if a tunable asks for it; its
   * counters say how many blocks there is room for; and free asks it before it looks at anything else.
   */
  readonly largeTcache: boolean
  /** calloc takes from the tcache (2.41), memalign too (2.38). */
  readonly tcacheForCalloc: boolean
  readonly tcacheForMemalign: boolean
  /** Small chunks that are freed go to their own bin, not by way of the unsorted one (2.41). */
  readonly freesToSmallBins: boolean
  /** What is left over by realloc, memalign and sysmalloc never goes to the tcache (2.42). */
  readonly remaindersSkipTcache: boolean
  /** memalign gives back what is too much to the neighbours, however little it is (2.39). */
  readonly memalignMerges: boolean
  /** realloc leaves a block alone that is too large by less than 16 bytes, a mapping by at most a page (2.38). */
  readonly reallocKeeps: boolean
  /** What marks a block as being in the tcache (2.29; since 2.34 a random number). */
  readonly tcacheKey: 'none' | 'address' | 'random'
  /** Links of singly linked lists are mangled with their own place (2.32). */
  readonly safeLinking: boolean
  /** A program that never had a second thread only ever asks the main arena (2.27). */
  readonly singleThreadPath: boolean
  /** Requests beyond PTRDIFF_MAX fail at once (2.30); before only those that would wrap. */
  readonly ptrdiffLimit: boolean
  /** unlink compares a chunk's size with the copy behind it (2.26). */
  readonly checksUnlinkSize: boolean
  /** The checks of unsorted chunks, of top's size and of merged chunks' sizes (2.29). */
  readonly checksSizes: boolean
  /** One of them a second time (until 2.37). */
  readonly checksUnsortedTwice: boolean
  /** Sizes of fastbin chunks that move to the tcache, and the ring of sizes at its end (2.42). */
  readonly checksMoved: boolean
  /** mremap_chunk and munmap_chunk look at where in its page a block begins (2.30); before, mremap_chunk asserts. */
  readonly checksMapped: boolean
  /** Insertion in a large bin checks the links it follows (2.30). */
  readonly checksLargeInsert: boolean
  /** A threshold of more than half a heap is refused by mallopt (until 2.34). */
  readonly limitsMmapThreshold: boolean
  /** The room of a heap is mapped with MAP_NORESERVE (until 2.36). */
  readonly heapNoReserve: boolean
  /** Messages name program and address (until 2.26). */
  readonly longMessages: boolean
  /** mallinfo's usmblks is the most memory ever mapped (until 2.23). */
  readonly countsMaxTotal: boolean
}

/** Where the fields follow each other: `start` is where fastbinsY begins. */
function layoutFrom(start: number, haveFast: number): ArenaLayout {
  const top = start + 10 * 8
  const bins = top + 16
  const binmap = bins + 254 * 8
  const next = binmap + 16
  return {
    flags: 4,
    haveFast,
    fastbins: start,
    top,
    lastRemainder: top + 8,
    bins,
    binmap,
    next,
    attachedThreads: next + 16,
    systemMem: next + 24,
    maxSystemMem: next + 32,
    size: next + 40,
  }
}

/** The versions that were compared with a real library (2.36) or read in its source. */
export const MALLOC_VERSIONS: readonly string[] = ['2.23', '2.27', '2.31', '2.36', '2.42']

/** @param glibc '2.36' */
export function mallocVersion(glibc: string): MallocVersion {
  const minor = Number(glibc.split('.')[1])
  return {
    minor,
    layout: minor >= 27 ? layoutFrom(16, 8) : layoutFrom(8, 0),
    heapInfo: minor < 35 ? 32 : 48,
    tcacheCounter: minor < 26 ? 0 : minor < 30 ? 1 : 2,
    largeTcache: minor >= 42,
    tcacheForCalloc: minor >= 41,
    tcacheForMemalign: minor >= 38,
    freesToSmallBins: minor >= 41,
    remaindersSkipTcache: minor >= 42,
    memalignMerges: minor >= 39,
    reallocKeeps: minor >= 38,
    tcacheKey: minor < 29 ? 'none' : minor < 34 ? 'address' : 'random',
    safeLinking: minor >= 32,
    singleThreadPath: minor >= 27,
    ptrdiffLimit: minor >= 30,
    checksUnlinkSize: minor >= 26,
    checksSizes: minor >= 29,
    checksUnsortedTwice: minor >= 29 && minor < 38,
    checksMoved: minor >= 42,
    checksMapped: minor >= 30,
    heapNoReserve: minor < 37,
    checksLargeInsert: minor >= 30,
    limitsMmapThreshold: minor < 35,
    longMessages: minor < 27,
    countsMaxTotal: minor < 24,
  }
}

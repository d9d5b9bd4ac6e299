/**
 * What differs between versions of glibc's malloc, as data. Every model of a version is the same code with another of
 * these; the thresholds are the releases that changed the behaviour (glibc's NEWS and the history of malloc/malloc.c).
 *
 * Left out: tcache for large blocks and aligned allocations (2.41, 2.42), tunables, MTAG, transparent and explicit huge
 * pages (2.35).
 */

/** Offsets in struct malloc_state. */
export interface ArenaLayout {
  readonly flags: number
  /** have_fastchunks, or -1 where a bit of `flags` says so. */
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
  /** Bytes of one counter of the tcache; 0: there is no tcache (before 2.26). */
  readonly tcacheCounter: 0 | 1 | 2
  /** What marks a block as being in the tcache (2.29; since 2.34 a random number). */
  readonly tcacheKey: 'none' | 'address' | 'random'
  /** Links of singly linked lists are mangled with their own place (2.32). */
  readonly safeLinking: boolean
  /** Requests beyond PTRDIFF_MAX fail at once (2.30); before only those that would wrap. */
  readonly ptrdiffLimit: boolean
  /** unlink compares a chunk's size with the copy behind it (2.26). */
  readonly checksUnlinkSize: boolean
  /** The checks of unsorted chunks, of top's size and of merged chunks' sizes (2.29). */
  readonly checksSizes: boolean
  /** Insertion in a large bin checks the links it follows (2.30). */
  readonly checksLargeInsert: boolean
  /** A threshold of more than half a heap is refused by mallopt (until 2.34). */
  readonly limitsMmapThreshold: boolean
  /** Messages name program and address (until 2.25). */
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

/** @param glibc '2.36' */
export function mallocVersion(glibc: string): MallocVersion {
  const minor = Number(glibc.split('.')[1])
  return {
    minor,
    layout: minor >= 27 ? layoutFrom(16, 8) : layoutFrom(8, -1),
    heapInfo: minor < 35 ? 32 : 48,
    tcacheCounter: minor < 26 ? 0 : minor < 30 ? 1 : 2,
    tcacheKey: minor < 29 ? 'none' : minor < 34 ? 'address' : 'random',
    safeLinking: minor >= 32,
    ptrdiffLimit: minor >= 30,
    checksUnlinkSize: minor >= 26,
    checksSizes: minor >= 29,
    checksLargeInsert: minor >= 30,
    limitsMmapThreshold: minor < 35,
    longMessages: minor < 26,
    countsMaxTotal: minor < 24,
  }
}

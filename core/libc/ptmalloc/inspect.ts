/**
 * Observers of the heap: its chunks in order of address, the bins in their order, the tcache, the parameters. They read
 * memory through a reader that does not fault, so looking changes nothing; damaged lists end where they stop making sense.
 *
 * Left out: chunks with mappings of their own (the library keeps no list of them: see owners.ts); of a region behind
 * memory that somebody else took with sbrk, what lies below the first chunk known to be there.
 */
import { revealed, sizeIn, wide } from './chunk.js'
import type { Heap } from './heap.js'
import { largebinIndex } from './largebin.js'
import {
  BK,
  FD,
  HEADER,
  MALLOC_ALIGNMENT,
  MIN_LARGE,
  MINSIZE,
  NBINS,
  NFASTBINS,
  PREV_INUSE,
  TCACHE_BINS,
  TCACHE_LARGE_BINS,
} from './layout.js'
import type { Params } from './params.js'

/** A 32-bit word of memory, or undefined where nothing is mapped. Must not fault. */
export type Peek = (address: number) => number | undefined

export type BinKind = 'tcache' | 'fastbin' | 'unsorted' | 'small' | 'large'

export interface BinView {
  readonly kind: BinKind
  /** Number of the list among its kind; bins are numbered as in malloc.c, 1 is the unsorted one. */
  readonly index: number
  /** Smallest chunk size of the bin, 0 for the unsorted one. */
  readonly size: number
  /** Chunks in the order in which the list has them. */
  readonly chunks: readonly number[]
}

export interface ChunkView {
  readonly address: number
  readonly size: number
  readonly state: 'used' | 'free' | 'cached' | 'top' | 'fence'
  /** The list it is in. */
  readonly bin: BinView | undefined
}

/** More than any list of a heap that is still in order. */
const MAX_CHUNKS = 1 << 22

export class HeapInspector {
  constructor(
    private readonly heap: Heap,
    private readonly peek: Peek,
  ) {}

  get params(): Readonly<Params> {
    return this.heap.mp
  }

  private word(address: number): number {
    const low = this.peek(address)
    const high = this.peek(address + 4)
    return low === undefined || high === undefined ? 0 : wide(low, high)
  }

  private size(chunk: number): number {
    return sizeIn(this.word(chunk + 8))
  }

  /** A link of a fastbin or the tcache. */
  private link(at: number): number {
    const low = this.peek(at)
    const high = this.peek(at + 4)
    return low === undefined || high === undefined ? 0 : revealed(this.heap.version.safeLinking, at, low, high)
  }

  private singlyLinked(first: number, link: number): number[] {
    const seen = new Set<number>()
    for (
      let at = first;
      at !== 0 && isAligned(at) && !seen.has(at) && seen.size < MAX_CHUNKS;
      at = this.link(at + link)
    )
      seen.add(at)
    return [...seen]
  }

  /** Blocks in each list of the tcache that is not empty, the next one to be handed out first. */
  tcache(): readonly BinView[] {
    const { thread, version } = this.heap
    const { tcache } = thread
    if (tcache === 0) return []
    const lists = TCACHE_BINS + (version.largeTcache ? TCACHE_LARGE_BINS : 0)
    const entries = tcache + lists * version.tcacheCounter
    return Array.from({ length: lists }, (_, index) => ({
      kind: 'tcache' as const,
      index,
      size: index < TCACHE_BINS ? MINSIZE + 16 * index : MIN_LARGE << (index - TCACHE_BINS),
      chunks: this.singlyLinked(this.word(entries + 8 * index), 0).map((block) => block - HEADER),
    })).filter((bin) => bin.chunks.length > 0)
  }

  fastbins(): readonly BinView[] {
    if (!this.heap.mp.initialized) return []
    return Array.from({ length: NFASTBINS }, (_, index) => ({
      kind: 'fastbin' as const,
      index,
      size: MINSIZE + 16 * index,
      chunks: this.singlyLinked(this.word(this.heap.main.fastbinAt(index)), FD),
    })).filter((bin) => bin.chunks.length > 0)
  }

  /** The unsorted, small and large bins that hold something; the chunk that malloc looks at first comes first. */
  bins(): readonly BinView[] {
    if (!this.heap.mp.initialized) return []
    const found: BinView[] = []
    for (let index = 1; index < NBINS - 1; index++) {
      const kind = index === 1 ? 'unsorted' : index < 64 ? 'small' : 'large'
      const chunks = this.doublyLinked(this.heap.main.binAt(index))
      if (chunks.length > 0) found.push({ kind, index, size: index === 1 ? 0 : smallestOf(index), chunks })
    }
    return found
  }

  private doublyLinked(bin: number): number[] {
    const seen = new Set<number>()
    for (
      let at = this.word(bin + BK);
      at !== bin && isAligned(at) && this.peek(at) !== undefined && !seen.has(at) && seen.size < MAX_CHUNKS;
      at = this.word(at + BK)
    )
      seen.add(at)
    return [...seen]
  }

  /**
   * Every chunk of the heap from its start to top.
   * @param known chunks of which somebody knows, in order: where the walk cannot go on it continues at the next of them
   */
  chunks(known: readonly number[] = []): readonly ChunkView[] {
    const { sbrkBase } = this.heap.mp
    if (sbrkBase === 0) return []
    const lists = new Map<number, BinView>()
    for (const bin of [...this.tcache(), ...this.fastbins(), ...this.bins()])
      for (const chunk of bin.chunks) lists.set(chunk, bin)
    const top = this.word(this.heap.main.topAddress)
    const places = [...known, ...lists.keys(), top].sort((a, b) => a - b)
    const found: ChunkView[] = []
    for (let at = Math.ceil(sbrkBase / 16) * 16; found.length < MAX_CHUNKS;) {
      const size = this.size(at)
      if (size < HEADER || !isAligned(size) || isFence(found, size)) {
        const next = places.find((place) => place > at)
        if (next === undefined) break
        at = next
        continue
      }
      found.push({
        address: at,
        size,
        state: at === top ? 'top' : this.stateOf(at, size, lists.get(at)),
        bin: lists.get(at),
      })
      if (at === top) break
      at += size
    }
    return found
  }

  private stateOf(chunk: number, size: number, bin: BinView | undefined): ChunkView['state'] {
    if (size < MINSIZE) return 'fence'
    if (bin?.kind === 'tcache' || bin?.kind === 'fastbin') return 'cached'
    return this.word(chunk + size + 8) & PREV_INUSE ? 'used' : 'free'
  }
}

const isAligned = (value: number): boolean => value % MALLOC_ALIGNMENT === 0

/** Two headers that look in use end a region; what follows is not the heap's. */
const isFence = (found: readonly ChunkView[], size: number): boolean =>
  size < MINSIZE && found[found.length - 1]?.state === 'fence'

/** Smallest size that belongs to a small or large bin. */
function smallestOf(index: number): number {
  if (index < 64) return index * 16
  let low = MIN_LARGE
  let high = 2 ** 20
  while (low < high) {
    const middle = Math.floor((low + high) / 32) * 16
    if (largebinIndex(middle) >= index) high = middle
    else low = middle + 16
  }
  return low
}

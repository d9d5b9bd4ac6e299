/**
 * The doubly linked bins. Chunks come to the unsorted bin first and are sorted by the next malloc that searches it.
 *
 *     bin 1        unsorted
 *     bins 2..63   small: one size each, 32 to 1008, first in first out
 *     bins 64..126 large: ranges that widen (64, 512, 4 Ki, 32 Ki, 256 Ki bytes), largest first
 *
 *     large bin:   bin <-> 2048 <-> 2048 <-> 2032 <-> 1984 <-> 1984 <-> bin      fd/bk
 *                          2048  <---------> 2032 <-> 1984 (ring)               fd_nextsize/bk_nextsize
 *
 * Only the first chunk of each size is in the ring of sizes; a further one goes behind it, so that the ring is left alone.
 */
import {
  BK,
  BK_NEXTSIZE,
  FD,
  FD_NEXTSIZE,
  footOf,
  headOf,
  isSmall,
  PREV_INUSE,
  setFoot,
  setHead,
  setWord,
  sizeIn,
  sizeOf,
  word,
} from './chunk.js'
import { corrupted } from './checks.js'
import type { Heap } from './heap.js'
import type { ArenaState } from './state.js'

/** @glibc largebin_index_64 malloc/malloc.c */
export function largebinIndex(size: number): number {
  if (size >= 2 ** 20) return 126
  if (size >>> 6 <= 48) return 48 + (size >>> 6)
  if (size >>> 9 <= 20) return 91 + (size >>> 9)
  if (size >>> 12 <= 10) return 110 + (size >>> 12)
  if (size >>> 15 <= 4) return 119 + (size >>> 15)
  return size >>> 18 <= 2 ? 124 + (size >>> 18) : 126
}

/** @glibc bin_index malloc/malloc.c */
export const binIndex = (size: number): number => (isSmall(size) ? size >>> 4 : largebinIndex(size))

/** Takes a chunk out of whatever bin it is in. @glibc unlink_chunk malloc/malloc.c */
export function unlinkChunk(heap: Heap, chunk: number): void {
  const { mem, version } = heap
  const size = sizeOf(mem, chunk)
  if (version.checksUnlinkSize && footOf(mem, chunk, size) !== size)
    corrupted(heap, 'corrupted size vs. prev_size', chunk)
  const fd = word(mem, chunk, FD)
  const bk = word(mem, chunk, BK)
  if (word(mem, fd, BK) !== chunk || word(mem, bk, FD) !== chunk) corrupted(heap, 'corrupted double-linked list', chunk)
  setWord(mem, fd, BK, bk)
  setWord(mem, bk, FD, fd)
  if (isSmall(size)) return
  const larger = word(mem, chunk, FD_NEXTSIZE)
  if (larger !== 0) leaveSizes(heap, chunk, fd, larger)
}

/** The chunk stood for its size: the next of the same size takes its place in the ring, or the ring closes. */
function leaveSizes(heap: Heap, chunk: number, fd: number, fdNext: number): void {
  const { mem } = heap
  const bkNext = word(mem, chunk, BK_NEXTSIZE)
  if (word(mem, fdNext, BK_NEXTSIZE) !== chunk || word(mem, bkNext, FD_NEXTSIZE) !== chunk)
    corrupted(heap, 'corrupted double-linked list (not small)', chunk)
  if (word(mem, fd, FD_NEXTSIZE) !== 0) {
    linkSizes(heap, bkNext, fdNext)
  } else if (fdNext === chunk) {
    linkSizes(heap, fd, fd)
  } else {
    setWord(mem, fd, FD_NEXTSIZE, fdNext)
    setWord(mem, fd, BK_NEXTSIZE, bkNext)
    setWord(mem, fdNext, BK_NEXTSIZE, fd)
    setWord(mem, bkNext, FD_NEXTSIZE, fd)
  }
}

/** Makes two chunks neighbours in the ring of sizes. */
function linkSizes(heap: Heap, before: number, after: number): void {
  setWord(heap.mem, after, BK_NEXTSIZE, before)
  setWord(heap.mem, before, FD_NEXTSIZE, after)
}

/** A free chunk to the front of the unsorted bin, its header written. */
export function addUnsorted(heap: Heap, av: ArenaState, chunk: number, size: number, message: string): void {
  const { mem } = heap
  const first = word(mem, av.unsorted, FD)
  if (message !== '' && word(mem, first, BK) !== av.unsorted) corrupted(heap, message, chunk + 16)
  av.clearNextsize(chunk, size)
  av.link(chunk, av.unsorted, first)
  setHead(mem, chunk, size + PREV_INUSE)
  setFoot(mem, chunk, size)
}

/** Since 2.41 what is freed goes there without a stay in the unsorted bin. */
export function addToSmallBin(heap: Heap, av: ArenaState, chunk: number, size: number): void {
  const { mem } = heap
  const index = binIndex(size)
  const bin = av.binAt(index)
  const first = word(mem, bin, FD)
  if (word(mem, first, BK) !== bin) corrupted(heap, 'free(): chunks in smallbin corrupted', chunk + 16)
  av.markBin(index)
  av.link(chunk, bin, first)
  setHead(mem, chunk, size + PREV_INUSE)
  setFoot(mem, chunk, size)
}

/** A chunk from the unsorted bin to the small or large bin of its size. @glibc _int_malloc malloc/malloc.c */
export function sortIntoBin(heap: Heap, av: ArenaState, chunk: number, size: number): void {
  const { mem } = heap
  const index = binIndex(size)
  const bin = av.binAt(index)
  const fwd = isSmall(size) ? word(mem, bin, FD) : placeInLargeBin(heap, bin, chunk, size)
  const bck = isSmall(size) ? bin : word(mem, fwd, BK)
  av.markBin(index)
  av.link(chunk, bck, fwd)
}

/** Enters a chunk in the ring of sizes if it is the first of its size. @returns the chunk it goes in front of */
function placeInLargeBin(heap: Heap, bin: number, chunk: number, size: number): number {
  const { mem } = heap
  const first = word(mem, bin, FD)
  if (first === bin) {
    linkSizes(heap, chunk, chunk)
    return bin
  }
  const last = word(mem, bin, BK)
  if (size + PREV_INUSE < headOf(mem, last)) {
    const lastSize = word(mem, first, BK_NEXTSIZE)
    if (heap.version.checksMoved && word(mem, lastSize, FD_NEXTSIZE) !== first)
      corrupted(heap, 'malloc(): largebin double linked list corrupted (nextsize)', chunk + 16)
    linkSizes(heap, lastSize, chunk)
    linkSizes(heap, chunk, first)
    return bin
  }
  return placeAmongSizes(heap, first, chunk, size)
}

function placeAmongSizes(heap: Heap, first: number, chunk: number, size: number): number {
  const { mem, version } = heap
  let fwd = first
  while (size + PREV_INUSE < headOf(mem, fwd)) fwd = word(mem, fwd, FD_NEXTSIZE)
  if (size + PREV_INUSE === headOf(mem, fwd)) fwd = word(mem, fwd, FD)
  else {
    const before = word(mem, fwd, BK_NEXTSIZE)
    if (version.checksLargeInsert && word(mem, before, FD_NEXTSIZE) !== fwd)
      corrupted(heap, 'malloc(): largebin double linked list corrupted (nextsize)', chunk + 16)
    linkSizes(heap, before, chunk)
    linkSizes(heap, chunk, fwd)
  }
  if (version.checksLargeInsert && word(mem, word(mem, fwd, BK), FD) !== fwd)
    corrupted(heap, 'malloc(): largebin double linked list corrupted (bk)', chunk + 16)
  return fwd
}

/** The smallest chunk of a large bin that serves, not the first of its size if there are more; 0 if none does. */
export function bestFit(heap: Heap, bin: number, need: number): number {
  const { mem } = heap
  const first = word(mem, bin, FD)
  if (first === bin || headOf(mem, first) < need) return 0
  let victim = word(mem, first, BK_NEXTSIZE)
  while (sizeOf(mem, victim) < need) victim = word(mem, victim, BK_NEXTSIZE)
  if (victim === word(mem, bin, BK)) return victim
  const next = word(mem, victim, FD)
  return sizeIn(headOf(mem, victim)) === sizeIn(headOf(mem, next)) ? next : victim
}

/** Blocks at multiples of more than 16: a larger one is taken and its ends are given back. */
import { arenaGet, arenaGetRetry } from './arena.js'
import {
  chunkOf,
  flagsIn,
  headOf,
  IS_MMAPPED,
  isInUse,
  MALLOC_ALIGNMENT,
  memOf,
  MINSIZE,
  PREV_INUSE,
  prevSizeOf,
  setHead,
  setHeadSize,
  setInUse,
  setSizeWord,
  sizeIn,
  sizeOf,
} from './chunk.js'
import { createChunk } from './consolidate.js'
import { initTcache, malloc } from './entry.js'
import { freeNormal, intFree, trimAfterFree } from './free.js'
import type { Heap } from './heap.js'
import { checkedSize, intMalloc } from './malloc.js'
import { tcacheGetAligned } from './large-tcache.js'
import type { ArenaState } from './state.js'
import { tcacheIndex } from './tcache.js'

const NEAR_LIMIT = 2 ** 63 - 1024

/** memalign(3). @glibc _mid_memalign malloc/malloc.c @returns the block or 0 */
export function memalign(heap: Heap, alignment: number, bytes: number): number {
  heap.init()
  if (alignment <= MALLOC_ALIGNMENT) return malloc(heap, bytes)
  if (alignment > 2 ** 63) return 0
  let to = MINSIZE
  while (to < alignment) to *= 2
  if (heap.version.tcacheForMemalign) {
    const cached = fromCache(heap, to, bytes)
    if (cached !== 0) return cached
  }
  const av = arenaGet(heap, bytes + to + MINSIZE)
  if (av === undefined) return 0
  const block = intMemalign(heap, av, to, bytes)
  if (block !== 0 || !heap.mp.multiThreaded) return block
  const other = arenaGetRetry(heap, av, bytes)
  return other === undefined ? 0 : intMemalign(heap, other, to, bytes)
}

/** @returns a block of the tcache that happens to be aligned, or 0 */
function fromCache(heap: Heap, alignment: number, bytes: number): number {
  const { mp, thread, version } = heap
  const need = checkedSize(heap, bytes)
  if (need === 0 || (version.largeTcache && need >= mp.tcacheMaxBytes)) return 0
  initTcache(heap)
  if (thread.tcache === 0 || (!version.largeTcache && tcacheIndex(heap, need) < 0)) return 0
  return tcacheGetAligned(heap, need, alignment)
}

/** @glibc _int_memalign malloc/malloc.c */
function intMemalign(heap: Heap, av: ArenaState, alignment: number, bytes: number): number {
  const need = checkedSize(heap, bytes)
  const request = need + alignment + MINSIZE
  // Near PTRDIFF_MAX the sum is beyond it, though numbers that are rounded down do not show it.
  const large = need === 0 || bytes + alignment >= NEAR_LIMIT ? 0 : checkedSize(heap, request)
  const block = large === 0 ? 0 : intMalloc(heap, av, request, large)
  if (block === 0) return 0
  let chunk = chunkOf(block)
  if (heap.mem.address(block) % alignment !== 0) chunk = cutFront(heap, av, chunk, alignment)
  const head = headOf(heap.mem, chunk)
  if (!(flagsIn(head) & IS_MMAPPED)) cutBack(heap, av, chunk, sizeIn(head), need)
  return memOf(chunk)
}

/** @returns the chunk whose block is aligned */
function cutFront(heap: Heap, av: ArenaState, chunk: number, alignment: number): number {
  const { mem } = heap
  const block = mem.address(memOf(chunk))
  let lead = Math.ceil(block / alignment) * alignment - block
  if (lead < MINSIZE) lead += alignment
  const to = chunk + lead
  const size = sizeOf(mem, chunk) - lead
  if (flagsIn(headOf(mem, chunk)) & IS_MMAPPED) {
    setSizeWord(mem, to, prevSizeOf(mem, chunk) + lead)
    setHead(mem, to, size + IS_MMAPPED)
    return to
  }
  setHead(mem, to, size + PREV_INUSE + av.mark)
  setInUse(mem, to, size)
  setHeadSize(mem, chunk, lead)
  if (heap.version.memalignMerges) freeNormal(heap, av, chunk, lead)
  else intFree(heap, av, chunk)
  return to
}

function cutBack(heap: Heap, av: ArenaState, chunk: number, size: number, need: number): void {
  if (heap.version.memalignMerges) return mergeBack(heap, av, chunk, size, need)
  if (size <= need + MINSIZE) return
  setHead(heap.mem, chunk + need, size - need + PREV_INUSE + av.mark)
  setHeadSize(heap.mem, chunk, need)
  intFree(heap, av, chunk + need)
}

/** Less than a chunk can be given back too, if what follows is free. */
function mergeBack(heap: Heap, av: ArenaState, chunk: number, size: number, need: number): void {
  const { mem } = heap
  const rest = size - need
  const next = mem.offset(chunk, size)
  if (rest <= 0 || (rest < MINSIZE && next !== av.top && isInUse(mem, next, sizeOf(mem, next)))) return
  setHeadSize(mem, chunk, need)
  const message = 'free(): corrupted unsorted chunks'
  trimAfterFree(heap, av, createChunk(heap, av, chunk + need, rest, next, message, heap.version.freesToSmallBins))
}

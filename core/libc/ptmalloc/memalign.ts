/** Blocks at multiples of more than 16: a larger one is taken and its ends are given back. */
import { arenaGet, arenaGetRetry } from './arena.js'
import {
  chunkOf,
  flagsIn,
  headOf,
  IS_MMAPPED,
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
import { malloc } from './entry.js'
import { intFree } from './free.js'
import type { Heap } from './heap.js'
import { checkedSize, intMalloc } from './malloc.js'
import type { ArenaState } from './state.js'

const NEAR_LIMIT = 2 ** 63 - 1024

/** memalign(3). @glibc _mid_memalign malloc/malloc.c @returns the block or 0 */
export function memalign(heap: Heap, alignment: number, bytes: number): number {
  heap.init()
  if (alignment <= MALLOC_ALIGNMENT) return malloc(heap, bytes)
  if (alignment > 2 ** 63) return 0
  let to = MINSIZE
  while (to < alignment) to *= 2
  const av = arenaGet(heap, bytes + to + MINSIZE)
  if (av === undefined) return 0
  const block = intMemalign(heap, av, to, bytes)
  if (block !== 0 || !heap.mp.multiThreaded) return block
  const other = arenaGetRetry(heap, av, bytes)
  return other === undefined ? 0 : intMemalign(heap, other, to, bytes)
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
  intFree(heap, av, chunk)
  return to
}

function cutBack(heap: Heap, av: ArenaState, chunk: number, size: number, need: number): void {
  if (size <= need + MINSIZE) return
  setHead(heap.mem, chunk + need, size - need + PREV_INUSE + av.mark)
  setHeadSize(heap.mem, chunk, need)
  intFree(heap, av, chunk + need)
}

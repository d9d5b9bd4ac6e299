/** Cutting a chunk off top, the free end of the heap. */
import { memOf, MINSIZE, PREV_INUSE, setHead, sizeOf, unsigned } from './chunk.js'
import { corrupted } from './checks.js'
import type { Heap } from './heap.js'
import type { ArenaState } from './state.js'

/** @glibc _int_malloc malloc/malloc.c (use_top) @returns the block, or 0 if top is too small */
export function fromTop(heap: Heap, av: ArenaState, need: number): number {
  const { mem } = heap
  const top = av.top
  const size = sizeOf(mem, top)
  if (heap.version.checksSizes && unsigned(size) > av.systemMem) corrupted(heap, 'malloc(): corrupted top size', top)
  if (unsigned(size) < need + MINSIZE) return 0
  av.top = top + need
  setHead(mem, top, need + PREV_INUSE + av.mark)
  setHead(mem, top + need, size - need + PREV_INUSE)
  return memOf(top)
}

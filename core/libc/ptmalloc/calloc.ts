/** calloc: skips clearing what comes fresh from the kernel. */
import { arenaGet } from './arena.js'
import { chunkOf, flagsIn, headOf, IS_MMAPPED, SIZE_SZ, sizeIn, sizeOf } from './chunk.js'
import { allocate, fromTcache, initTcache } from './entry.js'
import type { Heap } from './heap.js'
import { HeapInfo } from './heaps.js'
import { checkedSize } from './malloc.js'
import type { ArenaState } from './state.js'

/** calloc(3). Before 2.41 it never takes from the tcache. @glibc __libc_calloc malloc/malloc.c @returns the block or 0 */
export function calloc(heap: Heap, count: number, size: number): number {
  const { mem, mp } = heap
  const bytes = count * size
  if (bytes >= 2 ** 53 && wraps(count, size)) return 0
  heap.init()
  if (!heap.version.largeTcache) initTcache(heap)
  const need = checkedSize(heap, bytes)
  if (need === 0) return 0
  const cached = heap.version.tcacheForCalloc ? fromTcache(heap, need) : 0
  if (cached !== 0) {
    mem.fill(cached, 0, sizeOf(mem, chunkOf(cached)) - SIZE_SZ)
    return cached
  }
  const av = arenaGet(heap, bytes)
  const top = av === undefined ? 0 : av.top
  const used = av === undefined ? 0 : usedOfTop(heap, av, top)
  const block = allocate(heap, av, bytes, need)
  if (block === 0) return 0
  const chunk = chunkOf(block)
  const head = headOf(mem, chunk)
  if (flagsIn(head) & IS_MMAPPED) {
    if (mp.perturb !== 0) mem.fill(block, 0, bytes)
    return block
  }
  const fresh = mp.perturb === 0 && chunk === top && sizeIn(head) > used
  mem.fill(block, 0, (fresh ? used : sizeIn(head)) - SIZE_SZ)
  return block
}

/**
 * What sbrk gives is always zero (MORECORE_CLEARS), also where the heap had been before; of another arena's heap all that
 * was ever made accessible may have been used, though it is top now.
 */
function usedOfTop(heap: Heap, av: ArenaState, top: number): number {
  if (av === heap.main) return av.topSize
  return Math.max(av.topSize, usableEnd(HeapInfo.of(heap.mem, top)) - top)
}
const usableEnd = (info: HeapInfo): number => info.start + info.mprotectSize

/** Whether the product needs more than 64 bits. */
const wraps = (count: number, size: number): boolean => BigInt(count) * BigInt(size) >= 2n ** 64n

/** calloc: skips clearing what comes fresh from the kernel. */
import { chunkOf, flagsIn, headOf, IS_MMAPPED, SIZE_SZ, sizeIn } from './chunk.js'
import type { Heap } from './heap.js'
import { checkedSize, intMalloc } from './malloc.js'
import { initTcache } from './entry.js'

/** calloc(3). Never takes from the tcache. @glibc __libc_calloc malloc/malloc.c Left out: other arenas; 2.41's use of the tcache. @returns the block or 0 */
export function calloc(heap: Heap, count: number, size: number): number {
  const { mem, mp, main } = heap
  const bytes = count * size
  if (bytes >= 2 ** 53 && wraps(count, size)) return 0
  heap.init()
  initTcache(heap)
  const need = checkedSize(heap, bytes)
  // What sbrk gives is always zero (MORECORE_CLEARS), also where the heap had been before.
  const { top, topSize: used } = main
  const block = need === 0 ? 0 : intMalloc(heap, main, bytes, need)
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

/** Whether the product needs more than 64 bits. */
const wraps = (count: number, size: number): boolean => BigInt(count) * BigInt(size) >= 2n ** 64n

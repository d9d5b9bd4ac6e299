/** calloc: skips clearing what comes fresh from the kernel. */
import { IS_MMAPPED, SIZE_SZ } from '../layout.js'
import { arenaGet } from './arena.js'
import { chunkOf, headOf, sizeIn, sizeOf } from './chunk.js'
import { allocate, fromTcache, initTcache } from './entry.js'
import { heapOf, mprotectSizeOf } from './heaps.js'
import { init } from './init.js'
import { checkedSize } from './malloc.js'
import { fill } from './memory.js'
import { mp } from './params.js'
import { topOf, topSizeOf } from './state.js'
import { largeTcache, mainArena, ptrdiffLimit, tcacheForCalloc } from './version.js'

/**
 * calloc(3). Before 2.41 it never takes from the tcache.
 * @glibc __libc_calloc malloc/malloc.c
 * A product that does not fit fails before anything else is done. Since 2.30 it must fit in a ptrdiff_t; before, what
 * fits in a size_t alone is left for the arenas to refuse.
 * @returns the block or 0
 */
export function callocBytes(count: u64, size: u64): u64 {
  const bytes = count * size
  if ((count | size) >>> 32 != 0 && size != 0 && bytes / size != count) return 0
  const need = checkedSize(bytes)
  if (need == 0 && ptrdiffLimit) return 0
  init()
  if (!largeTcache) initTcache()
  const cached = tcacheForCalloc ? fromTcache(need) : 0
  if (cached != 0) {
    fill(cached, 0, sizeOf(chunkOf(cached)) - SIZE_SZ)
    return cached
  }
  const av = arenaGet(bytes)
  const top = av == 0 ? 0 : topOf(av)
  const used = av == 0 ? 0 : usedOfTop(av, top)
  const block = allocate(av, bytes, need)
  if (block != 0) clear(block, bytes, top, used)
  return block
}

/** @param used bytes of top, as it was before, that may not be zero */
function clear(block: u64, bytes: u64, top: u64, used: u64): void {
  const chunk = chunkOf(block)
  const head = headOf(chunk)
  if ((head & IS_MMAPPED) != 0) {
    if (mp.perturb != 0) fill(block, 0, bytes)
    return
  }
  const fresh = mp.perturb == 0 && chunk == top && sizeIn(head) > used
  fill(block, 0, (fresh ? used : sizeIn(head)) - SIZE_SZ)
}

/**
 * What sbrk gives is always zero (MORECORE_CLEARS), also where the heap had been before; of another arena's heap all that
 * was ever made accessible may have been used, though it is top now.
 */
function usedOfTop(av: u64, top: u64): u64 {
  const size = topSizeOf(av)
  if (av == mainArena) return size
  const heap = heapOf(top)
  return max(size, heap + mprotectSizeOf(heap) - top)
}

/** malloc(3) and free(3) as the program calls them: what comes before the arena is asked. */
import { high32, low32 } from '../../base/index.js'
import { chunkOf, flagsIn, headOf, IS_MMAPPED, request2size } from './chunk.js'
import { adaptThreshold, intFree, munmapChunk } from './free.js'
import type { Heap } from './heap.js'
import { checkedSize, intMalloc } from './malloc.js'
import { tcacheGet, tcacheHas, tcacheIndex, tcacheSize } from './tcache.js'

/** Before the first allocation of the thread: the tcache is itself a block of the heap. @glibc tcache_init malloc/malloc.c */
export function initTcache(heap: Heap): void {
  if (heap.thread.tcache === 0 && heap.version.tcacheCounter !== 0) makeTcache(heap)
}

function makeTcache(heap: Heap): void {
  const { mp, thread, version } = heap
  if (thread.shuttingDown) return
  const bytes = tcacheSize(heap)
  const block = intMalloc(heap, heap.main, bytes, request2size(bytes))
  if (block === 0) return
  heap.mem.fill(block, 0, bytes)
  thread.tcache = block
  thread.tcacheLimit = (mp.tcacheBins + 2) * 16
  thread.keyLow = version.tcacheKey === 'random' ? mp.tcacheKeyLow : low32(block)
  thread.keyHigh = version.tcacheKey === 'random' ? mp.tcacheKeyHigh : high32(block)
}

/** @glibc __libc_malloc malloc/malloc.c Left out: other arenas, threads. @returns the block or 0 */
export function malloc(heap: Heap, bytes: number): number {
  heap.init()
  const need = checkedSize(heap, bytes)
  if (need === 0) return 0
  initTcache(heap)
  const index = tcacheIndex(heap, need)
  if (index >= 0 && tcacheHas(heap, index)) return tcacheGet(heap, index)
  return intMalloc(heap, heap.main, bytes, need)
}

/** @glibc __libc_free malloc/malloc.c Left out: other arenas. */
export function free(heap: Heap, block: number): void {
  if (block === 0) return
  const chunk = chunkOf(block)
  const head = headOf(heap.mem, chunk)
  if (flagsIn(head) & IS_MMAPPED) {
    adaptThreshold(heap, head)
    munmapChunk(heap, chunk)
    return
  }
  heap.init()
  initTcache(heap)
  intFree(heap, heap.main, chunk)
}

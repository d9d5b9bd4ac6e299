/** malloc(3) and free(3) as the program calls them: what comes before the arena is asked. */
import { arenaForChunk, arenaGet, arenaGetRetry } from './arena.js'
import { chunkOf, flagsIn, headOf, IS_MMAPPED, NON_MAIN_ARENA, request2size } from './chunk.js'
import { adaptThreshold, intFree, munmapChunk } from './free.js'
import type { Heap } from './heap.js'
import { freeTcacheFirst, initSlots, tcacheGetLarge } from './large-tcache.js'
import { checkedSize, intMalloc } from './malloc.js'
import type { ArenaState } from './state.js'
import { mmapBlock } from './sysmalloc.js'
import { tcacheGet, tcacheHas, tcacheIndex, tcacheSize } from './tcache.js'

/** Before the first allocation of the thread: the tcache is itself a block of the heap. @glibc tcache_init malloc/malloc.c */
export function initTcache(heap: Heap): void {
  if (heap.thread.tcache === 0 && heap.version.tcacheCounter !== 0) makeTcache(heap)
}

function makeTcache(heap: Heap): void {
  const { mp, thread, version } = heap
  if (thread.shuttingDown) return
  const bytes = tcacheSize(heap)
  const block = fromArena(heap, bytes, request2size(bytes))
  if (block === 0) return
  heap.mem.fill(block, 0, bytes)
  thread.tcache = heap.mem.lasting(block)
  thread.tcacheLimit = (mp.tcacheBins + 2) * 16
  if (version.largeTcache) initSlots(heap)
  thread.keyLow = version.tcacheKey === 'random' ? mp.tcacheKeyLow : heap.mem.low(block)
  thread.keyHigh = version.tcacheKey === 'random' ? mp.tcacheKeyHigh : heap.mem.high(block)
}

/** From the thread's arena, or from another if that one cannot serve. @returns the block or 0 */
function fromArena(heap: Heap, bytes: number, need: number): number {
  return allocate(heap, arenaGet(heap, bytes), bytes, need)
}

/** From this arena or another; without any, a mapping of its own is tried. @returns the block or 0 */
export function allocate(heap: Heap, av: ArenaState | undefined, bytes: number, need: number): number {
  if (av === undefined) return mmapBlock(heap, need)
  const block = intMalloc(heap, av, bytes, need)
  if (block !== 0 || !heap.mp.multiThreaded) return block
  const other = arenaGetRetry(heap, av, bytes)
  return other === undefined ? mmapBlock(heap, need) : intMalloc(heap, other, bytes, need)
}

/** @glibc __libc_malloc malloc/malloc.c @returns the block or 0 */
export function malloc(heap: Heap, bytes: number): number {
  heap.init()
  const need = checkedSize(heap, bytes)
  if (need === 0) return 0
  return fromTcache(heap, need) || fromArena(heap, bytes, need)
}

/** The tcache is made on the way; since 2.42 only for a size it may serve. @returns the block or 0 */
export function fromTcache(heap: Heap, need: number): number {
  const { largeTcache } = heap.version
  if (largeTcache && need >= heap.mp.tcacheMaxBytes) return 0
  initTcache(heap)
  const index = tcacheIndex(heap, need)
  if (index >= 0) return tcacheHas(heap, index) ? tcacheGet(heap, index) : 0
  return largeTcache && heap.thread.tcache !== 0 ? tcacheGetLarge(heap, need) : 0
}

/** @glibc __libc_free malloc/malloc.c */
export function free(heap: Heap, block: number): void {
  if (block === 0) return
  const chunk = chunkOf(block)
  const head = headOf(heap.mem, chunk)
  if (heap.version.largeTcache) return freeTcacheFirst(heap, chunk, head)
  if (flagsIn(head) & IS_MMAPPED) {
    adaptThreshold(heap, head)
    munmapChunk(heap, chunk)
    return
  }
  heap.init()
  initTcache(heap)
  intFree(heap, flagsIn(head) & NON_MAIN_ARENA ? arenaForChunk(heap, chunk) : heap.main, chunk, head)
}

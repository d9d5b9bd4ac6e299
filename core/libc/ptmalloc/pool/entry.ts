/** malloc(3) and free(3) as the program calls them: what comes before the arena is asked. */
import { IS_MMAPPED } from '../layout.js'
import { arenaForChunk, arenaGet, arenaGetRetry, onlyMainArena } from './arena.js'
import { chunkOf, headOf, request2size } from './chunk.js'
import { adaptThreshold, intFree, munmapChunk } from './free.js'
import { init } from './init.js'
import { freeTcacheFirst, initSlots, tcacheGetLarge } from './large-tcache.js'
import { checkedSize, intMalloc } from './malloc.js'
import { fill, high } from './memory.js'
import { mp, thread } from './params.js'
import { tcacheGet, tcacheHas, tcacheIndex, tcacheSize } from './tcache.js'
import { largeTcache, randomKey, tcacheCounter } from './version.js'

/** Before the first allocation of the thread: the tcache is itself a block of the heap. @glibc tcache_init malloc/malloc.c */
export function initTcache(): void {
  if (thread.tcache == 0 && tcacheCounter != 0) makeTcache()
}

function makeTcache(): void {
  if (thread.shuttingDown) return
  const bytes = tcacheSize()
  const block = fromArena(bytes, request2size(bytes))
  if (block == 0) return
  fill(block, 0, bytes)
  thread.tcache = block
  thread.tcacheLimit = (mp.tcacheBins + 2) * 16
  if (largeTcache) initSlots()
  thread.keyLow = randomKey ? mp.tcacheKeyLow : <i32>block
  thread.keyHigh = randomKey ? mp.tcacheKeyHigh : high(block)
}

/** From the thread's arena, or from another if that one cannot serve. @returns the block or 0 */
function fromArena(bytes: u64, need: u64): u64 {
  return allocate(arenaGet(bytes), bytes, need)
}

/** From this arena or, if there is one (not 0), from another. @returns the block or 0 */
export function allocate(av: u64, bytes: u64, need: u64): u64 {
  const block = intMalloc(av, bytes, need)
  return block != 0 || av == 0 || onlyMainArena() ? block : intMalloc(arenaGetRetry(av, bytes), bytes, need)
}

/**
 * @glibc __libc_malloc malloc/malloc.c
 * What can never be met is found out on the way to the tcache; without one, no sooner than by the arenas.
 * @returns the block or 0
 */
export function mallocBytes(bytes: u64): u64 {
  init()
  const need = checkedSize(bytes)
  if (need == 0 && tcacheCounter != 0) return 0
  const cached = fromTcache(need)
  return cached != 0 ? cached : fromArena(bytes, need)
}

/** The tcache is made on the way; since 2.42 only for a size it may serve. @returns the block or 0 */
export function fromTcache(need: u64): u64 {
  if (largeTcache && need >= mp.tcacheMaxBytes) return 0
  initTcache()
  const index = tcacheIndex(need)
  if (index >= 0) return tcacheHas(index) ? tcacheGet(index) : 0
  return largeTcache && thread.tcache != 0 ? tcacheGetLarge(need) : 0
}

/** @glibc __libc_free malloc/malloc.c */
export function freeBlock(block: u64): void {
  if (block == 0) return
  const chunk = chunkOf(block)
  const head = headOf(chunk)
  if (largeTcache) return freeTcacheFirst(chunk, head)
  if ((head & IS_MMAPPED) != 0) {
    adaptThreshold(head)
    return munmapChunk(chunk)
  }
  init()
  initTcache()
  intFree(arenaForChunk(chunk), chunk, head)
}

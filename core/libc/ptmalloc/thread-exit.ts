/** The end of a thread, and what a child has after fork. */
import { arenas, leaveArena } from './arena.js'
import { isAligned, word } from './chunk.js'
import { corrupted } from './checks.js'
import { free } from './entry.js'
import { takeLink } from './fastbins.js'
import type { Heap } from './heap.js'
import { countsSize, tcacheLists } from './tcache.js'

/** @glibc __malloc_arena_thread_freeres malloc/arena.c */
export function threadExit(heap: Heap): void {
  shutDownTcache(heap)
  leaveArena(heap)
}

/**
 * What the tcache holds goes where it would have gone without one, and then the structure itself.
 * @glibc tcache_thread_shutdown malloc/malloc.c
 */
function shutDownTcache(heap: Heap): void {
  const { mem, thread, version } = heap
  const { tcache } = thread
  thread.shuttingDown = true
  thread.tcache = 0
  thread.tcacheLimit = 0
  if (tcache === 0) return
  const entries = tcache + countsSize(heap)
  for (let entry = entries; entry < entries + tcacheLists(heap) * 8; entry += 8) {
    for (let block = word(mem, entry, 0); block !== 0; block = word(mem, entry, 0)) {
      if (version.safeLinking && !isAligned(block))
        corrupted(heap, 'tcache_thread_shutdown(): unaligned tcache chunk detected', block)
      takeLink(heap, entry, block)
      free(heap, block)
    }
  }
  free(heap, tcache)
}

/**
 * In the child of a program with threads only the caller is left: all arenas but its own wait for new threads.
 * @glibc __malloc_fork_unlock_child malloc/arena.c
 */
export function afterFork(heap: Heap): void {
  const { mp, thread } = heap
  if (!mp.multiThreaded) return
  mp.freeList = 0
  for (const arena of arenas(heap)) {
    arena.attachedThreads = arena.address === thread.arena ? 1 : 0
    if (arena.address === thread.arena) continue
    arena.nextFree = mp.freeList
    mp.freeList = arena.address
  }
}

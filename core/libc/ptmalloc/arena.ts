/**
 * Arenas beside the main one, so that threads do not wait for each other (malloc/arena.c). A thread gets one at its
 * first allocation: one whose last thread has ended, else a new one, else, when there are as many as allowed, the next of
 * those there are. Which arena, which order: all as in glibc; of locks nothing is left, since only one thread is ever
 * inside the allocator.
 */
import { flagsIn, headOf, MALLOC_ALIGNMENT, NON_MAIN_ARENA, PREV_INUSE, setHead } from './chunk.js'
import { HeapInfo, newHeap } from './heaps.js'
import type { Heap } from './heap.js'
import type { ArenaState } from './state.js'

/** NARENAS_FROM_NCORES on 64-bit machines. */
const ARENAS_PER_CPU = 8

/** The calling thread's arena, or 0 if there is none to be had. @glibc arena_get malloc/arena.c */
export function arenaGet(heap: Heap, bytes: number): ArenaState | undefined {
  if (!heap.mp.multiThreaded) return heap.main
  return heap.thread.arena !== 0 ? heap.arenaAt(heap.thread.arena) : arenaGet2(heap, bytes)
}

/**
 * Another arena, after one could not serve.
 * @glibc arena_get_retry malloc/arena.c
 * Left out: a program that never had a second thread does not come here, as in glibc (SINGLE_THREAD_P).
 */
export function arenaGetRetry(heap: Heap, failed: ArenaState, bytes: number): ArenaState | undefined {
  return failed === heap.main ? arenaGet2(heap, bytes) : heap.main
}

/**
 * CPUs that are there count, not those the process may run on: 2.36 as Debian has it (glibc bug 30945).
 * @glibc arena_get2 malloc/arena.c
 */
function arenaGet2(heap: Heap, bytes: number): ArenaState | undefined {
  const { mp } = heap
  const free = takeFreeArena(heap)
  if (free !== undefined) return free
  if (mp.narenasLimit === 0) {
    if (mp.arenaMax !== 0) mp.narenasLimit = mp.arenaMax
    else if (mp.narenas > mp.arenaTest) mp.narenasLimit = ARENAS_PER_CPU * Math.max(1, heap.host.cpus)
  }
  if (mp.narenasLimit !== 0 && mp.narenas >= mp.narenasLimit) return reusedArena(heap)
  mp.narenas++
  const arena = newArena(heap, bytes)
  if (arena === undefined) mp.narenas--
  return arena
}

/** @glibc _int_new_arena malloc/arena.c */
function newArena(heap: Heap, bytes: number): ArenaState | undefined {
  const { mem, main, version } = heap
  const overhead = version.heapInfo + version.layout.size + MALLOC_ALIGNMENT
  // A request that no heap can hold: the arena is made all the same, and the request may get a mapping.
  const start = newHeap(heap, bytes + overhead) || newHeap(heap, overhead)
  if (start === 0) return undefined
  const info = new HeapInfo(mem, start)
  const arena = heap.arenaAt(start + version.heapInfo)
  info.arena = arena.address
  arena.init()
  arena.attachedThreads = 1
  arena.systemMem = info.size
  arena.maxSystemMem = info.size
  const end = arena.address + version.layout.size
  const top = end + ((MALLOC_ALIGNMENT - (end % MALLOC_ALIGNMENT)) % MALLOC_ALIGNMENT)
  arena.top = top
  setHead(mem, top, start + info.size - top + PREV_INUSE)
  arena.next = main.next
  main.next = arena.address
  attach(heap, arena)
  return arena
}

/** The thread leaves its arena for another. @glibc detach_arena malloc/arena.c */
function attach(heap: Heap, arena: ArenaState): void {
  const { thread } = heap
  if (thread.arena !== 0) heap.arenaAt(thread.arena).attachedThreads--
  thread.arena = arena.address
}

/** The arena that was left by its last thread most recently. @glibc get_free_list malloc/arena.c */
function takeFreeArena(heap: Heap): ArenaState | undefined {
  const { mp } = heap
  if (mp.freeList === 0) return undefined
  const arena = heap.arenaAt(mp.freeList)
  mp.freeList = arena.nextFree
  arena.attachedThreads = 1
  attach(heap, arena)
  return arena
}

/** The arenas in turn. @glibc reused_arena malloc/arena.c Left out: passing over those that are locked. */
function reusedArena(heap: Heap): ArenaState {
  const { mp, main } = heap
  const arena = heap.arenaAt(mp.nextToUse || main.address)
  attach(heap, arena)
  leaveFreeList(heap, arena)
  arena.attachedThreads++
  mp.nextToUse = arena.next
  return arena
}

/** @glibc remove_from_free_list malloc/arena.c */
function leaveFreeList(heap: Heap, arena: ArenaState): void {
  const { mp } = heap
  if (mp.freeList === arena.address) mp.freeList = arena.nextFree
  else
    for (let at = mp.freeList; at !== 0; at = heap.arenaAt(at).nextFree)
      if (heap.arenaAt(at).nextFree === arena.address) heap.arenaAt(at).nextFree = arena.nextFree
}

/** The thread has ended; its arena waits for another one. @glibc __malloc_arena_thread_freeres malloc/arena.c */
export function leaveArena(heap: Heap): void {
  const { mp, thread } = heap
  if (thread.arena === 0) return
  const arena = heap.arenaAt(thread.arena)
  thread.arena = 0
  arena.attachedThreads--
  if (arena.attachedThreads > 0) return
  arena.nextFree = mp.freeList
  mp.freeList = arena.address
}

/** Where a chunk belongs. @glibc arena_for_chunk malloc/arena.c */
export function arenaForChunk(heap: Heap, chunk: number): ArenaState {
  if (!(flagsIn(headOf(heap.mem, chunk)) & NON_MAIN_ARENA)) return heap.main
  return heap.arenaAt(HeapInfo.of(heap.mem, chunk).arena)
}

/** All arenas, the main one first. */
export function arenas(heap: Heap): readonly ArenaState[] {
  const found = [heap.main]
  for (let at = heap.main.next; at !== heap.main.address; at = heap.arenaAt(at).next) found.push(heap.arenaAt(at))
  return found
}

/**
 * Arenas beside the main one, so that threads do not wait for each other (malloc/arena.c). A thread gets one at its
 * first allocation: one whose last thread has ended, else a new one, else, when there are as many as allowed, the next of
 * those there are. Which arena, which order: all as in glibc; of locks nothing is left, since only one thread is ever
 * inside the allocator.
 */
import { MALLOC_ALIGNMENT, NON_MAIN_ARENA, PREV_INUSE } from '../layout.js'
import { headOf, setHead } from './chunk.js'
import { heapArenaOf, heapOf, heapSizeOf, newHeap, setHeapArena } from './heaps.js'
import { cpus } from './host.js'
import { write32 } from './memory.js'
import { mp, thread } from './params.js'
import {
  attachedThreadsOf,
  initArena,
  nextFreeOf,
  nextOf,
  setAttachedThreads,
  setMaxSystemMem,
  setNext,
  setNextFree,
  setSystemMem,
  setTop,
} from './state.js'
import { arenaSize, heapInfo, mainArena, singleThreadPath } from './version.js'

/** NARENAS_FROM_NCORES on 64-bit machines. */
const ARENAS_PER_CPU: u64 = 8

/** Whether there is no arena to be asked but the main one. @glibc SINGLE_THREAD_P malloc/malloc.c */
export function onlyMainArena(): bool {
  return singleThreadPath && !mp.multiThreaded
}

/** The calling thread's arena, or 0 if there is none to be had. @glibc arena_get malloc/arena.c */
export function arenaGet(bytes: u64): u64 {
  if (onlyMainArena()) return mainArena
  return thread.arena != 0 ? thread.arena : arenaGet2(bytes)
}

/** Another arena, after one could not serve. @glibc arena_get_retry malloc/arena.c */
export function arenaGetRetry(failed: u64, bytes: u64): u64 {
  return failed == mainArena ? arenaGet2(bytes) : mainArena
}

/**
 * CPUs that are there count, not those the process may run on: 2.36 as Debian has it (glibc bug 30945).
 * @glibc arena_get2 malloc/arena.c
 */
function arenaGet2(bytes: u64): u64 {
  const free = takeFreeArena()
  if (free != 0) return free
  if (mp.narenasLimit == 0) {
    if (mp.arenaMax != 0) mp.narenasLimit = mp.arenaMax
    else if (mp.narenas > mp.arenaTest) mp.narenasLimit = ARENAS_PER_CPU * max(1, cpus())
  }
  if (mp.narenasLimit != 0 && mp.narenas >= mp.narenasLimit) return reusedArena()
  mp.narenas++
  const arena = newArena(bytes)
  if (arena == 0) mp.narenas--
  return arena
}

/** @glibc _int_new_arena malloc/arena.c */
function newArena(bytes: u64): u64 {
  const overhead = heapInfo + arenaSize + MALLOC_ALIGNMENT
  let info = newHeap(bytes + overhead)
  // A request that no heap can hold: the arena is made all the same, and the request may get a mapping.
  if (info == 0) info = newHeap(overhead)
  if (info == 0) return 0
  const arena = info + heapInfo
  setHeapArena(info, arena)
  initArena(arena)
  setAttachedThreads(arena, 1)
  setSystemMem(arena, heapSizeOf(info))
  setMaxSystemMem(arena, heapSizeOf(info))
  const top = (arena + arenaSize + MALLOC_ALIGNMENT - 1) & -MALLOC_ALIGNMENT
  setTop(arena, top)
  setHead(top, (info + heapSizeOf(info) - top) | PREV_INUSE)
  setNext(arena, nextOf(mainArena))
  setNext(mainArena, arena)
  attach(arena)
  return arena
}

/** The thread leaves its arena for another. @glibc detach_arena malloc/arena.c */
function attach(arena: u64): void {
  if (thread.arena != 0) setAttachedThreads(thread.arena, attachedThreadsOf(thread.arena) - 1)
  thread.arena = arena
}

/** The arena that was left by its last thread most recently. @glibc get_free_list malloc/arena.c */
function takeFreeArena(): u64 {
  const arena = mp.freeList
  if (arena == 0) return 0
  mp.freeList = nextFreeOf(arena)
  setAttachedThreads(arena, 1)
  attach(arena)
  return arena
}

/** The arenas in turn. @glibc reused_arena malloc/arena.c Left out: passing over those that are locked. */
function reusedArena(): u64 {
  const arena = mp.nextToUse != 0 ? mp.nextToUse : mainArena
  attach(arena)
  leaveFreeList(arena)
  setAttachedThreads(arena, attachedThreadsOf(arena) + 1)
  mp.nextToUse = nextOf(arena)
  return arena
}

/** @glibc remove_from_free_list malloc/arena.c */
function leaveFreeList(arena: u64): void {
  if (mp.freeList == arena) mp.freeList = nextFreeOf(arena)
  else
    for (let at = mp.freeList; at != 0; at = nextFreeOf(at))
      if (nextFreeOf(at) == arena) setNextFree(at, nextFreeOf(arena))
}

/** The thread has ended; its arena waits for another one. @glibc __malloc_arena_thread_freeres malloc/arena.c */
export function leaveArena(): void {
  const arena = thread.arena
  if (arena == 0) return
  thread.arena = 0
  const threads = attachedThreadsOf(arena) - 1
  setAttachedThreads(arena, threads)
  if (threads != 0) return
  setNextFree(arena, mp.freeList)
  mp.freeList = arena
}

/** Where a chunk belongs. @glibc arena_for_chunk malloc/arena.c */
export function arenaForChunk(chunk: u64): u64 {
  return (headOf(chunk) & NON_MAIN_ARENA) == 0 ? mainArena : heapArenaOf(heapOf(chunk))
}

/**
 * fork gives back the locks it took: it writes each.
 * @glibc __malloc_fork_unlock_parent malloc/arena.c
 * Left out: before 2.24 it takes and gives back locks in a process with one thread too.
 */
export function unlockArenas(): void {
  let arena = mainArena
  do {
    const next = nextOf(arena)
    write32(arena, 0)
    arena = next
  } while (arena != mainArena)
}

/**
 * In the child of a program with threads only the caller is left: all arenas but its own wait for new threads.
 * @glibc __malloc_fork_unlock_child malloc/arena.c
 */
export function afterFork(): void {
  if (!mp.multiThreaded) return
  mp.freeList = 0
  let arena = mainArena
  do {
    const isOwn = arena == thread.arena
    setAttachedThreads(arena, isOwn ? 1 : 0)
    if (!isOwn) {
      setNextFree(arena, mp.freeList)
      mp.freeList = arena
    }
    arena = nextOf(arena)
  } while (arena != mainArena)
}

/**
 * The heaps that arenas other than the main one live in (malloc/arena.c): regions of at most 64 MiB that begin at a
 * multiple of that, so that a chunk's address tells its heap. The whole is reserved without access, and made writable
 * as far as it is needed.
 *
 *     heap_info +0   ar_ptr         +8   prev           the arena, and its heap before this one
 *               +16  size           +24  mprotect_size  what is in use, and what was made writable
 *               +32  pagesize                           since 2.35
 *     then, in an arena's first heap, its malloc_state; then chunks up to top; then nothing but reserved room
 *
 * Left out: explicit and transparent huge pages; where the kernel never overcommits, a heap shrinks by mapping its end
 * anew instead of madvise.
 */
import { HEADER, HEAP_MAX, MINSIZE, PAGE, PREV_INUSE } from '../layout.js'
import { unlinkChunk } from './bins.js'
import { headOf, prevSizeOf, setHead, sizeIn, sizeOf, toPages } from './chunk.js'
import { discard, mprotect, munmap, reserve } from './host.js'
import { setWord, word } from './memory.js'
import { mp } from './params.js'
import { addSystemMem, setTop, topOf } from './state.js'
import { heapInfo } from './version.js'

const HEAP_MIN: u64 = 32768

/** Where the heap of an address begins: its heap_info. @glibc heap_for_ptr malloc/arena.c */
export function heapOf(address: u64): u64 {
  return address & -HEAP_MAX
}
export function heapArenaOf(info: u64): u64 {
  return word(info)
}
export function setHeapArena(info: u64, av: u64): void {
  setWord(info, av)
}
export function prevHeapOf(info: u64): u64 {
  return word(info + 8)
}
export function setPrevHeap(info: u64, prev: u64): void {
  setWord(info + 8, prev)
}
export function heapSizeOf(info: u64): u64 {
  return word(info + 16)
}
function setHeapSize(info: u64, bytes: u64): void {
  setWord(info + 16, bytes)
}
export function mprotectSizeOf(info: u64): u64 {
  return word(info + 24)
}
function setMprotectSize(info: u64, bytes: u64): void {
  setWord(info + 24, bytes)
}

/**
 * Reserves a heap of which at least so many bytes are usable.
 * @glibc new_heap malloc/arena.c
 * @returns where it begins, or 0
 */
export function newHeap(bytes: u64): u64 {
  const padded = bytes + mp.topPad
  if (padded > HEAP_MAX && bytes > HEAP_MAX) return 0
  const size = toPages(max(HEAP_MIN, min(padded, HEAP_MAX)))
  const info = reserveHeap()
  if (info == 0) return 0
  if (mprotect(<f64>info, <f64>size) != 0) {
    munmap(<f64>info, <f64>HEAP_MAX)
    return 0
  }
  setHeapSize(info, size)
  setMprotectSize(info, size)
  if (heapInfo > 32) setWord(info + 32, PAGE)
  return info
}

/** Twice the room, of which the aligned half is kept; the other one is remembered if it lies right behind. */
function reserveHeap(): u64 {
  if (mp.alignedHeapArea != 0) {
    const at = reserve(<f64>mp.alignedHeapArea, <f64>HEAP_MAX)
    mp.alignedHeapArea = 0
    if (at > 0 && isHeapStart(at)) return <u64>at
    if (at > 0) munmap(at, <f64>HEAP_MAX)
  }
  const whole = reserve(0, <f64>(HEAP_MAX * 2))
  if (whole < 0) return reserveExactly()
  const start = heapOf(<u64>whole + HEAP_MAX - 1)
  const before = start - <u64>whole
  if (before > 0) munmap(whole, <f64>before)
  else mp.alignedHeapArea = start + HEAP_MAX
  munmap(<f64>(start + HEAP_MAX), <f64>(HEAP_MAX - before))
  return start
}

function isHeapStart(at: f64): bool {
  return heapOf(<u64>at) == <u64>at
}

/** Half of that may be there, and happen to be aligned. */
function reserveExactly(): u64 {
  const at = reserve(0, <f64>HEAP_MAX)
  if (at < 0) return 0
  if (isHeapStart(at)) return <u64>at
  munmap(at, <f64>HEAP_MAX)
  return 0
}

/**
 * More of the reserved room becomes usable. @glibc grow_heap malloc/arena.c
 * @returns whether there was enough
 */
export function growHeap(info: u64, bytes: u64): bool {
  const more = toPages(bytes)
  const size = heapSizeOf(info) + more
  if (more > HEAP_MAX || size > HEAP_MAX) return false
  const writable = mprotectSizeOf(info)
  if (size > writable) {
    if (mprotect(<f64>(info + writable), <f64>(size - writable)) != 0) return false
    setMprotectSize(info, size)
  }
  setHeapSize(info, size)
  return true
}

/**
 * Heaps of which nothing is used go, and the end of the last one's top is given back.
 * @glibc heap_trim malloc/arena.c
 */
export function heapTrim(av: u64, pad: u64): void {
  let info = heapOf(topOf(av))
  while (topOf(av) == info + heapInfo) {
    const prev = prevHeapOf(info)
    if (!dropHeap(av, info, prev, pad)) break
    info = prev
  }
  const top = topOf(av)
  const size = sizeOf(top)
  if (size < mp.trimThreshold) return
  const area = size - MINSIZE - 1
  if (<i64>area < 0 || area <= pad) return
  const extra = (area - pad) & -PAGE
  if (extra == 0 || !shrinkHeap(info, extra)) return
  addSystemMem(av, -extra)
  setHead(top, (size - extra) | PREV_INUSE)
}

/** The end of the heap before becomes top again, unless that would leave too little room there. */
function dropHeap(av: u64, info: u64, prev: u64, pad: u64): bool {
  const prevSize = heapSizeOf(prev)
  const fence = prev + prevSize - HEADER
  let chunk = fence - prevSizeOf(fence)
  const head = headOf(chunk)
  let size = sizeIn(head) + HEADER
  const inUse = (head & PREV_INUSE) != 0
  if (!inUse) size += prevSizeOf(chunk)
  if (size + (HEAP_MAX - prevSize) < pad + MINSIZE + PAGE) return false
  addSystemMem(av, -heapSizeOf(info))
  if (info + HEAP_MAX == mp.alignedHeapArea) mp.alignedHeapArea = 0
  munmap(<f64>info, <f64>HEAP_MAX)
  if (!inUse) {
    chunk -= prevSizeOf(chunk)
    unlinkChunk(chunk)
  }
  setTop(av, chunk)
  setHead(chunk, size | PREV_INUSE)
  return true
}

/** @glibc shrink_heap malloc/arena.c */
function shrinkHeap(info: u64, bytes: u64): bool {
  const size = heapSizeOf(info) - bytes
  if (<i64>size < <i64>heapInfo) return false
  discard(<f64>(info + size), <f64>bytes)
  setHeapSize(info, size)
  return true
}

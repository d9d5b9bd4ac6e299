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
import {
  MADV_DONTNEED,
  MAP_ANONYMOUS,
  MAP_NORESERVE,
  MAP_PRIVATE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from '../../kernel/uapi/index.js'
import { unlinkChunk } from './bins.js'
import {
  headOf,
  HEADER,
  MINSIZE,
  PAGE,
  PREV_INUSE,
  prevSizeOf,
  setHead,
  sizeOf,
  sizeWord,
  setSizeWord,
  setWord,
  unsigned,
  word,
} from './chunk.js'
import type { Heap } from './heap.js'
import type { PoolMemory } from './memory.js'
import { HEAP_MAX } from './params.js'
import type { ArenaState } from './state.js'

const HEAP_MIN = 32 * 1024
const toPages = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE

/** struct heap_info */
export class HeapInfo {
  constructor(
    private readonly mem: PoolMemory,
    readonly start: number,
  ) {}

  /** @glibc heap_for_ptr malloc/arena.c */
  static of(mem: PoolMemory, place: number): HeapInfo {
    return new HeapInfo(mem, place - (place & (HEAP_MAX - 1)))
  }

  get arena(): number {
    return word(this.mem, this.start, 0)
  }
  set arena(address: number) {
    setWord(this.mem, this.start, 0, address)
  }
  get prev(): number {
    return word(this.mem, this.start, 8)
  }
  set prev(start: number) {
    setWord(this.mem, this.start, 8, start)
  }
  get size(): number {
    return sizeWord(this.mem, this.start + 16)
  }
  set size(bytes: number) {
    setSizeWord(this.mem, this.start + 16, bytes)
  }
  get mprotectSize(): number {
    return sizeWord(this.mem, this.start + 24)
  }
  set mprotectSize(bytes: number) {
    setSizeWord(this.mem, this.start + 24, bytes)
  }
  get end(): number {
    return this.start + this.size
  }
}

/**
 * Reserves a heap of which at least so many bytes are usable.
 * @glibc new_heap malloc/arena.c
 * @returns its place, or 0
 */
export function newHeap(heap: Heap, bytes: number): number {
  const padded = bytes + heap.mp.topPad
  if (bytes > HEAP_MAX && (padded < 0 || padded > HEAP_MAX)) return 0
  const size = toPages(padded < 0 ? HEAP_MAX : Math.max(HEAP_MIN, Math.min(padded, HEAP_MAX)))
  const start = reserve(heap)
  if (start === 0) return 0
  if (mprotect(heap, start, size) !== 0) {
    munmap(heap, start, HEAP_MAX)
    return 0
  }
  heap.mem.heapAt(start)
  const info = new HeapInfo(heap.mem, heap.mem.place(start))
  info.size = size
  info.mprotectSize = size
  if (heap.version.heapInfo > 32) setSizeWord(heap.mem, info.start + 32, PAGE)
  return info.start
}

/** Twice the room, of which the aligned half is kept; the other one is remembered if it lies right behind. */
function reserve(heap: Heap): number {
  const { mp } = heap
  if (mp.alignedHeapArea !== 0) {
    const at = map(heap, mp.alignedHeapArea, HEAP_MAX)
    mp.alignedHeapArea = 0
    if (at > 0 && at % HEAP_MAX === 0) return at
    if (at > 0) munmap(heap, at, HEAP_MAX)
  }
  const whole = map(heap, 0, 2 * HEAP_MAX)
  if (whole < 0) return reserveExactly(heap)
  const start = Math.ceil(whole / HEAP_MAX) * HEAP_MAX
  const before = start - whole
  if (before > 0) munmap(heap, whole, before)
  else mp.alignedHeapArea = start + HEAP_MAX
  munmap(heap, start + HEAP_MAX, HEAP_MAX - before)
  return start
}

/** Half of that may be there, and happen to be aligned. */
function reserveExactly(heap: Heap): number {
  const at = map(heap, 0, HEAP_MAX)
  if (at < 0) return 0
  if (at % HEAP_MAX === 0) return at
  munmap(heap, at, HEAP_MAX)
  return 0
}

function map(heap: Heap, at: number, length: number): number {
  heap.host.touch('mmap')
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | (heap.version.heapNoReserve ? MAP_NORESERVE : 0)
  return heap.host.sys.mmap(at, length, PROT_NONE, flags, -1, 0)
}
function munmap(heap: Heap, at: number, length: number): void {
  heap.host.touch('munmap')
  heap.host.sys.munmap(at, length)
}
function mprotect(heap: Heap, at: number, length: number): number {
  heap.host.touch('mprotect')
  return heap.host.sys.mprotect(at, length, PROT_READ | PROT_WRITE)
}

/**
 * More of the reserved room becomes usable. @glibc grow_heap malloc/arena.c
 * @returns whether there was enough
 */
export function growHeap(heap: Heap, info: HeapInfo, bytes: number): boolean {
  const size = info.size + toPages(bytes)
  if (size > HEAP_MAX) return false
  const writable = info.mprotectSize
  if (size > writable) {
    if (mprotect(heap, heap.mem.address(info.start) + writable, size - writable) !== 0) return false
    info.mprotectSize = size
  }
  info.size = size
  return true
}

/**
 * Heaps of which nothing is used go, and the end of the last one's top is given back.
 * @glibc heap_trim malloc/arena.c
 */
export function heapTrim(heap: Heap, av: ArenaState, pad: number): void {
  const { mem, mp, version } = heap
  let info = HeapInfo.of(mem, av.top)
  while (av.top === info.start + version.heapInfo) {
    const prev = new HeapInfo(mem, info.prev)
    if (!dropHeap(heap, av, info, prev, pad)) break
    info = prev
  }
  const top = sizeOf(mem, av.top)
  if (unsigned(top) < unsigned(mp.trimThreshold)) return
  const area = top - MINSIZE - 1
  if (area < 0 || area <= unsigned(pad)) return
  const extra = Math.floor((area - pad) / PAGE) * PAGE
  if (extra === 0 || !shrinkHeap(heap, info, extra)) return
  av.systemMem -= extra
  setHead(mem, av.top, top - extra + PREV_INUSE)
}

/** The end of the heap before becomes top again, unless that would leave too little room there. */
function dropHeap(heap: Heap, av: ArenaState, info: HeapInfo, prev: HeapInfo, pad: number): boolean {
  const { mem, mp } = heap
  const fence = prev.end - HEADER
  let chunk = mem.offset(fence, -prevSizeOf(mem, fence))
  let size = sizeOf(mem, chunk) + HEADER
  const inUse = (headOf(mem, chunk) & PREV_INUSE) !== 0
  if (!inUse) size += prevSizeOf(mem, chunk)
  if (size + (HEAP_MAX - prev.size) < unsigned(pad) + MINSIZE + PAGE) return false
  av.systemMem -= info.size
  const start = mem.address(info.start)
  if (start + HEAP_MAX === mp.alignedHeapArea) mp.alignedHeapArea = 0
  munmap(heap, start, HEAP_MAX)
  if (!inUse) {
    chunk = mem.offset(chunk, -prevSizeOf(mem, chunk))
    unlinkChunk(heap, chunk)
  }
  av.top = chunk
  setHead(mem, chunk, size + PREV_INUSE)
  return true
}

/** @glibc shrink_heap malloc/arena.c */
function shrinkHeap(heap: Heap, info: HeapInfo, bytes: number): boolean {
  const size = info.size - bytes
  if (size < heap.version.heapInfo) return false
  heap.host.touch('madvise')
  heap.host.sys.madvise(heap.mem.address(info.start) + size, bytes, MADV_DONTNEED)
  info.size = size
  return true
}

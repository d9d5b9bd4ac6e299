/** Giving memory back: the end of top by a lower break, whole pages inside free chunks by madvise. */
import { MADV_DONTNEED } from '../../kernel/uapi/index.js'
import { arenas } from './arena.js'
import { binIndex } from './bins.js'
import { BK, CHUNK_STRUCT, MINSIZE, PAGE, PREV_INUSE, setHead, sizeOf, unsigned, word } from './chunk.js'
import { consolidate } from './consolidate.js'
import type { Heap } from './heap.js'
import { NBINS, type ArenaState } from './state.js'

/**
 * @glibc systrim malloc/malloc.c
 * A top of exactly the minimum counts as one byte less than nothing, and C's unsigned arithmetic then makes the "trim"
 * a growth; that is modelled.
 */
export function systrim(heap: Heap, av: ArenaState, pad: number): number {
  const { host } = heap
  const size = av.topSize
  const area = size - MINSIZE - 1
  if (unsigned(area) <= unsigned(pad)) return 0
  const extra = Math.floor((area - pad) / PAGE) * PAGE
  if (extra === 0) return 0
  host.touch('sbrk')
  const before = host.sbrk(0)
  if (before !== heap.mem.address(av.top) + size) return 0
  host.sbrk(-extra)
  const after = host.sbrk(0)
  if (after < 0 || after === before) return 0
  const released = before - after
  av.systemMem -= released
  setHead(heap.mem, av.top, size - released + PREV_INUSE)
  return 1
}

/** malloc_trim(3). @glibc __malloc_trim malloc/malloc.c @returns 1 if something was given back */
export function mallocTrim(heap: Heap, pad: number): number {
  heap.init()
  let released = 0
  for (const av of arenas(heap)) {
    released |= trimArena(heap, av)
    if (av === heap.main) released |= systrim(heap, av, pad)
  }
  return released
}

/** @glibc mtrim malloc/malloc.c */
function trimArena(heap: Heap, av: ArenaState): number {
  consolidate(heap, av)
  let released = 0
  const firstBin = binIndex(PAGE)
  for (let i = 1; i < NBINS; i++) {
    if (i !== 1 && i < firstBin) continue
    const bin = av.binAt(i)
    for (let chunk = word(heap.mem, bin, BK); chunk !== bin; chunk = word(heap.mem, chunk, BK))
      released |= releasePages(heap, chunk, sizeOf(heap.mem, chunk))
  }
  return released
}

/** Pages wholly inside the chunk, behind its links. */
function releasePages(heap: Heap, chunk: number, size: number): number {
  if (size <= PAGE - 1 + CHUNK_STRUCT) return 0
  const start = heap.mem.address(chunk)
  const from = Math.ceil((start + CHUNK_STRUCT) / PAGE) * PAGE
  const length = Math.floor((size - (from - start)) / PAGE) * PAGE
  if (length <= 0) return 0
  heap.host.touch('madvise')
  heap.host.sys.madvise(from, length, MADV_DONTNEED)
  return 1
}

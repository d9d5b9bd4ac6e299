/** Giving a block back: to the kernel if it has a mapping of its own, else to the tcache, a fastbin, or the unsorted bin. */
import {
  HEADER,
  flagsIn,
  headAbove,
  headOf,
  IS_MMAPPED,
  isAligned,
  memOf,
  MINSIZE,
  PAGE,
  PREV_INUSE,
  prevSizeOf,
  sizeIn,
  sizeOf,
  unsigned,
  word,
} from './chunk.js'
import { corrupted } from './checks.js'
import { consolidate, mergeIntoUnsorted } from './consolidate.js'
import { fastbinIndex, pushFastbin } from './fastbins.js'
import type { Heap } from './heap.js'
import { heapTrim } from './heaps.js'
import { CONSOLIDATION_THRESHOLD, MMAP_THRESHOLD_MAX } from './params.js'
import type { ArenaState } from './state.js'
import { checkDoubleFree, tcacheHasRoom, tcacheIndex, tcachePut } from './tcache.js'
import { systrim } from './trim.js'

/** A mapped block that comes back is a sign that such sizes come and go: they will be served from the heap. */
export function adaptThreshold(heap: Heap, head: number): void {
  const { mp } = heap
  if (mp.noDynThreshold || unsigned(head) <= unsigned(mp.mmapThreshold) || unsigned(head) > MMAP_THRESHOLD_MAX) return
  mp.mmapThreshold = sizeIn(head)
  mp.trimThreshold = 2 * mp.mmapThreshold
}

/** @glibc munmap_chunk malloc/malloc.c */
export function munmapChunk(heap: Heap, chunk: number): void {
  const { mem, mp, host } = heap
  const offset = prevSizeOf(mem, chunk)
  const total = offset + sizeOf(mem, chunk)
  const start = mem.address(chunk) - offset
  const within = memOf(chunk) & (PAGE - 1)
  if (start % PAGE !== 0 || total % PAGE !== 0 || (heap.version.checksMapped && (within & (within - 1)) !== 0))
    corrupted(heap, 'munmap_chunk(): invalid pointer', memOf(chunk))
  mp.nMmaps--
  mp.mmappedMem -= total
  host.touch('munmap')
  host.sys.munmap(start, total)
}

/**
 * @glibc _int_free malloc/malloc.c
 * Since 2.42 what comes here is left over: it goes where _int_free_chunk puts it.
 */
export function intFree(heap: Heap, av: ArenaState, chunk: number, head = headOf(heap.mem, chunk)): void {
  const size = sizeIn(head)
  if (heap.version.remaindersSkipTcache) return freeChunk(heap, av, chunk, head)
  const block = memOf(chunk)
  if (size <= 0 || !isAligned(chunk)) corrupted(heap, 'free(): invalid pointer', block)
  if (size < MINSIZE || !isAligned(size)) corrupted(heap, 'free(): invalid size', block)
  const tcache = tcacheIndex(heap, size)
  if (tcache >= 0) {
    checkDoubleFree(heap, block, tcache)
    if (tcacheHasRoom(heap, tcache)) return tcachePut(heap, chunk, tcache)
  }
  freeChunk(heap, av, chunk, head)
}

/** Where the tcache does not come in. @glibc _int_free_chunk malloc/malloc.c */
export function freeChunk(heap: Heap, av: ArenaState, chunk: number, head: number): void {
  const size = sizeIn(head)
  if (size <= heap.mp.maxFast) freeFast(heap, av, chunk, size)
  else if (flagsIn(head) & IS_MMAPPED) munmapChunk(heap, chunk)
  else freeNormal(heap, av, chunk, size)
}

function freeFast(heap: Heap, av: ArenaState, chunk: number, size: number): void {
  const { mem } = heap
  const nextHead = headAbove(mem, chunk, size)
  if (unsigned(nextHead) <= HEADER || unsigned(sizeIn(nextHead)) >= av.systemMem)
    corrupted(heap, 'free(): invalid next size (fast)', memOf(chunk))
  perturb(heap, chunk, size)
  av.haveFastChunks = true
  const head = av.fastbinAt(fastbinIndex(size))
  const old = word(mem, head, 0)
  if (old === chunk) corrupted(heap, 'double free or corruption (fasttop)', memOf(chunk))
  pushFastbin(heap, head, chunk)
}

/** @glibc _int_free_merge_chunk malloc/malloc.c */
export function freeNormal(heap: Heap, av: ArenaState, chunk: number, size: number): void {
  checkFree(heap, av, chunk, size)
  perturb(heap, chunk, size)
  const merged = mergeIntoUnsorted(
    heap,
    av,
    chunk,
    size,
    'corrupted size vs. prev_size while consolidating',
    'free(): corrupted unsorted chunks',
    heap.version.freesToSmallBins,
  )
  trimAfterFree(heap, av, merged)
}

/** A large free chunk is a reason to look whether memory can be given back. @glibc _int_free_maybe_consolidate malloc/malloc.c */
export function trimAfterFree(heap: Heap, av: ArenaState, size: number): void {
  if (size < CONSOLIDATION_THRESHOLD) return
  if (av.haveFastChunks) consolidate(heap, av)
  if (av !== heap.main) heapTrim(heap, av, heap.mp.topPad)
  else if (unsigned(av.topSize) >= unsigned(heap.mp.trimThreshold)) systrim(heap, av, heap.mp.topPad)
}

function checkFree(heap: Heap, av: ArenaState, chunk: number, size: number): void {
  const { mem } = heap
  const top = av.top
  if (chunk === top) corrupted(heap, 'double free or corruption (top)', memOf(chunk))
  const end = mem.offset(top, unsigned(sizeOf(mem, top)))
  if (av.isContiguous && !mem.isBelow(mem.offset(chunk, size), end))
    corrupted(heap, 'double free or corruption (out)', memOf(chunk))
  const nextHead = headAbove(mem, chunk, size)
  if (!(nextHead & PREV_INUSE)) corrupted(heap, 'double free or corruption (!prev)', memOf(chunk))
  if (unsigned(nextHead) <= HEADER || unsigned(sizeIn(nextHead)) >= av.systemMem)
    corrupted(heap, 'free(): invalid next size (normal)', memOf(chunk))
}

/** @glibc free_perturb malloc/malloc.c */
function perturb(heap: Heap, chunk: number, size: number): void {
  if (heap.mp.perturb !== 0) heap.mem.fill(memOf(chunk), heap.mp.perturb & 0xff, size - HEADER)
}

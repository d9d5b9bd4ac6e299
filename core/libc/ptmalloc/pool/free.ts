/** Giving a block back: to the kernel if it has a mapping of its own, else to the tcache, a fastbin, or the unsorted bin. */
import { HEADER, IS_MMAPPED, MINSIZE, PAGE, PREV_INUSE } from '../layout.js'
import {
  DOUBLE_FREE_FAST,
  DOUBLE_FREE_OUT,
  DOUBLE_FREE_PREV,
  DOUBLE_FREE_TOP,
  FREE_NEXT_FAST,
  FREE_NEXT_NORMAL,
  FREE_POINTER,
  FREE_PREV_SIZE,
  FREE_SIZE,
  MUNMAP_POINTER,
  UNSORTED_FREE,
} from '../messages.js'
import { abortAt } from './checks.js'
import { headAbove, isAligned, memOf, prevSizeOf, sizeIn, sizeOf, wrapsAround } from './chunk.js'
import { consolidate, mergeIntoUnsorted } from './consolidate.js'
import { fastbinIndex, pushFastbin } from './fastbins.js'
import { heapTrim } from './heaps.js'
import { munmap } from './host.js'
import { fill, word } from './memory.js'
import { CONSOLIDATION_THRESHOLD, mp, MMAP_THRESHOLD_MAX } from './params.js'
import { fastbinAt, haveFastChunks, isContiguous, setHaveFastChunks, systemMemOf, topOf, topSizeOf } from './state.js'
import { checkDoubleFree, tcacheHasRoom, tcacheIndex, tcachePut } from './tcache.js'
import { systrim } from './trim.js'
import { checksMapped, freesToSmallBins, mainArena, remaindersSkipTcache } from './version.js'

/** A mapped block that comes back is a sign that such sizes come and go: they will be served from the heap. */
export function adaptThreshold(head: u64): void {
  if (mp.noDynThreshold || head <= mp.mmapThreshold || head > MMAP_THRESHOLD_MAX) return
  mp.mmapThreshold = sizeIn(head)
  mp.trimThreshold = 2 * mp.mmapThreshold
}

/** Whether a mapping cannot begin there, or its block cannot lie so in its first page. */
export function isBadMapping(start: u64, total: u64, block: u64): bool {
  const within = block & (PAGE - 1)
  return ((start | total) & (PAGE - 1)) != 0 || (checksMapped && (within & (within - 1)) != 0)
}

/** @glibc munmap_chunk malloc/malloc.c */
export function munmapChunk(chunk: u64): void {
  const offset = prevSizeOf(chunk)
  const total = offset + sizeOf(chunk)
  const start = chunk - offset
  if (isBadMapping(start, total, memOf(chunk))) abortAt(MUNMAP_POINTER, memOf(chunk))
  mp.nMmaps--
  mp.mmappedMem -= total
  munmap(<f64>start, <f64>total)
}

/**
 * @glibc _int_free malloc/malloc.c
 * Since 2.42 what comes here is left over: it goes where _int_free_chunk puts it.
 */
export function intFree(av: u64, chunk: u64, head: u64): void {
  if (remaindersSkipTcache) return freeChunk(av, chunk, head)
  const size = sizeIn(head)
  const block = memOf(chunk)
  if (wrapsAround(chunk, size) || !isAligned(chunk)) abortAt(FREE_POINTER, block)
  if (size < MINSIZE || !isAligned(size)) abortAt(FREE_SIZE, block)
  const tcache = tcacheIndex(size)
  if (tcache >= 0) {
    checkDoubleFree(block, tcache)
    if (tcacheHasRoom(tcache)) return tcachePut(chunk, tcache)
  }
  freeChunk(av, chunk, head)
}

/** Where the tcache does not come in. @glibc _int_free_chunk malloc/malloc.c */
export function freeChunk(av: u64, chunk: u64, head: u64): void {
  const size = sizeIn(head)
  if (size <= mp.maxFast) freeFast(av, chunk, size)
  else if ((head & IS_MMAPPED) != 0) munmapChunk(chunk)
  else freeNormal(av, chunk, size)
}

function freeFast(av: u64, chunk: u64, size: u64): void {
  const nextHead = headAbove(chunk, size)
  if (nextHead <= HEADER || sizeIn(nextHead) >= systemMemOf(av)) abortAt(FREE_NEXT_FAST, memOf(chunk))
  perturb(chunk, size)
  setHaveFastChunks(av, true)
  const head = fastbinAt(av, fastbinIndex(size))
  if (word(head) == chunk) abortAt(DOUBLE_FREE_FAST, memOf(chunk))
  pushFastbin(head, chunk)
}

/** @glibc _int_free_merge_chunk malloc/malloc.c */
export function freeNormal(av: u64, chunk: u64, size: u64): void {
  checkFree(av, chunk, size)
  perturb(chunk, size)
  trimAfterFree(av, mergeIntoUnsorted(av, chunk, size, FREE_PREV_SIZE, UNSORTED_FREE, freesToSmallBins))
}

/** A large free chunk is a reason to look whether memory can be given back. @glibc _int_free_maybe_consolidate malloc/malloc.c */
export function trimAfterFree(av: u64, size: u64): void {
  if (size < CONSOLIDATION_THRESHOLD) return
  if (haveFastChunks(av)) consolidate(av)
  if (av != mainArena) heapTrim(av, mp.topPad)
  else if (topSizeOf(av) >= mp.trimThreshold) systrim(av, mp.topPad)
}

function checkFree(av: u64, chunk: u64, size: u64): void {
  const top = topOf(av)
  if (chunk == top) abortAt(DOUBLE_FREE_TOP, memOf(chunk))
  const end = top + sizeOf(top)
  if (isContiguous(av) && chunk + size >= end) abortAt(DOUBLE_FREE_OUT, memOf(chunk))
  const nextHead = headAbove(chunk, size)
  if ((nextHead & PREV_INUSE) == 0) abortAt(DOUBLE_FREE_PREV, memOf(chunk))
  if (nextHead <= HEADER || sizeIn(nextHead) >= systemMemOf(av)) abortAt(FREE_NEXT_NORMAL, memOf(chunk))
}

/** @glibc free_perturb malloc/malloc.c */
function perturb(chunk: u64, size: u64): void {
  if (mp.perturb != 0) fill(memOf(chunk), mp.perturb & 0xff, size - HEADER)
}

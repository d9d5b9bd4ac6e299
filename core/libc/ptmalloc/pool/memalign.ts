/** Blocks at multiples of more than 16: a larger one is taken and its ends are given back. */
import { IS_MMAPPED, MALLOC_ALIGNMENT, MINSIZE, PREV_INUSE } from '../layout.js'
import { UNSORTED_FREE } from '../messages.js'
import { arenaGet, arenaGetRetry, onlyMainArena } from './arena.js'
import { chunkOf, headOf, isInUse, memOf, prevSizeOf, setHead, setHeadSize, setInUse, sizeIn, sizeOf } from './chunk.js'
import { createChunk } from './consolidate.js'
import { initTcache, mallocBytes } from './entry.js'
import { freeNormal, intFree, trimAfterFree } from './free.js'
import { tcacheGetAligned } from './large-tcache.js'
import { init } from './init.js'
import { checkedSize, intMalloc } from './malloc.js'
import { setWord } from './memory.js'
import { mp, thread } from './params.js'
import { markOf, topOf } from './state.js'
import { tcacheIndex } from './tcache.js'
import { freesToSmallBins, largeTcache, memalignMerges, ptrdiffLimit, tcacheForMemalign } from './version.js'

const LARGEST_ALIGNMENT: u64 = 0x8000000000000000
const NEAR_LIMIT: u64 = 0x7ffffffffffffc00

/** memalign(3). @glibc _mid_memalign malloc/malloc.c @returns the block or 0 */
export function memalignBytes(alignment: u64, bytes: u64): u64 {
  init()
  if (alignment <= MALLOC_ALIGNMENT) return mallocBytes(bytes)
  if (alignment > LARGEST_ALIGNMENT) return 0
  let to = MINSIZE
  while (to < alignment) to *= 2
  if (tcacheForMemalign) {
    const need = checkedSize(bytes)
    if (need == 0) return 0
    const cached = fromCache(to, need)
    if (cached != 0) return cached
  }
  if (!ptrdiffLimit && bytes > u64.MAX_VALUE - to - MINSIZE) return 0
  const av = arenaGet(bytes + to + MINSIZE)
  const block = intMemalign(av, to, bytes)
  return block != 0 || av == 0 || onlyMainArena() ? block : intMemalign(arenaGetRetry(av, bytes), to, bytes)
}

/** @returns a block of the tcache that happens to be aligned, or 0 */
function fromCache(alignment: u64, need: u64): u64 {
  if (largeTcache && need >= mp.tcacheMaxBytes) return 0
  initTcache()
  if (thread.tcache == 0 || (!largeTcache && tcacheIndex(need) < 0)) return 0
  return tcacheGetAligned(need, alignment)
}

/**
 * @param av 0 if there is no arena to be had
 * @glibc _int_memalign malloc/malloc.c
 * @returns the block or 0
 */
function intMemalign(av: u64, alignment: u64, bytes: u64): u64 {
  const need = checkedSize(bytes)
  const sum = bytes + alignment
  if (need == 0 || sum < bytes || sum >= NEAR_LIMIT) return 0
  const request = need + alignment + MINSIZE
  const block = intMalloc(av, request, checkedSize(request))
  if (block == 0) return 0
  let chunk = chunkOf(block)
  if ((block & (alignment - 1)) != 0) chunk = cutFront(av, chunk, alignment)
  const head = headOf(chunk)
  if ((head & IS_MMAPPED) == 0) cutBack(av, chunk, sizeIn(head), need)
  return memOf(chunk)
}

/** @returns the chunk whose block is aligned */
function cutFront(av: u64, chunk: u64, alignment: u64): u64 {
  let lead = alignment - (memOf(chunk) & (alignment - 1))
  if (lead < MINSIZE) lead += alignment
  const to = chunk + lead
  const size = sizeOf(chunk) - lead
  if ((headOf(chunk) & IS_MMAPPED) != 0) {
    setWord(to, prevSizeOf(chunk) + lead)
    setHead(to, size | IS_MMAPPED)
    return to
  }
  setHead(to, size | PREV_INUSE | markOf(av))
  setInUse(to, size)
  setHeadSize(chunk, lead)
  if (memalignMerges) freeNormal(av, chunk, lead)
  else intFree(av, chunk, headOf(chunk))
  return to
}

function cutBack(av: u64, chunk: u64, size: u64, need: u64): void {
  if (memalignMerges) return mergeBack(av, chunk, size, need)
  if (size <= need + MINSIZE) return
  const rest = chunk + need
  setHead(rest, (size - need) | PREV_INUSE | markOf(av))
  setHeadSize(chunk, need)
  intFree(av, rest, headOf(rest))
}

/** Less than a chunk can be given back too, if what follows is free. */
function mergeBack(av: u64, chunk: u64, size: u64, need: u64): void {
  const rest = size - need
  const next = chunk + size
  if (size <= need || (rest < MINSIZE && next != topOf(av) && isInUse(next, sizeOf(next)))) return
  setHeadSize(chunk, need)
  trimAfterFree(av, createChunk(av, chunk + need, rest, next, UNSORTED_FREE, freesToSmallBins))
}

/**
 * Memory from the kernel: a mapping of its own for a large request, else a higher break, else (where brk fails) a
 * mapping of at least 1 MiB that the heap goes on in.
 */
import { HEADER, IS_MMAPPED, MALLOC_ALIGNMENT, MINSIZE, PAGE, PREV_INUSE, SIZE_SZ } from '../layout.js'
import { headOf, memOf, setFoot, setHead, sizeIn, sizeOf, toPages } from './chunk.js'
import { intFree } from './free.js'
import { growHeap, heapOf, heapSizeOf, newHeap, setHeapArena, setPrevHeap } from './heaps.js'
import { assertSoundTop, breakAdjusted, mmap, sbrk, touchSbrk } from './host.js'
import { setWord } from './memory.js'
import { MMAP_AS_MORECORE, mp } from './params.js'
import {
  addSystemMem,
  isContiguous,
  markOf,
  maxSystemMemOf,
  setMaxSystemMem,
  setNoncontiguous,
  setTop,
  systemMemOf,
  topOf,
  topSizeOf,
  unsortedOf,
} from './state.js'
import { fromTop } from './top.js'
import { heapInfo, mainArena } from './version.js'

/** What {@link morecore} and {@link mmap} say when there is no memory. */
const NONE: f64 = -1

/** @glibc sysmalloc malloc/malloc.c Left out: huge pages. @returns the block or 0 */
export function sysmalloc(av: u64, need: u64): u64 {
  const mapFirst = need >= mp.mmapThreshold && mp.nMmaps < mp.nMmapsMax
  if (mapFirst) {
    const block = mmapBlock(need)
    if (block != 0) return block
  }
  checkTop(av)
  if (av == mainArena) growMain(av, need)
  else if (!growArena(av, need) && !mapFirst) {
    const block = mmapBlock(need)
    if (block != 0) return block
  }
  const systemMem = systemMemOf(av)
  if (systemMem > maxSystemMemOf(av)) setMaxSystemMem(av, systemMem)
  return takeTop(av, need)
}

/** No check of top's size here: it was just made. */
function takeTop(av: u64, need: u64): u64 {
  return topSizeOf(av) >= need + MINSIZE ? fromTop(av, need) : 0
}

/** @glibc sysmalloc_mmap malloc/malloc.c */
export function mmapBlock(need: u64): u64 {
  const length = toPages(need + SIZE_SZ)
  const at = mmap(<f64>length)
  if (at < 0) return 0
  const chunk = <u64>at
  setWord(chunk, 0)
  setHead(chunk, length | IS_MMAPPED)
  mp.nMmaps++
  mp.maxNMmaps = max(mp.maxNMmaps, mp.nMmaps)
  mp.mmappedMem += length
  mp.maxMmappedMem = max(mp.maxMmappedMem, mp.mmappedMem)
  mp.maxTotalMem = max(mp.maxTotalMem, mp.mmappedMem + systemMemOf(mainArena))
  return memOf(chunk)
}

/** Who overwrote top's header is found out here at the latest. */
function checkTop(av: u64): void {
  const top = topOf(av)
  const head = headOf(top)
  const size = sizeIn(head)
  if (top == unsortedOf(av) && size == 0) return
  if (size >= MINSIZE && (head & PREV_INUSE) != 0 && ((top + size) & (PAGE - 1)) == 0) return
  assertSoundTop()
  unreachable()
}

/** The last heap grows, or another one is added. @returns whether there is room now */
function growArena(av: u64, need: u64): bool {
  const oldTop = topOf(av)
  const oldSize = sizeOf(oldTop)
  const old = heapOf(oldTop)
  const before = heapSizeOf(old)
  if (<i64>(MINSIZE + need - oldSize) > 0 && growHeap(old, MINSIZE + need - oldSize)) {
    addSystemMem(av, heapSizeOf(old) - before)
    setHead(oldTop, (old + heapSizeOf(old) - oldTop) | PREV_INUSE)
    return true
  }
  const added = newHeap(need + MINSIZE + heapInfo)
  if (added == 0) return false
  setHeapArena(added, av)
  setPrevHeap(added, old)
  addSystemMem(av, heapSizeOf(added))
  setTop(av, added + heapInfo)
  setHead(added + heapInfo, (heapSizeOf(added) - heapInfo) | PREV_INUSE)
  fenceTop(av, oldTop, oldSize)
  return true
}

/** Two headers that look in use end the heap that was left; what lies before them is freed if it can be a chunk. */
function fenceTop(av: u64, oldTop: u64, oldSize: u64): void {
  const size = (oldSize - MINSIZE) & -MALLOC_ALIGNMENT
  setHead(oldTop + size + HEADER, PREV_INUSE)
  if (size < MINSIZE) {
    setHead(oldTop, (size + HEADER) | PREV_INUSE)
    setFoot(oldTop, size + HEADER)
    return
  }
  setHead(oldTop + size, HEADER | PREV_INUSE)
  setFoot(oldTop + size, HEADER)
  setHead(oldTop, size | PREV_INUSE | markOf(av))
  intFree(av, oldTop, headOf(oldTop))
}

function growMain(av: u64, need: u64): void {
  const oldTop = topOf(av)
  const oldSize = sizeOf(oldTop)
  const oldEnd = oldTop + oldSize
  const wanted = toPages(need + mp.topPad + MINSIZE - (isContiguous(av) ? oldSize : 0))
  const at = <i64>wanted > 0 ? morecore(wanted) : NONE
  if (at >= 0) return placeGrowth(av, at, wanted, oldSize, oldEnd, NONE)
  const length = fallbackLength(av, wanted, oldSize)
  if (length <= need) return
  const mapped = mmap(<f64>length)
  if (mapped < 0) return
  setNoncontiguous(av)
  placeGrowth(av, mapped, length, oldSize, oldEnd, mapped + <f64>length)
}

/** @glibc sysmalloc_mmap_fallback malloc/malloc.c */
function fallbackLength(av: u64, wanted: u64, oldSize: u64): u64 {
  return max(isContiguous(av) ? toPages(wanted + oldSize) : wanted, MMAP_AS_MORECORE)
}

function morecore(increment: u64): f64 {
  touchSbrk()
  return sbrk(<f64>increment)
}

/**
 * Top becomes larger, or starts anew where the memory is.
 * @param end of the memory, or negative if it is the break
 */
function placeGrowth(av: u64, at: f64, size: u64, oldSize: u64, oldEnd: u64, end: f64): void {
  const start = <u64>at
  if (mp.sbrkBase == 0) mp.sbrkBase = start
  addSystemMem(av, size)
  if (start == oldEnd && end < 0) return setHead(topOf(av), (size + oldSize) | PREV_INUSE)
  if (isContiguous(av) && oldSize > 0 && start < oldEnd) breakAdjusted(at)
  startRegion(av, start, size, oldSize, oldEnd, end)
}

function startRegion(av: u64, at: u64, size: u64, oldSize: u64, oldEnd: u64, end: f64): void {
  let start = at
  let correction: u64 = 0
  let limit = end
  if (isContiguous(av)) {
    // Somebody else moved the break: what lies between counts as ours.
    if (oldSize > 0) addSystemMem(av, at - oldEnd)
    start = (at + MALLOC_ALIGNMENT - 1) & -MALLOC_ALIGNMENT
    const reach = start + oldSize + size
    correction = start - at + oldSize + toPages(reach) - reach
    limit = morecore(correction)
    if (limit < 0) {
      correction = 0
      limit = morecore(0)
    }
  } else if (limit < 0) limit = morecore(0)
  if (limit < 0) return
  const oldTop = topOf(av)
  setTop(av, start)
  setHead(start, (<u64>limit - start + correction) | PREV_INUSE)
  addSystemMem(av, correction)
  if (oldSize > 0) retireTop(av, oldTop, oldSize)
}

/** The old top becomes a free chunk, with two headers behind it that look in use and end every coalescing. */
function retireTop(av: u64, oldTop: u64, oldSize: u64): void {
  const size = (oldSize - 2 * HEADER) & -MALLOC_ALIGNMENT
  setHead(oldTop, size | PREV_INUSE)
  setHead(oldTop + size, HEADER | PREV_INUSE)
  setHead(oldTop + size + HEADER, HEADER | PREV_INUSE)
  if (size >= MINSIZE) intFree(av, oldTop, headOf(oldTop))
}

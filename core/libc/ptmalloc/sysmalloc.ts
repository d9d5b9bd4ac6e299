/**
 * Memory from the kernel: a mapping of its own for a large request, else a higher break, else (where brk fails) a
 * mapping of at least 1 MiB that the heap goes on in.
 */
import {
  IS_MMAPPED,
  memOf,
  MALLOC_ALIGNMENT,
  MINSIZE,
  PAGE,
  PREV_INUSE,
  setFoot,
  setHead,
  setSizeWord,
  sizeOf,
  headOf,
  unsigned,
  HEADER,
} from './chunk.js'
import { failedAssertion } from './checks.js'
import { intFree } from './free.js'
import type { Heap } from './heap.js'
import { growHeap, HeapInfo, newHeap } from './heaps.js'
import { MMAP_AS_MORECORE } from './params.js'
import type { ArenaState } from './state.js'
import { fromTop } from './top.js'
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from '../../kernel/uapi/index.js'

const toPages = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE
/** Larger sizes are negative as signed numbers: no increment of the break. */
const MAX_INCREMENT = 2 ** 63

/** @glibc sysmalloc malloc/malloc.c Left out: huge pages. @returns the block or 0 */
export function sysmalloc(heap: Heap, av: ArenaState, need: number): number {
  const { mp } = heap
  const mapFirst = need >= unsigned(mp.mmapThreshold) && mp.nMmaps < mp.nMmapsMax
  if (mapFirst) {
    const block = mmapBlock(heap, need)
    if (block !== 0) return block
  }
  checkTop(heap, av)
  if (av === heap.main) growMain(heap, av, need)
  else if (!growArena(heap, av, need) && !mapFirst) {
    const block = mmapBlock(heap, need)
    if (block !== 0) return block
  }
  if (av.systemMem > av.maxSystemMem) av.maxSystemMem = av.systemMem
  return takeTop(heap, av, need)
}

/** No check of top's size here: it was just made. */
function takeTop(heap: Heap, av: ArenaState, need: number): number {
  return unsigned(av.topSize) >= need + MINSIZE ? fromTop(heap, av, need) : 0
}

/** @glibc sysmalloc_mmap malloc/malloc.c */
export function mmapBlock(heap: Heap, need: number): number {
  const { mp } = heap
  const length = toPages(need + 8)
  const at = mapAnonymous(heap, length)
  if (at < 0) return 0
  const chunk = heap.mem.place(at)
  setSizeWord(heap.mem, chunk, 0)
  setHead(heap.mem, chunk, length + IS_MMAPPED)
  mp.nMmaps++
  mp.maxNMmaps = Math.max(mp.maxNMmaps, mp.nMmaps)
  mp.mmappedMem += length
  mp.maxMmappedMem = Math.max(mp.maxMmappedMem, mp.mmappedMem)
  mp.maxTotalMem = Math.max(mp.maxTotalMem, mp.mmappedMem + heap.main.systemMem)
  return memOf(chunk)
}

function mapAnonymous(heap: Heap, length: number): number {
  heap.host.touch('mmap')
  return heap.host.sys.mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
}

const SOUND_TOP =
  '(old_top == initial_top (av) && old_size == 0) || ((unsigned long) (old_size) >= MINSIZE && ' +
  'prev_inuse (old_top) && ((unsigned long) old_end & (pagesize - 1)) == 0)'

/** Where that stands in malloc.c; compilers of the time of 2.23 and 2.27 name the last line of a call. */
const assertionLine = (minor: number): number => (minor < 26 ? 2395 : minor < 31 ? 2401 : minor < 37 ? 2379 : 2607)

/** Who overwrote top's header is found out here at the latest. */
function checkTop(heap: Heap, av: ArenaState): void {
  const { top } = av
  const head = headOf(heap.mem, top)
  const size = sizeOf(heap.mem, top)
  if (top === av.unsorted && size === 0) return
  if (size >= MINSIZE && head & PREV_INUSE && (top + size) % PAGE === 0) return
  failedAssertion(heap, 'sysmalloc', assertionLine(heap.version.minor), SOUND_TOP)
}

/** The last heap grows, or another one is added. @returns whether there is room now */
function growArena(heap: Heap, av: ArenaState, need: number): boolean {
  const { mem, version } = heap
  const oldTop = av.top
  const oldSize = sizeOf(mem, oldTop)
  const info = HeapInfo.of(mem, oldTop)
  const before = info.size
  if (MINSIZE + need > oldSize && growHeap(heap, info, MINSIZE + need - oldSize)) {
    av.systemMem += info.size - before
    setHead(mem, oldTop, info.end - oldTop + PREV_INUSE)
    return true
  }
  const start = newHeap(heap, need + MINSIZE + version.heapInfo)
  if (start === 0) return false
  const added = new HeapInfo(mem, start)
  added.arena = av.address
  added.prev = info.start
  av.systemMem += added.size
  av.top = start + version.heapInfo
  setHead(mem, av.top, added.size - version.heapInfo + PREV_INUSE)
  fenceTop(heap, av, oldTop, oldSize)
  return true
}

/** Two headers that look in use end the heap that was left; what lies before them is freed if it can be a chunk. */
function fenceTop(heap: Heap, av: ArenaState, oldTop: number, oldSize: number): void {
  const { mem } = heap
  const size = oldSize - MINSIZE - ((oldSize - MINSIZE) % MALLOC_ALIGNMENT)
  setHead(mem, oldTop + size + HEADER, PREV_INUSE)
  if (size < MINSIZE) {
    setHead(mem, oldTop, size + HEADER + PREV_INUSE)
    setFoot(mem, oldTop, size + HEADER)
    return
  }
  setHead(mem, oldTop + size, HEADER + PREV_INUSE)
  setFoot(mem, oldTop + size, HEADER)
  setHead(mem, oldTop, size + PREV_INUSE + av.mark)
  intFree(heap, av, oldTop)
}

function growMain(heap: Heap, av: ArenaState, need: number): void {
  const oldSize = av.topSize
  const oldEnd = heap.mem.address(av.top) + oldSize
  // topPad may be a negative number that stands for one near 2^64: the sum wraps as in C.
  const wanted = toPages(need + heap.mp.topPad + MINSIZE - (av.isContiguous ? oldSize : 0))
  const at = wanted > 0 && wanted < MAX_INCREMENT ? morecore(heap, wanted) : -1
  if (at >= 0) return placeGrowth(heap, av, at, wanted, oldSize, oldEnd, -1)
  const length = fallbackLength(av, wanted, oldSize)
  if (length <= need) return
  const mapped = mapAnonymous(heap, length)
  if (mapped < 0) return
  av.setNoncontiguous()
  placeGrowth(heap, av, mapped, length, oldSize, oldEnd, mapped + length)
}

/** @glibc sysmalloc_mmap_fallback malloc/malloc.c */
function fallbackLength(av: ArenaState, wanted: number, oldSize: number): number {
  const length = av.isContiguous ? toPages(wanted + oldSize) : wanted
  return Math.max(length, MMAP_AS_MORECORE)
}

function morecore(heap: Heap, increment: number): number {
  heap.host.touch('sbrk')
  return heap.host.sbrk(increment)
}

/**
 * Top becomes larger, or starts anew where the memory is.
 * @param end of the memory, or -1 if it is the break
 */
function placeGrowth(
  heap: Heap,
  av: ArenaState,
  at: number,
  size: number,
  oldSize: number,
  oldEnd: number,
  end: number,
): void {
  if (heap.mp.sbrkBase === 0) {
    heap.mp.sbrkBase = at
    heap.mem.mainAt(at)
  }
  av.systemMem += size
  if (at === oldEnd && end < 0) return setHead(heap.mem, av.top, size + oldSize + PREV_INUSE)
  if (av.isContiguous && oldSize > 0 && at < oldEnd) {
    if (!heap.version.longMessages) heap.host.fatal('break adjusted to free malloc space\n')
    heap.host.fatal(
      `*** Error in \`${heap.host.program}': break adjusted to free malloc space: 0x${at.toString(16).padStart(16, '0')} ***\n`,
    )
  }
  startRegion(heap, av, at, size, oldSize, oldEnd, end)
}

function startRegion(
  heap: Heap,
  av: ArenaState,
  at: number,
  size: number,
  oldSize: number,
  oldEnd: number,
  end: number,
): void {
  let start = at
  let correction = 0
  let limit = end
  if (av.isContiguous) {
    // Somebody else moved the break: what lies between counts as ours.
    if (oldSize > 0) av.systemMem += at - oldEnd
    const misaligned = at % MALLOC_ALIGNMENT
    if (misaligned > 0) start += MALLOC_ALIGNMENT - misaligned
    correction = start - at + oldSize
    const reach = at + size + correction
    correction += toPages(reach) - reach
    limit = morecore(heap, correction)
    if (limit < 0) {
      correction = 0
      limit = morecore(heap, 0)
    }
  } else if (limit < 0) limit = morecore(heap, 0)
  if (limit < 0) return
  const oldTop = av.top
  av.top = heap.mem.place(start)
  setHead(heap.mem, av.top, limit - start + correction + PREV_INUSE)
  av.systemMem += correction
  if (oldSize > 0) retireTop(heap, av, oldTop, oldSize)
}

/** The old top becomes a free chunk, with two headers behind it that look in use and end every coalescing. */
function retireTop(heap: Heap, av: ArenaState, oldTop: number, oldSize: number): void {
  const size = oldSize - 2 * HEADER - ((oldSize - 2 * HEADER) % MALLOC_ALIGNMENT)
  setHead(heap.mem, oldTop, size + PREV_INUSE)
  setHead(heap.mem, oldTop + size, HEADER + PREV_INUSE)
  setHead(heap.mem, oldTop + size + HEADER, HEADER + PREV_INUSE)
  if (size >= MINSIZE) intFree(heap, av, oldTop)
}

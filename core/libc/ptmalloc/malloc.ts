/**
 * Choosing a chunk: fastbin, small bin, then the unsorted bin (sorting as it goes), the best fit among large chunks,
 * the next larger bin that is not empty, top, and at last the kernel.
 */
import { binIndex, bestFit, addUnsorted, sortIntoBin, unlinkChunk } from './bins.js'
import {
  BK,
  FD,
  footOf,
  HEADER,
  headAbove,
  isSmall,
  memOf,
  MINSIZE,
  PREV_INUSE,
  request2size,
  setFoot,
  setHead,
  setInUse,
  setNonMainArena,
  setWord,
  sizeIn,
  sizeOf,
  word,
} from './chunk.js'
import { corrupted } from './checks.js'
import { consolidate } from './consolidate.js'
import { fastbinIndex, popFastbin } from './fastbins.js'
import type { Heap } from './heap.js'
import { BINMAP_WORDS, type ArenaState } from './state.js'
import { sysmalloc } from './sysmalloc.js'
import { tcacheGet, tcacheHasRoom, tcacheIndex, tcachePut } from './tcache.js'
import { fromTop } from './top.js'

const PTRDIFF_MAX = 2 ** 63
/** Unsorted chunks looked at in one go. */
const MAX_ITERS = 10_000

/**
 * The chunk size for a request, 0 if it can never be met. Sizes of 2^53 and more come rounded down.
 * @glibc checked_request2size malloc/malloc.c
 */
export function checkedSize(heap: Heap, bytes: number): number {
  const limit = heap.version.ptrdiffLimit ? PTRDIFF_MAX : 2 ** 64 - 2048
  return bytes >= limit ? 0 : request2size(bytes)
}

/**
 * @param bytes the request, for M_PERTURB
 * @param need the chunk size
 * @glibc _int_malloc malloc/malloc.c
 */
export function intMalloc(heap: Heap, av: ArenaState, bytes: number, need: number): number {
  const block = findBlock(heap, av, need)
  if (block !== 0 && heap.mp.perturb !== 0) heap.mem.fill(block, (heap.mp.perturb ^ 0xff) & 0xff, bytes)
  return block
}

function findBlock(heap: Heap, av: ArenaState, need: number): number {
  const tcache = tcacheIndex(heap, need)
  const quick =
    (need <= heap.mp.maxFast && fromFastbin(heap, av, need, tcache)) ||
    (isSmall(need) ? fromSmallBin(heap, av, need, tcache) : 0)
  if (quick !== 0) return quick
  if (!isSmall(need) && av.haveFastChunks) consolidate(heap, av)
  for (;;) {
    const block =
      fromUnsorted(heap, av, need, tcache) ||
      fromLargeBin(heap, av, need) ||
      fromLargerBin(heap, av, need) ||
      fromTop(heap, av, need)
    if (block !== 0) return block
    if (!av.haveFastChunks) return sysmalloc(heap, av, need)
    consolidate(heap, av)
  }
}

/** A free chunk is in use as a whole: the chunk above knows, and so does its own head, whose arena it is. */
function take(heap: Heap, av: ArenaState, chunk: number, size: number): void {
  setInUse(heap.mem, chunk, size)
  if (av.mark !== 0) setNonMainArena(heap.mem, chunk)
}

// ---- exact sizes --------------------------------------------------------------------------------------------------

function fromFastbin(heap: Heap, av: ArenaState, need: number, tcache: number): number {
  const { mem } = heap
  const head = av.fastbinAt(fastbinIndex(need))
  const victim = word(mem, head, 0)
  if (victim === 0) return 0
  popFastbin(heap, head, victim, 'malloc(): unaligned fastbin chunk detected 2')
  if (fastbinIndex(sizeOf(mem, victim)) !== fastbinIndex(need))
    corrupted(heap, 'malloc(): memory corruption (fast)', memOf(victim))
  if (tcache >= 0) stashFastbin(heap, head, tcache)
  return memOf(victim)
}

/** While here, the rest of the list moves to the tcache as far as there is room. */
function stashFastbin(heap: Heap, head: number, tcache: number): void {
  while (tcacheHasRoom(heap, tcache)) {
    const chunk = word(heap.mem, head, 0)
    if (chunk === 0) return
    popFastbin(heap, head, chunk, 'malloc(): unaligned fastbin chunk detected 3')
    if (heap.version.checksMoved && fastbinIndex(sizeOf(heap.mem, chunk)) !== tcache)
      corrupted(heap, 'malloc(): chunk size mismatch in fastbin', memOf(chunk))
    tcachePut(heap, chunk, tcache)
  }
}

function fromSmallBin(heap: Heap, av: ArenaState, need: number, tcache: number): number {
  const { mem } = heap
  const bin = av.binAt(need >>> 4)
  const victim = word(mem, bin, BK)
  if (victim === bin) return 0
  const bck = word(mem, victim, BK)
  if (word(mem, bck, FD) !== victim) corrupted(heap, 'malloc(): smallbin double linked list corrupted', memOf(victim))
  takeLast(heap, av, bin, victim, bck, need)
  if (tcache >= 0) stashSmallBin(heap, av, bin, need, tcache)
  return memOf(victim)
}

function takeLast(heap: Heap, av: ArenaState, bin: number, victim: number, bck: number, size: number): void {
  take(heap, av, victim, size)
  setWord(heap.mem, bin, BK, bck)
  setWord(heap.mem, bck, FD, bin)
}

function stashSmallBin(heap: Heap, av: ArenaState, bin: number, size: number, tcache: number): void {
  while (tcacheHasRoom(heap, tcache)) {
    const chunk = word(heap.mem, bin, BK)
    if (chunk === bin || chunk === 0) return
    takeLast(heap, av, bin, chunk, word(heap.mem, chunk, BK), size)
    tcachePut(heap, chunk, tcache)
  }
}

// ---- the unsorted bin ---------------------------------------------------------------------------------------------

/**
 * Goes through the unsorted chunks, oldest first: the last remainder is split for a small request if it is alone, an
 * exact fit is taken (the tcache is filled first), everything else is put into its bin.
 */
function fromUnsorted(heap: Heap, av: ArenaState, need: number, tcache: number): number {
  const { mem, mp } = heap
  let cached = false
  let handled = 0
  for (let iters = 0; iters < MAX_ITERS; iters++) {
    const victim = word(mem, av.unsorted, BK)
    if (victim === av.unsorted) break
    const size = sizeOf(mem, victim)
    const bck = word(mem, victim, BK)
    checkUnsorted(heap, av, victim, size, bck)
    if (bck === av.unsorted && isSmall(need) && victim === av.lastRemainder && size > need + MINSIZE)
      return splitLastRemainder(heap, av, victim, size, need)
    if (heap.version.checksUnsortedTwice && word(mem, bck, FD) !== victim)
      corrupted(heap, 'malloc(): corrupted unsorted chunks 3', memOf(victim))
    setWord(mem, av.unsorted, BK, bck)
    setWord(mem, bck, FD, av.unsorted)
    if (size === need) {
      take(heap, av, victim, size)
      if (tcache < 0 || !tcacheHasRoom(heap, tcache)) return memOf(victim)
      tcachePut(heap, victim, tcache)
      cached = true
      // An exact fit that only fills the tcache does not count against the limits.
      iters--
      continue
    }
    sortIntoBin(heap, av, victim, size)
    handled++
    if (cached && mp.tcacheUnsortedLimit > 0 && handled > mp.tcacheUnsortedLimit) return tcacheGet(heap, tcache)
  }
  return cached ? tcacheGet(heap, tcache) : 0
}

function checkUnsorted(heap: Heap, av: ArenaState, victim: number, size: number, bck: number): void {
  const { mem } = heap
  const systemMem = av.systemMem
  if (!heap.version.checksSizes) {
    if (size <= HEADER || size > systemMem) corrupted(heap, 'malloc(): memory corruption', memOf(victim))
    return
  }
  if (size <= HEADER || size > systemMem) corrupted(heap, 'malloc(): invalid size (unsorted)', memOf(victim))
  const nextHead = headAbove(mem, victim, size)
  if (nextHead < HEADER || nextHead > systemMem)
    corrupted(heap, 'malloc(): invalid next size (unsorted)', memOf(victim))
  if (sizeIn(footOf(mem, victim, size)) !== size)
    corrupted(heap, 'malloc(): mismatching next->prev_size (unsorted)', memOf(victim))
  if (word(mem, bck, FD) !== victim || word(mem, victim, FD) !== av.unsorted)
    corrupted(heap, 'malloc(): unsorted double linked list corrupted', memOf(victim))
  if (nextHead & PREV_INUSE) corrupted(heap, 'malloc(): invalid next->prev_inuse (unsorted)', memOf(victim))
}

/** Small requests in a row are cut off one chunk, so they lie side by side. */
function splitLastRemainder(heap: Heap, av: ArenaState, victim: number, size: number, need: number): number {
  const { mem } = heap
  const remainder = victim + need
  const rest = size - need
  av.lastRemainder = remainder
  av.clearNextsize(remainder, rest)
  av.link(remainder, av.unsorted, av.unsorted)
  setHead(mem, victim, need + PREV_INUSE + av.mark)
  setHead(mem, remainder, rest + PREV_INUSE)
  setFoot(mem, remainder, rest)
  return memOf(victim)
}

// ---- larger chunks ------------------------------------------------------------------------------------------------

function fromLargeBin(heap: Heap, av: ArenaState, need: number): number {
  if (isSmall(need)) return 0
  const victim = bestFit(heap, av.binAt(binIndex(need)), need)
  return victim === 0 ? 0 : carve(heap, av, victim, need, 'malloc(): corrupted unsorted chunks')
}

/** The smallest chunk of the next bin up that has one; the binmap says where to look. */
function fromLargerBin(heap: Heap, av: ArenaState, need: number): number {
  const { mem } = heap
  const start = binIndex(need) + 1
  for (let block = start >>> 5; block < BINMAP_WORDS; block++) {
    let map = av.binmapWord(block)
    for (let bit = block === start >>> 5 ? start & 31 : 0; bit < 32 && map >>> bit !== 0; bit++) {
      if (((map >>> bit) & 1) === 0) continue
      const bin = av.binAt(block * 32 + bit)
      const victim = word(mem, bin, BK)
      if (victim !== bin) return carveFromBin(heap, av, victim, need)
      map &= ~(1 << bit)
      av.setBinmapWord(block, map)
    }
  }
  return 0
}

function carveFromBin(heap: Heap, av: ArenaState, victim: number, need: number): number {
  const rest = sizeOf(heap.mem, victim) - need
  if (isSmall(need) && rest >= MINSIZE) av.lastRemainder = victim + need
  return carve(heap, av, victim, need, 'malloc(): corrupted unsorted chunks 2')
}

/** Takes a chunk out of its bin; what it has too much becomes a chunk of the unsorted bin. */
function carve(heap: Heap, av: ArenaState, victim: number, need: number, message: string): number {
  const { mem } = heap
  const size = sizeOf(mem, victim)
  const rest = size - need
  unlinkChunk(heap, victim)
  if (rest < MINSIZE) take(heap, av, victim, size)
  else {
    addUnsorted(heap, av, victim + need, rest, message)
    setHead(mem, victim, need + PREV_INUSE + av.mark)
  }
  return memOf(victim)
}

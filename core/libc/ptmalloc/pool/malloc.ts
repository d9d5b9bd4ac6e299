/**
 * Choosing a chunk: fastbin, small bin, then the unsorted bin (sorting as it goes), the best fit among large chunks,
 * the next larger bin that is not empty, top, and at last the kernel.
 */
import { BK, FD, HEADER, MINSIZE, PREV_INUSE } from '../layout.js'
import {
  MALLOC_CORRUPTION,
  MALLOC_FAST_MOVED_SIZE,
  MALLOC_FAST_MOVED_UNALIGNED,
  MALLOC_FAST_SIZE,
  MALLOC_FAST_UNALIGNED,
  MALLOC_SMALLBIN,
  UNSORTED_FROM_LARGE,
  UNSORTED_FROM_LARGER,
  UNSORTED_LIST,
  UNSORTED_NEXT_SIZE,
  UNSORTED_PREV_INUSE,
  UNSORTED_PREV_SIZE,
  UNSORTED_REMOVE,
  UNSORTED_SIZE,
} from '../messages.js'
import { addUnsorted, bestFit, binIndex, sortIntoBin, unlinkChunk } from './bins.js'
import { abortAt } from './checks.js'
import {
  footOf,
  headAbove,
  isSmall,
  memOf,
  request2size,
  setFoot,
  setHead,
  setInUse,
  setNonMainArena,
  sizeIn,
  sizeOf,
} from './chunk.js'
import { consolidate } from './consolidate.js'
import { fastbinIndex, popFastbin } from './fastbins.js'
import { fill, setWord, word } from './memory.js'
import { mp } from './params.js'
import {
  binAt,
  BINMAP_WORDS,
  binmapWord,
  clearNextsize,
  fastbinAt,
  haveFastChunks,
  lastRemainderOf,
  linkBetween,
  markOf,
  setBinmapWord,
  setLastRemainder,
  systemMemOf,
  unsortedOf,
} from './state.js'
import { mmapBlock, sysmalloc } from './sysmalloc.js'
import { tcacheGet, tcacheHasRoom, tcacheIndex, tcachePut } from './tcache.js'
import { fromTop } from './top.js'
import { checksMoved, checksSizes, checksUnsortedTwice, mainArena, ptrdiffLimit } from './version.js'

const PTRDIFF_MAX: u64 = 0x7fffffffffffffff
const NEAR_END: u64 = 0xfffffffffffff800
/** Unsorted chunks looked at in one go. */
const MAX_ITERS = 10_000

/** The chunk size for a request, 0 if it can never be met. @glibc checked_request2size malloc/malloc.c */
export function checkedSize(bytes: u64): u64 {
  return bytes > PTRDIFF_MAX && (ptrdiffLimit || bytes >= NEAR_END) ? 0 : request2size(bytes)
}

/**
 * @param av 0 if there is no arena to be had: the block gets a mapping of its own
 * @param bytes the request, for M_PERTURB
 * @param need the chunk size, 0 for a request that can never be met
 * @glibc _int_malloc malloc/malloc.c
 * @returns the block or 0
 */
export function intMalloc(av: u64, bytes: u64, need: u64): u64 {
  if (need == 0) return 0
  const block = av == 0 ? mmapBlock(need) : findBlock(av, need)
  if (block != 0 && mp.perturb != 0) fill(block, (mp.perturb ^ 0xff) & 0xff, bytes)
  return block
}

function findBlock(av: u64, need: u64): u64 {
  const tcache = tcacheIndex(need)
  if (need <= mp.maxFast) {
    const fast = fromFastbin(av, need, tcache)
    if (fast != 0) return fast
  }
  if (isSmall(need)) {
    const small = fromSmallBin(av, need, tcache)
    if (small != 0) return small
  } else if (haveFastChunks(av)) consolidate(av)
  let block = fromBinsOrTop(av, need, tcache)
  while (block == 0 && haveFastChunks(av)) {
    consolidate(av)
    block = fromBinsOrTop(av, need, tcache)
  }
  return block != 0 ? block : sysmalloc(av, need)
}

function fromBinsOrTop(av: u64, need: u64, tcache: i32): u64 {
  const unsorted = fromUnsorted(av, need, tcache)
  if (unsorted != 0) return unsorted
  const large = fromLargeBin(av, need)
  if (large != 0) return large
  const larger = fromLargerBin(av, need)
  return larger != 0 ? larger : fromTop(av, need)
}

/** A free chunk is in use as a whole: the chunk above knows, and so does its own head, whose arena it is. */
function take(av: u64, chunk: u64, size: u64): void {
  setInUse(chunk, size)
  if (av != mainArena) setNonMainArena(chunk)
}

// ---- exact sizes --------------------------------------------------------------------------------------------------

function fromFastbin(av: u64, need: u64, tcache: i32): u64 {
  const head = fastbinAt(av, fastbinIndex(need))
  const victim = word(head)
  if (victim == 0) return 0
  popFastbin(head, victim, MALLOC_FAST_UNALIGNED)
  if (fastbinIndex(sizeOf(victim)) != fastbinIndex(need)) abortAt(MALLOC_FAST_SIZE, memOf(victim))
  if (tcache >= 0) stashFastbin(head, tcache)
  return memOf(victim)
}

/** While here, the rest of the list moves to the tcache as far as there is room. */
function stashFastbin(head: u64, tcache: i32): void {
  while (tcacheHasRoom(tcache)) {
    const chunk = word(head)
    if (chunk == 0) return
    popFastbin(head, chunk, MALLOC_FAST_MOVED_UNALIGNED)
    if (checksMoved && fastbinIndex(sizeOf(chunk)) != tcache) abortAt(MALLOC_FAST_MOVED_SIZE, memOf(chunk))
    tcachePut(chunk, tcache)
  }
}

function fromSmallBin(av: u64, need: u64, tcache: i32): u64 {
  const bin = binAt(av, <u32>(need >>> 4))
  const victim = word(bin + BK)
  if (victim == bin) return 0
  const bck = word(victim + BK)
  if (word(bck + FD) != victim) abortAt(MALLOC_SMALLBIN, memOf(victim))
  takeLast(av, bin, victim, bck, need)
  if (tcache >= 0) stashSmallBin(av, bin, need, tcache)
  return memOf(victim)
}

function takeLast(av: u64, bin: u64, victim: u64, bck: u64, size: u64): void {
  take(av, victim, size)
  setWord(bin + BK, bck)
  setWord(bck + FD, bin)
}

function stashSmallBin(av: u64, bin: u64, size: u64, tcache: i32): void {
  while (tcacheHasRoom(tcache)) {
    const chunk = word(bin + BK)
    if (chunk == bin || chunk == 0) return
    takeLast(av, bin, chunk, word(chunk + BK), size)
    tcachePut(chunk, tcache)
  }
}

// ---- the unsorted bin ---------------------------------------------------------------------------------------------

/**
 * Goes through the unsorted chunks, oldest first: the last remainder is split for a small request if it is alone, an
 * exact fit is taken (the tcache is filled first), everything else is put into its bin.
 */
function fromUnsorted(av: u64, need: u64, tcache: i32): u64 {
  const bin = unsortedOf(av)
  let cached = false
  let handled: u64 = 0
  for (let iters = 0; iters < MAX_ITERS; iters++) {
    const victim = word(bin + BK)
    if (victim == bin) break
    const size = sizeOf(victim)
    const bck = word(victim + BK)
    checkUnsorted(av, victim, size, bck)
    if (bck == bin && isSmall(need) && victim == lastRemainderOf(av) && size > need + MINSIZE)
      return splitLastRemainder(av, victim, size, need)
    if (checksUnsortedTwice && word(bck + FD) != victim) abortAt(UNSORTED_REMOVE, memOf(victim))
    setWord(bin + BK, bck)
    setWord(bck + FD, bin)
    if (size == need) {
      take(av, victim, size)
      if (tcache < 0 || !tcacheHasRoom(tcache)) return memOf(victim)
      tcachePut(victim, tcache)
      cached = true
      // An exact fit that only fills the tcache does not count against the limits.
      iters--
      continue
    }
    sortIntoBin(av, victim, size)
    handled++
    if (cached && mp.tcacheUnsortedLimit > 0 && handled > mp.tcacheUnsortedLimit) return tcacheGet(tcache)
  }
  return cached ? tcacheGet(tcache) : 0
}

function checkUnsorted(av: u64, victim: u64, size: u64, bck: u64): void {
  const systemMem = systemMemOf(av)
  if (size <= HEADER || size > systemMem) abortAt(checksSizes ? UNSORTED_SIZE : MALLOC_CORRUPTION, memOf(victim))
  if (!checksSizes) return
  const nextHead = headAbove(victim, size)
  if (nextHead < HEADER || nextHead > systemMem) abortAt(UNSORTED_NEXT_SIZE, memOf(victim))
  if (sizeIn(footOf(victim, size)) != size) abortAt(UNSORTED_PREV_SIZE, memOf(victim))
  if (word(bck + FD) != victim || word(victim + FD) != unsortedOf(av)) abortAt(UNSORTED_LIST, memOf(victim))
  if ((nextHead & PREV_INUSE) != 0) abortAt(UNSORTED_PREV_INUSE, memOf(victim))
}

/** Small requests in a row are cut off one chunk, so they lie side by side. */
function splitLastRemainder(av: u64, victim: u64, size: u64, need: u64): u64 {
  const remainder = victim + need
  const rest = size - need
  setLastRemainder(av, remainder)
  clearNextsize(remainder, rest)
  linkBetween(remainder, unsortedOf(av), unsortedOf(av))
  setHead(victim, need | PREV_INUSE | markOf(av))
  setHead(remainder, rest | PREV_INUSE)
  setFoot(remainder, rest)
  return memOf(victim)
}

// ---- larger chunks ------------------------------------------------------------------------------------------------

function fromLargeBin(av: u64, need: u64): u64 {
  if (isSmall(need)) return 0
  const victim = bestFit(binAt(av, binIndex(need)), need)
  return victim == 0 ? 0 : carve(av, victim, need, UNSORTED_FROM_LARGE)
}

/** The smallest chunk of the next bin up that has one; the binmap says where to look. */
function fromLargerBin(av: u64, need: u64): u64 {
  const start = binIndex(need) + 1
  let from = start & 31
  for (let block = start >>> 5; block < BINMAP_WORDS; block++, from = 0) {
    let map = binmapWord(av, block)
    for (let left = (map >>> from) << from; left != 0; left &= left - 1) {
      const bit = ctz(left)
      const bin = binAt(av, block * 32 + bit)
      const victim = word(bin + BK)
      if (victim != bin) return carveFromBin(av, victim, need)
      map &= ~(1 << bit)
      setBinmapWord(av, block, map)
    }
  }
  return 0
}

function carveFromBin(av: u64, victim: u64, need: u64): u64 {
  const rest = sizeOf(victim) - need
  if (isSmall(need) && rest >= MINSIZE) setLastRemainder(av, victim + need)
  return carve(av, victim, need, UNSORTED_FROM_LARGER)
}

/** Takes a chunk out of its bin; what it has too much becomes a chunk of the unsorted bin. */
function carve(av: u64, victim: u64, need: u64, message: i32): u64 {
  const size = sizeOf(victim)
  const rest = size - need
  unlinkChunk(victim)
  if (rest < MINSIZE) take(av, victim, size)
  else {
    addUnsorted(av, victim + need, rest, message)
    setHead(victim, need | PREV_INUSE | markOf(av))
  }
  return memOf(victim)
}

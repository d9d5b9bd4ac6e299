/**
 * The doubly linked bins. Chunks come to the unsorted bin first and are sorted by the next malloc that searches it.
 *
 *     bin 1        unsorted
 *     bins 2..63   small: one size each, 32 to 1008, first in first out
 *     bins 64..126 large: ranges that widen (64, 512, 4 Ki, 32 Ki, 256 Ki bytes), largest first
 *
 *     large bin:   bin <-> 2048 <-> 2048 <-> 2032 <-> 1984 <-> 1984 <-> bin      fd/bk
 *                          2048  <---------> 2032 <-> 1984 (ring)               fd_nextsize/bk_nextsize
 *
 * Only the first chunk of each size is in the ring of sizes; a further one goes behind it, so that the ring is left alone.
 */
import { BK, FD, HEADER, PREV_INUSE } from '../layout.js'
import { largebinIndex } from '../largebin.js'
import {
  LARGEBIN_BK,
  LARGEBIN_SIZES,
  NO_CHECK,
  SMALLBIN_INSERT,
  UNLINK_LIST,
  UNLINK_SIZE,
  UNLINK_SIZES,
} from '../messages.js'
import { abortAt } from './checks.js'
import { BK_NEXTSIZE, FD_NEXTSIZE, footOf, headOf, isSmall, setFoot, setHead, sizeOf } from './chunk.js'
import { setWord, word } from './memory.js'
import { binAt, clearNextsize, linkBetween, markBin, unsortedOf } from './state.js'
import { checksLargeInsert, checksMoved, checksUnlinkSize } from './version.js'

/** @glibc bin_index malloc/malloc.c */
export function binIndex(size: u64): u32 {
  return isSmall(size) ? <u32>(size >>> 4) : <u32>largebinIndex(size)
}

/** Takes a chunk out of whatever bin it is in. @glibc unlink_chunk malloc/malloc.c */
export function unlinkChunk(chunk: u64): void {
  const size = sizeOf(chunk)
  if (checksUnlinkSize && footOf(chunk, size) != size) abortAt(UNLINK_SIZE, chunk)
  const fd = word(chunk + FD)
  const bk = word(chunk + BK)
  if (word(fd + BK) != chunk || word(bk + FD) != chunk) abortAt(UNLINK_LIST, chunk)
  setWord(fd + BK, bk)
  setWord(bk + FD, fd)
  if (isSmall(size)) return
  const larger = word(chunk + FD_NEXTSIZE)
  if (larger != 0) leaveSizes(chunk, fd, larger)
}

/** The chunk stood for its size: the next of the same size takes its place in the ring, or the ring closes. */
function leaveSizes(chunk: u64, fd: u64, fdNext: u64): void {
  const bkNext = word(chunk + BK_NEXTSIZE)
  if (word(fdNext + BK_NEXTSIZE) != chunk || word(bkNext + FD_NEXTSIZE) != chunk) abortAt(UNLINK_SIZES, chunk)
  if (word(fd + FD_NEXTSIZE) != 0) linkSizes(bkNext, fdNext)
  else if (fdNext == chunk) linkSizes(fd, fd)
  else {
    setWord(fd + FD_NEXTSIZE, fdNext)
    setWord(fd + BK_NEXTSIZE, bkNext)
    setWord(fdNext + BK_NEXTSIZE, fd)
    setWord(bkNext + FD_NEXTSIZE, fd)
  }
}

/** Makes two chunks neighbours in the ring of sizes. */
function linkSizes(before: u64, after: u64): void {
  setWord(after + BK_NEXTSIZE, before)
  setWord(before + FD_NEXTSIZE, after)
}

/** A free chunk to the front of the unsorted bin, its header written. */
export function addUnsorted(av: u64, chunk: u64, size: u64, message: i32): void {
  const bin = unsortedOf(av)
  const first = word(bin + FD)
  if (message != NO_CHECK && word(first + BK) != bin) abortAt(message, chunk + HEADER)
  clearNextsize(chunk, size)
  linkBetween(chunk, bin, first)
  setHead(chunk, size | PREV_INUSE)
  setFoot(chunk, size)
}

/** Since 2.41 what is freed goes there without a stay in the unsorted bin. */
export function addToSmallBin(av: u64, chunk: u64, size: u64): void {
  const index = binIndex(size)
  const bin = binAt(av, index)
  const first = word(bin + FD)
  if (word(first + BK) != bin) abortAt(SMALLBIN_INSERT, chunk + HEADER)
  markBin(av, index)
  linkBetween(chunk, bin, first)
  setHead(chunk, size | PREV_INUSE)
  setFoot(chunk, size)
}

/** A chunk from the unsorted bin to the small or large bin of its size. @glibc _int_malloc malloc/malloc.c */
export function sortIntoBin(av: u64, chunk: u64, size: u64): void {
  const index = binIndex(size)
  const bin = binAt(av, index)
  const fwd = isSmall(size) ? word(bin + FD) : placeInLargeBin(bin, chunk, size)
  const bck = isSmall(size) ? bin : word(fwd + BK)
  markBin(av, index)
  linkBetween(chunk, bck, fwd)
}

/** Enters a chunk in the ring of sizes if it is the first of its size. @returns the chunk it goes in front of */
function placeInLargeBin(bin: u64, chunk: u64, size: u64): u64 {
  const first = word(bin + FD)
  if (first == bin) {
    linkSizes(chunk, chunk)
    return bin
  }
  const last = word(bin + BK)
  if ((size | PREV_INUSE) < headOf(last)) {
    const lastSize = word(first + BK_NEXTSIZE)
    if (checksMoved && word(lastSize + FD_NEXTSIZE) != first) abortAt(LARGEBIN_SIZES, chunk + HEADER)
    linkSizes(lastSize, chunk)
    linkSizes(chunk, first)
    return bin
  }
  return placeAmongSizes(first, chunk, size)
}

function placeAmongSizes(first: u64, chunk: u64, size: u64): u64 {
  const head = size | PREV_INUSE
  let fwd = first
  while (head < headOf(fwd)) fwd = word(fwd + FD_NEXTSIZE)
  if (head == headOf(fwd)) fwd = word(fwd + FD)
  else {
    const before = word(fwd + BK_NEXTSIZE)
    if (checksLargeInsert && word(before + FD_NEXTSIZE) != fwd) abortAt(LARGEBIN_SIZES, chunk + HEADER)
    linkSizes(before, chunk)
    linkSizes(chunk, fwd)
  }
  if (checksLargeInsert && word(word(fwd + BK) + FD) != fwd) abortAt(LARGEBIN_BK, chunk + HEADER)
  return fwd
}

/** The smallest chunk of a large bin that serves, not the first of its size if there are more; 0 if none does. */
export function bestFit(bin: u64, need: u64): u64 {
  const first = word(bin + FD)
  if (first == bin || headOf(first) < need) return 0
  let victim = word(first + BK_NEXTSIZE)
  while (sizeOf(victim) < need) victim = word(victim + BK_NEXTSIZE)
  if (victim == word(bin + BK)) return victim
  const next = word(victim + FD)
  return sizeOf(victim) == sizeOf(next) ? next : victim
}

/**
 * struct malloc_state (malloc/malloc.c): an arena's fastbins, top, bins and counters. All of it is in simulated memory,
 * the main arena at main_arena in libc's .data; free chunks at the ends of a bin point into it. Arenas are named by their
 * addresses.
 *
 *     main_arena +0   mutex, flags
 *                +8   have_fastchunks (since 2.27)
 *                     fastbinsY[10]    heads of singly linked lists: sizes 32, 48 ... 176
 *                     top, last_remainder
 *                     bins[254]        fd and bk of bin 1 (unsorted), 2..63 (small), 64..126 (large)
 *                     binmap[4]        bit b of word w: bin 32w + b may hold something
 *                     next, next_free, attached_threads, system_mem, max_system_mem
 *
 * A bin is named by the address at which its fd and bk would be those of a chunk: 16 before bins[2i - 2].
 *
 * Left out: the lock.
 */
import { BK, FD, NBINS, NON_MAIN_ARENA } from '../layout.js'
import { BK_NEXTSIZE, FD_NEXTSIZE, isSmall, sizeOf } from './chunk.js'
import { read32, setWord, word, write32 } from './memory.js'
import {
  attachedThreadsAt,
  binmapAt,
  binsAt,
  fastbinsAt,
  flagsAt,
  haveFastAt,
  lastRemainderAt,
  mainArena,
  maxSystemMemAt,
  nextAt,
  systemMemAt,
  topAt,
} from './version.js'

export const BINMAP_WORDS: u32 = 4
const FASTCHUNKS_BIT: u32 = 1
const NONCONTIGUOUS_BIT: u32 = 2

/** What the heads of an arena's chunks that are in use carry: NON_MAIN_ARENA, or 0 for the main arena. */
export function markOf(av: u64): u64 {
  return av == mainArena ? 0 : NON_MAIN_ARENA
}

/** Empty bins and a top of no size; the main arena also what it is born with. @glibc malloc_init_state malloc/malloc.c */
export function initArena(av: u64): void {
  for (let i: u32 = 1; i < NBINS; i++) {
    const bin = binAt(av, i)
    setWord(bin + FD, bin)
    setWord(bin + BK, bin)
  }
  if (av != mainArena) setNoncontiguous(av)
  setHaveFastChunks(av, false)
  setTop(av, unsortedOf(av))
  if (av != mainArena) return
  setNext(av, av)
  setAttachedThreads(av, 1)
}

/** The unsorted bin: also the first top, a chunk of size 0. */
export function unsortedOf(av: u64): u64 {
  return av + binsAt - FD
}
/** @glibc bin_at malloc/malloc.c */
export function binAt(av: u64, index: u32): u64 {
  return unsortedOf(av) + (index - 1) * 16
}
/** Address of a fastbin's head. */
export function fastbinAt(av: u64, index: u32): u64 {
  return av + fastbinsAt + index * 8
}

export function topOf(av: u64): u64 {
  return word(av + topAt)
}
export function setTop(av: u64, chunk: u64): void {
  setWord(av + topAt, chunk)
}
export function topSizeOf(av: u64): u64 {
  return sizeOf(topOf(av))
}
export function lastRemainderOf(av: u64): u64 {
  return word(av + lastRemainderAt)
}
export function setLastRemainder(av: u64, chunk: u64): void {
  setWord(av + lastRemainderAt, chunk)
}
export function systemMemOf(av: u64): u64 {
  return word(av + systemMemAt)
}
export function setSystemMem(av: u64, bytes: u64): void {
  setWord(av + systemMemAt, bytes)
}
/** Of memory from the kernel; less of it if the number is negative. */
export function addSystemMem(av: u64, bytes: u64): void {
  setSystemMem(av, systemMemOf(av) + bytes)
}
export function maxSystemMemOf(av: u64): u64 {
  return word(av + maxSystemMemAt)
}
export function setMaxSystemMem(av: u64, bytes: u64): void {
  setWord(av + maxSystemMemAt, bytes)
}

/** The arenas are a ring. */
export function nextOf(av: u64): u64 {
  return word(av + nextAt)
}
export function setNext(av: u64, arena: u64): void {
  setWord(av + nextAt, arena)
}
/** The list of arenas without a thread. */
export function nextFreeOf(av: u64): u64 {
  return word(av + nextAt + 8)
}
export function setNextFree(av: u64, arena: u64): void {
  setWord(av + nextAt + 8, arena)
}
export function attachedThreadsOf(av: u64): u64 {
  return word(av + attachedThreadsAt)
}
export function setAttachedThreads(av: u64, count: u64): void {
  setWord(av + attachedThreadsAt, count)
}

export function isContiguous(av: u64): bool {
  return (read32(av + flagsAt) & NONCONTIGUOUS_BIT) == 0
}
export function setNoncontiguous(av: u64): void {
  write32(av + flagsAt, read32(av + flagsAt) | NONCONTIGUOUS_BIT)
}

/** Old versions keep the bit inverted: set means there are none. */
export function haveFastChunks(av: u64): bool {
  return haveFastAt == 0 ? (read32(av + flagsAt) & FASTCHUNKS_BIT) == 0 : read32(av + haveFastAt) != 0
}
export function setHaveFastChunks(av: u64, have: bool): void {
  if (haveFastAt != 0) return write32(av + haveFastAt, have ? 1 : 0)
  const flags = read32(av + flagsAt)
  write32(av + flagsAt, have ? flags & ~FASTCHUNKS_BIT : flags | FASTCHUNKS_BIT)
}

export function binmapWord(av: u64, index: u32): u32 {
  return read32(av + binmapAt + index * 4)
}
export function setBinmapWord(av: u64, index: u32, bits: u32): void {
  write32(av + binmapAt + index * 4, bits)
}
/** @glibc mark_bin malloc/malloc.c */
export function markBin(av: u64, bin: u32): void {
  const index = bin >>> 5
  setBinmapWord(av, index, binmapWord(av, index) | (1 << (bin & 31)))
}

/** A chunk between two others of a list. */
export function linkBetween(chunk: u64, bck: u64, fwd: u64): void {
  setWord(chunk + BK, bck)
  setWord(chunk + FD, fwd)
  setWord(fwd + BK, chunk)
  setWord(bck + FD, chunk)
}

/** A large chunk outside the large bins has no place among the sizes. */
export function clearNextsize(chunk: u64, size: u64): void {
  if (isSmall(size)) return
  setWord(chunk + FD_NEXTSIZE, 0)
  setWord(chunk + BK_NEXTSIZE, 0)
}

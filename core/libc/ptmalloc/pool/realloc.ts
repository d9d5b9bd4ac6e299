/** Changing a block's size: in place, into top or a free neighbour, by moving the mapping, or by a copy. */
import { HEADER, IS_MMAPPED, MINSIZE, PAGE, PREV_INUSE, SIZE_SZ } from '../layout.js'
import { MREMAP_POINTER, REALLOC_NEXT_SIZE, REALLOC_OLD_SIZE, REALLOC_POINTER } from '../messages.js'
import { arenaForChunk, onlyMainArena } from './arena.js'
import { unlinkChunk } from './bins.js'
import { abortAt } from './checks.js'
import {
  chunkOf,
  headAbove,
  headOf,
  isAligned,
  isInUse,
  memOf,
  prevSizeOf,
  setHead,
  setHeadSize,
  setInUse,
  sizeIn,
  sizeOf,
  toPages,
  wrapsAround,
} from './chunk.js'
import { freeBlock, initTcache, mallocBytes } from './entry.js'
import { intFree, isBadMapping, munmapChunk } from './free.js'
import { assertSoundMapping, mremap } from './host.js'
import { init } from './init.js'
import { checkedSize, intMalloc } from './malloc.js'
import { copy } from './memory.js'
import { mp } from './params.js'
import { markOf, setTop, systemMemOf, topOf } from './state.js'
import { usableSizeOf } from './usable.js'
import { checksMapped, largeTcache, mainArena, reallocKeeps } from './version.js'

/** realloc(3). @glibc __libc_realloc malloc/malloc.c @returns the block or 0 */
export function reallocBytes(block: u64, bytes: u64): u64 {
  init()
  if (bytes == 0 && block != 0) {
    freeBlock(block)
    return 0
  }
  if (block == 0) return mallocBytes(bytes)
  const chunk = chunkOf(block)
  const head = headOf(chunk)
  const size = sizeIn(head)
  const mmapped = (head & IS_MMAPPED) != 0
  if (reallocKeeps && isFit(block, bytes, mmapped)) return block
  if (!mmapped && !largeTcache) initTcache()
  if (wrapsAround(chunk, size) || !isAligned(chunk)) abortAt(REALLOC_POINTER, block)
  const need = checkedSize(bytes)
  if (need == 0) return 0
  if (mmapped) return reallocMapped(chunk, size, bytes, need)
  const av = arenaForChunk(chunk)
  const to = intRealloc(av, chunk, size, need)
  return to != 0 || onlyMainArena() ? to : reallocElsewhere(av, chunk, size, bytes)
}

/** What is too much is no more than alignment. */
function isFit(block: u64, bytes: u64, mmapped: bool): bool {
  const usable = usableSizeOf(block)
  return usable >= bytes && (usable - bytes < HEADER || (mmapped && usable - bytes <= PAGE))
}

/** The block's own arena is full: a copy in any other. */
function reallocElsewhere(av: u64, chunk: u64, size: u64, bytes: u64): u64 {
  const block = mallocBytes(bytes)
  if (block == 0) return 0
  copy(block, memOf(chunk), size - SIZE_SZ)
  intFree(av, chunk, headOf(chunk))
  return block
}

function reallocMapped(chunk: u64, size: u64, bytes: u64, need: u64): u64 {
  const moved = mremapChunk(chunk, need)
  if (moved != 0) return memOf(moved)
  if (size - SIZE_SZ >= need) return memOf(chunk)
  const block = mallocBytes(bytes)
  if (block == 0) return 0
  copy(block, memOf(chunk), size - HEADER)
  munmapChunk(chunk)
  return block
}

/** @glibc mremap_chunk malloc/malloc.c @returns the chunk or 0 */
function mremapChunk(chunk: u64, need: u64): u64 {
  const offset = prevSizeOf(chunk)
  const total = offset + sizeOf(chunk)
  const start = chunk - offset
  if (isBadMapping(start, total, memOf(chunk))) badMapping(chunk)
  const wanted = toPages(need + offset + SIZE_SZ)
  if (wanted == total) return chunk
  const at = mremap(<f64>start, <f64>total, <f64>wanted)
  if (at < 0) return 0
  const moved = <u64>at + offset
  setHead(moved, (wanted - offset) | IS_MMAPPED)
  mp.mmappedMem += wanted - total
  mp.maxMmappedMem = max(mp.maxMmappedMem, mp.mmappedMem)
  mp.maxTotalMem = max(mp.maxTotalMem, mp.mmappedMem + systemMemOf(mainArena))
  return moved
}

function badMapping(chunk: u64): void {
  if (checksMapped) abortAt(MREMAP_POINTER, memOf(chunk))
  assertSoundMapping()
  unreachable()
}

/** @glibc _int_realloc malloc/malloc.c */
function intRealloc(av: u64, chunk: u64, size: u64, need: u64): u64 {
  const next = chunk + size
  checkSizes(av, chunk, size)
  if (size >= need) return shrink(av, chunk, size, need)
  const nextSize = sizeOf(next)
  const joined = size + nextSize
  if (next == topOf(av)) {
    if (joined >= need + MINSIZE) return growIntoTop(av, chunk, joined, need)
  } else if (joined >= need && !isInUse(next, nextSize)) {
    unlinkChunk(next)
    return shrink(av, chunk, joined, need)
  }
  return reallocByCopy(av, chunk, size, need)
}

function checkSizes(av: u64, chunk: u64, size: u64): void {
  const systemMem = systemMemOf(av)
  if (headOf(chunk) <= HEADER || size >= systemMem) abortAt(REALLOC_OLD_SIZE, memOf(chunk))
  const nextHead = headAbove(chunk, size)
  if (nextHead <= HEADER || sizeIn(nextHead) >= systemMem) abortAt(REALLOC_NEXT_SIZE, memOf(chunk))
}

function growIntoTop(av: u64, chunk: u64, joined: u64, need: u64): u64 {
  setHeadSize(chunk, need)
  setTop(av, chunk + need)
  setHead(chunk + need, (joined - need) | PREV_INUSE)
  return memOf(chunk)
}

/** Keeps `need` bytes of a chunk that has `size`; the rest is freed if it can stand alone. */
function shrink(av: u64, chunk: u64, size: u64, need: u64): u64 {
  const rest = size - need
  if (rest < MINSIZE) {
    setHeadSize(chunk, size)
    setInUse(chunk, size)
    return memOf(chunk)
  }
  const remainder = chunk + need
  setHeadSize(chunk, need)
  setHead(remainder, rest | PREV_INUSE | markOf(av))
  setInUse(remainder, rest)
  intFree(av, remainder, headOf(remainder))
  return memOf(chunk)
}

/** If the new chunk happens to be the neighbour, there is nothing to copy. */
function reallocByCopy(av: u64, chunk: u64, size: u64, need: u64): u64 {
  const block = intMalloc(av, need - 15, need)
  if (block == 0) return 0
  const made = chunkOf(block)
  if (made == chunk + size) return shrink(av, chunk, size + sizeOf(made), need)
  copy(block, memOf(chunk), size - SIZE_SZ)
  intFree(av, chunk, headOf(chunk))
  return block
}

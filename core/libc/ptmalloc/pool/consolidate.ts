/** Emptying the fastbins: their chunks are merged with their neighbours and become unsorted ones. */
import { FD, NFASTBINS, PREV_INUSE } from '../layout.js'
import { FASTBIN_PREV_SIZE, FASTBIN_SIZE, FASTBIN_UNALIGNED, NO_CHECK } from '../messages.js'
import { addToSmallBin, addUnsorted, unlinkChunk } from './bins.js'
import { abortAt } from './checks.js'
import { clearPrevInUse, headOf, isAligned, isInUse, isSmall, prevSizeOf, setHead, sizeIn, sizeOf } from './chunk.js'
import { fastbinIndex, linkAt } from './fastbins.js'
import { setWord, word } from './memory.js'
import { fastbinAt, setHaveFastChunks, setTop, topOf } from './state.js'
import { checksSizes, minor, safeLinking } from './version.js'

/** @glibc malloc_consolidate malloc/malloc.c */
export function consolidate(av: u64): void {
  setHaveFastChunks(av, false)
  for (let i: u32 = 0; i < NFASTBINS; i++) {
    const head = fastbinAt(av, i)
    let chunk = word(head)
    if (chunk == 0) continue
    setWord(head, 0)
    while (chunk != 0) {
      checkFastChunk(chunk, i)
      const next = linkAt(chunk + FD)
      mergeIntoUnsorted(av, chunk, sizeOf(chunk), FASTBIN_PREV_SIZE, NO_CHECK, false)
      chunk = next
    }
  }
}

function checkFastChunk(chunk: u64, index: u32): void {
  if (safeLinking && !isAligned(chunk)) abortAt(FASTBIN_UNALIGNED, chunk)
  if (minor >= 27 && fastbinIndex(sizeOf(chunk)) != index) abortAt(FASTBIN_SIZE, chunk)
}

/**
 * Joins a chunk with free neighbours; the result becomes top, or the first of the unsorted bin.
 * @returns its size
 */
export function mergeIntoUnsorted(
  av: u64,
  chunk: u64,
  size: u64,
  badPrevSize: i32,
  badUnsorted: i32,
  toSmallBin: bool,
): u64 {
  const next = chunk + size
  let from = chunk
  let total = size
  if ((headOf(chunk) & PREV_INUSE) == 0) {
    const prevSize = prevSizeOf(chunk)
    from = chunk - prevSize
    total += prevSize
    if (checksSizes && sizeIn(headOf(from)) != prevSize) abortAt(badPrevSize, chunk)
    unlinkChunk(from)
  }
  return createChunk(av, from, total, next, badUnsorted, toSmallBin)
}

/**
 * A free chunk of what lies before `next`, and of that too if it is free.
 * @glibc _int_free_create_chunk malloc/malloc.c
 * @returns its size
 */
export function createChunk(av: u64, chunk: u64, size: u64, next: u64, badUnsorted: i32, toSmallBin: bool): u64 {
  const nextSize = sizeOf(next)
  let total = size
  if (next == topOf(av)) {
    total += nextSize
    setHead(chunk, total | PREV_INUSE)
    setTop(av, chunk)
    return total
  }
  if (isInUse(next, nextSize)) clearPrevInUse(next)
  else {
    unlinkChunk(next)
    total += nextSize
  }
  if (toSmallBin && isSmall(total)) addToSmallBin(av, chunk, total)
  else addUnsorted(av, chunk, total, badUnsorted)
  return total
}

/** Emptying the fastbins: their chunks are merged with their neighbours and become unsorted ones. */
import { addToSmallBin, addUnsorted, unlinkChunk } from './bins.js'
import {
  clearPrevInUse,
  FD,
  headOf,
  isAligned,
  isInUse,
  isSmall,
  PREV_INUSE,
  prevSizeOf,
  setHead,
  setWord,
  sizeIn,
  sizeOf,
  word,
} from './chunk.js'
import { corrupted } from './checks.js'
import { fastbinIndex, linkAt } from './fastbins.js'
import type { Heap } from './heap.js'
import { NFASTBINS, type ArenaState } from './state.js'

/** @glibc malloc_consolidate malloc/malloc.c */
export function consolidate(heap: Heap, av: ArenaState): void {
  const { mem } = heap
  av.haveFastChunks = false
  for (let i = 0; i < NFASTBINS; i++) {
    const head = av.fastbinAt(i)
    let chunk = word(mem, head, 0)
    if (chunk === 0) continue
    setWord(mem, head, 0, 0)
    while (chunk !== 0) {
      checkFastChunk(heap, chunk, i)
      const next = linkAt(heap, chunk + FD)
      mergeIntoUnsorted(heap, av, chunk, sizeOf(mem, chunk), 'corrupted size vs. prev_size in fastbins', '')
      chunk = next
    }
  }
}

function checkFastChunk(heap: Heap, chunk: number, index: number): void {
  const { version } = heap
  if (version.safeLinking && !isAligned(chunk))
    corrupted(heap, 'malloc_consolidate(): unaligned fastbin chunk detected', chunk)
  if (version.minor >= 27 && fastbinIndex(sizeOf(heap.mem, chunk)) !== index)
    corrupted(heap, 'malloc_consolidate(): invalid chunk size', chunk)
}

/**
 * Joins a chunk with free neighbours; the result becomes top, or the first of the unsorted bin.
 * @returns its size
 */
export function mergeIntoUnsorted(
  heap: Heap,
  av: ArenaState,
  chunk: number,
  size: number,
  badPrevSize: string,
  badUnsorted: string,
  toSmallBin = false,
): number {
  const { mem } = heap
  const next = mem.offset(chunk, size)
  let from = chunk
  let total = size
  if (!(headOf(mem, chunk) & PREV_INUSE)) {
    const prevSize = prevSizeOf(mem, chunk)
    from = mem.offset(chunk, -prevSize)
    total += prevSize
    if (heap.version.checksSizes && sizeIn(headOf(mem, from)) !== prevSize) corrupted(heap, badPrevSize, chunk)
    unlinkChunk(heap, from)
  }
  return createChunk(heap, av, from, total, next, badUnsorted, toSmallBin)
}

/**
 * A free chunk of what lies before `next`, and of that too if it is free.
 * @glibc _int_free_create_chunk malloc/malloc.c
 * @returns its size
 */
export function createChunk(
  heap: Heap,
  av: ArenaState,
  chunk: number,
  size: number,
  next: number,
  badUnsorted: string,
  toSmallBin: boolean,
): number {
  const { mem } = heap
  const nextSize = sizeOf(mem, next)
  let total = size
  if (next === av.top) {
    total += nextSize
    setHead(mem, chunk, total + PREV_INUSE)
    av.top = chunk
    return total
  }
  if (isInUse(mem, next, nextSize)) clearPrevInUse(mem, next)
  else {
    unlinkChunk(heap, next)
    total += nextSize
  }
  if (toSmallBin && isSmall(total)) addToSmallBin(heap, av, chunk, total)
  else addUnsorted(heap, av, chunk, total, badUnsorted)
  return total
}

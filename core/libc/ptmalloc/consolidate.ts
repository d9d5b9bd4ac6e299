/** Emptying the fastbins: their chunks are merged with their neighbours and become unsorted ones. */
import { addUnsorted, unlinkChunk } from './bins.js'
import {
  clearPrevInUse,
  FD,
  headOf,
  isAligned,
  isInUse,
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
): number {
  const { mem } = heap
  const next = mem.offset(chunk, size)
  const nextSize = sizeOf(mem, next)
  let from = chunk
  let total = size
  if (!(headOf(mem, chunk) & PREV_INUSE)) {
    const prevSize = prevSizeOf(mem, chunk)
    from = mem.offset(chunk, -prevSize)
    total += prevSize
    if (heap.version.checksSizes && sizeIn(headOf(mem, from)) !== prevSize) corrupted(heap, badPrevSize, chunk)
    unlinkChunk(heap, from)
  }
  if (next === av.top) {
    total += nextSize
    setHead(mem, from, total + PREV_INUSE)
    av.top = from
    return total
  }
  if (isInUse(mem, next, nextSize)) clearPrevInUse(mem, next)
  else {
    unlinkChunk(heap, next)
    total += nextSize
  }
  addUnsorted(heap, av, from, total, badUnsorted)
  return total
}

/**
 * What 2.42 brought to the tcache: lists 64 to 75 for chunks of 1 KiB to 2, 2 to 4 and so on up to 4 MiB, the smallest
 * block first. They are used once a tunable has raised the limit (tcache_max); by default the tcache serves chunks below
 * 1032 bytes. And blocks out of the middle of a list: memalign has looked through them since 2.38.
 *
 * Compared with no real library: written after the source of 2.42.
 */
import { arenaForChunk } from './arena.js'
import { chunkOf, flagsIn, IS_MMAPPED, isAligned, memOf, MINSIZE, setWord, sizeIn, sizeOf, word } from './chunk.js'
import { corrupted } from './checks.js'
import { linkAt, setLinkAt } from './fastbins.js'
import { adaptThreshold, freeChunk } from './free.js'
import type { Heap } from './heap.js'
import {
  addToCount,
  entryAt,
  hasKey,
  lookFor,
  setKey,
  TCACHE_BINS,
  tcacheHasRoom,
  tcacheLists,
  tcachePut,
} from './tcache.js'

/** @glibc large_csize2tidx malloc/malloc.c */
export const largeIndex = (size: number): number => TCACHE_BINS + Math.clz32(1032) - Math.clz32(size)

/** The list for a chunk, whatever the size. */
const listOf = (size: number): number => {
  const small = (size >>> 4) - 2
  return small < TCACHE_BINS ? small : largeIndex(size)
}

/** What the head of a list, or a block's link, names. */
const blockAt = (heap: Heap, index: number, at: number): number =>
  at === entryAt(heap, index) ? word(heap.mem, at, 0) : linkAt(heap, at)

function setBlockAt(heap: Heap, index: number, at: number, block: number): void {
  if (at === entryAt(heap, index)) setWord(heap.mem, at, 0, block)
  else setLinkAt(heap, at, block)
}

/** Where the first block that passes is linked, or the end of the list. */
function placeOf(heap: Heap, index: number, passes: (block: number) => boolean): number {
  let at = entryAt(heap, index)
  for (let block = blockAt(heap, index, at); block !== 0 && !passes(block); block = blockAt(heap, index, at)) at = block
  return at
}

const sizeOfBlock = (heap: Heap, block: number): number => sizeOf(heap.mem, chunkOf(block))

/** @glibc tcache_get_n malloc/malloc.c @returns the block that is linked there, or 0 */
function takeAt(heap: Heap, index: number, at: number): number {
  const block = blockAt(heap, index, at)
  if (block === 0) return 0
  if (!isAligned(block)) corrupted(heap, 'malloc(): unaligned tcache chunk detected', block)
  setBlockAt(heap, index, at, linkAt(heap, block))
  addToCount(heap, index, -1)
  setKey(heap, block, 0, 0)
  return block
}

/**
 * @glibc tcache_get_large malloc/malloc.c
 * As in 2.42, a block that is larger serves as well (glibc's b2b4b46a52 put an end to that).
 * @returns the block or 0
 */
export function tcacheGetLarge(heap: Heap, need: number): number {
  const index = largeIndex(need)
  return takeAt(
    heap,
    index,
    placeOf(heap, index, (block) => sizeOfBlock(heap, block) >= need),
  )
}

/** @glibc tcache_put_large malloc/malloc.c */
function tcachePutLarge(heap: Heap, chunk: number, size: number): void {
  const { thread } = heap
  const index = largeIndex(size)
  const at = placeOf(heap, index, (block) => sizeOfBlock(heap, block) >= size)
  const block = memOf(chunk)
  setKey(heap, block, thread.keyLow, thread.keyHigh)
  setLinkAt(heap, block, blockAt(heap, index, at))
  setBlockAt(heap, index, at, block)
  addToCount(heap, index, 1)
}

/** A block of just this size that happens to be aligned. @glibc tcache_get_align malloc/malloc.c @returns it, or 0 */
export function tcacheGetAligned(heap: Heap, need: number, alignment: number): number {
  const index = listOf(need)
  const isRight = (block: number): boolean =>
    sizeOfBlock(heap, block) === need && heap.mem.address(block) % alignment === 0
  const at = placeOf(heap, index, (block) => sizeOfBlock(heap, block) > need || isRight(block))
  const block = blockAt(heap, index, at)
  return block !== 0 && isRight(block) ? takeAt(heap, index, at) : 0
}

/** free(3) since 2.42: the tcache first, and few checks before it. @glibc __libc_free malloc/malloc.c */
export function freeTcacheFirst(heap: Heap, chunk: number, head: number): void {
  const { mp, thread } = heap
  const size = sizeIn(head)
  const block = memOf(chunk)
  if (!isAligned(chunk)) corrupted(heap, 'free(): invalid pointer', block)
  if (size >= 0 && size < mp.tcacheMaxBytes && thread.tcache !== 0) {
    if (hasKey(heap, block)) verifyKey(heap, block)
    if (cached(heap, chunk, head)) return
  }
  if (size < MINSIZE) corrupted(heap, 'free(): invalid size', block)
  if (flagsIn(head) & IS_MMAPPED && size > mp.maxFast) adaptThreshold(heap, head)
  freeChunk(heap, arenaForChunk(heap, chunk), chunk, head)
}

/** @returns whether the tcache took it */
function cached(heap: Heap, chunk: number, head: number): boolean {
  const size = sizeIn(head)
  if (size < MINSIZE) return false
  const index = listOf(size)
  if ((index >= TCACHE_BINS && flagsIn(head) & IS_MMAPPED) || !tcacheHasRoom(heap, index)) return false
  if (index < TCACHE_BINS) tcachePut(heap, chunk, index)
  else tcachePutLarge(heap, chunk, size)
  return true
}

/**
 * The block may be in any list. If it is in none the mark was chance, and goes.
 * @glibc tcache_double_free_verify malloc/malloc.c
 */
function verifyKey(heap: Heap, block: number): void {
  for (let index = 0; index < tcacheLists(heap); index++) lookFor(heap, block, index)
  setKey(heap, block, 0, 0)
}

/** Lists start with room for so many blocks. */
export function initSlots(heap: Heap): void {
  for (let index = 0; index < tcacheLists(heap); index++) addToCount(heap, index, -heap.mp.tcacheCount)
}

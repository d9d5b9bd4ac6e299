/**
 * What 2.42 brought to the tcache: lists 64 to 75 for chunks of 1 KiB to 2, 2 to 4 and so on up to 4 MiB, the smallest
 * block first. They are used once a tunable has raised the limit (tcache_max); by default the tcache serves chunks below
 * 1032 bytes. And blocks out of the middle of a list: memalign has looked through them since 2.38.
 *
 * Compared with no real library: written after the source of 2.42.
 */
import { IS_MMAPPED, MINSIZE, TCACHE_BINS } from '../layout.js'
import { FREE_POINTER, FREE_SIZE, TCACHE_UNALIGNED } from '../messages.js'
import { arenaForChunk } from './arena.js'
import { abortAt } from './checks.js'
import { chunkOf, isAligned, memOf, sizeIn, sizeOf } from './chunk.js'
import { linkAt, setLinkAt } from './fastbins.js'
import { adaptThreshold, freeChunk } from './free.js'
import { setWord, word } from './memory.js'
import { mp, thread } from './params.js'
import {
  addToCount,
  entryAt,
  hasKey,
  lookFor,
  setKey,
  tcacheHasRoom,
  tcacheLists,
  tcachePut,
  threadKey,
} from './tcache.js'

/** @glibc large_csize2tidx malloc/malloc.c */
export function largeIndex(size: u64): i32 {
  return TCACHE_BINS + <i32>clz<u32>(1032) - <i32>clz<u32>(<u32>size)
}

/** The list for a chunk, whatever the size. */
function listOf(size: u64): i32 {
  const small = (size >>> 4) - 2
  return small < <u64>TCACHE_BINS ? <i32>small : largeIndex(size)
}

/** What the head of a list, or a block's link, names. */
function blockAt(index: i32, at: u64): u64 {
  return at == entryAt(index) ? word(at) : linkAt(at)
}

function setBlockAt(index: i32, at: u64, block: u64): void {
  if (at == entryAt(index)) setWord(at, block)
  else setLinkAt(at, block)
}

function sizeOfBlock(block: u64): u64 {
  return sizeOf(chunkOf(block))
}

/** Where the first block of at least this size is linked, or the end of the list. */
function placeOfSize(index: i32, size: u64): u64 {
  let at = entryAt(index)
  for (let block = blockAt(index, at); block != 0 && sizeOfBlock(block) < size; block = blockAt(index, at)) at = block
  return at
}

/** @glibc tcache_get_n malloc/malloc.c @returns the block that is linked there, or 0 */
function takeAt(index: i32, at: u64): u64 {
  const block = blockAt(index, at)
  if (block == 0) return 0
  if (!isAligned(block)) abortAt(TCACHE_UNALIGNED, block)
  setBlockAt(index, at, linkAt(block))
  addToCount(index, -1)
  setKey(block, 0)
  return block
}

/**
 * @glibc tcache_get_large malloc/malloc.c
 * As in 2.42, a block that is larger serves as well (glibc's b2b4b46a52 put an end to that).
 * @returns the block or 0
 */
export function tcacheGetLarge(need: u64): u64 {
  const index = largeIndex(need)
  return takeAt(index, placeOfSize(index, need))
}

/** @glibc tcache_put_large malloc/malloc.c */
function tcachePutLarge(chunk: u64, size: u64): void {
  const index = largeIndex(size)
  const at = placeOfSize(index, size)
  const block = memOf(chunk)
  setKey(block, threadKey())
  setLinkAt(block, blockAt(index, at))
  setBlockAt(index, at, block)
  addToCount(index, 1)
}

/** A block of just this size that happens to be aligned. @glibc tcache_get_align malloc/malloc.c @returns it, or 0 */
export function tcacheGetAligned(need: u64, alignment: u64): u64 {
  const index = listOf(need)
  let at = entryAt(index)
  for (let block = blockAt(index, at); block != 0; block = blockAt(index, at)) {
    const size = sizeOfBlock(block)
    if (size > need) return 0
    if (size == need && (block & (alignment - 1)) == 0) return takeAt(index, at)
    at = block
  }
  return 0
}

/** free(3) since 2.42: the tcache first, and few checks before it. @glibc __libc_free malloc/malloc.c */
export function freeTcacheFirst(chunk: u64, head: u64): void {
  const size = sizeIn(head)
  const block = memOf(chunk)
  if (!isAligned(chunk)) abortAt(FREE_POINTER, block)
  if (size < mp.tcacheMaxBytes && thread.tcache != 0) {
    if (hasKey(block)) verifyKey(block)
    if (cached(chunk, head)) return
  }
  // A size below MINSIZE is one too large then.
  if (chunk + (size - MINSIZE) < chunk) abortAt(FREE_SIZE, block)
  if ((head & IS_MMAPPED) != 0 && size > mp.maxFast) adaptThreshold(head)
  freeChunk(arenaForChunk(chunk), chunk, head)
}

/** @returns whether the tcache took it */
function cached(chunk: u64, head: u64): bool {
  const size = sizeIn(head)
  if (size < MINSIZE) return false
  const index = listOf(size)
  if ((index >= <i32>TCACHE_BINS && (head & IS_MMAPPED) != 0) || !tcacheHasRoom(index)) return false
  if (index < <i32>TCACHE_BINS) tcachePut(chunk, index)
  else tcachePutLarge(chunk, size)
  return true
}

/**
 * The block may be in any list. If it is in none the mark was chance, and goes.
 * @glibc tcache_double_free_verify malloc/malloc.c
 */
function verifyKey(block: u64): void {
  for (let index: u32 = 0; index < tcacheLists(); index++) lookFor(block, index)
  setKey(block, 0)
}

/** Lists start with room for so many blocks. */
export function initSlots(): void {
  for (let index: u32 = 0; index < tcacheLists(); index++) addToCount(index, -(<i32>mp.tcacheCount))
}

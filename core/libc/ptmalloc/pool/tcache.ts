/**
 * The thread's cache (since 2.26): up to 7 blocks of each chunk size from 32 to 1040, last in first out, in front of
 * everything else and without any coalescing. The structure is itself the first block the thread allocates.
 *
 *     tcache +0    counts[64]   one byte each until 2.29, two since; since 2.42 what there is room for: num_slots[76]
 *            ...   entries[64]  first block of each size (its user data), 0 if none; since 2.42 entries[76]
 *     block  +0    next         mangled since 2.32
 *            +8    key          since 2.29: says "I am in the tcache" to a second free
 *
 * The lists from 64 on are for ranges of sizes: see large-tcache.ts.
 */
import { TCACHE_BINS, TCACHE_LARGE_BINS } from '../layout.js'
import { TCACHE_DOUBLE_FREE, TCACHE_FREE_UNALIGNED, TCACHE_TOO_MANY, TCACHE_UNALIGNED } from '../messages.js'
import { abortAt } from './checks.js'
import { isAligned, memOf } from './chunk.js'
import { linkAt, setLinkAt } from './fastbins.js'
import { read16, read8, setWord, word, write16, write8 } from './memory.js'
import { mp, thread } from './params.js'
import { hasTcacheKey, largeTcache, minor, safeLinking, tcacheCounter } from './version.js'

const KEY: u64 = 8

export function tcacheLists(): u32 {
  return largeTcache ? TCACHE_BINS + TCACHE_LARGE_BINS : TCACHE_BINS
}
/** Of all counters; the lists follow. */
export function countsSize(): u64 {
  return tcacheLists() * tcacheCounter
}
export function tcacheSize(): u64 {
  return countsSize() + tcacheLists() * 8
}

/** The size's list, or -1 if the tcache takes no such chunks or is not there. @glibc csize2tidx malloc/malloc.c */
export function tcacheIndex(size: u64): i32 {
  return size < thread.tcacheLimit ? <i32>(size >>> 4) - 2 : -1
}

/** Where a list begins. */
export function entryAt(index: i32): u64 {
  return thread.tcache + countsSize() + index * 8
}

export function countOf(index: i32): u32 {
  return tcacheCounter == 2 ? read16(thread.tcache + index * 2) : read8(thread.tcache + index)
}

/** So many blocks more in a list, or less. */
export function addToCount(index: i32, blocks: i32): void {
  const count = countOf(index) + (largeTcache ? -blocks : blocks)
  if (tcacheCounter == 2) write16(thread.tcache + index * 2, count)
  else write8(thread.tcache + index, count)
}

/** Whether malloc may take from this list: its head is asked, from 2.30 to 2.41 its counter. */
export function tcacheHas(index: i32): bool {
  return tcacheCounter == 2 && !largeTcache ? countOf(index) > 0 : word(entryAt(index)) != 0
}

export function tcacheHasRoom(index: i32): bool {
  const count = countOf(index)
  return largeTcache ? count != 0 : count < mp.tcacheCount
}

/** @glibc tcache_put malloc/malloc.c */
export function tcachePut(chunk: u64, index: i32): void {
  const block = memOf(chunk)
  const entry = entryAt(index)
  setKey(block, threadKey())
  setLinkAt(block, word(entry))
  setWord(entry, block)
  addToCount(index, 1)
}

/** @glibc tcache_get malloc/malloc.c @returns the block */
export function tcacheGet(index: i32): u64 {
  const entry = entryAt(index)
  const block = word(entry)
  if (safeLinking && !isAligned(block)) abortAt(TCACHE_UNALIGNED, block)
  setWord(entry, linkAt(block))
  addToCount(index, -1)
  setKey(block, 0)
  return block
}

/** What marks the calling thread's blocks. */
export function threadKey(): u64 {
  return ((<u64>thread.keyHigh) << 32) | (<u32>thread.keyLow)
}

export function setKey(block: u64, key: u64): void {
  if (hasTcacheKey) setWord(block + KEY, key)
}

/**
 * A block that carries the mark is looked for in its list: most likely it is freed for the second time.
 * @glibc _int_free malloc/malloc.c
 */
export function checkDoubleFree(block: u64, index: i32): void {
  if (hasKey(block)) lookFor(block, index)
}

export function lookFor(block: u64, index: i32): void {
  let seen: u64 = 0
  for (let at = word(entryAt(index)); at != 0; at = linkAt(at), seen++) {
    if (minor >= 33 && seen >= mp.tcacheCount) abortAt(TCACHE_TOO_MANY, block)
    if (safeLinking && !isAligned(at)) abortAt(TCACHE_FREE_UNALIGNED, block)
    if (at == block) abortAt(TCACHE_DOUBLE_FREE, block)
  }
}

export function hasKey(block: u64): bool {
  return hasTcacheKey && word(block + KEY) == threadKey()
}

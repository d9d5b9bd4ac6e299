/**
 * The thread's cache (since 2.26): up to 7 blocks of each chunk size from 32 to 1040, last in first out, in front of
 * everything else and without any coalescing. The structure is itself the first block on the heap.
 *
 *     tcache +0    counts[64]   one byte each until 2.29, two since
 *            ...   entries[64]  first block of each size (its user data), 0 if none
 *     block  +0    next         mangled since 2.32
 *            +8    key          since 2.29: says "I am in the tcache" to a second free
 *
 * Left out: tcache_shutting_down and flushing at the end of a thread.
 */
import { isAligned, memOf } from './chunk.js'
import { corrupted } from './checks.js'
import { linkAt, writeLink } from './fastbins.js'
import type { Heap } from './heap.js'

export const TCACHE_BINS = 64
const KEY = 8

const countsSize = (heap: Heap): number => TCACHE_BINS * heap.version.tcacheCounter
export const tcacheSize = (heap: Heap): number => countsSize(heap) + TCACHE_BINS * 8

/** The size's list, or -1 if the tcache takes no such chunks or is not there. @glibc csize2tidx malloc/malloc.c */
export function tcacheIndex(heap: Heap, size: number): number {
  const { mp } = heap
  return mp.tcache !== 0 && size < (mp.tcacheBins + 2) * 16 ? (size >>> 4) - 2 : -1
}

const countAt = (heap: Heap, index: number): number => heap.mp.tcache + index * heap.version.tcacheCounter
const entryAt = (heap: Heap, index: number): number => heap.mp.tcache + countsSize(heap) + index * 8

export function tcacheCount(heap: Heap, index: number): number {
  const at = countAt(heap, index)
  return heap.version.tcacheCounter === 2 ? heap.mem.readU16(at) : heap.mem.readU8(at)
}

function setCount(heap: Heap, index: number, count: number): void {
  const at = countAt(heap, index)
  if (heap.version.tcacheCounter === 2) heap.mem.writeU16(at, count)
  else heap.mem.writeU8(at, count)
}

/** Whether malloc may take from this list: until 2.29 its head was asked, since then its counter. */
export function tcacheHas(heap: Heap, index: number): boolean {
  return heap.version.tcacheCounter === 2 ? tcacheCount(heap, index) > 0 : heap.mem.readPtr(entryAt(heap, index)) !== 0
}

export const tcacheHasRoom = (heap: Heap, index: number): boolean => tcacheCount(heap, index) < heap.mp.tcacheCount

/** @glibc tcache_put malloc/malloc.c */
export function tcachePut(heap: Heap, chunk: number, index: number): void {
  const { mem, mp } = heap
  const block = memOf(chunk)
  const entry = entryAt(heap, index)
  if (heap.version.tcacheKey === 'random') {
    mem.writeU32(block + KEY, mp.tcacheKeyLow)
    mem.writeU32(block + KEY + 4, mp.tcacheKeyHigh)
  } else if (heap.version.tcacheKey === 'address') mem.writePtr(block + KEY, mp.tcache)
  writeLink(heap, block, mem.readPtr(entry))
  mem.writePtr(entry, block)
  setCount(heap, index, tcacheCount(heap, index) + 1)
}

/** @glibc tcache_get malloc/malloc.c @returns the block */
export function tcacheGet(heap: Heap, index: number): number {
  const { mem } = heap
  const entry = entryAt(heap, index)
  const block = mem.readPtr(entry)
  if (heap.version.safeLinking && !isAligned(block)) corrupted(heap, 'malloc(): unaligned tcache chunk detected', block)
  mem.writePtr(entry, linkAt(heap, block))
  setCount(heap, index, tcacheCount(heap, index) - 1)
  if (heap.version.tcacheKey !== 'none') {
    mem.writeU32(block + KEY, 0)
    mem.writeU32(block + KEY + 4, 0)
  }
  return block
}

/**
 * A block that carries the mark is looked for in its list: most likely it is freed for the second time.
 * @glibc _int_free malloc/malloc.c
 */
export function checkDoubleFree(heap: Heap, block: number, index: number): void {
  if (!hasKey(heap, block)) return
  const { version, mp } = heap
  let seen = 0
  for (let at = heap.mem.readPtr(entryAt(heap, index)); at !== 0; at = linkAt(heap, at), seen++) {
    if (version.minor >= 33 && seen >= mp.tcacheCount)
      corrupted(heap, 'free(): too many chunks detected in tcache', block)
    if (version.safeLinking && !isAligned(at)) corrupted(heap, 'free(): unaligned chunk detected in tcache 2', block)
    if (at === block) corrupted(heap, 'free(): double free detected in tcache 2', block)
  }
}

function hasKey(heap: Heap, block: number): boolean {
  const { mem, mp, version } = heap
  if (version.tcacheKey === 'none') return false
  if (version.tcacheKey === 'address') return mem.readPtr(block + KEY) === mp.tcache
  return mem.readU32(block + KEY) === mp.tcacheKeyLow && mem.readU32(block + KEY + 4) === mp.tcacheKeyHigh
}

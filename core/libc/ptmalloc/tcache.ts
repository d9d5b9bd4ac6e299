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
import { isAligned, memOf, setWord, word } from './chunk.js'
import { corrupted } from './checks.js'
import { linkAt, putLink, takeLink } from './fastbins.js'
import type { Heap } from './heap.js'

/** Lists of one size each. */
export const TCACHE_BINS = 64
const LARGE_BINS = 12
const KEY = 8

export const tcacheLists = (heap: Heap): number => TCACHE_BINS + (heap.version.largeTcache ? LARGE_BINS : 0)
/** Of all counters; the lists follow. */
export const countsSize = (heap: Heap): number => tcacheLists(heap) * heap.version.tcacheCounter
export const tcacheSize = (heap: Heap): number => countsSize(heap) + tcacheLists(heap) * 8

/** The size's list, or -1 if the tcache takes no such chunks or is not there. @glibc csize2tidx malloc/malloc.c */
export function tcacheIndex(heap: Heap, size: number): number {
  return size < heap.thread.tcacheLimit ? (size >>> 4) - 2 : -1
}

/** Where a list begins. */
export const entryAt = (heap: Heap, index: number): number => heap.thread.tcache + countsSize(heap) + index * 8

/** A counter is read and written as part of the eight bytes it lies in. */
const countAt = (heap: Heap, offset: number): number => heap.thread.tcache + (offset & ~7)
const counterMask = (width: number): number => (width === 2 ? 0xffff : 0xff)

export function tcacheCount(heap: Heap, index: number): number {
  const { mem } = heap
  const width = heap.version.tcacheCounter
  const offset = index * width
  const at = mem.locate(countAt(heap, offset))
  return (mem.i32[at + ((offset >> 2) & 1)] >>> ((offset & 3) * 8)) & counterMask(width)
}

/** So many blocks more in a list, or less. */
export function addToCount(heap: Heap, index: number, blocks: number): void {
  const { mem } = heap
  const difference = heap.version.largeTcache ? -blocks : blocks
  const width = heap.version.tcacheCounter
  const offset = index * width
  const shift = (offset & 3) * 8
  const mask = counterMask(width)
  const address = countAt(heap, offset)
  const at = mem.locate(address)
  const { i32 } = mem
  const low = i32[at]
  const high = i32[at + 1]
  const old = offset & 4 ? high : low
  const word = (old & ~(mask << shift)) | ((((old >>> shift) + difference) & mask) << shift)
  if (offset & 4) mem.writeHalves(address, low, word)
  else mem.writeHalves(address, word, high)
}

/** Whether malloc may take from this list: its head is asked, from 2.30 to 2.41 its counter. */
export function tcacheHas(heap: Heap, index: number): boolean {
  const { tcacheCounter, largeTcache } = heap.version
  return tcacheCounter === 2 && !largeTcache
    ? tcacheCount(heap, index) > 0
    : word(heap.mem, entryAt(heap, index), 0) !== 0
}

export function tcacheHasRoom(heap: Heap, index: number): boolean {
  const count = tcacheCount(heap, index)
  return heap.version.largeTcache ? count !== 0 : count < heap.mp.tcacheCount
}

/** @glibc tcache_put malloc/malloc.c */
export function tcachePut(heap: Heap, chunk: number, index: number): void {
  const { mem, thread } = heap
  const block = memOf(chunk)
  const entry = entryAt(heap, index)
  setKey(heap, block, thread.keyLow, thread.keyHigh)
  putLink(heap, entry, block)
  setWord(mem, entry, 0, block)
  addToCount(heap, index, 1)
}

/** @glibc tcache_get malloc/malloc.c @returns the block */
export function tcacheGet(heap: Heap, index: number): number {
  const { mem } = heap
  const entry = entryAt(heap, index)
  const block = word(mem, entry, 0)
  if (heap.version.safeLinking && !isAligned(block)) corrupted(heap, 'malloc(): unaligned tcache chunk detected', block)
  takeLink(heap, entry, block)
  addToCount(heap, index, -1)
  setKey(heap, block, 0, 0)
  return block
}

export function setKey(heap: Heap, block: number, low: number, high: number): void {
  if (heap.version.tcacheKey !== 'none') heap.mem.writeHalves(block + KEY, low, high)
}

/**
 * A block that carries the mark is looked for in its list: most likely it is freed for the second time.
 * @glibc _int_free malloc/malloc.c
 */
export function checkDoubleFree(heap: Heap, block: number, index: number): void {
  if (hasKey(heap, block)) lookFor(heap, block, index)
}

export function lookFor(heap: Heap, block: number, index: number): void {
  const { version, mp } = heap
  let seen = 0
  for (let at = word(heap.mem, entryAt(heap, index), 0); at !== 0; at = linkAt(heap, at), seen++) {
    if (version.minor >= 33 && seen >= mp.tcacheCount)
      corrupted(heap, 'free(): too many chunks detected in tcache', block)
    if (version.safeLinking && !isAligned(at)) corrupted(heap, 'free(): unaligned chunk detected in tcache 2', block)
    if (at === block) corrupted(heap, 'free(): double free detected in tcache 2', block)
  }
}

export function hasKey(heap: Heap, block: number): boolean {
  const { mem, thread, version } = heap
  if (version.tcacheKey === 'none') return false
  const at = mem.locate(block + KEY)
  return mem.i32[at] === thread.keyLow && mem.i32[at + 1] === thread.keyHigh
}

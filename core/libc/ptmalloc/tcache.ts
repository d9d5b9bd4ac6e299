/**
 * The thread's cache (since 2.26): up to 7 blocks of each chunk size from 32 to 1040, last in first out, in front of
 * everything else and without any coalescing. The structure is itself the first block the thread allocates.
 *
 *     tcache +0    counts[64]   one byte each until 2.29, two since
 *            ...   entries[64]  first block of each size (its user data), 0 if none
 *     block  +0    next         mangled since 2.32
 *            +8    key          since 2.29: says "I am in the tcache" to a second free
 */
import { isAligned, memOf, setWord, word } from './chunk.js'
import { corrupted } from './checks.js'
import { linkAt, putLink, takeLink } from './fastbins.js'
import type { Heap } from './heap.js'

export const TCACHE_BINS = 64
const KEY = 8

/** Of all counters; the lists follow. */
export const countsSize = (heap: Heap): number => TCACHE_BINS * heap.version.tcacheCounter
export const tcacheSize = (heap: Heap): number => countsSize(heap) + TCACHE_BINS * 8

/** The size's list, or -1 if the tcache takes no such chunks or is not there. @glibc csize2tidx malloc/malloc.c */
export function tcacheIndex(heap: Heap, size: number): number {
  return size < heap.thread.tcacheLimit ? (size >>> 4) - 2 : -1
}

const entryAt = (heap: Heap, index: number): number => heap.thread.tcache + countsSize(heap) + index * 8

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

function addToCount(heap: Heap, index: number, difference: number): void {
  const { mem } = heap
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

/** Whether malloc may take from this list: until 2.29 its head was asked, since then its counter. */
export function tcacheHas(heap: Heap, index: number): boolean {
  return heap.version.tcacheCounter === 2 ? tcacheCount(heap, index) > 0 : word(heap.mem, entryAt(heap, index), 0) !== 0
}

export const tcacheHasRoom = (heap: Heap, index: number): boolean => tcacheCount(heap, index) < heap.mp.tcacheCount

/** @glibc tcache_put malloc/malloc.c */
export function tcachePut(heap: Heap, chunk: number, index: number): void {
  const { mem, thread } = heap
  const block = memOf(chunk)
  const entry = entryAt(heap, index)
  if (heap.version.tcacheKey !== 'none') mem.writeHalves(block + KEY, thread.keyLow, thread.keyHigh)
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
  if (heap.version.tcacheKey !== 'none') mem.writeHalves(block + KEY, 0, 0)
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
  for (let at = word(heap.mem, entryAt(heap, index), 0); at !== 0; at = linkAt(heap, at), seen++) {
    if (version.minor >= 33 && seen >= mp.tcacheCount)
      corrupted(heap, 'free(): too many chunks detected in tcache', block)
    if (version.safeLinking && !isAligned(at)) corrupted(heap, 'free(): unaligned chunk detected in tcache 2', block)
    if (at === block) corrupted(heap, 'free(): double free detected in tcache 2', block)
  }
}

function hasKey(heap: Heap, block: number): boolean {
  const { mem, thread, version } = heap
  if (version.tcacheKey === 'none') return false
  const at = mem.locate(block + KEY)
  return mem.i32[at] === thread.keyLow && mem.i32[at + 1] === thread.keyHigh
}

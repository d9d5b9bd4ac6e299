/**
 * A chunk's layout in simulated memory (malloc/malloc.c, struct malloc_chunk) and access to its fields.
 *
 *     in use                                  free
 *     chunk +0   prev_size (user data of      chunk +0   prev_size
 *                the chunk below, if in use)
 *           +8   size | A | M | P                   +8   size | A | M | P
 *     mem   +16  user data                          +16  fd            next in its bin
 *                ...                                +24  bk            previous in its bin
 *                                                   +32  fd_nextsize   large chunks only: next smaller size
 *                                                   +40  bk_nextsize   next larger size
 *     chunk + size +0  last word of user data       ...  size again (the next chunk's prev_size)
 *                  +8  size | ... | P = 1                size | ... | P = 0
 *
 *     in a fastbin                            in the tcache
 *           +16  fd (mangled since 2.32)            +16  next, pointing at user data (mangled since 2.32)
 *                                                   +24  key (since 2.29)
 *
 * Addresses are places (see memory.ts). Sizes are exact below 2^53; what a program has overwritten may be any 64 bits,
 * and {@link wide} says what becomes of those.
 */
import { high32, low32 } from '../../base/index.js'
import { wide, type PoolMemory } from './memory.js'

/** SIZE_SZ: the size field, the only part of a header that no user may write to. */
export const SIZE_SZ = 8
/** CHUNK_HDR_SZ: from a chunk to its user data. */
export const HEADER = 16
export const MALLOC_ALIGNMENT = 16
/** MINSIZE: room for the header and the links of a free chunk. */
export const MINSIZE = 32
/** sizeof(struct malloc_chunk) */
export const CHUNK_STRUCT = 48
export const PAGE = 4096

export const PREV_INUSE = 1
export const IS_MMAPPED = 2
export const NON_MAIN_ARENA = 4
const SIZE_BITS = 7

export const FD = 16
export const BK = 24
export const FD_NEXTSIZE = 32
export const BK_NEXTSIZE = 40

/** The first size that goes to large bins. */
export const MIN_LARGE = 1024

/** A field that holds an address. */
export const word = (mem: PoolMemory, base: number, offset: number): number => mem.pointer(base + offset)
export const setWord = (mem: PoolMemory, base: number, offset: number, value: number): void =>
  mem.setPointer(base + offset, value)

/** A number as C compares it, unsigned. */
export const unsigned = (value: number): number => (value < 0 ? value + 2 ** 64 : value)

export const chunkOf = (mem: number): number => mem - HEADER
export const memOf = (chunk: number): number => chunk + HEADER

/**
 * A word that is most likely a size or a head: below 2^31 it is a small integer to the host, and stays one in whatever
 * is computed from it.
 */
export function sizeWord(mem: PoolMemory, address: number): number {
  const at = mem.locate(address)
  const { i32 } = mem
  const low = i32[at]
  return i32[at + 1] === 0 && low >= 0 ? low : wide(low, i32[at + 1])
}
export function setSizeWord(mem: PoolMemory, address: number, value: number): void {
  if (value === (value | 0)) mem.writeHalves(address, value, value >> 31)
  else mem.writeHalves(address, low32(value), high32(value))
}

/** Size and flags together (mchunk_size). */
export const headOf = (mem: PoolMemory, chunk: number): number => sizeWord(mem, chunk + SIZE_SZ)
/** The head of the chunk that follows one of this size. */
export const headAbove = (mem: PoolMemory, chunk: number, size: number): number =>
  sizeWord(mem, mem.offset(chunk, size + SIZE_SZ))
export const flagsIn = (head: number): number => head & SIZE_BITS
export const sizeIn = (head: number): number => head - (head & SIZE_BITS)
export const sizeOf = (mem: PoolMemory, chunk: number): number => sizeIn(sizeWord(mem, chunk + SIZE_SZ))
export const prevSizeOf = (mem: PoolMemory, chunk: number): number => sizeWord(mem, chunk)
/** What stands behind a free chunk of this size: its size again. */
export const footOf = (mem: PoolMemory, chunk: number, size: number): number => sizeWord(mem, mem.offset(chunk, size))

export const setHead = (mem: PoolMemory, chunk: number, head: number): void => setSizeWord(mem, chunk + SIZE_SZ, head)
/** The size alone; flags stay. @glibc set_head_size malloc/malloc.c */
export function setHeadSize(mem: PoolMemory, chunk: number, size: number): void {
  setHead(mem, chunk, size + flagsIn(headOf(mem, chunk)))
}
/** The size again, where the chunk above finds it while this one is free. @glibc set_foot malloc/malloc.c */
export const setFoot = (mem: PoolMemory, chunk: number, size: number): void => setSizeWord(mem, chunk + size, size)

/** Whether the chunk of this size is in use: the chunk above knows. @glibc inuse_bit_at_offset malloc/malloc.c */
export const isInUse = (mem: PoolMemory, chunk: number, size: number): boolean =>
  (headAbove(mem, chunk, size) & PREV_INUSE) !== 0
export function setInUse(mem: PoolMemory, chunk: number, size: number): void {
  const head = headAbove(mem, chunk, size)
  setSizeWord(mem, chunk + (size + SIZE_SZ), head & PREV_INUSE ? head : head + PREV_INUSE)
}
/** @glibc set_non_main_arena malloc/malloc.c */
export function setNonMainArena(mem: PoolMemory, chunk: number): void {
  const head = headOf(mem, chunk)
  setHead(mem, chunk, head & NON_MAIN_ARENA ? head : head + NON_MAIN_ARENA)
}
/** Tells the chunk that what lies below it is free. */
export function clearPrevInUse(mem: PoolMemory, chunk: number): void {
  const head = headOf(mem, chunk)
  setHead(mem, chunk, head & PREV_INUSE ? head - PREV_INUSE : head)
}

export const isSmall = (size: number): boolean => size < MIN_LARGE
export const isAligned = (value: number): boolean => (value & (MALLOC_ALIGNMENT - 1)) === 0

/** Bytes of a chunk for a request. @glibc request2size malloc/malloc.c */
export function request2size(bytes: number): number {
  const size = bytes + SIZE_SZ + MALLOC_ALIGNMENT - 1
  return size < MINSIZE ? MINSIZE : size - (size & (MALLOC_ALIGNMENT - 1))
}

/** Access to a chunk's fields (layout: ../layout.ts). What a program has overwritten may be any 64 bits. */
import {
  HEADER,
  MALLOC_ALIGNMENT,
  MIN_LARGE,
  MINSIZE,
  NON_MAIN_ARENA,
  PAGE,
  PREV_INUSE,
  SIZE_BITS,
  SIZE_SZ,
} from '../layout.js'
import { setWord, word } from './memory.js'

export const FD_NEXTSIZE: u64 = 32
export const BK_NEXTSIZE: u64 = 40
/** sizeof(struct malloc_chunk) */
export const CHUNK_STRUCT: u64 = 48

export function chunkOf(block: u64): u64 {
  return block - HEADER
}
export function memOf(chunk: u64): u64 {
  return chunk + HEADER
}
/** Up to whole pages. */
export function toPages(bytes: u64): u64 {
  return (bytes + PAGE - 1) & -PAGE
}

/** Size and flags together (mchunk_size). */
export function headOf(chunk: u64): u64 {
  return word(chunk + SIZE_SZ)
}
/** The head of the chunk that follows one of this size. */
export function headAbove(chunk: u64, size: u64): u64 {
  return word(chunk + size + SIZE_SZ)
}
export function sizeIn(head: u64): u64 {
  return head & ~SIZE_BITS
}
export function sizeOf(chunk: u64): u64 {
  return sizeIn(headOf(chunk))
}
export function prevSizeOf(chunk: u64): u64 {
  return word(chunk)
}
/** What stands behind a free chunk of this size: its size again. */
export function footOf(chunk: u64, size: u64): u64 {
  return word(chunk + size)
}

export function setHead(chunk: u64, head: u64): void {
  setWord(chunk + SIZE_SZ, head)
}
/** The size alone; flags stay. @glibc set_head_size malloc/malloc.c */
export function setHeadSize(chunk: u64, size: u64): void {
  setHead(chunk, size | (headOf(chunk) & SIZE_BITS))
}
/** The size again, where the chunk above finds it while this one is free. @glibc set_foot malloc/malloc.c */
export function setFoot(chunk: u64, size: u64): void {
  setWord(chunk + size, size)
}

/** Whether the chunk of this size is in use: the chunk above knows. @glibc inuse_bit_at_offset malloc/malloc.c */
export function isInUse(chunk: u64, size: u64): bool {
  return (headAbove(chunk, size) & PREV_INUSE) != 0
}
export function setInUse(chunk: u64, size: u64): void {
  setHead(chunk + size, headOf(chunk + size) | PREV_INUSE)
}
/** @glibc set_non_main_arena malloc/malloc.c */
export function setNonMainArena(chunk: u64): void {
  setHead(chunk, headOf(chunk) | NON_MAIN_ARENA)
}
/** Tells the chunk that what lies below it is free. */
export function clearPrevInUse(chunk: u64): void {
  setHead(chunk, headOf(chunk) & ~PREV_INUSE)
}

export function isSmall(size: u64): bool {
  return size < MIN_LARGE
}
export function isAligned(value: u64): bool {
  return (value & (MALLOC_ALIGNMENT - 1)) == 0
}
/** A size after which memory would begin anew: no chunk of it can begin there. */
export function wrapsAround(chunk: u64, size: u64): bool {
  return chunk > 0 - size
}

/** Bytes of a chunk for a request. @glibc request2size malloc/malloc.c */
export function request2size(bytes: u64): u64 {
  const size = (bytes + SIZE_SZ + MALLOC_ALIGNMENT - 1) & -MALLOC_ALIGNMENT
  return size < MINSIZE ? MINSIZE : size
}

/** A chunk's fields for who only looks (layout: layout.ts), by accesses of the program's own, which may fault. */
import type { UserMemory } from '../../kernel/uapi/index.js'
import { SIZE_BITS, SIZE_SZ } from './layout.js'

/** A field of 64 bits. */
export const word = (mem: UserMemory, address: number): number => wide(mem.readI32(address), mem.readI32(address + 4))
/** Size and flags together (mchunk_size). */
export const headOf = (mem: UserMemory, chunk: number): number => word(mem, chunk + SIZE_SZ)
export const sizeIn = (head: number): number => head - (head & SIZE_BITS)
export const sizeOf = (mem: UserMemory, chunk: number): number => sizeIn(headOf(mem, chunk))

/**
 * A 64-bit field as a number. Exact below 2^53; within 2^47 of 2^64 the same bits as a negative number, so that sums wrap
 * as they do in C; anything else (a field that was overwritten) as 2^52 plus its low half, which no check takes for valid
 * and no access survives.
 */
export function wide(low: number, high: number): number {
  if (high >>> 21 === 0) return high * 4294967296 + (low >>> 0)
  return high >>> 15 === 0x1ffff ? (high | 0) * 4294967296 + (low >>> 0) : 4503599627370496 + (low >>> 0)
}

/** What a link of a fastbin or the tcache names, from its halves. @glibc REVEAL_PTR malloc/malloc.c */
export function revealed(safeLinking: boolean, at: number, low: number, high: number): number {
  if (!safeLinking) return wide(low, high)
  const page = Math.floor(at / 4096)
  return wide(low ^ page, high ^ Math.floor(page / 2 ** 32))
}

/**
 * Searching user memory in runs that never reach into a page before the answer needs it: as vectorised string
 * functions do, which read whole aligned blocks but never cross into the next page early.
 */
import { PAGE_SIZE, pageOffset } from '../../base/index.js'
import type { UserMemory } from '../../kernel/uapi/index.js'

const FIRST_RUN = 64

/** Length of a run at `address`: within its page, at most `limit`; short at first because most strings are. */
const runLength = (address: number, done: number, limit: number): number =>
  Math.min(PAGE_SIZE - pageOffset(address), limit, done === 0 ? FIRST_RUN : PAGE_SIZE)

/** Index of the first byte within `limit` for which `wanted` holds, or -1. */
export function findByte(mem: UserMemory, address: number, limit: number, wanted: (byte: number) => boolean): number {
  for (let at = 0; at < limit;) {
    const run = mem.readBytes(address + at, runLength(address + at, at, limit - at))
    const index = run.findIndex(wanted)
    if (index >= 0) return at + index
    at += run.length
  }
  return -1
}

/** strnlen. */
export function boundedLength(mem: UserMemory, address: number, limit: number): number {
  const end = findByte(mem, address, limit, (byte) => byte === 0)
  return end < 0 ? limit : end
}

/** Walks two ranges side by side up to `limit`; stops when `step` returns something. */
export function walkPair<T>(
  mem: UserMemory,
  a: number,
  b: number,
  limit: number,
  step: (x: number, y: number) => T | undefined,
): T | undefined {
  for (let at = 0; at < limit;) {
    const length = Math.min(runLength(a + at, at, limit - at), runLength(b + at, at, limit - at))
    const left = mem.readBytes(a + at, length)
    const right = mem.readBytes(b + at, length)
    for (let i = 0; i < length; i++) {
      const result = step(left[i], right[i])
      if (result !== undefined) return result
    }
    at += length
  }
  return undefined
}

/** The bytes of a C string, without its NUL. */
export const readString = (mem: UserMemory, address: number): Uint8Array =>
  mem.readBytes(address, mem.stringLength(address))

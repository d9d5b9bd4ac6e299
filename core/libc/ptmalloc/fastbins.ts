/**
 * Singly linked lists, last in first out: the fastbins, and how their links and the tcache's are stored. Since 2.32
 * a link is kept as itself XOR (its own address >> 12), so that who does not know the heap's address cannot forge one.
 */
import type { UserMemory } from '../../kernel/uapi/index.js'
import { FD, isAligned, wide } from './chunk.js'
import { corrupted } from './checks.js'
import type { Heap } from './heap.js'

const TWO_32 = 2 ** 32

/** @glibc PROTECT_PTR malloc/malloc.c */
export function writeLink(heap: Heap, at: number, to: number): void {
  const { mem } = heap
  if (!heap.version.safeLinking) return mem.writePtr(at, to)
  const page = Math.floor(at / 4096)
  const low = (page | 0) ^ (to | 0)
  const high = Math.floor(page / TWO_32) ^ (Math.floor(to / TWO_32) | 0)
  mem.writePtr(at, (high >>> 0) * TWO_32 + (low >>> 0))
}

/** @glibc REVEAL_PTR malloc/malloc.c */
export function readLink(mem: UserMemory, safe: boolean, at: number): number {
  const stored = mem.readPtr(at)
  const page = safe ? Math.floor(at / 4096) : 0
  const inside = stored < 2 ** 53
  const low = (page | 0) ^ (inside ? stored | 0 : mem.readU32(at))
  const high = Math.floor(page / TWO_32) ^ (inside ? Math.floor(stored / TWO_32) : mem.readU32(at + 4))
  return wide(low >>> 0, high >>> 0)
}

export const linkAt = (heap: Heap, at: number): number => readLink(heap.mem, heap.version.safeLinking, at)

/** @glibc fastbin_index malloc/malloc.c */
export const fastbinIndex = (size: number): number => (size >>> 4) - 2

/** Takes the first chunk of a fastbin, whose head is not 0. */
export function popFastbin(heap: Heap, head: number, victim: number, message: string): void {
  if (heap.version.safeLinking && !isAligned(victim)) corrupted(heap, message, victim)
  heap.mem.writePtr(head, linkAt(heap, victim + FD))
}

export function pushFastbin(heap: Heap, head: number, chunk: number, old: number): void {
  writeLink(heap, chunk + FD, old)
  heap.mem.writePtr(head, chunk)
}

/**
 * Singly linked lists, last in first out: the fastbins, and how their links and the tcache's are stored. Since 2.32
 * a link is kept as itself XOR (its own address >> 12), so that who does not know the heap's address cannot forge one.
 *
 * Links go from field to field in halves: as one number each would be an object of the host.
 */
import { high32 } from '../../base/index.js'
import { FD, isAligned, wide } from './chunk.js'
import { corrupted } from './checks.js'
import type { Heap } from './heap.js'

/** Halves of the page number of a link's place. */
export const pageLow = (at: number): number => ((at | 0) >>> 12) | (high32(at) << 20)
export const pageHigh = (at: number): number => high32(at) >>> 12

/** The head of a list becomes what the link at `at` names. @glibc REVEAL_PTR malloc/malloc.c */
export function takeLink(heap: Heap, head: number, at: number): void {
  const { mem } = heap
  const place = mem.locate(at)
  const { words } = mem
  if (heap.version.safeLinking) mem.writeHalves(head, words[place] ^ pageLow(at), words[place + 1] ^ pageHigh(at))
  else mem.writeHalves(head, words[place], words[place + 1])
}

/** The link at `at` names what was the first of a list. @glibc PROTECT_PTR malloc/malloc.c */
export function putLink(heap: Heap, head: number, at: number): void {
  const { mem } = heap
  const place = mem.locate(head)
  const { words } = mem
  if (heap.version.safeLinking) mem.writeHalves(at, words[place] ^ pageLow(at), words[place + 1] ^ pageHigh(at))
  else mem.writeHalves(at, words[place], words[place + 1])
}

/** What a link names. */
export function linkAt(heap: Heap, at: number): number {
  const place = heap.mem.locate(at)
  const { words } = heap.mem
  if (!heap.version.safeLinking) return wide(words[place], words[place + 1])
  return wide(words[place] ^ pageLow(at), words[place + 1] ^ pageHigh(at))
}

/** @glibc fastbin_index malloc/malloc.c */
export const fastbinIndex = (size: number): number => (size >>> 4) - 2

/** Takes the first chunk of a fastbin, whose head is not 0. */
export function popFastbin(heap: Heap, head: number, victim: number, message: string): void {
  if (heap.version.safeLinking && !isAligned(victim)) corrupted(heap, message, victim)
  takeLink(heap, head, victim + FD)
}

export function pushFastbin(heap: Heap, head: number, chunk: number): void {
  putLink(heap, head, chunk + FD)
  heap.mem.writePtr(head, chunk)
}

/**
 * Singly linked lists, last in first out: the fastbins, and how their links and the tcache's are stored. Since 2.32
 * a link is kept as itself XOR (its own address >> 12), so that who does not know the heap's address cannot forge one.
 *
 * Links go from field to field in halves.
 */
import { FD, isAligned, setWord } from './chunk.js'
import { corrupted } from './checks.js'
import type { Heap } from './heap.js'

/** What a link at this address is mangled with, in halves: the number of its page. */
const pageLow = (low: number, high: number): number => (low >>> 12) | (high << 20)
const pageHigh = (high: number): number => high >>> 12

/** The head of a list becomes what the link at `at` names. @glibc REVEAL_PTR malloc/malloc.c */
export function takeLink(heap: Heap, head: number, at: number): void {
  moveLink(heap, at, head, at)
}

/** The link at `at` names what was the first of a list. @glibc PROTECT_PTR malloc/malloc.c */
export function putLink(heap: Heap, head: number, at: number): void {
  moveLink(heap, head, at, at)
}

/** From field to field; one of them is mangled with where the link is. */
function moveLink({ mem, version }: Heap, from: number, to: number, link: number): void {
  const index = mem.locate(from)
  const { i32 } = mem
  const low = i32[index]
  const high = i32[index + 1]
  if (!version.safeLinking) return mem.writeHalves(to, low, high)
  const linkHigh = mem.high(link)
  mem.writeHalves(to, low ^ pageLow(mem.low(link), linkHigh), high ^ pageHigh(linkHigh))
}

/** What a link names. */
export function linkAt({ mem, version }: Heap, at: number): number {
  const index = mem.locate(at)
  const { i32 } = mem
  if (!version.safeLinking) return mem.placeOf(i32[index], i32[index + 1])
  const high = mem.high(at)
  return mem.placeOf(i32[index] ^ pageLow(mem.low(at), high), i32[index + 1] ^ pageHigh(high))
}

/** The link at `at` names this, or nothing (0). @glibc PROTECT_PTR malloc/malloc.c */
export function setLinkAt({ mem, version }: Heap, at: number, value: number): void {
  if (!version.safeLinking) return mem.setPointer(at, value)
  const high = mem.high(at)
  mem.writeHalves(at, mem.low(value) ^ pageLow(mem.low(at), high), mem.high(value) ^ pageHigh(high))
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
  setWord(heap.mem, head, 0, chunk)
}

/**
 * Singly linked lists, last in first out: the fastbins, and how their links and the tcache's are stored. Since 2.32
 * a link is kept as itself XOR (its own address >> 12), so that who does not know the heap's address cannot forge one.
 */
import { FD } from '../layout.js'
import { abortAt } from './checks.js'
import { isAligned } from './chunk.js'
import { setWord, word } from './memory.js'
import { safeLinking } from './version.js'

/** What a link names. @glibc REVEAL_PTR malloc/malloc.c */
export function linkAt(at: u64): u64 {
  return safeLinking ? word(at) ^ (at >>> 12) : word(at)
}

/** The link at `at` names this, or nothing (0). @glibc PROTECT_PTR malloc/malloc.c */
export function setLinkAt(at: u64, value: u64): void {
  setWord(at, safeLinking ? value ^ (at >>> 12) : value)
}

/** @glibc fastbin_index malloc/malloc.c */
export function fastbinIndex(size: u64): u32 {
  return <u32>(size >>> 4) - 2
}

/** Takes the first chunk of a fastbin, whose head is not 0. */
export function popFastbin(head: u64, victim: u64, message: i32): void {
  if (safeLinking && !isAligned(victim)) abortAt(message, victim)
  setWord(head, linkAt(victim + FD))
}

export function pushFastbin(head: u64, chunk: u64): void {
  setLinkAt(chunk + FD, word(head))
  setWord(head, chunk)
}

/** Cutting a chunk off top, the free end of the heap. */
import { MINSIZE, PREV_INUSE } from '../layout.js'
import { TOP_SIZE } from '../messages.js'
import { abortAt } from './checks.js'
import { memOf, setHead, sizeOf } from './chunk.js'
import { markOf, setTop, systemMemOf, topOf } from './state.js'
import { checksSizes } from './version.js'

/** @glibc _int_malloc malloc/malloc.c (use_top) @returns the block, or 0 if top is too small */
export function fromTop(av: u64, need: u64): u64 {
  const top = topOf(av)
  const size = sizeOf(top)
  if (checksSizes && size > systemMemOf(av)) abortAt(TOP_SIZE, top)
  if (size < need + MINSIZE) return 0
  setTop(av, top + need)
  setHead(top, need | PREV_INUSE | markOf(av))
  setHead(top + need, (size - need) | PREV_INUSE)
  return memOf(top)
}

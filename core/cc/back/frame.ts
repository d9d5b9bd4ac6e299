/**
 * Where the variables of a function live, relative to its frame pointer (rbp), as gcc -O0 places them: every variable has
 * its own place, whatever block it is declared in, and each is put below the one before.
 *
 *   rbp + 8   return address
 *   rbp       caller's rbp
 *   rbp - n   values kept across calls (gcc saves rbx here for them)
 *             scalars whose address nobody takes, in order of declaration
 *             arrays, structs, and scalars whose address is taken, in order of declaration
 *             parameters, from the next multiple of 16 on
 *   rsp       = rbp - size, 16-byte aligned; in a variadic function the saved argument slots are below
 *
 * So an array that overflows runs over the scalars and then over the return address, and a parameter lies on the far side
 * of the arrays. What comes before the first large object most likely shares one page with rbp: it is reached through the
 * frame window (see memory.ts).
 *
 * Left out: large variables of inner blocks, which gcc places last, by size, and lets share their places.
 */
import { alignUp } from '../../base/index.js'
import type { LocalVar } from '../ast.js'
import { alignOf, isAggregate, sizeOf } from './ctype.js'
import { isPlain } from './mentions.js'

const STACK_ALIGN = 16
const SMALL = 64
const LARGEST_HOT_PART = 1024

export interface Frame {
  /** Negative offsets from the frame pointer. */
  readonly offsets: ReadonlyMap<LocalVar, number>
  /** Bytes below the frame pointer. */
  readonly size: number
  /** The first so many bytes below the frame pointer are reached through the window. */
  readonly hot: number
}

export function layoutFrame(objects: readonly LocalVar[]): Frame {
  const offsets = new Map<LocalVar, number>()
  let used = 0
  let hot = 0
  let small = true
  const place = (object: LocalVar): void => {
    const size = sizeOf(object.type)
    used = alignUp(used + size, alignmentOf(object))
    offsets.set(object, -used)
    small &&= size <= SMALL && used <= LARGEST_HOT_PART
    if (small) hot = used
  }
  const locals = objects.filter((object) => !object.param)
  locals.filter(isPlain).forEach(place)
  locals.filter((object) => !isPlain(object)).forEach(place)
  used = alignUp(used, STACK_ALIGN)
  objects.filter((object) => object.param).forEach(place)
  return { offsets, size: alignUp(used, STACK_ALIGN), hot: alignUp(hot, 8) }
}

/** Arrays and structs of 16 bytes or more are aligned to as much. @see ix86_local_alignment gcc/config/i386/i386.cc */
function alignmentOf(object: LocalVar): number {
  const natural = Math.max(alignOf(object.type), object.align ?? 1, 1)
  return isAggregate(object.type) && sizeOf(object.type) >= 16 ? Math.max(natural, 16) : natural
}

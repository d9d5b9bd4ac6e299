/**
 * Where the variables of a function live, relative to its frame pointer (rbp):
 *
 *   rbp + 8   return address
 *   rbp       caller's rbp
 *   rbp - n   scalars and small objects, in order of declaration: the hot part
 *   ...       large objects
 *   rsp       = rbp - size, 16-byte aligned; in a variadic function the saved argument slots are below
 *
 * As with gcc -O0 every variable has its own place, whatever block it is declared in. Small objects come first so
 * that they most likely share one page with rbp, which is what makes the frame window (see memory.ts) work; it also
 * means that an array that overflows runs over the scalars and then over the return address, as the textbooks draw it.
 */
import { alignUp } from '../../base/index.js'
import type { LocalVar } from '../ast.js'
import { alignOf, sizeOf } from './ctype.js'

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
  const place = (object: LocalVar): void => {
    used = alignUp(used + sizeOf(object.type), Math.max(alignOf(object.type), 1))
    offsets.set(object, -used)
  }
  const isSmall = (object: LocalVar): boolean => sizeOf(object.type) <= SMALL
  objects.filter(isSmall).forEach(place)
  const hot = Math.min(alignUp(used, 8), LARGEST_HOT_PART)
  objects.filter((object) => !isSmall(object)).forEach(place)
  return { offsets, size: alignUp(used, 16), hot }
}

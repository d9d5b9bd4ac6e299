/** The conversion specifications of scanf(3), taken apart. */
import type { LengthModifier } from './format-spec.js'

export interface ScanSpec {
  /** Position behind the specification. */
  readonly end: number
  readonly suppress: boolean
  readonly width: number
  readonly length: LengthModifier
  readonly type: string
  /** Of `%[`: which bytes match. */
  readonly set: ReadonlySet<number> | undefined
}

const LENGTHS: Readonly<Record<string, LengthModifier>> = {
  h: 'h',
  l: 'l',
  q: 'll',
  L: 'L',
  j: 'j',
  z: 'z',
  Z: 'z',
  t: 't',
}
const CLOSE = 93
const CARET = 94
const DASH = 45

/** Reads the specification whose `%` stands at `start`; undefined when it is not complete. */
export function readScanSpec(format: Uint8Array, start: number): ScanSpec | undefined {
  let at = start + 1
  const peek = (): string => String.fromCharCode(format[at] ?? 0)
  let suppress = false
  while (peek() === '*' || peek() === "'" || peek() === 'I') suppress = format[at++] === 42 || suppress
  let width = 0
  while (peek() >= '0' && peek() <= '9') width = width * 10 + (format[at++] - 48)
  let length = LENGTHS[peek()] ?? ''
  if (length !== '') at++
  if ((length === 'h' || length === 'l') && peek() === length) {
    length = length === 'h' ? 'hh' : 'll'
    at++
  }
  const type = peek()
  if (at >= format.length) return undefined
  const set = type === '[' ? readSet(format, at + 1) : undefined
  if (type === '[' && set === undefined) return undefined
  return { end: set ? set.end : at + 1, suppress, width: width || Infinity, length, type, set: set?.bytes }
}

/** A `]` right at the start is a member, `a-z` is a range unless the dash stands last. */
function readSet(
  format: Uint8Array,
  start: number,
): { readonly bytes: ReadonlySet<number>; readonly end: number } | undefined {
  const negated = format[start] === CARET
  const first = negated ? start + 1 : start
  const close = format.indexOf(CLOSE, format[first] === CLOSE ? first + 1 : first)
  if (close < 0) return undefined
  const listed = new Set<number>()
  for (let at = first; at < close; at++) {
    const range = format[at + 1] === DASH && at + 2 < close && format[at + 2] >= format[at]
    const last = range ? format[at + 2] : format[at]
    for (let byte = format[at]; byte <= last; byte++) listed.add(byte)
    if (range) at += 2
  }
  const all = Array.from({ length: 256 }, (_, byte) => byte)
  return { bytes: negated ? new Set(all.filter((byte) => !listed.has(byte))) : listed, end: close + 1 }
}

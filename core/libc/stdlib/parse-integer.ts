/** What strtol and its family read: blanks, a sign, a prefix, digits. */
import { isSpace } from '../string/ctype.js'

export interface ParsedInteger {
  readonly negative: boolean
  readonly magnitude: bigint
  /** Characters used, 0 when there is no number. */
  readonly length: number
}

export function digitValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  const letter = c | 32
  return letter >= 97 && letter <= 122 ? letter - 87 : 99
}

const NOTHING: ParsedInteger = { negative: false, magnitude: 0n, length: 0 }
const X = 120

/** A prefix counts only in front of a hexadecimal digit: "0xg" is the number 0, followed by "xg". */
function prefixed(text: ArrayLike<number>, at: number): boolean {
  return text[at] === 48 && (text[at + 1] | 32) === X && digitValue(text[at + 2] ?? 0) < 16
}

/** @glibc ____strtol_l_internal stdlib/strtol_l.c Left out: grouping; 0b prefixes of C23 (2.38). */
export function parseInteger(text: ArrayLike<number>, base: number): ParsedInteger {
  let at = 0
  while (at < text.length && isSpace(text[at])) at++
  const negative = text[at] === 45
  if (negative || text[at] === 43) at++
  const hex = (base === 0 || base === 16) && prefixed(text, at)
  const radix = base !== 0 ? base : hex ? 16 : text[at] === 48 ? 8 : 10
  if (hex) at += 2
  const start = at
  while (at < text.length && digitValue(text[at]) < radix) at++
  if (at === start) return NOTHING
  return { negative, magnitude: toBigInt(text, start, at, radix), length: at }
}

function toBigInt(text: ArrayLike<number>, start: number, end: number, radix: number): bigint {
  let small = 0
  let value = 0n
  let scale = 1
  for (let i = start; i < end; i++) {
    small = small * radix + digitValue(text[i])
    scale *= radix
    if (scale > 1e9) {
      value = value * BigInt(scale) + BigInt(small)
      small = 0
      scale = 1
    }
  }
  return value * BigInt(scale) + BigInt(small)
}

export interface Clamped {
  readonly value: bigint
  /** Out of range: ERANGE. */
  readonly overflow: boolean
}

const LONG_MAX = (1n << 63n) - 1n
const ULONG_MAX = (1n << 64n) - 1n

export function asLong({ negative, magnitude }: ParsedInteger): Clamped {
  const value = negative ? -magnitude : magnitude
  if (value > LONG_MAX) return { value: LONG_MAX, overflow: true }
  if (value < -LONG_MAX - 1n) return { value: -LONG_MAX - 1n, overflow: true }
  return { value, overflow: false }
}

/** "-1" is ULONG_MAX; only a magnitude that does not fit overflows. */
export function asUnsignedLong({ negative, magnitude }: ParsedInteger): Clamped {
  if (magnitude > ULONG_MAX) return { value: ULONG_MAX, overflow: true }
  return { value: BigInt.asUintN(64, negative ? -magnitude : magnitude), overflow: false }
}

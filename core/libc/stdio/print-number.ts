/** Integer conversions of printf: d i u o x X p. Text without padding to width, and the padding itself. */
import type { Flags, LengthModifier } from './format-spec.js'

/** A conversion with its `*` arguments filled in. */
export interface Spec {
  readonly flags: Flags
  readonly width: number
  readonly precision: number | undefined
  readonly length: LengthModifier
  readonly type: string
}

export function bitsOf(length: LengthModifier): 8 | 16 | 32 | 64 {
  if (length === 'hh') return 8
  if (length === 'h') return 16
  return length === '' ? 32 : 64
}

/** Puts `prefix` (sign, 0x) and `body` into the width: blanks left or right, or zeros between the two. */
export function pad(spec: Spec, prefix: string, body: string, zeros: boolean): string {
  const missing = spec.width - prefix.length - body.length
  if (missing <= 0) return prefix + body
  if (spec.flags.left) return prefix + body + ' '.repeat(missing)
  return zeros && spec.flags.zero ? prefix + '0'.repeat(missing) + body : ' '.repeat(missing) + prefix + body
}

export const signOf = (negative: boolean, flags: Flags): string =>
  negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''

/** A precision is the least number of digits; it also switches the flag 0 off. Zero with precision 0 has no digits. */
function finish(spec: Spec, prefix: string, digits: string): string {
  const { precision } = spec
  if (precision === undefined) return pad(spec, prefix, digits, true)
  return pad(spec, prefix, precision === 0 && digits === '0' ? '' : digits.padStart(precision, '0'), false)
}

export function printSigned(slot: bigint, spec: Spec): string {
  const value = BigInt.asIntN(bitsOf(spec.length), slot)
  const digits = (value < 0n ? -value : value).toString()
  return finish(spec, signOf(value < 0n, spec.flags), digits)
}

export function printUnsigned(slot: bigint, spec: Spec): string {
  const value = BigInt.asUintN(bitsOf(spec.length), slot)
  if (spec.type === 'u') return finish(spec, '', value.toString())
  if (spec.type === 'o') return printOctal(value, spec)
  const hex = value.toString(16)
  const prefix = spec.flags.alternate && value !== 0n ? '0x' : ''
  return spec.type === 'X' ? finish(spec, prefix.toUpperCase(), hex.toUpperCase()) : finish(spec, prefix, hex)
}

/** `#` makes sure that the first digit is 0, by raising the precision where needed. */
function printOctal(value: bigint, spec: Spec): string {
  const digits = value.toString(8)
  if (!spec.flags.alternate) return finish(spec, '', digits)
  if (spec.precision === undefined) return finish(spec, '', value === 0n ? digits : `0${digits}`)
  const precision = Math.max(spec.precision, value === 0n ? 1 : digits.length + 1)
  return finish({ ...spec, precision }, '', digits)
}

/** glibc prints a pointer as %#lx with the flags given, and a null pointer as the string "(nil)". */
export function printPointer(slot: bigint, spec: Spec): string {
  const value = BigInt.asUintN(64, slot)
  if (value === 0n) return pad(spec, '', '(nil)', false)
  return finish(spec, `${signOf(false, spec.flags)}0x`, value.toString(16))
}

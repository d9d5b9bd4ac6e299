/**
 * Floating conversions of printf: e f g a and their capitals. A double is an integer times a power of two, so its
 * decimal expansion is finite; it is computed with BigInt and rounded half to even, right at every precision, as
 * glibc does with its multi-precision integers (stdio-common/printf_fp.c, printf_fphex.c).
 */
import { pad, signOf, type Spec } from './print-number.js'

const MANTISSA_BITS = 52n
const MANTISSA_MASK = (1n << MANTISSA_BITS) - 1n
/** A double has no more decimal digits than this behind the point, or in all. What is asked beyond is zeros. */
const MAX_DIGITS = 1080

export interface FloatParts {
  readonly negative: boolean
  readonly kind: 'finite' | 'inf' | 'nan'
  /** |value| = mantissa * 2^exponent */
  readonly mantissa: bigint
  readonly exponent: number
}

export function partsOf(bits: bigint): FloatParts {
  const negative = ((bits >> 63n) & 1n) === 1n
  const biased = Number((bits >> MANTISSA_BITS) & 0x7ffn)
  const fraction = bits & MANTISSA_MASK
  if (biased === 0x7ff) return { negative, kind: fraction === 0n ? 'inf' : 'nan', mantissa: 0n, exponent: 0 }
  if (biased === 0) return { negative, kind: 'finite', mantissa: fraction, exponent: -1074 }
  return { negative, kind: 'finite', mantissa: fraction | (1n << MANTISSA_BITS), exponent: biased - 1075 }
}

/** numerator / denominator, rounded half to even. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n)
  return up ? quotient + 1n : quotient
}

/** |value| as a fraction. */
const fractionOf = ({ mantissa, exponent }: FloatParts): [bigint, bigint] =>
  exponent >= 0 ? [mantissa << BigInt(exponent), 1n] : [mantissa, 1n << BigInt(-exponent)]

/** Digits with `precision` decimals, as %f. */
function fixedDigits(parts: FloatParts, precision: number): { readonly whole: string; readonly decimals: string } {
  const places = Math.min(precision, MAX_DIGITS)
  const [numerator, denominator] = fractionOf(parts)
  const digits = divideRounded(numerator * 10n ** BigInt(places), denominator)
    .toString()
    .padStart(places + 1, '0')
  const point = digits.length - places
  return { whole: digits.slice(0, point), decimals: digits.slice(point) + '0'.repeat(precision - places) }
}

interface Scientific {
  /** First digit and `precision` more. */
  readonly digits: string
  readonly exponent: number
  /** Rounding made it a power of ten: 9.99 -> 10.0. */
  readonly carried: boolean
}

function scientificDigits(parts: FloatParts, precision: number): Scientific {
  if (parts.mantissa === 0n) return { digits: '0'.repeat(precision + 1), exponent: 0, carried: false }
  const places = Math.min(precision, MAX_DIGITS)
  const fraction = fractionOf(parts)
  const exponent = decimalExponent(parts, fraction)
  const digits = scaled(fraction, places - exponent).toString()
  const carried = digits.length > places + 1
  const kept = digits.slice(0, places + 1) + '0'.repeat(precision - places)
  return { digits: kept, exponent: carried ? exponent + 1 : exponent, carried }
}

/** value * 10^power, rounded to an integer. */
function scaled([numerator, denominator]: [bigint, bigint], power: number): bigint {
  const factor = 10n ** BigInt(Math.abs(power))
  return power >= 0 ? divideRounded(numerator * factor, denominator) : divideRounded(numerator, denominator * factor)
}

/** Largest X with 10^X <= value. The logarithm can be off by one next to a power of ten, so it is checked exactly. */
function decimalExponent(parts: FloatParts, [numerator, denominator]: [bigint, bigint]): number {
  const guess = Math.floor((parts.mantissa.toString(2).length - 1 + parts.exponent) * Math.LOG10E * Math.LN2)
  const reaches = (power: number): boolean => {
    const factor = 10n ** BigInt(Math.abs(power))
    return power >= 0 ? numerator >= denominator * factor : numerator * factor >= denominator
  }
  let exponent = guess
  while (!reaches(exponent)) exponent--
  while (reaches(exponent + 1)) exponent++
  return exponent
}

const point = (decimals: string, spec: Spec): string => (decimals !== '' || spec.flags.alternate ? `.${decimals}` : '')

const exponentText = (exponent: number): string =>
  `e${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`

function fixed(parts: FloatParts, spec: Spec, precision: number): string {
  const { whole, decimals } = fixedDigits(parts, precision)
  return whole + point(decimals, spec)
}

function scientific({ digits, exponent }: Scientific, spec: Spec): string {
  return digits[0] + point(digits.slice(1), spec) + exponentText(exponent)
}

/** %g: the shorter of both forms, without trailing zeros unless `#` asks for them. */
function general(parts: FloatParts, spec: Spec, precision: number): string {
  const significant = precision === 0 ? 1 : precision
  const form = scientificDigits(parts, significant - 1)
  const asFixed = form.exponent >= -4 && form.exponent < significant
  if (asFixed) {
    const { whole, decimals } = fixedDigits(parts, significant - 1 - form.exponent)
    return whole + point(trimmed(decimals, spec), spec)
  }
  // glibc keeps no zeros for `#` where only the rounding left the range of the fixed form: 999999.5 is 1.e+06.
  const fellOut = form.carried && form.exponent === significant
  return scientific({ ...form, digits: form.digits[0] + (fellOut ? '' : trimmed(form.digits.slice(1), spec)) }, spec)
}

const trimmed = (decimals: string, spec: Spec): string =>
  spec.flags.alternate ? decimals : decimals.replace(/0+$/, '')

interface HexForm {
  readonly lead: bigint
  /** Hexadecimal digits behind the point. */
  readonly fraction: bigint
  readonly digits: number
  readonly exponent: number
}

/** A double is printed as 1.fraction (0.fraction when denormal), a long double with its top four bits in front. */
function hexForm({ mantissa, exponent }: FloatParts, long: boolean): HexForm {
  if (mantissa === 0n) return { lead: 0n, fraction: 0n, digits: 13, exponent: 0 }
  if (!long) {
    const lead = mantissa >> MANTISSA_BITS
    return { lead, fraction: mantissa & MANTISSA_MASK, digits: 13, exponent: exponent + 52 }
  }
  const shift = 64 - mantissa.toString(2).length
  const full = mantissa << BigInt(shift)
  return { lead: full >> 60n, fraction: full & ((1n << 60n) - 1n), digits: 15, exponent: exponent - shift + 60 }
}

function hexadecimal(parts: FloatParts, spec: Spec): string {
  const { lead, fraction, digits, exponent } = hexForm(parts, spec.length === 'L')
  const shown = spec.precision ?? fraction.toString(16).padStart(digits, '0').replace(/0+$/, '').length
  const kept = Math.min(shown, digits)
  const rounded = divideRounded((lead << BigInt(4 * digits)) | fraction, 1n << BigInt(4 * (digits - kept)))
  const text = rounded.toString(16).padStart(kept + 1, '0')
  const split = text.length - kept
  const decimals = text.slice(split) + '0'.repeat(shown - kept)
  return `${text.slice(0, split)}${point(decimals, spec)}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

function finiteText(parts: FloatParts, spec: Spec): string {
  const precision = spec.precision ?? 6
  switch (spec.type.toLowerCase()) {
    case 'f':
      return fixed(parts, spec, precision)
    case 'e':
      return scientific(scientificDigits(parts, precision), spec)
    case 'g':
      return general(parts, spec, precision)
    default:
      return hexadecimal(parts, spec)
  }
}

/** @param bits of the double, not the number: a NaN has a sign that JavaScript does not show */
export function printFloat(bits: bigint, spec: Spec): string {
  const parts = partsOf(BigInt.asUintN(64, bits))
  const upper = spec.type < 'a'
  const sign = signOf(parts.negative, spec.flags)
  if (parts.kind !== 'finite') return pad(spec, sign, upper ? parts.kind.toUpperCase() : parts.kind, false)
  const isHex = spec.type === 'a' || spec.type === 'A'
  const body = finiteText(parts, spec)
  const prefix = isHex ? `${sign}0x` : sign
  return upper ? pad(spec, prefix.toUpperCase(), body.toUpperCase(), true) : pad(spec, prefix, body, true)
}

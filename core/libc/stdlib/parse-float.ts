/**
 * What strtod reads: decimal and hexadecimal numbers, infinities, NaN; rounded correctly. The decimal case is
 * JavaScript's own conversion, which the language defines to be correctly rounded as well.
 */
export interface ParsedFloat {
  readonly value: number
  /** Characters used, 0 when there is no number. */
  readonly length: number
  /** Overflow, or an inexact result in the denormal range: ERANGE. */
  readonly range: boolean
}

const DECIMAL = /^[ \t-\r]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/
const HEXADECIMAL = /^[ \t-\r]*([+-]?)0[xX](?:([\da-fA-F]+)\.?([\da-fA-F]*)|\.([\da-fA-F]+))(?:[pP]([+-]?\d+))?/
const SPECIAL = /^[ \t-\r]*([+-]?)(?:(inf(?:inity)?)|nan(?:\([\da-zA-Z_]*\))?)/i

const SMALLEST_NORMAL = 2 ** -1022

/** @glibc ____strtod_l_internal stdlib/strtod_l.c Left out: the payload of nan(...), a NaN's sign, rounding modes. */
export function parseFloat64(text: string): ParsedFloat {
  const hex = HEXADECIMAL.exec(text)
  if (hex) return parseHex(hex)
  const decimal = DECIMAL.exec(text)
  if (decimal) return parseDecimal(decimal[0])
  const special = SPECIAL.exec(text)
  if (!special) return { value: 0, length: 0, range: false }
  const value = special[2] === undefined ? NaN : special[1] === '-' ? -Infinity : Infinity
  return { value, length: special[0].length, range: false }
}

function parseDecimal(text: string): ParsedFloat {
  const value = Number(text.replace(/^[ \t-\r]+/, ''))
  return { value, length: text.length, range: outOfRange(value, () => decimalFraction(text)) }
}

/** Whether a result that is infinite, zero or denormal lost something. */
function outOfRange(value: number, exact: () => [bigint, bigint]): boolean {
  const size = Math.abs(value)
  if (size === Infinity) return true
  if (size >= SMALLEST_NORMAL) return false
  const [numerator, denominator] = exact()
  const steps = BigInt(size / 2 ** -1074)
  return numerator << 1074n !== steps * denominator
}

/** |text| as a fraction. Exponents far out are cut: they are inexact anyway. */
function decimalFraction(text: string): [bigint, bigint] {
  const [, whole = '', decimals = '', exponent = '0'] = /(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = BigInt(`${whole}${decimals}` || '0')
  if (digits === 0n) return [0n, 1n]
  const power = Math.max(-6000, Math.min(6000, Number(exponent))) - decimals.length
  return power >= 0 ? [digits * 10n ** BigInt(power), 1n] : [digits, 10n ** BigInt(-power)]
}

function parseHex(match: RegExpExecArray): ParsedFloat {
  const [all, sign, whole = '', decimals = '', onlyDecimals = '', exponent = '0'] = match
  const fraction = decimals + onlyDecimals
  const mantissa = BigInt(`0x${whole}${fraction}`)
  const power = Math.max(-100_000, Math.min(100_000, Number(exponent))) - 4 * fraction.length
  const { value, exact } = scale(mantissa, power)
  const range = value === Infinity || (value < SMALLEST_NORMAL && !exact)
  return { value: sign === '-' ? -value : value, length: all.length, range }
}

/** mantissa * 2^power, rounded half to even. */
function scale(mantissa: bigint, power: number): { readonly value: number; readonly exact: boolean } {
  if (mantissa === 0n) return { value: 0, exact: true }
  const bits = mantissa.toString(2).length
  if (bits + power > 1024) return { value: Infinity, exact: false }
  if (bits + power < -1080) return { value: 0, exact: false }
  const drop = Math.max(bits - 53, -1074 - power)
  if (drop <= 0)
    return { value: Number(mantissa) * 2 ** Math.max(power, -1000) * 2 ** Math.min(0, power + 1000), exact: true }
  const step = 1n << BigInt(drop)
  const rest = mantissa % step
  const half = step / 2n
  let kept = mantissa / step
  if (rest > half || (rest === half && kept % 2n === 1n)) kept += 1n
  const scaled = power + drop
  return { value: Number(kept) * 2 ** Math.max(scaled, -1000) * 2 ** Math.min(0, scaled + 1000), exact: rest === 0n }
}

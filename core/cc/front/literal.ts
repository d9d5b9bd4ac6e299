/** What number, character and string tokens stand for (C17 6.4.4, 6.4.5), with gcc's words for what is wrong. */
import type { IntKind } from '../types.js'
import type { Problem } from './token.js'

export type NumberValue =
  | { readonly kind: 'int'; readonly value: bigint; readonly int: IntKind; readonly problem?: Problem }
  | { readonly kind: 'float'; readonly value: number; readonly bits: 32 | 64 | 80; readonly problem?: Problem }

const error = (code: string, message: string): Problem => ({ severity: 'error', code, message })
const warning = (code: string, message: string): Problem => ({ severity: 'warning', code, message })

// ---- numbers ------------------------------------------------------------------------------------------------------

const HEX_FLOAT = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)(.*)$/
const DECIMAL_FLOAT = /^((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(.*)$/
const INTEGER = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)(.*)$/

export function parseNumber(text: string): NumberValue {
  if (/^[\d.]+[eE][+-]?$|^0[xX][\da-fA-F.]+[pP][+-]?$/.test(text)) return bad('exponent has no digits')
  const hexFloat = HEX_FLOAT.exec(text)
  if (hexFloat) return floating(hexFloatValue(hexFloat[1], hexFloat[2], hexFloat[3]), hexFloat[4])
  if (/^0[xX].*\./.test(text)) return bad('hexadecimal floating constants require an exponent')
  const isFloat = !/^0[xXbB]/.test(text) && /^[\d.]*(\.|[eE][+-]?\d)/.test(text)
  if (isFloat) {
    const match = DECIMAL_FLOAT.exec(text)
    return match ? floating(Number(match[1]), match[2]) : bad(`invalid floating constant ‘${text}’`)
  }
  const match = INTEGER.exec(text)
  return match ? integer(match[1], match[2]) : bad(`invalid number ‘${text}’`)
}

const bad = (message: string): NumberValue => ({
  kind: 'int',
  value: 0n,
  int: 'int',
  problem: error('invalid-number', message),
})

const complex = (): NumberValue => ({
  ...bad(''),
  problem: error('unsupported-complex', 'complex numbers are not supported here'),
})

function hexFloatValue(whole: string, fraction: string, exponent: string): number {
  const mantissa = Number(BigInt(`0x${whole}${fraction}` === '0x' ? 0 : `0x${whole}${fraction}`))
  return mantissa * 2 ** (Number(exponent) - 4 * fraction.length)
}

function floating(value: number, suffix: string): NumberValue {
  const s = suffix.toLowerCase()
  if (s === 'f') return { kind: 'float', value: Math.fround(value), bits: 32 }
  if (s === '' || s === 'l') return { kind: 'float', value, bits: s === 'l' ? 80 : 64 }
  if (/^([fl]?[ij]|[ij][fl]?)$/.test(s)) return complex()
  return bad(
    suffix.startsWith('.') ? 'too many decimal points in number' : `invalid suffix "${suffix}" on floating constant`,
  )
}

function integer(digits: string, suffix: string): NumberValue {
  const decimal = !digits.startsWith('0') || digits === '0'
  const wrong = decimal || /^0[xXbB]/.test(digits) ? undefined : /[89]/.exec(digits)?.[0]
  if (wrong !== undefined) return bad(`invalid digit "${wrong}" in octal constant`)
  const s = suffix.toLowerCase()
  const beyond = /^0[bB]/.test(digits) ? /^[2-9]/.exec(suffix)?.[0] : undefined
  if (beyond !== undefined) return bad(`invalid digit "${beyond}" in binary constant`)
  if (/^(u?l?l?[ij]|[ij]u?l?l?)$/.test(s)) return complex()
  if (!/^(u?(l|ll)?|(l|ll)u)$/.test(s) || /lL|Ll/.test(suffix))
    return bad(`invalid suffix "${suffix}" on integer constant`)
  if (digits.length > 400) return bad('integer constant is too long')
  const octal = !decimal && /^0\d/.test(digits)
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  return typedInteger(value, decimal, s)
}

/** The first type of C17 6.4.4.1's list that holds the value. */
function typedInteger(value: bigint, decimal: boolean, suffix: string): NumberValue {
  const unsigned = suffix.includes('u')
  const longs = suffix.split('l').length - 1
  const ladder: readonly [IntKind, IntKind, number][] = [
    ['int', 'uint', 32],
    longs === 2 ? ['llong', 'ullong', 64] : ['long', 'ulong', 64],
  ]
  for (const [signedKind, unsignedKind, bits] of longs > 0 ? ladder.slice(1) : ladder) {
    if (!unsigned && value < 1n << BigInt(bits - 1)) return { kind: 'int', value, int: signedKind }
    if ((unsigned || !decimal) && value < 1n << BigInt(bits)) return { kind: 'int', value, int: unsignedKind }
  }
  const fits = value < 1n << 64n
  const message = fits
    ? 'integer constant is so large that it is unsigned'
    : 'integer constant is too large for its type'
  return {
    kind: 'int',
    value: BigInt.asUintN(64, value),
    int: longs === 2 ? 'ullong' : 'ulong',
    problem: warning('large-constant', message),
  }
}

// ---- characters and strings ---------------------------------------------------------------------------------------

/** How the elements of a literal are stored. */
export type Encoding = 'narrow' | 'wide' | 'char16' | 'char32'
export const ELEMENT_KIND: Readonly<Record<Encoding, IntKind>> = {
  narrow: 'char',
  wide: 'int',
  char16: 'ushort',
  char32: 'uint',
}
export const ELEMENT_SIZE: Readonly<Record<Encoding, number>> = { narrow: 1, wide: 4, char16: 2, char32: 4 }

export function encodingOf(text: string): Encoding {
  if (text.startsWith('L')) return 'wide'
  if (text.startsWith('U')) return 'char32'
  return text.startsWith('u') && !text.startsWith('u8') ? 'char16' : 'narrow'
}

/** One character of a literal: a code point of the text, or a number given by \ooo or \xhh that is not encoded. */
interface Char {
  readonly code: number
  readonly raw: boolean
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27, '\\': 92, "'": 39, '"': 34, '?': 63,
} // prettier-ignore

/** The characters between the quotes. */
export function decode(text: string, encoding: Encoding, problems: Problem[]): Char[] {
  const open = text.search(/["']/)
  const closed = text.length > open + 1 && text.endsWith(text[open])
  const body = text.slice(open + 1, closed ? -1 : undefined)
  const chars: Char[] = []
  for (let i = 0; i < body.length;) {
    if (body[i] === '\\') i = escape(body, i + 1, encoding, chars, problems)
    else {
      const code = body.codePointAt(i)!
      chars.push({ code, raw: false })
      i += code > 0xffff ? 2 : 1
    }
  }
  return chars
}

/** Reads one escape sequence behind its backslash; returns where it ends. */
function escape(body: string, at: number, encoding: Encoding, chars: Char[], problems: Problem[]): number {
  const rest = body.slice(at, at + 300)
  const simple = SIMPLE_ESCAPES[rest[0] ?? '']
  if (simple !== undefined) {
    chars.push({ code: simple, raw: true })
    return at + 1
  }
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0]
  if (octal !== undefined) return number(parseInt(octal, 8), octal.length, 'octal')
  const hex = /^x[0-9a-fA-F]+/.exec(rest)?.[0]
  if (hex !== undefined) return number(parseInt(hex.slice(1), 16), hex.length, 'hex')
  const universal = /^(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(rest)?.[0]
  if (universal !== undefined) {
    const code = parseInt(universal.slice(1), 16)
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
      problems.push(error('invalid-escape', `\\${universal} is not a valid universal character`))
    else chars.push({ code, raw: false })
    return at + universal.length
  }
  if (rest[0] === 'x') problems.push(error('invalid-escape', '\\x used with no following hex digits'))
  else if (/^[uU]/.test(rest))
    problems.push(error('invalid-escape', `incomplete universal character name \\${rest[0]}`))
  else problems.push(warning('unknown-escape', `unknown escape sequence: '\\${rest[0] ?? ''}'`))
  if (rest[0] !== undefined) chars.push({ code: rest.codePointAt(0)!, raw: false })
  return at + (rest[0] === undefined ? 0 : String.fromCodePoint(rest.codePointAt(0)!).length)

  function number(value: number, length: number, name: string): number {
    const limit = 2 ** (8 * ELEMENT_SIZE[encoding])
    if (value >= limit) problems.push(warning('overflow', `${name} escape sequence out of range`))
    chars.push({ code: value % limit, raw: true })
    return at + length
  }
}

/** The elements as numbers: bytes of UTF-8 for narrow literals, code units otherwise. */
export function encode(chars: readonly Char[], encoding: Encoding): number[] {
  const units: number[] = []
  for (const { code, raw } of chars) {
    if (raw || encoding === 'wide' || encoding === 'char32') units.push(code)
    else if (encoding === 'narrow') pushUtf8(units, code)
    else if (code > 0xffff) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
    else units.push(code)
  }
  return units
}

function pushUtf8(out: number[], given: number): void {
  const code = given >= 0xd800 && given < 0xe000 ? 0xfffd : given
  if (code < 0x80) out.push(code)
  else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63))
  else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
}

/** Elements as little-endian bytes, with the terminating zero. */
export function literalBytes(units: readonly number[], encoding: Encoding): Uint8Array {
  const size = ELEMENT_SIZE[encoding]
  const bytes = new Uint8Array((units.length + 1) * size)
  units.forEach((unit, i) => {
    for (let b = 0; b < size; b++) bytes[i * size + b] = Math.floor(unit / 256 ** b) % 256
  })
  return bytes
}

/** Value of a character constant: an int; several characters are packed as gcc does ('ab' = 'a' * 256 + 'b'). */
export function charValue(text: string, problems: Problem[]): { readonly value: bigint; readonly int: IntKind } {
  const encoding = encodingOf(text)
  const units = encode(decode(text, encoding, problems), encoding)
  if (units.length === 0) problems.push(error('empty-character', 'empty character constant'))
  if (encoding !== 'narrow') {
    if (units.length > 1) problems.push(warning('char-too-long', 'character constant too long for its type'))
    return { value: BigInt(units.at(-1) ?? 0), int: ELEMENT_KIND[encoding] }
  }
  if (units.length > 4) problems.push(warning('char-too-long', 'character constant too long for its type'))
  else if (units.length > 1) problems.push(warning('multichar', 'multi-character character constant'))
  const packed = units.reduce((value, unit) => value * 256n + BigInt(unit), 0n)
  return { value: BigInt.asIntN(units.length === 1 ? 8 : 32, packed), int: 'int' }
}

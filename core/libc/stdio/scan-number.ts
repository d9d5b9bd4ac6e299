/** Collecting the characters of a number for scanf: as many as may belong to one, never more than one read too far. */
import { digitValue } from '../stdlib/parse-integer.js'
import { isDigit, isHexDigit } from '../string/ctype.js'
import { EOF } from './stream.js'
import type { CharSource } from './unfinished.js'

const PLUS = 43
const MINUS = 45
const DOT = 46
const ZERO = 48

/** Reads one number's characters within a width. */
class Token {
  text = ''
  constructor(
    private readonly source: CharSource,
    public room: number,
  ) {}

  /** Takes the next character if it is wanted. */
  take(wanted: (c: number) => boolean): boolean {
    if (this.room <= 0) return false
    const c = this.source.get()
    if (c === EOF) return false
    if (!wanted(c)) {
      this.source.back()
      return false
    }
    this.text += String.fromCharCode(c)
    this.room--
    return true
  }

  takeLetter(letter: string): boolean {
    const code = letter.charCodeAt(0)
    return this.take((c) => (c | 32) === code)
  }

  takeAll(wanted: (c: number) => boolean): number {
    let count = 0
    while (this.take(wanted)) count++
    return count
  }
}

const isSign = (c: number): boolean => c === PLUS || c === MINUS

/** @returns the text and its base, or undefined when there is no number */
export function scanInteger(
  source: CharSource,
  width: number,
  base: number,
): { text: string; base: number } | undefined {
  const token = new Token(source, width)
  token.take(isSign)
  const signed = token.text.length
  let radix = base
  if (token.take((c) => c === ZERO) && (base === 0 || base === 16)) {
    if (token.takeLetter('x')) radix = 16
    else if (base === 0) radix = 8
  } else if (base === 0) radix = 10
  token.takeAll((c) => digitValue(c) < radix)
  return token.text.length === signed ? undefined : { text: token.text, base: radix }
}

/** The pointer that printf writes for NULL. */
export function scanNil(source: CharSource, width: number): boolean {
  const token = new Token(source, width)
  return [...'(nil)'].every((ch) => token.take((c) => c === ch.charCodeAt(0)))
}

function scanWord(token: Token, word: string): boolean {
  return [...word].every((letter) => token.takeLetter(letter))
}

/** inf, infinity, nan: once begun they must be whole. */
function scanSpecial(token: Token): boolean | undefined {
  if (token.takeLetter('n')) return scanWord(token, 'an')
  if (!token.takeLetter('i')) return undefined
  if (!scanWord(token, 'nf')) return false
  return token.takeLetter('i') ? scanWord(token, 'nity') : true
}

/** @returns the text for strtod, or undefined when there is no number */
export function scanFloat(source: CharSource, width: number): string | undefined {
  const token = new Token(source, width)
  token.take(isSign)
  const special = scanSpecial(token)
  if (special !== undefined) return special ? token.text : undefined
  const zero = token.take((c) => c === ZERO)
  // glibc looks for the x only when the width leaves room behind it.
  const hex = zero && token.room > 1 && token.takeLetter('x')
  const isMember = hex ? isHexDigit : isDigit
  let digits = token.takeAll(isMember)
  const dot = token.take((c) => c === DOT)
  if (dot) digits += token.takeAll(isMember)
  // "0x" alone is no number, "0x." is: the zero in front.
  if (digits === 0 && (hex ? !dot : !zero)) return undefined
  if (token.takeLetter(hex ? 'p' : 'e')) {
    token.take(isSign)
    token.takeAll(isDigit)
  }
  return token.text
}

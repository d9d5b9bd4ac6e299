/** Reads a trace, byte by byte. */
import { NOT_A_NUMBER, SOMETHING_MISSING, TEXT_AT } from '../trace-layout.js'
import { bad, textEnd } from './trace.js'

const TAB: u32 = 9
const NEWLINE: u32 = 10
const RETURN: u32 = 13
const SPACE: u32 = 32
const HASH: u32 = 35
const MINUS: u32 = 45
const DIGIT_0: u32 = 48

let at: u32 = TEXT_AT
/** Lines begun. */
export let line: i32 = 0

function isBlank(code: u32): bool {
  return code == SPACE || code == TAB || code == RETURN
}
function isDigit(code: u32): bool {
  return code - DIGIT_0 < 10
}

/** Behind the text there are zeros. */
function code(): u32 {
  return load<u8>(at)
}
function blanks(): void {
  while (isBlank(code())) at++
}

/** The letter of the next operation, or 0 at the end; comments and empty lines are skipped. */
export function nextOperation(): u32 {
  while (at < textEnd) {
    line++
    blanks()
    const letter = code()
    if (letter != NEWLINE && letter != HASH && letter != 0) {
      at++
      return letter
    }
    skipLine()
  }
  return 0
}

export function skipLine(): void {
  while (at < textEnd && load<u8>(at++) != NEWLINE) {}
}

/** A size_t, in decimal. */
export function number(): u64 {
  blanks()
  const isNegative = code() == MINUS
  if (isNegative) at++
  if (!isDigit(code())) bad(code() > SPACE ? NOT_A_NUMBER : SOMETHING_MISSING)
  let value: u64 = 0
  for (let digit = code() - DIGIT_0; digit < 10; digit = code() - DIGIT_0) {
    value = value * 10 + digit
    at++
  }
  if (code() > SPACE) bad(NOT_A_NUMBER)
  return isNegative ? -value : value
}

/** Passes over a word. @returns where it begins; {@link position} is its end */
export function word(): u32 {
  blanks()
  const start = at
  while (code() > SPACE) at++
  if (at == start) bad(SOMETHING_MISSING)
  return start
}
export function position(): u32 {
  return at
}

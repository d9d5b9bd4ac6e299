/** Collects lines, in ASCII. */
import { LINES_ROOM, LONGEST_LINE } from '../trace-layout.js'

const DIGIT_0: u32 = 48
const LETTER_A: u32 = 97
const BILLION: u64 = 1_000_000_000

/** Bytes there are. */
let used: u32 = 0

export function isFull(): bool {
  return used > LINES_ROOM - LONGEST_LINE
}
/** So many more were written by somebody else; -used: they were taken. */
export function grow(bytes: i32): void {
  used += bytes
}
export function usedBytes(): u32 {
  return used
}

export function letter(code: u32): void {
  store<u8>(used++, code)
}
/** Up to eight letters, the first one lowest. */
export function letters(text: u64, count: u32): void {
  store<u64>(used, text)
  used += count
}

export function decimal(value: u64): void {
  if (value < BILLION) return small(<u32>value)
  decimal(value / BILLION)
  const rest = <u32>(value % BILLION)
  for (let power: u32 = 100_000_000; power > 1 && rest < power; power /= 10) letter(DIGIT_0)
  small(rest)
}

/** Below a billion: the host divides 32 bits by ten without a division. */
function small(value: u32): void {
  let end = used + 1
  for (let power: u32 = 10; power <= value && power < 1_000_000_000; power *= 10) end++
  used = end
  let rest = value
  do {
    const tens = rest / 10
    store<u8>(--end, DIGIT_0 + rest - tens * 10)
    rest = tens
  } while (rest != 0)
}

export function hex(value: u64): void {
  for (let shift: i32 = value == 0 ? 0 : 60 - ((<i32>clz(value)) & ~3); shift >= 0; shift -= 4) {
    const digit = (<u32>(value >>> shift)) & 15
    letter(digit + (digit < 10 ? DIGIT_0 : LETTER_A - 10))
  }
}

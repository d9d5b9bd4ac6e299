/**
 * Character classes of the C locale. The answers are glibc's: its table holds one bit per class (ctype/ctype.h, with
 * the bytes of the 16-bit word swapped on little-endian machines), and a program that prints isalpha('a') sees it.
 */
import type { FunctionTable } from '../runtime.js'

export const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13)
export const isDigit = (c: number): boolean => c >= 48 && c <= 57
const isUpper = (c: number): boolean => c >= 65 && c <= 90
const isLower = (c: number): boolean => c >= 97 && c <= 122
const isAlpha = (c: number): boolean => isUpper(c) || isLower(c)
const isAlnum = (c: number): boolean => isAlpha(c) || isDigit(c)
const isGraph = (c: number): boolean => c > 32 && c < 127
export const isHexDigit = (c: number): boolean => isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102)

export const toLower = (c: number): number => (isUpper(c) ? c + 32 : c)
const toUpper = (c: number): number => (isLower(c) ? c - 32 : c)

const classes: readonly (readonly [string, number, (c: number) => boolean])[] = [
  ['isupper', 0x100, isUpper],
  ['islower', 0x200, isLower],
  ['isalpha', 0x400, isAlpha],
  ['isdigit', 0x800, isDigit],
  ['isxdigit', 0x1000, isHexDigit],
  ['isspace', 0x2000, isSpace],
  ['isprint', 0x4000, (c) => c >= 32 && c < 127],
  ['isgraph', 0x8000, isGraph],
  ['isblank', 0x1, (c) => c === 32 || c === 9],
  ['iscntrl', 0x2, (c) => (c >= 0 && c < 32) || c === 127],
  ['ispunct', 0x4, (c) => isGraph(c) && !isAlnum(c)],
  ['isalnum', 0x8, isAlnum],
  ['isascii', 0x1, (c) => c >= 0 && c < 128],
]

export const ctypeFunctions = (): FunctionTable => ({
  ...Object.fromEntries(
    classes.map(([name, bit, holds]) => [name, (a: { i32(index: number): number }) => (holds(a.i32(0)) ? bit : 0)]),
  ),
  tolower: (a) => toLower(a.i32(0)),
  toupper: (a) => toUpper(a.i32(0)),
  toascii: (a) => a.i32(0) & 0x7f,
})

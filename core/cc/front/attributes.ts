/**
 * `__attribute__((...))`: read, and ignored but for what changes a layout (`packed`, `aligned`). Also the other things
 * that may stand around declarators without meaning anything here.
 */
import { evaluateInt } from './consteval.js'
import { parseAssignmentValue } from './parse-expr.js'
import type { Parser } from './parser.js'

export interface Attributes {
  packed: boolean
  align: number | undefined
}

export const noAttributes = (): Attributes => ({ packed: false, align: undefined })

/** The biggest alignment of __attribute__((aligned)) without a number. */
const MAX_USEFUL_ALIGN = 16

/** Reads any attributes that stand here into `into`. */
export function parseAttributes(p: Parser, into: Attributes = noAttributes()): Attributes {
  for (;;) {
    if (p.takeWord('__attribute__') || p.takeWord('__attribute')) {
      p.expect('(')
      p.expect('(')
      while (!p.at(')')) {
        if (!p.at(',')) attribute(p, into)
        if (!p.take(',') && !p.at(')')) p.expected('‘)’')
      }
      p.expect(')')
      p.expect(')')
    } else if (p.atWord('asm') || p.atWord('__asm__') || p.atWord('__asm')) {
      p.unsupported(p.token.span, 'asm', 'inline assembly is not supported here')
    } else return into
  }
}

function attribute(p: Parser, into: Attributes): void {
  const name = p.next().text.replace(/^__(.*)__$/, '$1')
  if (name === 'packed') into.packed = true
  if (name === 'aligned') raiseAlign(into, p.at('(') ? alignArgument(p) : MAX_USEFUL_ALIGN)
  else if (p.at('(')) skipParentheses(p)
}

function raiseAlign(into: Attributes, align: number | undefined): void {
  if (align !== undefined) into.align = Math.max(into.align ?? 1, align)
}

function alignArgument(p: Parser): number | undefined {
  p.expect('(')
  const expr = parseAssignmentValue(p)
  p.expect(')')
  return checkedAlign(p, evaluateInt(expr), expr.span)
}

/** A power of two, up to what a simulated machine can keep. */
export function checkedAlign(
  p: Parser,
  value: bigint | undefined,
  at: Parameters<Parser['error']>[0],
): number | undefined {
  if (value === 0n) return undefined
  const n = value === undefined || value < 0n || value > 1n << 28n ? NaN : Number(value)
  if (Number.isInteger(Math.log2(n))) return n
  p.error(at, 'invalid-alignment', 'requested alignment is not a positive power of 2')
  return undefined
}

function skipParentheses(p: Parser): void {
  let level = 0
  do {
    if (p.at('(')) level++
    if (p.at(')')) level--
    p.next()
  } while (level > 0 && !p.atEnd)
}

/** String literals as objects: neighbours are joined (translation phase 6), equal ones share one place in .rodata. */
import type { Span } from '../source.js'
import { decode, ELEMENT_KIND, ELEMENT_SIZE, encode, encodingOf, literalBytes, type Encoding } from './literal.js'
import type { Operand } from './operand.js'
import type { Parser } from './parser.js'
import { join, type Problem } from './token.js'
import { arrayOf, CHAR, intType } from './types.js'

export interface StringValue {
  readonly units: readonly number[]
  readonly encoding: Encoding
  readonly span: Span
}

/** Reads one or more string tokens. */
export function readStrings(p: Parser): StringValue {
  const tokens = [p.next()]
  while (p.token.kind === 'string') tokens.push(p.next())
  const encoding = tokens.map((t) => encodingOf(t.text)).find((e) => e !== 'narrow') ?? 'narrow'
  const problems: Problem[] = []
  const units: number[] = []
  for (const token of tokens)
    for (const unit of encode(decode(token.text, encoding, problems), encoding)) units.push(unit)
  const span = join(tokens[0].span, tokens.at(-1)!.span)
  p.report(span, problems)
  return { units, encoding, span }
}

export function stringLiteral(p: Parser): Operand {
  const { units, encoding, span } = readStrings(p)
  const bytes = literalBytes(units, encoding)
  const literal = p.unevaluated > 0 ? ({ kind: 'string', bytes } as const) : p.unit.intern(bytes)
  const type = arrayOf(intType(ELEMENT_KIND[encoding]), bytes.length / ELEMENT_SIZE[encoding])
  return { kind: 'stringref', literal, type, span }
}

/** `__func__`: as if `static const char __func__[] = "name"` stood in the function. */
export function functionNameLiteral(p: Parser, span: Span): Operand {
  const units = encode(decode(`"${p.fn?.symbol.name ?? ''}"`, 'narrow', []), 'narrow')
  const bytes = literalBytes(units, 'narrow')
  return {
    kind: 'stringref',
    literal: p.unit.intern(bytes),
    type: arrayOf({ ...CHAR, const: true }, bytes.length),
    span,
  }
}

/** `_Static_assert(condition, "words");` (C17 6.7.10). */
import { parseConstant } from './parse-expr.js'
import type { Parser } from './parser.js'
import { readStrings } from './strings.js'

export function parseStaticAssert(p: Parser): void {
  const { span } = p.next()
  p.expect('(')
  const condition = parseConstant(p, 'static-assert', 'expression in static assertion is not constant')
  let words = ''
  if (p.take(',')) {
    if (p.token.kind !== 'string') p.expected('string literal')
    words = `: ${p.spell(p.token.span)}`
    readStrings(p)
  }
  p.expect(')')
  p.expectSemicolon()
  if (condition?.value === 0n) p.error(span, 'static-assert', `static assertion failed${words}`)
}

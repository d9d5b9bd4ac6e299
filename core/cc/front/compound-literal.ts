/** `(type){...}` (C17 6.5.2.5): an unnamed object, automatic inside a function, static outside. */
import type { LValue } from '../ast.js'
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import { formatType } from './format-type.js'
import { parseInitializer } from './initializer.js'
import { staticBytes, storesFor } from './lower-init.js'
import { LITERAL_SLOT } from './operand.js'
import type { Parser } from './parser.js'
import { join } from './token.js'
import { isComplete, qualsOf } from './types.js'

export function parseCompoundLiteral(p: Parser, type: CType, at: Span): LValue {
  const openArray = type.kind === 'array' && type.length === undefined
  if (!openArray && !isComplete(type))
    p.syntaxError(at, 'incomplete-type', `invalid use of incomplete type ‘${formatType(type)}’`)
  const init = parseInitializer(p, type, 'compound literal')
  const span = join(at, p.previous.span)
  if (!p.fn) {
    const symbol = p.unit.newGlobal(LITERAL_SLOT, init.type, span, {
      external: false,
      readonly: qualsOf(type).const === true,
    })
    p.unit.setInit(symbol, staticBytes(p, init, symbol.readonly))
    return { kind: 'var', symbol, type: init.type, span }
  }
  const slot = p.fn.newLocal(LITERAL_SLOT, init.type, span)
  const { stores, zeroFirst } = storesFor(init, { kind: 'var', symbol: slot, type: init.type, span })
  return { kind: 'temp', slot, fill: stores, zeroFirst, type: init.type, span }
}

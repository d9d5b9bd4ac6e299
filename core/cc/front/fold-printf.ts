/**
 * What gcc makes of printf even at -O0 when nobody looks at its result (gcc gimple-fold.cc): a constant line becomes
 * puts, a single character putchar. It matters here because another function of libc then runs, on other pages.
 */
import type { Call, Expr, FunctionSymbol, IntConst, StringLiteral } from '../ast.js'
import type { Parser } from './parser.js'
import { INT } from './types.js'

const PERCENT = 0x25
const NEWLINE = 0x0a

/** The call that gcc would emit for an expression statement; other expressions as they are. */
export function foldPrintf(p: Parser, expr: Expr): Expr {
  const call = expr.kind === 'convert' && expr.type.kind === 'void' ? expr.operand : expr
  if (call.kind !== 'call' || !isLibc(call.callee) || call.callee.name !== 'printf') return expr
  const format = literalOf(call.args[0])
  const folded = format && foldFormat(p, call, format.bytes.subarray(0, -1))
  if (!folded) return expr
  p.unit.drop(call.callee)
  p.unit.drop(format)
  return folded
}

function foldFormat(p: Parser, call: Call, text: Uint8Array): Expr | undefined {
  const [, value] = call.args
  if (call.args.length === 1 && !text.includes(PERCENT)) return foldConstant(p, call, text)
  if (call.args.length !== 2 || !value) return undefined
  if (isText(text, '%s\n')) return callTo(p, 'puts', call, value)
  return isText(text, '%c') ? callTo(p, 'putchar', call, value) : undefined
}

const isLibc = (callee: Call['callee']): callee is FunctionSymbol =>
  callee.kind === 'function' && callee.body === undefined

const isText = (bytes: Uint8Array, text: string): boolean =>
  bytes.length === text.length && bytes.every((byte, i) => byte === text.charCodeAt(i))

/** The string literal that is the argument. */
function literalOf(expr: Expr | undefined): StringLiteral | undefined {
  const inner = expr?.kind === 'convert' ? expr.operand : expr
  return inner?.kind === 'addr' && inner.of.kind === 'stringref' ? inner.of.literal : undefined
}

function foldConstant(p: Parser, call: Call, text: Uint8Array): Expr | undefined {
  if (text.includes(0)) return undefined
  if (text.length === 1) {
    const value: IntConst = { kind: 'int', value: BigInt(text[0]), type: INT, span: call.span }
    return callTo(p, 'putchar', call, value)
  }
  if (text[text.length - 1] !== NEWLINE) return undefined
  const [format] = call.args
  const line = Uint8Array.of(...text.subarray(0, -1), 0)
  return callTo(p, 'puts', call, withLiteral(p, format, line))
}

/** The same argument with another literal instead. */
function withLiteral(p: Parser, expr: Expr, bytes: Uint8Array): Expr {
  if (expr.kind === 'convert') return { ...expr, operand: withLiteral(p, expr.operand, bytes) }
  if (expr.kind !== 'addr' || expr.of.kind !== 'stringref') return expr
  return { ...expr, of: { ...expr.of, literal: p.unit.intern(bytes) } }
}

/** Only a function that the program has declared (by including stdio.h) is called instead. */
function callTo(p: Parser, name: string, call: Call, argument: Expr): Expr | undefined {
  const symbol = p.unit.linked.get(name)
  if (symbol?.kind !== 'function' || symbol.body) return undefined
  p.unit.use(symbol)
  return { ...call, callee: symbol, signature: symbol.type, args: [argument], type: symbol.type.returns }
}

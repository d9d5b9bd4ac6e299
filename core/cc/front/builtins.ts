/** The `__builtin_...` names that headers and programs use, each lowered to plain nodes. */
import type { Expr, LValue } from '../ast.js'
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import { evaluate, evaluateInt } from './consteval.js'
import { convertAssigned, convertTo } from './convert.js'
import { formatType } from './format-type.js'
import { isObject, isPoison, poison, rvalue, type Operand } from './operand.js'
import { intConst, type Parser } from './parser.js'
import { isIdent, join, type Token } from './token.js'
import { compatible, findMember, INT, isComplete, LONG, sizeOf, ULONG, unqualified, VA_LIST, VOID } from './types.js'

/** How an argument is read: handed in, because the expression grammar imports this file. */
type ReadArgument = (p: Parser) => Operand
type Builtin = (p: Parser, read: ReadArgument, at: Span) => Operand

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['__builtin_va_start', vaStart],
  ['__builtin_va_arg', vaArg],
  ['__builtin_va_end', vaEnd],
  ['__builtin_va_copy', vaCopy],
  ['__builtin_offsetof', offsetOf],
  ['__builtin_expect', expect],
  ['__builtin_constant_p', constantP],
  ['__builtin_types_compatible_p', typesCompatible],
  ['__builtin_unreachable', (_p, _read, at) => nothing(at)],
])

export const isBuiltin = (name: string): boolean => BUILTINS.has(name)

/** Standing at the builtin's name. */
export function builtin(p: Parser, token: Token, read: ReadArgument): Operand {
  p.next()
  p.expect('(')
  const result = p.nested(() => BUILTINS.get(token.text)!(p, read, token.span))
  const close = p.expect(')')
  return { ...result, span: join(token.span, close.span) }
}

/** A void expression that does nothing. */
const nothing = (span: Span): Expr => ({ kind: 'convert', operand: intConst(0n, INT, span), type: VOID, span })

// ---- variable arguments -------------------------------------------------------------------------------------------

function vaList(p: Parser, read: ReadArgument, what: string): LValue | undefined {
  const operand = read(p)
  if (isPoison(operand)) return undefined
  if (isObject(operand) && compatible(unqualified(operand.type), VA_LIST)) return operand
  p.error(operand.span, 'va-list', `first argument to ‘${what}’ not of type ‘va_list’`)
  return undefined
}

function vaStart(p: Parser, read: ReadArgument, at: Span): Operand {
  const list = vaList(p, read, 'va_start')
  p.expect(',')
  const last = read(p)
  const params = p.fn?.params ?? []
  if (!p.fn?.symbol.type.variadic) {
    p.error(at, 'va-start', '‘va_start’ used in function with fixed arguments')
    return poison(at)
  }
  if (last.kind !== 'var' || last.symbol !== params.at(-1)) {
    p.warn(last.span, 'varargs', 'second parameter of ‘va_start’ not last named argument')
  }
  return list ? { kind: 'va_start', list, type: VOID, span: at } : poison(at)
}

function vaArg(p: Parser, read: ReadArgument, at: Span): Operand {
  const list = vaList(p, read, 'va_arg')
  p.expect(',')
  const type = unqualified(p.grammar.typeName(p))
  if (!isComplete(type)) {
    p.error(at, 'va-list', `second argument to ‘va_arg’ is of incomplete type ‘${formatType(type)}’`)
    return poison(at)
  }
  warnOfPromotion(p, type, at)
  return list ? { kind: 'va_arg', list, type, span: at } : poison(at)
}

function warnOfPromotion(p: Parser, type: CType, at: Span): void {
  const small = (type.kind === 'int' && sizeOf(type) < 4) || (type.kind === 'float' && type.bits === 32)
  if (!small) return
  const name = formatType(type)
  const promoted = type.kind === 'float' ? 'double' : 'int'
  p.warn(at, 'varargs', `‘${name}’ is promoted to ‘${promoted}’ when passed through ‘...’`, [
    { message: `(so you should pass ‘${promoted}’ not ‘${name}’ to ‘va_arg’)` },
  ])
}

function vaEnd(p: Parser, read: ReadArgument, at: Span): Operand {
  return vaList(p, read, 'va_end') ? nothing(at) : poison(at)
}

function vaCopy(p: Parser, read: ReadArgument, at: Span): Operand {
  const target = vaList(p, read, 'va_copy')
  p.expect(',')
  const source = rvalue(p, read(p))
  if (!target || isPoison(source)) return poison(at)
  const value = convertAssigned(p, source, target.type, { kind: 'assign' })
  return { kind: 'convert', operand: { kind: 'assign', target, value, type: VA_LIST, span: at }, type: VOID, span: at }
}

// ---- the rest -----------------------------------------------------------------------------------------------------

function offsetOf(p: Parser, read: ReadArgument, at: Span): Operand {
  let type = p.grammar.typeName(p)
  p.expect(',')
  let offset = 0n
  let first = true
  for (; first || p.at('.') || p.at('['); first = false) {
    if (!first && p.take('[')) {
      const index = evaluateInt(rvalue(p, read(p)))
      p.expect(']')
      if (index === undefined || type.kind !== 'array')
        p.syntaxError(at, 'offsetof', 'cannot apply ‘offsetof’ to a non constant address')
      type = type.of
      offset += index * BigInt(sizeOf(type))
      continue
    }
    if (!first) p.next()
    const name = p.token
    if (!isIdent(name)) p.expected('identifier')
    p.next()
    const path = type.kind === 'record' ? findMember(type, name.text) : undefined
    if (!path) p.syntaxError(name.span, 'no-member', `‘${formatType(type)}’ has no member named ‘${name.text}’`)
    if (path.at(-1)!.bits)
      p.syntaxError(name.span, 'offsetof', `attempt to take address of bit-field structure member ‘${name.text}’`)
    for (const member of path) offset += BigInt(member.offset)
    type = path.at(-1)!.type
  }
  return intConst(offset, ULONG, at)
}

function expect(p: Parser, read: ReadArgument, _at: Span): Operand {
  const value = convertTo(rvalue(p, read(p)), LONG)
  p.expect(',')
  read(p)
  return value
}

function constantP(p: Parser, read: ReadArgument, at: Span): Operand {
  const known = p.unevaluatedly(() => evaluate(rvalue(p, read(p))))
  return intConst(known && known.kind !== 'address' ? 1n : 0n, INT, at)
}

function typesCompatible(p: Parser, _read: ReadArgument, at: Span): Operand {
  const a = p.grammar.typeName(p)
  p.expect(',')
  return intConst(compatible(unqualified(a), unqualified(p.grammar.typeName(p))) ? 1n : 0n, INT, at)
}

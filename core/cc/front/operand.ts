/**
 * What an expression can be before it is used: an object, a function, or already a value. `rvalue` makes the value
 * (C17 6.3.2): arrays and functions decay, objects are loaded.
 */
import type { Expr, FunctionSymbol, LValue } from '../ast.js'
import type { Span } from '../source.js'
import type { CType, FunctionType } from '../types.js'
import { formatType } from './format-type.js'
import type { Parser } from './parser.js'
import { ERROR_TYPE, isComplete, isError, pointerTo, unqualified, VOID } from './types.js'

export interface FunctionDesignator {
  readonly kind: 'designator'
  readonly symbol: FunctionSymbol
  readonly type: FunctionType
  readonly span: Span
}
export type Operand = Expr | LValue | FunctionDesignator

const LVALUE_KINDS: ReadonlySet<Operand['kind']> = new Set(['var', 'stringref', 'deref', 'member', 'temp'])

/** Denotes an object in memory (perhaps a temporary one, see {@link isAssignable}). */
export const isObject = (operand: Operand): operand is LValue => LVALUE_KINDS.has(operand.kind)

/** Stands for an expression that is already reported as wrong. */
export const poison = (span: Span): Expr => ({ kind: 'int', value: 0n, type: ERROR_TYPE, span })
export const isPoison = (operand: Operand): boolean => isError(operand.type)

export function rvalue(p: Parser, operand: Operand): Expr {
  const { span } = operand
  if (operand.kind === 'designator') {
    if (p.unevaluated === 0) p.unit.use(operand.symbol)
    return { kind: 'funcaddr', symbol: operand.symbol, type: pointerTo(operand.type), span }
  }
  if (!isObject(operand)) return operand
  const { type } = operand
  if (isError(type)) return poison(span)
  if (type.kind === 'array') return addressAs(operand, pointerTo(type.of), span)
  if (operand.kind === 'deref' && type.kind === 'function') return operand.pointer
  if (operand.kind === 'deref' && type.kind === 'void')
    return { kind: 'convert', operand: operand.pointer, type: VOID, span }
  if (!isComplete(type)) {
    p.error(span, 'incomplete-type', `invalid use of undefined type ‘${formatType(type)}’`)
    return poison(span)
  }
  return { kind: 'load', from: operand, type: unqualified(type), span }
}

/** The object's address, as a pointer of the given type. */
export function addressAs(object: LValue, type: CType, span: Span): Expr {
  // &*p is p, but with the type that was asked for.
  if (
    object.kind === 'deref' &&
    object.pointer.type.kind === 'pointer' &&
    type.kind === 'pointer' &&
    object.pointer.type.to === type.to
  ) {
    return object.pointer
  }
  if (object.kind === 'var' && object.symbol.kind === 'local') object.symbol.addressTaken = true
  return { kind: 'addr', of: object, type, span }
}

/** An unnamed object is an lvalue only if a compound literal made it, never if it holds a function's result. */
export function isAssignable(object: LValue): boolean {
  if (object.kind === 'member') return isAssignable(object.object)
  return object.kind !== 'temp' || object.slot.name !== RESULT_SLOT
}

/** Names of frame slots that the program did not name. */
export const RESULT_SLOT = '<result>'
export const LITERAL_SLOT = '<literal>'

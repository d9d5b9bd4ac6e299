/** Conversions (C17 6.3): promotions, usual arithmetic conversions, and those of assignment with gcc's warnings. */
import type { Expr, MemberRef } from '../ast.js'
import type { Span } from '../source.js'
import type { CType, FloatType, IntKind, IntType } from '../types.js'
import { evaluateInt, saturate } from './consteval.js'
import { formatType } from './format-type.js'
import { isPoison, poison } from './operand.js'
import type { Parser } from './parser.js'
import type { Notes } from './reporter.js'
import {
  bitsOf,
  compatible,
  DOUBLE,
  INT,
  INT_INFO,
  intType,
  isArithmetic,
  isError,
  isInteger,
  isSigned,
  isVoidPointer,
  promotedKind,
  qualsOf,
  sameQualified,
  UINT,
  unqualified,
  wrap,
} from './types.js'

/** The value in another scalar type (or void). Constants are converted on the spot. */
export function convertTo(expr: Expr, wanted: CType): Expr {
  const type = unqualified(wanted)
  if (isPoison(expr) || isError(type)) return isPoison(expr) ? expr : poison(expr.span)
  if (sameRepresentation(expr.type, type)) return expr
  return foldConversion(expr, type) ?? { kind: 'convert', operand: expr, type, span: expr.span }
}

function sameRepresentation(a: CType, b: CType): boolean {
  if (a.kind === 'int' && b.kind === 'int') return a.int === b.int
  if (a.kind === 'float' && b.kind === 'float') return a.bits === b.bits
  if (a.kind === 'pointer' && b.kind === 'pointer') return sameQualified(a.to, b.to)
  return a.kind === 'record' || (a.kind === 'void' && b.kind === 'void')
}

function foldConversion(expr: Expr, type: CType): Expr | undefined {
  const { span } = expr
  if (expr.kind === 'int') {
    if (type.kind === 'int') return { kind: 'int', value: wrap(expr.value, type.int), type, span }
    if (type.kind === 'pointer') return { kind: 'int', value: BigInt.asUintN(64, expr.value), type, span }
    if (type.kind === 'float' && expr.type.kind === 'int')
      return { kind: 'float', value: rounded(Number(expr.value), type), type, span }
  }
  if (expr.kind !== 'float') return undefined
  if (type.kind === 'float') return { kind: 'float', value: rounded(expr.value, type), type, span }
  if (type.kind !== 'int') return undefined
  const value = type.int === 'bool' ? (expr.value !== 0 ? 1n : 0n) : saturate(expr.value, type.int)
  return { kind: 'int', value, type, span }
}

const rounded = (value: number, type: FloatType): number => (type.bits === 32 ? Math.fround(value) : value)

// ---- arithmetic ---------------------------------------------------------------------------------------------------

/** Integer promotion (C17 6.3.1.1p2); a bit-field's width decides, not its declared type. */
export function promote(expr: Expr): Expr {
  if (expr.type.kind !== 'int' || isPoison(expr)) return expr
  const field = expr.kind === 'load' && expr.from.kind === 'member' ? expr.from : undefined
  return convertTo(expr, promotedType(expr.type, field))
}

export function promotedType(type: IntType, field?: MemberRef): IntType {
  const width = field?.member.bits?.width
  if (width !== undefined) {
    if (width < 32 || (width === 32 && isSigned(type))) return INT
    if (width === 32) return UINT
  }
  const kind = promotedKind(type.int)
  return kind === type.int && type.enumTag === undefined && !type.const ? type : intType(kind)
}

/** The type both operands of an arithmetic operator get (C17 6.3.1.8); both are already promoted. */
export function commonType(a: IntType | FloatType, b: IntType | FloatType): IntType | FloatType {
  if (a.kind === 'float' || b.kind === 'float') {
    const bits = Math.max(a.kind === 'float' ? a.bits : 0, b.kind === 'float' ? b.bits : 0) as 32 | 64 | 80
    return { kind: 'float', bits }
  }
  return intType(commonKind(a.int, b.int))
}

function commonKind(a: IntKind, b: IntKind): IntKind {
  const [p, q] = [INT_INFO[a], INT_INFO[b]]
  if (p.signed === q.signed) return p.rank >= q.rank ? a : b
  const [unsigned, signed] = p.signed ? [b, a] : [a, b]
  if (INT_INFO[unsigned].rank >= INT_INFO[signed].rank) return unsigned
  if (INT_INFO[signed].size > INT_INFO[unsigned].size) return signed
  return UNSIGNED_OF[signed] ?? signed
}

const UNSIGNED_OF: Partial<Record<IntKind, IntKind>> = { int: 'uint', long: 'ulong', llong: 'ullong' }

/** An argument without a parameter: float becomes double, small integers int. */
export function promoteArgument(expr: Expr): Expr {
  if (expr.type.kind === 'float' && expr.type.bits === 32) return convertTo(expr, DOUBLE)
  return expr.type.kind === 'int' ? promote(expr) : expr
}

/** Integer constant 0, or such a constant cast to `void *`. */
export function isNullConstant(expr: Expr): boolean {
  if (expr.kind === 'int' && isVoidPointer(expr.type)) return expr.value === 0n
  return isInteger(expr.type) && expr.kind !== 'load' && evaluateInt(expr) === 0n
}

// ---- assignment ---------------------------------------------------------------------------------------------------

/** Where a value is converted as if by assignment: decides the words of the messages. */
export type AssignmentPlace =
  | { readonly kind: 'assign' }
  | { readonly kind: 'init' }
  | { readonly kind: 'return' }
  | { readonly kind: 'argument'; readonly index: number; readonly callee: string; readonly parameter: Span | undefined }

/** Converts as by assignment (C17 6.5.16.1), warning and refusing as gcc does. */
export function convertAssigned(
  p: Parser,
  expr: Expr,
  wanted: CType,
  place: AssignmentPlace,
  at: Span = expr.span,
): Expr {
  const type = unqualified(wanted)
  const from = expr.type
  if (isPoison(expr) || isError(type)) return poison(expr.span)
  if (from.kind === 'void') {
    p.error(expr.span, 'void-value', 'void value not ignored as it ought to be')
    return poison(expr.span)
  }
  if (isArithmetic(type) && isArithmetic(from)) {
    warnOfOverflow(p, expr, type)
    return convertTo(expr, type)
  }
  if (type.kind === 'record' && compatible(type, from)) return expr
  const allowed = type.kind === 'pointer' || from.kind === 'pointer' ? assignPointer(p, expr, type, place, at) : false
  if (allowed) return convertTo(expr, type)
  incompatible(p, expr, type, place)
  return poison(expr.span)
}

/** Assignments with a pointer on one side; false if they are no assignment at all. */
function assignPointer(p: Parser, expr: Expr, type: CType, place: AssignmentPlace, at: Span): boolean {
  const from = expr.type
  if (type.kind === 'int' && from.kind === 'pointer') {
    if (type.int !== 'bool')
      warn(p, at, 'int-conversion', place, type, from, 'makes integer from pointer without a cast')
    return true
  }
  if (type.kind !== 'pointer') return false
  if (isNullConstant(expr)) return true
  if (from.kind === 'int') {
    warn(p, at, 'int-conversion', place, type, from, 'makes pointer from integer without a cast')
    return true
  }
  if (from.kind !== 'pointer') return false
  if (!targetsMatch(type.to, from.to)) warn(p, at, 'incompatible-pointer-types', place, type, from, 'incompatible')
  else warnOfLostQualifiers(p, at, place, type, from, type.to, from.to)
  return true
}

/** gcc lets signed and unsigned versions of one type pass for each other without -Wall. */
export function targetsMatch(a: CType, b: CType): boolean {
  if (a.kind === 'void' || b.kind === 'void') return true
  const enums = a.kind === 'int' && b.kind === 'int' && (a.enumTag !== undefined || b.enumTag !== undefined)
  if (a.kind === 'int' && b.kind === 'int' && !enums) return signless(a.int) === signless(b.int)
  return compatible(unqualified(a), unqualified(b))
}

const signless = (kind: IntKind): string => kind.replace(/^[us](?=char|int|long|llong|short)/, '')

function warnOfLostQualifiers(
  p: Parser,
  at: Span,
  place: AssignmentPlace,
  type: CType,
  from: CType,
  to: CType,
  source: CType,
): void {
  const [have, given] = [qualsOf(to), qualsOf(source)]
  const lost = given.const && !have.const ? 'const' : given.volatile && !have.volatile ? 'volatile' : undefined
  if (lost)
    warn(p, at, 'discarded-qualifiers', place, type, from, `discards ‘${lost}’ qualifier from pointer target type`)
}

/** gcc's four ways to name the place of a doubtful conversion. */
function warn(p: Parser, at: Span, code: string, place: AssignmentPlace, to: CType, from: CType, what: string): void {
  const [t, f] = [formatType(to), formatType(from)]
  const discards = what.startsWith('discards')
  const pointers = what === 'incompatible'
  switch (place.kind) {
    case 'assign':
    case 'init': {
      const act = place.kind === 'assign' ? 'assignment to' : 'initialization of'
      if (discards) return p.warn(at, code, `${place.kind === 'assign' ? 'assignment' : 'initialization'} ${what}`)
      return p.warn(
        at,
        code,
        `${act} ‘${t}’ from ${pointers ? 'incompatible pointer type ' : ''}‘${f}’${pointers ? '' : ` ${what}`}`,
      )
    }
    case 'return':
      if (discards) return p.warn(at, code, `return ${what}`)
      if (pointers) return p.warn(at, code, `returning ‘${f}’ from a function with incompatible return type ‘${t}’`)
      return p.warn(at, code, `returning ‘${f}’ from a function with return type ‘${t}’ ${what}`)
    case 'argument': {
      const words = `passing argument ${place.index} of ‘${place.callee}’ ${pointers ? 'from incompatible pointer type' : what}`
      return p.warn(at, code, words, expectedNote(place, to, from))
    }
  }
}

function expectedNote(place: AssignmentPlace, to: CType, from: CType): Notes {
  const message = `expected ‘${formatType(to)}’ but argument is of type ‘${formatType(from)}’`
  return place.kind === 'argument' && place.parameter ? [{ message, span: place.parameter }] : [{ message }]
}

function incompatible(p: Parser, expr: Expr, type: CType, place: AssignmentPlace): void {
  const at = expr.span
  const [t, f] = [formatType(type), formatType(expr.type)]
  switch (place.kind) {
    case 'assign':
      return p.error(at, 'incompatible-types', `incompatible types when assigning to type ‘${t}’ from type ‘${f}’`)
    case 'init':
      if (type.kind === 'record') return p.error(at, 'invalid-initializer', 'invalid initializer')
      return p.error(at, 'incompatible-types', `incompatible types when initializing type ‘${t}’ using type ‘${f}’`)
    case 'return':
      return p.error(at, 'incompatible-types', `incompatible types when returning type ‘${f}’ but ‘${t}’ was expected`)
    case 'argument': {
      const words = `incompatible type for argument ${place.index} of ‘${place.callee}’`
      return p.error(at, 'incompatible-types', words, expectedNote(place, type, expr.type))
    }
  }
}

/** A constant that changes its value: gcc warns unless only the sign bit is in question. */
function warnOfOverflow(p: Parser, expr: Expr, type: CType): void {
  if (expr.kind !== 'int' || type.kind !== 'int' || type.int === 'bool' || expr.type.kind !== 'int') return
  const bits = bitsOf(type.int)
  const { value } = expr
  const asSigned = BigInt.asIntN(bits, value) === value
  if (asSigned || (!isSigned(type) && BigInt.asUintN(bits, value) === value)) return
  if (isSigned(type) && BigInt.asUintN(bits, value) === value) return
  const result = wrap(value, type.int)
  const act = isSigned(type) ? 'overflow in conversion' : 'unsigned conversion'
  const words = `${act} from ‘${formatType(expr.type)}’ to ‘${formatType(type)}’ changes value from ‘${value}’ to ‘${result}’`
  p.warn(expr.span, 'overflow', words)
}

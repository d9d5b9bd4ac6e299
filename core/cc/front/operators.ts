/** Typed nodes for C's operators: operands are checked and converted, what is constant is folded. */
import type { Arithmetic, Compare, Expr, LValue, MemberRef } from '../ast.js'
import type { Span } from '../source.js'
import type { CType, PointerType } from '../types.js'
import { integerResult } from './consteval.js'
import {
  commonType,
  convertAssigned,
  convertTo,
  isNullConstant,
  promote,
  promotedType,
  targetsMatch,
} from './convert.js'
import { formatType } from './format-type.js'
import { addressAs, isAssignable, isObject, isPoison, poison, rvalue, RESULT_SLOT, type Operand } from './operand.js'
import { intConst, type Parser } from './parser.js'
import { join } from './token.js'
import {
  bitsOf,
  compatible,
  INT,
  isArithmetic,
  isComplete,
  isInteger,
  isScalar,
  isSigned,
  LONG,
  pointerTo,
  qualsOf,
  recordOf,
  sizeOf,
  unqualified,
  VOID,
  withQuals,
  wrap,
} from './types.js'

export type BinaryOp = Arithmetic['op'] | Compare['op'] | '&&' | '||'

/** `left op right`; `at` is the operator's own place, where gcc puts the caret. */
export function binary(p: Parser, op: BinaryOp, at: Span, leftOperand: Operand, rightOperand: Operand): Expr {
  const left = rvalue(p, leftOperand)
  const right = rvalue(p, rightOperand)
  const span = join(left.span, right.span)
  if (isPoison(left) || isPoison(right)) return poison(span)
  if (left.type.kind === 'void' || right.type.kind === 'void') {
    p.error(
      left.type.kind === 'void' ? left.span : right.span,
      'void-value',
      'void value not ignored as it ought to be',
    )
    return poison(span)
  }
  switch (op) {
    case '&&':
    case '||':
      return logical(p, op, left, right, span)
    case '<<':
    case '>>':
      return shift(p, op, at, left, right, span)
    case '+':
    case '-':
      return additive(p, op, at, left, right, span)
    case '*':
    case '/':
    case '%':
    case '&':
    case '|':
    case '^':
      return arithmetic(p, op, at, left, right, span)
    default:
      return compare(p, op, at, left, right, span)
  }
}

function invalidOperands(p: Parser, op: string, at: Span, left: Expr, right: Expr, span: Span): Expr {
  const types = `have ‘${formatType(left.type)}’ and ‘${formatType(right.type)}’`
  p.error(at, 'invalid-operands', `invalid operands to binary ${op} (${types})`)
  return poison(span)
}

function arithmetic(p: Parser, op: Arithmetic['op'], at: Span, left: Expr, right: Expr, span: Span): Expr {
  const [a, b] = [promote(left), promote(right)]
  const integersOnly = op !== '+' && op !== '-' && op !== '*' && op !== '/'
  if (!isArithmetic(a.type) || !isArithmetic(b.type) || (integersOnly && !(isInteger(a.type) && isInteger(b.type)))) {
    return invalidOperands(p, op, at, left, right, span)
  }
  const type = commonType(a.type, b.type)
  return folded(p, { kind: 'arith', op, left: convertTo(a, type), right: convertTo(b, type), type, span }, at)
}

function shift(p: Parser, op: '<<' | '>>', at: Span, left: Expr, right: Expr, span: Span): Expr {
  const [a, b] = [promote(left), promote(right)]
  if (!isInteger(a.type) || !isInteger(b.type)) return invalidOperands(p, op, at, left, right, span)
  const side = op === '<<' ? 'left' : 'right'
  if (b.kind === 'int' && p.unevaluated === 0) {
    if (b.value < 0n) p.warn(at, 'shift-count-negative', `${side} shift count is negative`)
    else if (b.value >= bitsOf(a.type.int)) p.warn(at, 'shift-count-overflow', `${side} shift count >= width of type`)
  }
  return folded(p, { kind: 'arith', op, left: a, right: b, type: a.type, span }, at)
}

/** Two constants give a constant; signed overflow wraps as the processor does, with gcc's warning. */
function folded(p: Parser, node: Arithmetic, at: Span): Expr {
  const { left, right, type, span } = node
  if ((node.op === '/' || node.op === '%') && right.kind === 'int' && right.value === 0n && p.unevaluated === 0) {
    p.warn(at, 'div-by-zero', 'division by zero')
  }
  if (left.kind !== 'int' || right.kind !== 'int' || type.kind !== 'int') return node
  const exact = integerResult(node.op, left.value, right.value, bitsOf(type.int))
  if (exact === undefined) return node
  const value = wrap(exact, type.int)
  if (value !== exact && isSigned(type) && node.op !== '<<') {
    p.warn(at, 'overflow', `integer overflow in expression of type ‘${formatType(type)}’ results in ‘${value}’`)
  }
  return intConst(value, type, span)
}

// ---- pointers -----------------------------------------------------------------------------------------------------

function additive(p: Parser, op: '+' | '-', at: Span, left: Expr, right: Expr, span: Span): Expr {
  const [l, r] = [left.type, right.type]
  if (l.kind === 'pointer' && isInteger(r)) return pointerAdd(p, left, l, right, op === '-', span)
  if (op === '+' && r.kind === 'pointer' && isInteger(l)) return pointerAdd(p, right, r, left, false, span)
  if (op === '-' && l.kind === 'pointer' && r.kind === 'pointer')
    return pointerDifference(p, at, left, l, right, r, span)
  return arithmetic(p, op, at, left, right, span)
}

/** Bytes between neighbours; GNU C counts void and functions as one byte. */
function scaleOf(p: Parser, pointer: PointerType, span: Span): number | undefined {
  const { to } = pointer
  if (to.kind === 'void' || to.kind === 'function') return 1
  if (isComplete(to)) return sizeOf(to)
  p.error(span, 'incomplete-type', `invalid use of undefined type ‘${formatType(to)}’`)
  return undefined
}

export function pointerAdd(
  p: Parser,
  pointer: Expr,
  type: PointerType,
  index: Expr,
  subtract: boolean,
  span: Span,
): Expr {
  const scale = scaleOf(p, type, pointer.span)
  if (scale === undefined) return poison(span)
  const long = convertTo(promote(index), LONG)
  return { kind: 'ptradd', pointer, index: long, subtract, scale, type: unqualified(type), span }
}

function pointerDifference(
  p: Parser,
  at: Span,
  left: Expr,
  l: PointerType,
  right: Expr,
  r: PointerType,
  span: Span,
): Expr {
  if (!targetsMatch(l.to, r.to) || (l.to.kind === 'void') !== (r.to.kind === 'void'))
    return invalidOperands(p, '-', at, left, right, span)
  const scale = scaleOf(p, l, left.span)
  return scale === undefined ? poison(span) : { kind: 'ptrdiff', left, right, scale, type: LONG, span }
}

// ---- comparison and logic -----------------------------------------------------------------------------------------

function compare(p: Parser, op: Compare['op'], at: Span, left: Expr, right: Expr, span: Span): Expr {
  const make = (a: Expr, b: Expr): Expr => foldedCompare({ kind: 'compare', op, left: a, right: b, type: INT, span })
  const [l, r] = [left.type, right.type]
  if (isArithmetic(l) && isArithmetic(r)) {
    const [a, b] = [promote(left), promote(right)]
    const type = commonType(a.type as typeof l, b.type as typeof r)
    return make(convertTo(a, type), convertTo(b, type))
  }
  if (l.kind === 'pointer' && r.kind === 'pointer') {
    const strange = !targetsMatch(l.to, r.to) && !isNullConstant(left) && !isNullConstant(right)
    if (strange) p.warn(at, 'compare-distinct-pointer-types', 'comparison of distinct pointer types lacks a cast')
    return make(left, convertTo(right, l))
  }
  const pointer = l.kind === 'pointer' ? l : r.kind === 'pointer' ? r : undefined
  const other = l.kind === 'pointer' ? right : left
  if (!pointer || !isInteger(other.type)) return invalidOperands(p, op, at, left, right, span)
  if (!isNullConstant(other)) p.warn(at, 'pointer-integer-compare', 'comparison between pointer and integer')
  return make(convertTo(left, pointer), convertTo(right, pointer))
}

function foldedCompare(node: Compare): Expr {
  const { left, right } = node
  if (left.kind !== 'int' || right.kind !== 'int') return node
  const [a, b] = [left.value, right.value]
  const results = { '==': a === b, '!=': a !== b, '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }
  return intConst(results[node.op] ? 1n : 0n, INT, node.span)
}

/** A value whose truth is asked for: must be a scalar. */
export function condition(p: Parser, operand: Operand): Expr {
  const value = rvalue(p, operand)
  if (isPoison(value) || isScalar(value.type)) return value
  if (value.type.kind === 'void') p.error(value.span, 'void-value', 'void value not ignored as it ought to be')
  else
    p.error(
      value.span,
      'scalar-required',
      `used ${value.type.kind === 'record' && value.type.union ? 'union' : 'struct'} type value where scalar is required`,
    )
  return poison(value.span)
}

function logical(p: Parser, op: '&&' | '||', left: Expr, right: Expr, span: Span): Expr {
  const [a, b] = [left, right]
  if (isPoison(condition(p, a)) || isPoison(condition(p, b))) return poison(span)
  return { kind: 'logical', op, left: a, right: b, type: INT, span }
}

// ---- unary operators ----------------------------------------------------------------------------------------------

export function unary(p: Parser, op: '+' | '-' | '~' | '!', at: Span, operand: Operand): Expr {
  const value = rvalue(p, operand)
  const span = join(at, value.span)
  if (isPoison(value)) return poison(span)
  const { type } = value
  if (op === '!') {
    if (!isScalar(type)) return wrongUnary(p, 'unary exclamation mark', at, span)
    return value.kind === 'int'
      ? intConst(value.value === 0n ? 1n : 0n, INT, span)
      : { kind: 'not', operand: value, type: INT, span }
  }
  const words = { '+': 'unary plus', '-': 'unary minus', '~': 'bit-complement' }[op]
  if (!isArithmetic(type) || (op === '~' && !isInteger(type))) return wrongUnary(p, words, at, span)
  const promoted = promote(value)
  if (op === '+')
    return promoted.kind === 'load'
      ? { kind: 'convert', operand: promoted, type: promoted.type, span }
      : { ...promoted, span }
  return foldedUnary(p, op, at, promoted, span)
}

function wrongUnary(p: Parser, words: string, at: Span, span: Span): Expr {
  p.error(at, 'invalid-operands', `wrong type argument to ${words}`)
  return poison(span)
}

function foldedUnary(p: Parser, op: '-' | '~', at: Span, operand: Expr, span: Span): Expr {
  const { type } = operand
  if (operand.kind === 'float') return { kind: 'float', value: -operand.value, type, span }
  if (operand.kind !== 'int' || type.kind !== 'int') return { kind: 'unary', op, operand, type, span }
  const exact = op === '-' ? -operand.value : ~operand.value
  const value = wrap(exact, type.int)
  if (op === '-' && isSigned(type) && value !== exact) {
    p.warn(at, 'overflow', `integer overflow in expression of type ‘${formatType(type)}’ results in ‘${value}’`)
  }
  return intConst(value, type, span)
}

export function addressOf(p: Parser, at: Span, operand: Operand): Expr {
  const span = join(at, operand.span)
  if (isPoison(operand)) return poison(span)
  if (operand.kind === 'designator') return { ...rvalue(p, operand), span }
  if (!isObject(operand) || !isAssignable(operand)) {
    p.error(at, 'lvalue-required', 'lvalue required as unary ‘&’ operand')
    return poison(span)
  }
  if (operand.kind === 'member' && operand.member.bits) {
    p.error(at, 'bit-field-address', `cannot take address of bit-field ‘${operand.member.name}’`)
    return poison(span)
  }
  const register = operand.kind === 'var' ? p.scopes.find(operand.symbol.name) : undefined
  if (
    register?.kind === 'object' &&
    register.register &&
    operand.kind === 'var' &&
    register.symbol === operand.symbol
  ) {
    p.error(at, 'register-address', `address of register variable ‘${operand.symbol.name}’ requested`)
  }
  return addressAs(operand, pointerTo(operand.type), span)
}

/** `*operand`. */
export function dereference(p: Parser, at: Span, operand: Operand): Operand {
  const pointer = rvalue(p, operand)
  const span = join(at, pointer.span)
  if (isPoison(pointer)) return poison(span)
  if (pointer.type.kind !== 'pointer') {
    p.error(at, 'invalid-operands', `invalid type argument of unary ‘*’ (have ‘${formatType(pointer.type)}’)`)
    return poison(span)
  }
  if (pointer.type.to.kind === 'void' && p.unevaluated === 0) {
    p.warn(at, 'void-dereference', 'dereferencing ‘void *’ pointer')
  }
  return { kind: 'deref', pointer, type: pointer.type.to, span }
}

/** `array[index]`, in either order. */
export function subscript(p: Parser, at: Span, arrayOperand: Operand, indexOperand: Operand): Operand {
  const a = rvalue(p, arrayOperand)
  const b = rvalue(p, indexOperand)
  const span = { ...join(arrayOperand.span, at), end: at.end }
  if (isPoison(a) || isPoison(b)) return poison(span)
  const [pointer, index] = a.type.kind === 'pointer' ? [a, b] : [b, a]
  if (pointer.type.kind !== 'pointer' || pointer.type.to.kind === 'function') {
    p.error(at, 'invalid-operands', 'subscripted value is neither array nor pointer nor vector')
    return poison(span)
  }
  if (!isInteger(index.type)) {
    p.error(at, 'invalid-operands', 'array subscript is not an integer')
    return poison(span)
  }
  const address = pointerAdd(p, pointer, pointer.type, index, false, span)
  if (isPoison(address)) return address
  if (pointer.type.to.kind === 'void') p.warn(at, 'void-dereference', 'dereferencing ‘void *’ pointer')
  return { kind: 'deref', pointer: address, type: pointer.type.to, span }
}

export function cast(p: Parser, type: CType, at: Span, operand: Operand): Expr {
  const value = rvalue(p, operand)
  const span = join(at, value.span)
  if (isPoison(value)) return poison(span)
  if (type.kind === 'void') return { kind: 'convert', operand: discarded(value), type: VOID, span }
  const from = value.type
  const fail = (message: string): Expr => {
    p.error(at, 'invalid-cast', message)
    return poison(span)
  }
  if (type.kind === 'record') {
    return from.kind === 'record' && recordOf(from) === recordOf(type)
      ? value
      : fail('conversion to non-scalar type requested')
  }
  if (type.kind === 'array') return fail('cast specifies array type')
  if (type.kind === 'function') return fail('cast specifies function type')
  if (from.kind === 'void') {
    p.error(value.span, 'void-value', 'void value not ignored as it ought to be')
    return poison(span)
  }
  if (from.kind === 'record')
    return fail(`${from.union ? 'union' : 'aggregate'} value used where ${scalarName(type)} was expected`)
  if (type.kind === 'float' && from.kind === 'pointer')
    return fail('pointer value used where a floating-point was expected')
  if (type.kind === 'pointer' && from.kind === 'float') return fail('cannot convert to a pointer type')
  warnOfSizeChange(p, type, value, at)
  return { ...converted(value, type), span }
}

function scalarName(type: CType): string {
  if (type.kind === 'float') return 'a floating-point'
  return type.kind === 'pointer' ? 'a pointer' : 'an integer'
}

function warnOfSizeChange(p: Parser, type: CType, value: Expr, at: Span): void {
  const from = value.type
  if (
    type.kind === 'int' &&
    from.kind === 'pointer' &&
    sizeOf(type) !== 8 &&
    type.int !== 'bool' &&
    value.kind !== 'int'
  ) {
    p.warn(at, 'pointer-to-int-cast', 'cast from pointer to integer of different size')
  }
  if (type.kind === 'pointer' && from.kind === 'int' && sizeOf(from) !== 8 && value.kind !== 'int') {
    p.warn(at, 'int-to-pointer-cast', 'cast to pointer from integer of different size')
  }
}

/** A cast's result is no lvalue and no constant-free copy of its operand: keep a node even if nothing changes. */
function converted(value: Expr, type: CType): Expr {
  const result = convertTo(value, type)
  return result === value && value.kind === 'load'
    ? { kind: 'convert', operand: value, type: unqualified(type), span: value.span }
    : result
}

/** A value nobody takes. A struct's is not even loaded: only its address is worked out. */
export function discarded(value: Expr): Expr {
  if (value.kind !== 'load' || value.type.kind !== 'record') return value
  return { kind: 'addr', of: value.from, type: pointerTo(value.type), span: value.span }
}

// ---- member access ------------------------------------------------------------------------------------------------

/** The object an expression denotes; a struct that is only a value (a call's result) is put into a frame slot. */
export function materialize(p: Parser, operand: Operand): LValue | undefined {
  if (isObject(operand)) return operand
  if (operand.type.kind !== 'record' || operand.kind === 'designator') return undefined
  const { type, span } = operand
  const slot = p.fn?.newLocal(RESULT_SLOT, type, span)
  if (!slot) return undefined
  const target: LValue = { kind: 'var', symbol: slot, type, span }
  return {
    kind: 'temp',
    slot,
    fill: [{ kind: 'assign', target, value: operand, type, span }],
    zeroFirst: false,
    type,
    span,
  }
}

export function memberOf(object: LValue, path: readonly MemberRef['member'][], span: Span): LValue {
  let result = object
  for (const member of path) {
    result = { kind: 'member', object: result, member, type: withQuals(member.type, qualsOf(result.type)), span }
  }
  return result
}

// ---- assignment ---------------------------------------------------------------------------------------------------

/** Checks that the operand can be stored to; `words` is how gcc names the place. */
export function assignmentTarget(
  p: Parser,
  at: Span,
  operand: Operand,
  words: string,
  act: string,
): LValue | undefined {
  if (isPoison(operand)) return undefined
  const refuse = (code: string, message: string): undefined => {
    p.error(at, code, message)
    return undefined
  }
  if (!isObject(operand) || !isAssignable(operand)) return refuse('lvalue-required', `lvalue required as ${words}`)
  if (operand.type.kind === 'array' && words.startsWith('left'))
    return refuse('array-assignment', 'assignment to expression with array type')
  if (operand.type.kind === 'array' || operand.type.kind === 'function')
    return refuse('lvalue-required', `lvalue required as ${words}`)
  if (operand.type.kind === 'void') return refuse('void-value', 'invalid use of void expression')
  if (qualsOf(operand.type).const) return refuse('read-only', `${act} of read-only ${readOnlyName(p, operand)}`)
  if (isComplete(operand.type)) return operand
  return refuse('incompatible-types', `invalid use of undefined type ‘${formatType(operand.type)}’`)
}

function readOnlyName(p: Parser, target: LValue): string {
  if (target.kind === 'var')
    return `${target.symbol.kind === 'local' && target.symbol.param ? 'parameter' : 'variable'} ‘${target.symbol.name}’`
  if (target.kind !== 'member') return `location ‘${p.spell(target.span)}’`
  return `member ‘${target.member.name}’`
}

export function assign(p: Parser, at: Span, targetOperand: Operand, valueOperand: Operand): Expr {
  const value = rvalue(p, valueOperand)
  const span = join(targetOperand.span, value.span)
  const target = assignmentTarget(p, at, targetOperand, 'left operand of assignment', 'assignment')
  if (!target || isPoison(value)) return poison(span)
  const converted = convertAssigned(
    p,
    value,
    target.type,
    { kind: 'assign' },
    value.type.kind === 'void' ? value.span : at,
  )
  if (isPoison(converted)) return poison(span)
  return { kind: 'assign', target, value: converted, type: unqualified(target.type), span }
}

/** `target op= value`, and ++/-- with the constant 1. */
export function update(
  p: Parser,
  op: Arithmetic['op'],
  at: Span,
  operand: Operand,
  value: Operand,
  kind: UpdateKind,
): Expr {
  const span = join(join(operand.span, value.span), at)
  const target = assignmentTarget(p, at, operand, UPDATE_WORDS[kind][0], UPDATE_WORDS[kind][1])
  const right = rvalue(p, value)
  if (!target || isPoison(right)) return poison(span)
  const type = unqualified(target.type)
  if (kind !== 'compound' && !isScalar(type)) {
    p.error(at, 'invalid-operands', `wrong type argument to ${op === '+' ? 'increment' : 'decrement'}`)
    return poison(span)
  }
  const old: Expr = { kind: 'old', type, span: target.span }
  const field = target.kind === 'member' ? target : undefined
  const operandValue = type.kind === 'int' && field ? convertTo(old, promotedType(type, field)) : old
  const result = binary(p, op, at, operandValue, right)
  const stored = convertAssigned(p, result, type, { kind: 'assign' }, at)
  if (isPoison(stored)) return poison(span)
  return {
    kind: 'update',
    target,
    value: stored,
    yieldsOld: kind === 'postfix-increment' || kind === 'postfix-decrement',
    type,
    span,
  }
}

export type UpdateKind = 'compound' | 'increment' | 'decrement' | 'postfix-increment' | 'postfix-decrement'
const UPDATE_WORDS: Readonly<Record<UpdateKind, readonly [string, string]>> = {
  compound: ['left operand of assignment', 'assignment'],
  increment: ['increment operand', 'increment'],
  decrement: ['decrement operand', 'decrement'],
  'postfix-increment': ['increment operand', 'increment'],
  'postfix-decrement': ['decrement operand', 'decrement'],
}

// ---- ?: and comma -------------------------------------------------------------------------------------------------

export function conditional(p: Parser, at: Span, cond: Expr, thenOperand: Operand, elseOperand: Operand): Expr {
  const yes = rvalue(p, thenOperand)
  const no = rvalue(p, elseOperand)
  const span = join(cond.span, no.span)
  if (isPoison(cond) || isPoison(yes) || isPoison(no)) return poison(span)
  const type = conditionalType(p, at, yes, no)
  if (!type) return poison(span)
  const branch = (value: Expr): Expr => (type.kind === 'void' ? toVoid(value) : convertTo(value, type))
  return { kind: 'cond', cond, then: branch(yes), else: branch(no), type, span }
}

const toVoid = (value: Expr): Expr =>
  value.type.kind === 'void' ? value : { kind: 'convert', operand: discarded(value), type: VOID, span: value.span }

function conditionalType(p: Parser, at: Span, yes: Expr, no: Expr): CType | undefined {
  const [a, b] = [yes.type, no.type]
  if (isArithmetic(a) && isArithmetic(b)) return commonType(promote(yes).type as typeof a, promote(no).type as typeof b)
  if (a.kind === 'void' || b.kind === 'void') return VOID
  if (a.kind === 'record' && compatible(a, b)) return a
  if (a.kind === 'pointer' && b.kind === 'pointer') return commonPointer(p, at, yes, a, no, b)
  const [pointer, other] = a.kind === 'pointer' ? [a, no] : [b, yes]
  if (pointer.kind === 'pointer' && isInteger(other.type)) {
    if (!isNullConstant(other))
      p.warn(at, 'conditional-mismatch', 'pointer/integer type mismatch in conditional expression')
    return pointer
  }
  p.error(at, 'conditional-mismatch', 'type mismatch in conditional expression')
  return undefined
}

function commonPointer(p: Parser, at: Span, yes: Expr, a: PointerType, no: Expr, b: PointerType): CType {
  if (isNullConstant(yes) && a.to.kind === 'void') return b
  if (isNullConstant(no) && b.to.kind === 'void') return a
  const quals = { ...qualsOf(a.to), ...qualsOf(b.to) }
  if (a.to.kind === 'void' || b.to.kind === 'void') return pointerTo(withQuals(VOID, quals))
  if (targetsMatch(a.to, b.to)) return pointerTo(withQuals(a.to, quals))
  p.warn(at, 'conditional-pointer-mismatch', 'pointer type mismatch in conditional expression')
  return pointerTo(withQuals(VOID, quals))
}

export function comma(p: Parser, leftOperand: Operand, rightOperand: Operand): Expr {
  const left = discarded(rvalue(p, leftOperand))
  const right = rvalue(p, rightOperand)
  const span = join(leftOperand.span, right.span)
  if (isPoison(left) || isPoison(right)) return poison(span)
  return { kind: 'comma', left, right, type: right.type, span }
}

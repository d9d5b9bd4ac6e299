/**
 * Values known at compile time, of typed expressions: exact integers wrapped to their type, floating values, and
 * addresses (symbol + offset) for static initializers. What is not constant gives undefined.
 */
import type { Expr, GlobalVar, LocalVar, LValue, StringLiteral, Symbol } from '../ast.js'
import type { CType, IntKind } from '../types.js'
import { INT_INFO, bitsOf, isInteger, wrap } from './types.js'

export type Constant =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'address'; readonly target: Symbol | StringLiteral; readonly addend: bigint }

export type ReadObject = (lvalue: LValue) => Constant | undefined

const int = (value: bigint, type: CType): Constant => ({
  kind: 'int',
  value: isInteger(type) ? wrap(value, type.int) : BigInt.asUintN(64, value),
})
const truth = (value: boolean): Constant => ({ kind: 'int', value: value ? 1n : 0n })

/** Integer value of an integer constant expression. */
export function evaluateInt(expr: Expr): bigint | undefined {
  const constant = evaluate(expr)
  return constant?.kind === 'int' ? constant.value : undefined
}

/** `read` may know the value of an object: gcc takes const variables in static initializers, nowhere else. */
export function evaluate(expr: Expr, read?: ReadObject): Constant | undefined {
  const value = (operand: Expr): Constant | undefined => evaluate(operand, read)
  switch (expr.kind) {
    case 'int': return { kind: 'int', value: expr.value }
    case 'float': return { kind: 'float', value: expr.value }
    case 'funcaddr': return { kind: 'address', target: expr.symbol, addend: 0n }
    case 'addr': return addressOf(expr.of, read)
    case 'convert': return convert(value(expr.operand), expr.type)
    case 'unary': return unary(expr.op, value(expr.operand), expr.type)
    case 'not': return not(value(expr.operand))
    case 'arith': return arithmetic(expr.op, value(expr.left), value(expr.right), expr.type)
    case 'compare': return compare(expr.op, value(expr.left), value(expr.right))
    case 'logical': return logical(expr.op, value(expr.left), () => value(expr.right))
    case 'cond': return conditional(value(expr.cond), () => value(expr.then), () => value(expr.else))
    case 'ptradd': return pointerAdd(value(expr.pointer), value(expr.index), expr.subtract ? -expr.scale : expr.scale)
    case 'ptrdiff': return pointerDifference(value(expr.left), value(expr.right), expr.scale)
    case 'load': return read?.(expr.from)
    default: return undefined
  } // prettier-ignore
}

/** Truth of a constant; an address of an object is never null. */
export function truthOf(constant: Constant | undefined): boolean | undefined {
  if (!constant) return undefined
  if (constant.kind === 'address') return true
  return constant.kind === 'int' ? constant.value !== 0n : constant.value !== 0
}

function addressOf(lvalue: LValue, read: ReadObject | undefined): Constant | undefined {
  switch (lvalue.kind) {
    case 'var': return addressOfVariable(lvalue.symbol)
    case 'stringref': return { kind: 'address', target: lvalue.literal, addend: 0n }
    case 'deref': return evaluate(lvalue.pointer, read)
    case 'member': return shift(addressOf(lvalue.object, read), BigInt(lvalue.member.offset))
    case 'temp': return undefined
  } // prettier-ignore
}

function addressOfVariable(symbol: LocalVar | GlobalVar): Constant | undefined {
  return symbol.kind === 'global' ? { kind: 'address', target: symbol, addend: 0n } : undefined
}

function shift(base: Constant | undefined, bytes: bigint): Constant | undefined {
  if (base?.kind === 'address') return { ...base, addend: base.addend + bytes }
  return base?.kind === 'int' ? { kind: 'int', value: BigInt.asUintN(64, base.value + bytes) } : undefined
}

function convert(operand: Constant | undefined, type: CType): Constant | undefined {
  if (!operand) return undefined
  if (type.kind === 'float') {
    if (operand.kind === 'address') return undefined
    const value = Number(operand.value)
    return { kind: 'float', value: type.bits === 32 ? Math.fround(value) : value }
  }
  if (type.kind === 'int' && type.int === 'bool') return truth(truthOf(operand)!)
  if (operand.kind === 'address')
    return type.kind === 'pointer' || (type.kind === 'int' && INT_INFO[type.int].size === 8) ? operand : undefined
  if (type.kind !== 'int' && type.kind !== 'pointer') return undefined
  if (operand.kind === 'int') return int(operand.value, type)
  return type.kind === 'int' ? { kind: 'int', value: saturate(operand.value, type.int) } : undefined
}

/** A floating constant as an integer: gcc folds what does not fit to the nearest end of the range. */
export function saturate(value: number, kind: IntKind): bigint {
  if (Number.isNaN(value)) return 0n
  const bits = BigInt(bitsOf(kind))
  const { signed } = INT_INFO[kind]
  const least = signed ? -(1n << (bits - 1n)) : 0n
  const most = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n
  if (value <= Number(least)) return least
  return value >= Number(most) ? most : BigInt(Math.trunc(value))
}

function unary(op: '-' | '~', operand: Constant | undefined, type: CType): Constant | undefined {
  if (operand?.kind === 'float') return { kind: 'float', value: -operand.value }
  return operand?.kind === 'int' ? int(op === '-' ? -operand.value : ~operand.value, type) : undefined
}

function not(operand: Constant | undefined): Constant | undefined {
  const value = truthOf(operand)
  return value === undefined ? undefined : truth(!value)
}

type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>'

function arithmetic(
  op: ArithmeticOp,
  left: Constant | undefined,
  right: Constant | undefined,
  type: CType,
): Constant | undefined {
  if (left?.kind === 'int' && right?.kind === 'int' && isInteger(type)) {
    const value = integerResult(op, left.value, right.value, bitsOf(type.int))
    return value === undefined ? undefined : int(value, type)
  }
  if (left?.kind === 'float' && right?.kind === 'float') return floatResult(op, left.value, right.value, type)
  if (op === '+' && left?.kind === 'address' && right?.kind === 'int') return shift(left, right.value)
  if (op === '+' && left?.kind === 'int' && right?.kind === 'address') return shift(right, left.value)
  return op === '-' && left?.kind === 'address' && right?.kind === 'int' ? shift(left, -right.value) : undefined
}

/** The mathematical result, not yet wrapped; undefined where C leaves it undefined. */
export function integerResult(op: ArithmeticOp, a: bigint, b: bigint, bits: number): bigint | undefined {
  switch (op) {
    case '+': return a + b
    case '-': return a - b
    case '*': return a * b
    case '/': return b === 0n ? undefined : a / b
    case '%': return b === 0n ? undefined : a % b
    case '&': return a & b
    case '|': return a | b
    case '^': return a ^ b
    case '<<': return b < 0n || b >= bits ? undefined : a << b
    case '>>': return b < 0n || b >= bits ? undefined : a >> b
  } // prettier-ignore
}

function floatResult(op: ArithmeticOp, a: number, b: number, type: CType): Constant | undefined {
  const value = { '+': a + b, '-': a - b, '*': a * b, '/': a / b }[op as '+']
  if (value === undefined) return undefined
  return { kind: 'float', value: type.kind === 'float' && type.bits === 32 ? Math.fround(value) : value }
}

type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>='

function compare(op: CompareOp, left: Constant | undefined, right: Constant | undefined): Constant | undefined {
  if (!left || !right) return undefined
  if (left.kind === 'address' || right.kind === 'address') return compareAddresses(op, left, right)
  const a = left.value
  const b = right.value
  switch (op) {
    case '==': return truth(a === b)
    case '!=': return truth(a !== b)
    case '<': return truth(a < b)
    case '<=': return truth(a <= b)
    case '>': return truth(a > b)
    case '>=': return truth(a >= b)
  } // prettier-ignore
}

function compareAddresses(op: CompareOp, left: Constant, right: Constant): Constant | undefined {
  if (left.kind === 'address' && right.kind === 'address') {
    if (left.target !== right.target) return undefined
    return compare(op, { kind: 'int', value: left.addend }, { kind: 'int', value: right.addend })
  }
  const isNull = [left, right].some((c) => c.kind === 'int' && c.value === 0n)
  return isNull && (op === '==' || op === '!=') ? truth(op === '!=') : undefined
}

function logical(op: '&&' | '||', left: Constant | undefined, right: () => Constant | undefined): Constant | undefined {
  const first = truthOf(left)
  if (first === undefined) return undefined
  if (first === (op === '||')) return truth(first)
  const second = truthOf(right())
  return second === undefined ? undefined : truth(second)
}

function conditional(
  cond: Constant | undefined,
  yes: () => Constant | undefined,
  no: () => Constant | undefined,
): Constant | undefined {
  const chosen = truthOf(cond)
  return chosen === undefined ? undefined : chosen ? yes() : no()
}

function pointerAdd(pointer: Constant | undefined, index: Constant | undefined, scale: number): Constant | undefined {
  return index?.kind === 'int' ? shift(pointer, index.value * BigInt(scale)) : undefined
}

function pointerDifference(
  left: Constant | undefined,
  right: Constant | undefined,
  scale: number,
): Constant | undefined {
  if (left?.kind === 'int' && right?.kind === 'int')
    return int((left.value - right.value) / BigInt(scale || 1), { kind: 'int', int: 'long' })
  if (left?.kind !== 'address' || right?.kind !== 'address' || left.target !== right.target) return undefined
  return { kind: 'int', value: (left.addend - right.addend) / BigInt(scale || 1) }
}

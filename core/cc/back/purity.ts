/** Questions about expressions that decide how they are lowered. */
import { unreachable } from '../../base/index.js'
import type { Expr, Load, LValue, VarRef } from '../ast.js'
import { isAggregate } from './ctype.js'
import { RETURN_REGISTER } from './ir.js'

/** Operands of a node, in source order. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'int':
    case 'float':
    case 'funcaddr':
    case 'old':
      return []
    case 'load':
      return pointersOf(expr.from)
    case 'addr':
      return pointersOf(expr.of)
    case 'arith':
    case 'ptrdiff':
    case 'compare':
    case 'logical':
    case 'comma':
      return [expr.left, expr.right]
    case 'ptradd':
      return [expr.pointer, expr.index]
    case 'unary':
    case 'not':
    case 'convert':
      return [expr.operand]
    case 'cond':
      return [expr.cond, expr.then, expr.else]
    case 'assign':
    case 'update':
      return [...pointersOf(expr.target), expr.value]
    case 'call':
      return expr.callee.kind === 'function' ? expr.args : [expr.callee, ...expr.args]
    case 'va_start':
    case 'va_arg':
      return pointersOf(expr.list)
    default:
      return unreachable(expr)
  }
}

/** Expressions an lvalue's address is made of. */
function pointersOf(lvalue: LValue): readonly Expr[] {
  if (lvalue.kind === 'deref') return [lvalue.pointer]
  if (lvalue.kind === 'member') return pointersOf(lvalue.object)
  return lvalue.kind === 'temp' ? lvalue.fill : []
}

const hasTemp = (lvalue: LValue): boolean =>
  lvalue.kind === 'temp' || (lvalue.kind === 'member' && hasTemp(lvalue.object))

/** What the node itself reads, writes or takes the address of. */
export function lvalueOf(expr: Expr): LValue | undefined {
  if (expr.kind === 'load') return expr.from
  if (expr.kind === 'addr') return expr.of
  if (expr.kind === 'assign' || expr.kind === 'update') return expr.target
  return expr.kind === 'va_arg' || expr.kind === 'va_start' ? expr.list : undefined
}

const needsOperations = (expr: Expr): boolean => {
  if (expr.kind === 'call') return true
  if (isAggregate(expr.type) && expr.kind !== 'load') return true
  const lvalue = lvalueOf(expr)
  return lvalue !== undefined && hasTemp(lvalue)
}

const changesState = (expr: Expr): boolean =>
  expr.kind === 'assign' || expr.kind === 'update' || expr.kind === 'va_arg' || expr.kind === 'va_start'

/** Answers for one function, remembered by node so that deep expressions stay linear. */
export class Purity {
  readonly #complex = new Map<Expr, boolean>()
  readonly #effects = new Map<Expr, boolean>()

  /** Contains a call, a struct that moves or an unnamed object: cannot be written as one run of instructions. */
  isComplex(expr: Expr): boolean {
    return this.#any(this.#complex, expr, needsOperations)
  }
  isComplexLValue(lvalue: LValue): boolean {
    return hasTemp(lvalue) || pointersOf(lvalue).some((pointer) => this.isComplex(pointer))
  }
  hasEffects(expr: Expr): boolean {
    return this.isComplex(expr) || this.#any(this.#effects, expr, changesState)
  }
  lvalueHasEffects(lvalue: LValue): boolean {
    return hasTemp(lvalue) || pointersOf(lvalue).some((pointer) => this.hasEffects(pointer))
  }

  #any(known: Map<Expr, boolean>, expr: Expr, test: (expr: Expr) => boolean): boolean {
    let answer = known.get(expr)
    if (answer === undefined) {
      answer = test(expr) || childrenOf(expr).some((child) => this.#any(known, child, test))
      known.set(expr, answer)
    }
    return answer
  }
}

/** Refers to the old value of the update it is part of; updates nested inside have their own. */
export const mentionsOld = (expr: Expr): boolean =>
  expr.kind === 'old' || (expr.kind !== 'update' && childrenOf(expr).some(mentionsOld))

/** A plain automatic variable: gcc -O0 reads it only when the operation itself is performed, after all side effects. */
export const isPlainLocal = (expr: Expr): boolean =>
  isPlainVariable(expr) && expr.from.symbol.kind === 'local' && !expr.from.symbol.addressTaken
const isPlainVariable = (expr: Expr): expr is Load & { readonly from: VarRef } =>
  expr.kind === 'load' && expr.from.kind === 'var' && expr.from.symbol !== RETURN_REGISTER

/** The same whenever it is evaluated. */
export function isConstant(expr: Expr): boolean {
  if (expr.kind === 'addr') return pointersOf(expr.of).length === 0 && !hasTemp(expr.of)
  return expr.kind === 'int' || expr.kind === 'float' || expr.kind === 'funcaddr'
}

const SWAPPABLE: ReadonlySet<string> = new Set(['+', '*', '&', '|', '^', '==', '!=', '<', '<=', '>', '>='])
/**
 * May the left operand be read after the right one was evaluated? C leaves the order open; gcc -O0 reads plain
 * variables late, and those of commutative operations and comparisons even when they are global.
 */
export function isReadLate(left: Expr, operator: string): boolean {
  if (isConstant(left) || isPlainLocal(left) || mentionsOld(left)) return true
  return SWAPPABLE.has(operator) && isPlainVariable(left)
}

/**
 * `++x` and `x = v` on a plain automatic variable: gcc does the store at once but reads the variable only when the
 * whole operation is performed. @returns that read
 */
export function laterRead(expr: Expr): Load | undefined {
  if (expr.kind !== 'assign' && !(expr.kind === 'update' && !expr.yieldsOld)) return undefined
  const { target } = expr
  const isLocal = target.kind === 'var' && target.symbol.kind === 'local' && !isAggregate(expr.type)
  return isLocal ? { kind: 'load', from: target, type: expr.type, span: expr.span } : undefined
}

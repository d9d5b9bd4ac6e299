/**
 * The variables that a function's code mentions, in the order in which gcc's first internal form does (GIMPLE): what an
 * operation needs comes before it, the place it stores to with it; an argument that is the address of a variable stands in
 * the call itself.
 *
 *   f(&a, b[1]);  d[i] = c;     ->   b, a, i, c, d
 */
import { unreachable } from '../../base/index.js'
import type { Assign, Expr, GlobalVar, LocalVar, LValue, Symbol } from '../ast.js'
import { isAggregate } from './ctype.js'
import type { LoweredFunction, Operation } from './ir.js'
import { childrenOf, isConstant, lvalueOf } from './purity.js'

function mentionsOf(operations: readonly Operation[]): ReadonlySet<Symbol> {
  const mentions = new Mentions()
  for (const operation of operations) mentions.operation(operation)
  return mentions.found
}

class Mentions {
  readonly found = new Set<Symbol>()
  /** Addresses that the next call has as arguments, by slot. */
  readonly #arguments: { readonly slot: number; readonly expr: Expr }[] = []

  operation(operation: Operation): void {
    switch (operation.op) {
      case 'effect':
      case 'result':
        return this.#expression(operation.expr)
      case 'argument':
        if (isConstant(unconverted(operation.expr))) this.#arguments.push(operation)
        else this.#expression(operation.expr)
        return
      case 'branch':
        return this.#expression(operation.cond)
      case 'switch':
        return this.#expression(operation.value)
      case 'call':
        if (operation.target.kind === 'pointer') this.#expression(operation.target.pointer)
        for (const { expr } of this.#arguments.sort((a, b) => a.slot - b.slot)) this.#expression(expr)
        this.#arguments.length = 0
        return
      case 'copy':
        this.#lvalue(operation.from)
        return this.#lvalue(operation.to)
      case 'zero':
        this.found.add(operation.object)
        return
      case 'label':
      case 'statement':
      case 'jump':
      case 'leave':
        return
      default:
        return unreachable(operation)
    }
  }

  #expression(expr: Expr): void {
    if (expr.kind === 'assign') return this.#assign(expr)
    const of = lvalueOf(expr)
    // The old value is read first.
    if (of && expr.kind === 'update') this.#lvalue(of)
    for (const child of childrenOf(expr)) this.#expression(child)
    if (of) this.#lvalue(of)
  }

  /** What the target's address is computed from comes before the value, the variable that it lies in after it. */
  #assign({ target, value }: Assign): void {
    let of = target
    while (of.kind === 'member') of = of.object
    if (of.kind === 'var') {
      this.#expression(value)
      return this.#lvalue(of)
    }
    let pointer = of.kind === 'deref' ? of.pointer : undefined
    while (pointer?.kind === 'ptradd') {
      this.#expression(pointer.index)
      pointer = pointer.pointer
    }
    const inVariable = pointer?.kind === 'addr'
    if (pointer && !inVariable) this.#expression(pointer)
    this.#expression(value)
    if (pointer && inVariable) this.#expression(pointer)
  }

  #lvalue(of: LValue): void {
    if (of.kind === 'var') this.found.add(of.symbol)
    else if (of.kind === 'member') this.#lvalue(of.object)
    else if (of.kind === 'deref') this.#expression(of.pointer)
  }
}

function unconverted(expr: Expr): Expr {
  return expr.kind === 'convert' ? unconverted(expr.operand) : expr
}

/** Those of the frame that get a place: all but plain scalars that nothing mentions (gcc has no value to put there). */
export function neededLocals(locals: readonly LocalVar[], operations: readonly Operation[]): readonly LocalVar[] {
  const mentioned = mentionsOf(operations)
  return locals.filter((local) => local.param || !isPlain(local) || mentioned.has(local))
}

/** A scalar whose address nobody takes. */
export const isPlain = ({ type, addressTaken }: LocalVar): boolean => !isAggregate(type) && !addressTaken

/**
 * gcc emits the `static` variables of functions behind all others, function by function: first those that code mentions, in
 * the order in which it does, then, at -O0, also the rest, last declared first (nm on gcc 12.2).
 */
export function inEmittedOrder(globals: readonly GlobalVar[], functions: readonly LoweredFunction[]): GlobalVar[] {
  const statics = functions.flatMap(({ symbol, operations }) => {
    const own = globals.filter((variable) => variable.inFunction === symbol)
    if (own.length === 0) return []
    const mentioned = [...mentionsOf(operations)].filter((s): s is GlobalVar => s.kind === 'global' && own.includes(s))
    return [...mentioned, ...own.filter((variable) => !mentioned.includes(variable)).reverse()]
  })
  return [...globals.filter((variable) => !variable.inFunction), ...statics]
}

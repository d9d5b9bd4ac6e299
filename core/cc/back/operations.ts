/** Collects the operations of one function while it is lowered, and hands out labels and frame temporaries. */
import type { Assign, Expr, Load, LocalVar, LValue, VarRef } from '../ast.js'
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import { isAggregate, sizeOf } from './ctype.js'
import type { Label, Operation } from './ir.js'
import { isConstant } from './purity.js'

export class OperationList {
  readonly operations: Operation[] = []
  /** Temporaries of the function, in order of first use. */
  readonly temporaries: LocalVar[] = []
  readonly #free: LocalVar[] = []
  #inUse: LocalVar[] = []
  #span: Span

  constructor(span: Span) {
    this.#span = span
  }

  get span(): Span {
    return this.#span
  }

  label(): Label {
    return { placed: false, point: false, span: this.#span, codePoint: -1 }
  }
  place(label: Label): void {
    label.placed = true
    label.span = this.#span
    this.operations.push({ op: 'label', label })
  }
  /** Starts a statement: one unit of fuel, a place where execution can stop. Temporaries of the last one are free. */
  statement(span: Span): void {
    this.#span = span
    const label: Label = { placed: true, point: true, span, codePoint: -1 }
    this.operations.push({ op: 'statement', label })
    this.#free.push(...this.#inUse)
    this.#inUse = []
  }
  push(operation: Operation): void {
    this.operations.push(operation)
  }
  jump(to: Label): void {
    this.push({ op: 'jump', to: this.reached(to) })
  }
  branch(cond: Expr, when: boolean, to: Label): void {
    this.push({ op: 'branch', cond, when, to: this.reached(to) })
  }
  /** A jump to a place that is already behind goes around through the dispatcher, which knows code points only. */
  reached(label: Label): Label {
    if (label.placed) label.point = true
    return label
  }

  /** A frame slot that is used until the end of the statement. */
  temporary(type: CType): LocalVar {
    const at = this.#free.findIndex((free) => serves(free.type, type))
    const temporary = at >= 0 ? this.#free.splice(at, 1)[0] : this.#newTemporary(type)
    this.#inUse.push(temporary)
    return temporary
  }
  /** Computes the value now and keeps it in the frame; constants stay as they are. */
  spill(expr: Expr): Expr {
    if (isConstant(expr)) return expr
    const temporary = this.temporary(expr.type)
    this.push({ op: 'effect', expr: assign(temporary, expr) })
    return load(temporary, expr.type, expr.span)
  }

  #newTemporary(type: CType): LocalVar {
    const temporary: LocalVar = { kind: 'local', name: '', type, span: this.#span, param: false }
    this.temporaries.push(temporary)
    return temporary
  }
}

/** A slot serves scalars of one size whatever their type, but a struct only of its own type. */
const serves = (slot: CType, type: CType): boolean =>
  isAggregate(type) ? slot === type : !isAggregate(slot) && sizeOf(slot) === sizeOf(type)

const variable = (symbol: LocalVar, type: CType, span: Span): VarRef => ({ kind: 'var', symbol, type, span })

export const load = (symbol: LocalVar, type: CType, span: Span): Load => ({
  kind: 'load',
  from: variable(symbol, type, span),
  type,
  span,
})
export const assign = (symbol: LocalVar, value: Expr): Assign => ({
  kind: 'assign',
  target: variable(symbol, value.type, value.span),
  value,
  type: value.type,
  span: value.span,
})
export const addressOf = (of: LValue): Expr => ({
  kind: 'addr',
  of,
  type: { kind: 'pointer', to: of.type },
  span: of.span,
})
export const object = (symbol: LocalVar): VarRef => variable(symbol, symbol.type, symbol.span)
export const deref = (pointer: Expr, type: CType): LValue => ({ kind: 'deref', pointer, type, span: pointer.span })

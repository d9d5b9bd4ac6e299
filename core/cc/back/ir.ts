/**
 * The list of operations a function is lowered to before WebAssembly is written. Control flow is flat (labels and
 * jumps), calls stand alone, and every expression inside an operation is pure in one sense: it contains no call, so
 * it runs from start to end without leaving the function.
 */
import type { Expr, FunctionSymbol, LocalVar, LValue } from '../ast.js'
import type { Span } from '../source.js'
import { VOID } from './ctype.js'

/** A place in the function. */
export interface Label {
  /** Set when the label has been put into the list: jumps to it from then on go backwards. */
  placed: boolean
  /** Execution can be resumed here: it gets a code point. Statements, return points, targets of backward jumps. */
  point: boolean
  /** Source statement this place belongs to. */
  span: Span
  /** Number of the code point in the whole program; given once all functions are lowered. */
  codePoint: number
}

export type CallTarget =
  | { readonly kind: 'program'; readonly symbol: FunctionSymbol }
  | { readonly kind: 'libc'; readonly symbol: FunctionSymbol }
  | { readonly kind: 'pointer'; readonly pointer: Expr }

export type Operation =
  | { readonly op: 'label'; readonly label: Label }
  /** A label that is also the start of a statement: fuel is taken here. */
  | { readonly op: 'statement'; readonly label: Label }
  | { readonly op: 'effect'; readonly expr: Expr }
  | { readonly op: 'jump'; readonly to: Label }
  | { readonly op: 'branch'; readonly cond: Expr; readonly when: boolean; readonly to: Label }
  | {
      readonly op: 'switch'
      readonly value: Expr
      readonly cases: readonly { readonly value: bigint; readonly to: Label }[]
      readonly otherwise: Label
    }
  | { readonly op: 'argument'; readonly slot: number; readonly expr: Expr }
  | { readonly op: 'call'; readonly target: CallTarget; readonly slots: number; readonly back: Label }
  | { readonly op: 'copy'; readonly to: LValue; readonly from: LValue; readonly size: number }
  | { readonly op: 'zero'; readonly object: LocalVar; readonly size: number }
  | { readonly op: 'result'; readonly expr: Expr }
  | { readonly op: 'leave' }

export interface LoweredFunction {
  readonly symbol: FunctionSymbol
  readonly entry: Label
  readonly operations: readonly Operation[]
  /** Everything that lives in the frame, temporaries first. */
  readonly objects: readonly LocalVar[]
  /** Where the caller wants a returned struct: an extra first argument. */
  readonly hiddenResult: LocalVar | undefined
}

const NOWHERE: Span = { file: '', start: 0, end: 0, line: 0, column: 0 }

/** Stands for REG_RET in expressions: the value the last call returned, until the next call. */
export const RETURN_REGISTER: LocalVar = { kind: 'local', name: '%rax', type: VOID, span: NOWHERE, param: false }

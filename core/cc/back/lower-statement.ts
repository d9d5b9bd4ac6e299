/**
 * Lowers statements to labels and jumps, in the shape gcc -O0 gives loops (the condition at the bottom), and says
 * where a program stops when it is stepped: before each expression statement, initialised declaration, `if`,
 * `switch`, `return`, `break`, `continue` and `goto`; at a loop's condition (together with its step expression, as gdb
 * steps a `for` line) and at the closing brace. Each of them costs one unit of fuel, so every loop pays.
 */
import { unreachable } from '../../base/index.js'
import type {
  Block,
  CaseLabel,
  Expr,
  FunctionSymbol,
  InitStmt,
  LabelStmt,
  LocalVar,
  LoopStmt,
  ReturnStmt,
  Stmt,
  SwitchStmt,
} from '../ast.js'
import { INT, isRecord, sizeOf, VOID_POINTER } from './ctype.js'
import type { Label, LoweredFunction } from './ir.js'
import { ExpressionLowering } from './lower-expression.js'
import { neededLocals } from './mentions.js'
import { addressOf, deref, load, OperationList } from './operations.js'
import { Purity } from './purity.js'

export function lowerFunction(symbol: FunctionSymbol): LoweredFunction {
  return new StatementLowering(symbol).run()
}

class StatementLowering {
  readonly #out: OperationList
  readonly #expressions: ExpressionLowering
  readonly #end: Label
  readonly #gotos = new Map<LabelStmt, Label>()
  readonly #cases = new Map<CaseLabel, Label>()
  readonly #breaks: Label[] = []
  readonly #continues: Label[] = []
  readonly #hiddenResult: LocalVar | undefined
  /** Slots of compound literals and struct results that the front end made. */
  readonly #objects: Set<LocalVar>

  constructor(private readonly symbol: FunctionSymbol) {
    this.#out = new OperationList(symbol.span)
    this.#expressions = new ExpressionLowering(this.#out, new Purity())
    this.#end = this.#out.label()
    this.#objects = new Set(symbol.body?.locals)
    if (isRecord(symbol.type.returns))
      this.#hiddenResult = { kind: 'local', name: '', type: VOID_POINTER, span: symbol.span, param: true }
  }

  run(): LoweredFunction {
    const { symbol } = this
    const body = symbol.body
    if (!body) throw new Error(`${symbol.name} has no body`)
    const entry: Label = { placed: true, point: true, span: symbol.span, codePoint: -1 }
    this.#block(body.block)
    if (symbol.name === 'main')
      this.#out.push({ op: 'result', expr: { kind: 'int', value: 0n, type: INT, span: body.end } })
    this.#out.place(this.#end)
    this.#out.statement(body.end)
    this.#out.push({ op: 'leave' })
    const hidden = this.#hiddenResult ? [this.#hiddenResult] : []
    const locals = [...this.#out.temporaries, ...this.#objects, ...hidden]
    const objects = neededLocals(locals, this.#out.operations)
    return { symbol, entry, operations: this.#out.operations, objects, hiddenResult: this.#hiddenResult }
  }

  #statement(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'block':
        return this.#block(stmt)
      case 'expr':
        this.#out.statement(stmt.span)
        return this.#expressions.effect(stmt.expr)
      case 'init':
        return this.#init(stmt)
      case 'if':
        this.#out.statement(stmt.span)
        return this.#if(stmt.cond, stmt.then, stmt.else)
      case 'loop':
        return this.#loop(stmt)
      case 'switch':
        return this.#switch(stmt)
      case 'case':
        return this.#out.place(this.#label(this.#cases, stmt))
      case 'label':
        return this.#out.place(this.#label(this.#gotos, stmt))
      case 'break':
        this.#out.statement(stmt.span)
        return this.#leaveTo(this.#breaks)
      case 'continue':
        this.#out.statement(stmt.span)
        return this.#leaveTo(this.#continues)
      case 'goto':
        this.#out.statement(stmt.span)
        return this.#out.jump(this.#label(this.#gotos, stmt.target))
      case 'return':
        return this.#return(stmt)
      default:
        return unreachable(stmt)
    }
  }

  #block(block: Block): void {
    for (const stmt of block.body) this.#statement(stmt)
  }

  #label<T>(labels: Map<T, Label>, key: T): Label {
    let label = labels.get(key)
    if (!label) {
      label = this.#out.label()
      labels.set(key, label)
    }
    return label
  }

  #leaveTo(stack: readonly Label[]): void {
    const label = stack.at(-1)
    if (!label) throw new Error('break or continue outside a loop')
    this.#out.jump(label)
  }

  #init(stmt: InitStmt): void {
    this.#out.statement(stmt.span)
    if (stmt.zeroFirst) this.#out.push({ op: 'zero', object: stmt.var, size: sizeOf(stmt.var.type) })
    for (const store of stmt.stores) this.#expressions.effect(store)
  }

  #if(cond: Expr, then: Stmt, otherwise: Stmt | undefined): void {
    const no = this.#out.label()
    this.#expressions.branch(cond, false, no)
    this.#statement(then)
    if (!otherwise) return this.#out.place(no)
    const done = this.#out.label()
    this.#out.jump(done)
    this.#out.place(no)
    this.#statement(otherwise)
    this.#out.place(done)
  }

  #loop(loop: LoopStmt): void {
    const [body, next, test, done] = [this.#out.label(), this.#out.label(), this.#out.label(), this.#out.label()]
    // The step's stop covers the condition that follows; without a step the condition is a stop of its own.
    const head = loop.step ?? loop.cond
    if (loop.init) this.#statement(loop.init)
    else if (loop.step) this.#out.statement(loop.span)
    if (loop.testFirst) this.#out.jump(test)
    this.#out.place(body)
    this.#breaks.push(done)
    this.#continues.push(next)
    this.#statement(loop.body)
    this.#breaks.pop()
    this.#continues.pop()
    this.#out.place(next)
    if (loop.step) {
      this.#out.statement(loop.step.span)
      this.#expressions.effect(loop.step)
    }
    this.#out.place(test)
    if (!loop.step) this.#out.statement(head?.span ?? loop.span)
    if (loop.cond) this.#expressions.branch(loop.cond, true, body)
    else this.#out.jump(body)
    this.#out.place(done)
  }

  #switch(stmt: SwitchStmt): void {
    this.#out.statement(stmt.span)
    const done = this.#out.label()
    this.#out.push({
      op: 'switch',
      value: this.#expressions.value(stmt.value),
      cases: stmt.cases.map(({ value, label }) => ({ value, to: this.#label(this.#cases, label) })),
      otherwise: stmt.default ? this.#label(this.#cases, stmt.default) : done,
    })
    this.#breaks.push(done)
    this.#statement(stmt.body)
    this.#breaks.pop()
    this.#out.place(done)
  }

  #return(stmt: ReturnStmt): void {
    this.#out.statement(stmt.span)
    if (stmt.value && this.#hiddenResult) this.#returnRecord(stmt.value, this.#hiddenResult)
    else if (stmt.value && stmt.value.type.kind !== 'void')
      this.#out.push({ op: 'result', expr: this.#expressions.value(stmt.value) })
    else if (stmt.value) this.#expressions.effect(stmt.value)
    this.#out.jump(this.#end)
  }

  #returnRecord(value: Expr, hidden: LocalVar): void {
    const from = this.#expressions.record(value)
    const pointer = load(hidden, VOID_POINTER, value.span)
    const to = deref(pointer, value.type)
    this.#out.push({ op: 'copy', to, from, size: sizeOf(value.type) })
    this.#out.push({ op: 'result', expr: addressOf(to) })
  }
}

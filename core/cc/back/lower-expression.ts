/**
 * Takes expressions with calls apart. A call leaves the WebAssembly function, so nothing may be pending on its operand
 * stack: values that are needed afterwards are spilled to frame temporaries first. Where C leaves the order of
 * evaluation open, this is gcc -O0's order on x86-64 (arguments from right to left, the right side of an assignment
 * first unless it is just a call, plain variables read last), so that programs that rely on it print the same.
 */
import { unreachable } from '../../base/index.js'
import type { Assign, Call, Conditional, Expr, Logical, LocalVar, LValue, Update } from '../ast.js'
import { ARG_SLOTS } from '../../kernel/uapi/index.js'
import { unitOf } from '../../libc/units/index.js'
import type { CType } from '../types.js'
import { INT, isRecord, sizeOf, VOID_POINTER } from './ctype.js'
import { type CallTarget, type Label, RETURN_REGISTER } from './ir.js'
import { addressOf, assign, deref, load, object, type OperationList } from './operations.js'
import { isPlainLocal, isReadLate, laterRead, mentionsOld, type Purity } from './purity.js'
import { Refusal } from './refusal.js'

export class ExpressionLowering {
  constructor(
    private readonly out: OperationList,
    private readonly purity: Purity,
  ) {}

  /** Runs the expression for its effects. */
  effect(expr: Expr): void {
    if (!this.purity.isComplex(expr)) {
      if (this.purity.hasEffects(expr) || isRead(expr)) this.out.push({ op: 'effect', expr })
    } else if (expr.kind === 'call') this.#call(expr)
    else if (isRecord(expr.type)) this.record(expr)
    else if (expr.kind === 'convert') this.effect(expr.operand)
    else if (expr.kind === 'comma') [expr.left, expr.right].forEach((part) => this.effect(part))
    else if (expr.kind === 'cond') this.#choose(expr, (branch) => this.effect(branch))
    else if (expr.kind === 'logical') this.#logicalEffect(expr)
    else this.out.push({ op: 'effect', expr: this.value(expr) })
  }

  /** Goes to the label when the condition is `when`; falls through otherwise. */
  branch(cond: Expr, when: boolean, to: Label): void {
    if (cond.kind === 'not') this.branch(cond.operand, !when, to)
    else if (cond.kind === 'logical' && this.purity.isComplex(cond)) this.#branchLogical(cond, when, to)
    else if (cond.kind === 'comma' && this.purity.isComplex(cond)) {
      this.effect(cond.left)
      this.branch(cond.right, when, to)
    } else this.out.branch(this.value(cond), when, to)
  }

  /** An expression without calls that yields the scalar; to be used before anything else is lowered. */
  value(expr: Expr): Expr {
    if (!this.purity.isComplex(expr)) return expr
    switch (expr.kind) {
      case 'load':
        return { ...expr, from: this.lvalue(expr.from) }
      case 'addr':
        return { ...expr, of: this.lvalue(expr.of) }
      case 'arith':
      case 'compare':
      case 'ptrdiff': {
        const [left, right] = this.#pair(expr.left, expr.right, expr.kind === 'ptrdiff' ? '-' : expr.op)
        return { ...expr, left, right }
      }
      case 'ptradd': {
        const [pointer, index] = this.#pair(expr.pointer, expr.index, expr.subtract ? '-' : '+')
        return { ...expr, pointer, index }
      }
      case 'unary':
      case 'not':
      case 'convert':
        return { ...expr, operand: this.value(expr.operand) }
      case 'logical':
        return this.#logical(expr)
      case 'cond':
        return this.#conditional(expr)
      case 'comma':
        this.effect(expr.left)
        return this.value(expr.right)
      case 'assign':
        return this.#assign(expr)
      case 'update':
        return this.#update(expr)
      case 'call':
        this.#call(expr)
        return load(RETURN_REGISTER, expr.type, expr.span)
      case 'va_start':
      case 'va_arg':
        return { ...expr, list: this.lvalue(expr.list) }
      case 'int':
      case 'float':
      case 'funcaddr':
      case 'old':
        return expr
      default:
        return unreachable(expr)
    }
  }

  lvalue(lvalue: LValue): LValue {
    if (!this.purity.isComplexLValue(lvalue)) return lvalue
    switch (lvalue.kind) {
      case 'var':
      case 'stringref':
        return lvalue
      case 'deref':
        return { ...lvalue, pointer: this.value(lvalue.pointer) }
      case 'member':
        return { ...lvalue, object: this.lvalue(lvalue.object) }
      case 'temp':
        if (lvalue.zeroFirst) this.out.push({ op: 'zero', object: lvalue.slot, size: sizeOf(lvalue.slot.type) })
        for (const fill of lvalue.fill) this.effect(fill)
        return object(lvalue.slot)
      default:
        return unreachable(lvalue)
    }
  }

  /** Evaluates a struct-valued expression; the struct is then in the object returned. */
  record(expr: Expr): LValue {
    switch (expr.kind) {
      case 'load':
        return this.lvalue(expr.from)
      case 'call': {
        const result = this.out.temporary(expr.type)
        this.#call(expr, result)
        return object(result)
      }
      case 'assign':
        return this.#assignRecord(expr)
      case 'comma':
        this.effect(expr.left)
        return this.record(expr.right)
      case 'convert':
        return this.record(expr.operand)
      case 'cond': {
        const place = this.out.temporary(VOID_POINTER)
        this.#choose(expr, (branch) => this.#keep(place, addressOf(this.record(branch))))
        return deref(load(place, VOID_POINTER, expr.span), expr.type)
      }
      case 'va_arg':
        return deref({ ...expr, list: this.lvalue(expr.list), type: VOID_POINTER }, expr.type)
      default:
        throw new Error(`a struct cannot come from ${expr.kind}`)
    }
  }

  /** Makes an lvalue that names the same object whatever is evaluated before it is used. */
  #stabilise(lvalue: LValue): LValue {
    if (lvalue.kind === 'deref' && isPlainLocal(lvalue.pointer)) return lvalue
    if (lvalue.kind === 'deref') return { ...lvalue, pointer: this.out.spill(lvalue.pointer) }
    return lvalue.kind === 'member' ? { ...lvalue, object: this.#stabilise(lvalue.object) } : lvalue
  }

  #pair(left: Expr, right: Expr, operator: string): readonly [Expr, Expr] {
    const lowered = this.value(left)
    if (!this.purity.isComplex(right)) return [lowered, right]
    const kept = isReadLate(lowered, operator) ? lowered : this.out.spill(lowered)
    return [kept, this.value(right)]
  }

  #keep(place: LocalVar, value: Expr): void {
    this.out.push({ op: 'effect', expr: assign(place, value) })
  }

  #choose(expr: Conditional, run: (branch: Expr) => void): void {
    const otherwise = this.out.label()
    const done = this.out.label()
    this.branch(expr.cond, false, otherwise)
    run(expr.then)
    this.out.jump(done)
    this.out.place(otherwise)
    run(expr.else)
    this.out.place(done)
  }

  #conditional(expr: Conditional): Expr {
    if (expr.type.kind === 'void') {
      this.effect(expr)
      return { kind: 'int', value: 0n, type: INT, span: expr.span }
    }
    const place = this.out.temporary(expr.type)
    this.#choose(expr, (branch) => this.#keep(place, this.value(branch)))
    return load(place, expr.type, expr.span)
  }

  #logical(expr: Logical): Expr {
    if (!this.purity.isComplex(expr.right)) return { ...expr, left: this.value(expr.left) }
    const constant = (value: bigint): Expr => ({ kind: 'int', value, type: INT, span: expr.span })
    return this.#conditional({ ...expr, kind: 'cond', cond: expr, then: constant(1n), else: constant(0n) })
  }

  #logicalEffect(expr: Logical): void {
    const done = this.out.label()
    this.branch(expr.left, expr.op === '||', done)
    this.effect(expr.right)
    this.out.place(done)
  }

  #branchLogical(cond: Logical, when: boolean, to: Label): void {
    // `a && b` is false as soon as one is false; `a || b` is true as soon as one is true.
    if (when === (cond.op === '||')) {
      this.branch(cond.left, when, to)
      this.branch(cond.right, when, to)
      return
    }
    const skip = this.out.label()
    this.branch(cond.left, !when, skip)
    this.branch(cond.right, when, to)
    this.out.place(skip)
  }

  #assign(expr: Assign): Expr {
    if (expr.value.kind === 'call' || !this.purity.isComplexLValue(expr.target)) {
      const target = this.lvalue(expr.target)
      const first = expr.value.kind === 'call' || this.purity.lvalueHasEffects(expr.target)
      return { ...expr, target: first ? this.#stabilise(target) : target, value: this.value(expr.value) }
    }
    const value = this.value(expr.value)
    const kept = isPlainLocal(value) ? value : this.out.spill(value)
    return { ...expr, value: kept, target: this.lvalue(expr.target) }
  }

  #assignRecord(expr: Assign): LValue {
    const value = this.record(expr.value)
    const from = this.purity.isComplexLValue(expr.target) ? this.#stabilise(value) : value
    const to = this.lvalue(expr.target)
    const kept = this.purity.lvalueHasEffects(expr.target) ? this.#stabilise(to) : to
    this.out.push({ op: 'copy', to: kept, from, size: sizeOf(expr.type) })
    return kept
  }

  #update(expr: Update): Expr {
    if (this.purity.isComplexLValue(expr.target) && this.purity.isComplex(expr.value))
      return this.#update({ ...expr, value: this.#operandFirst(expr.value) })
    const target = this.lvalue(expr.target)
    const kept = this.purity.isComplex(expr.value) ? this.#stabilise(target) : target
    return { ...expr, target: kept, value: this.value(expr.value) }
  }

  /** `*f() += g()`: gcc calls g first. The operand beside the old value is computed now. */
  #operandFirst(value: Expr): Expr {
    if (value.kind === 'convert') return { ...value, operand: this.#operandFirst(value.operand) }
    if (value.kind === 'arith' && mentionsOld(value.left))
      return { ...value, left: this.#operandFirst(value.left), right: this.out.spill(this.value(value.right)) }
    if (value.kind === 'ptradd' && mentionsOld(value.pointer))
      return { ...value, index: this.out.spill(this.value(value.index)) }
    return value
  }

  #call(call: Call, result?: LocalVar): void {
    if (isRecord(call.type) && !result) return this.#call(call, this.out.temporary(call.type))
    const first = result ? 1 : 0
    const target = this.#target(call)
    refuse(call, target, first + call.args.length)
    const late: { slot: number; expr: Expr }[] = []
    for (let i = call.args.length - 1; i >= 0; i--) {
      const before = call.args.slice(0, i)
      const expr = this.#argumentLater(this.#argument(call.args[i], i >= call.signature.params.length, before), before)
      if (isPlainLocal(expr) && before.some((arg) => this.purity.hasEffects(arg))) late.push({ slot: first + i, expr })
      else if (before.some((arg) => this.purity.isComplex(arg)))
        late.push({ slot: first + i, expr: this.out.spill(expr) })
      else this.out.push({ op: 'argument', slot: first + i, expr })
    }
    for (const argument of late) this.out.push({ op: 'argument', ...argument })
    if (result) this.out.push({ op: 'argument', slot: 0, expr: addressOf(object(result)) })
    const back = this.out.label()
    back.point = true
    this.out.push({ op: 'call', target, slots: first + call.args.length, back })
    this.out.place(back)
  }

  #argumentLater(arg: Expr, before: readonly Expr[]): Expr {
    const later = before.some((other) => this.purity.hasEffects(other)) ? laterRead(arg) : undefined
    if (later) this.out.push({ op: 'effect', expr: arg })
    return later ?? arg
  }

  #target(call: Call): CallTarget {
    const { callee } = call
    if (callee.kind === 'function') return { kind: callee.body ? 'program' : 'libc', symbol: callee }
    if (callee.kind === 'funcaddr') return { kind: callee.symbol.body ? 'program' : 'libc', symbol: callee.symbol }
    const pointer = this.value(callee)
    const stays = !call.args.some((arg) => this.purity.hasEffects(arg)) && !this.purity.isComplex(callee)
    return { kind: 'pointer', pointer: stays ? pointer : this.out.spill(pointer) }
  }

  /** Structs travel as a pointer to them; the callee copies at its entry, before anything can change them. */
  #argument(arg: Expr, variable: boolean, before: readonly Expr[]): Expr {
    if (!isRecord(arg.type)) return this.value(arg)
    const from = this.record(arg)
    if (!variable && !before.some((other) => this.purity.hasEffects(other))) return addressOf(from)
    return addressOf(object(this.#copied(from, arg.type)))
  }
  #copied(from: LValue, type: CType): LocalVar {
    const copy = this.out.temporary(type)
    this.out.push({ op: 'copy', to: object(copy), from, size: sizeOf(type) })
    return copy
  }
}

function refuse(call: Call, target: CallTarget, slots: number): void {
  if (slots > ARG_SLOTS) throw new Refusal('too-many-arguments', `a call with ${call.args.length} arguments`, call.span)
  // A library unit is code like the program's; the host has registers only.
  if (target.kind === 'libc' && isRecord(call.type) && !unitOf(target.symbol.name))
    throw new Refusal('libc-struct', `‘${target.symbol.name}’ returns a struct`, call.span)
}

/** `*p;` alone still reads: it is how programs touch a page (the typed tree does not know `volatile`). */
function isRead(expr: Expr): boolean {
  if (expr.kind === 'convert') return expr.type.kind === 'void' && isRead(expr.operand)
  return expr.kind === 'load' && !isRecord(expr.type)
}

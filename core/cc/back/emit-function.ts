/**
 * Writes one C function as one WebAssembly function (code point) -> status. Its body is a loop around nested blocks,
 * one for each place in the function:
 *
 *   loop
 *     block block block
 *       br_table (pc - first code point)      enter at any code point
 *     end   code after place 0
 *     end   code after place 1
 *     end   ...
 *   end
 *
 * Forward jumps leave the right number of blocks; backward jumps set pc and go round the loop. Nothing but the frame
 * pointer and the frame window lives in locals, so the function can be left and entered again at every code point.
 */
import { unreachable } from '../../base/index.js'
import type { Expr, FunctionSymbol, LocalVar } from '../ast.js'
import { CODE_POINT_BYTES, RunStatus } from '../program.js'
import type { CType } from '../types.js'
import { REG_ARGC, REG_ARGS, REG_BP, REG_CALL, REG_FUEL, REG_PC, REG_RET, REG_SP } from '../../kernel/uapi/index.js'
import { accessOf, I64_ACCESS, isRecord, isUnsigned, sizeOf, VOID_POINTER, wasmType } from './ctype.js'
import { ExpressionEmitter } from './emit-expression.js'
import { type Frame, layoutFrame } from './frame.js'
import type { CallTarget, Label, LoweredFunction, Operation } from './ir.js'
import { MemoryAccess } from './memory.js'
import { Op } from './opcodes.js'
import { object } from './operations.js'
import type { StaticAddresses } from './place.js'
import { Purity } from './purity.js'
import { CONTINUE, type Runtime } from './runtime.js'
import type { FunctionBuilder } from './wasm.js'

/** What a function needs to know about the program it is part of. */
export interface ProgramContext {
  readonly runtime: Runtime
  readonly statics: StaticAddresses
  readonly textBase: number
  entryOf(symbol: FunctionSymbol): Label
  /** Entry of a libc function that is linked as a library unit; undefined for those the host serves. */
  libraryEntry(name: string): Label | undefined
  /** Call index of a libc function (REG_CALL). */
  libcIndex(symbol: FunctionSymbol): number
  /** Global that holds the address of an external object, or of a libc function. */
  externalObject(name: string): number
  externalFunction(name: string): number
}

export function emitFunction(f: FunctionBuilder, lowered: LoweredFunction, program: ProgramContext): void {
  new FunctionEmitter(f, lowered, program).run()
}

const PC = 0 // the parameter

class FunctionEmitter {
  readonly #frame: Frame
  readonly #memory: MemoryAccess
  readonly #expressions: ExpressionEmitter
  readonly #runtime: Runtime
  /** Block depth of each place. */
  readonly #depths = new Map<Label, number>()
  #top = 0

  constructor(
    private readonly f: FunctionBuilder,
    private readonly lowered: LoweredFunction,
    private readonly program: ProgramContext,
  ) {
    this.#runtime = program.runtime
    this.#frame = layoutFrame(lowered.objects)
    this.#memory = new MemoryAccess(f, this.#runtime, this.#frame, (name) => program.externalObject(name))
    this.#expressions = new ExpressionEmitter({
      f,
      runtime: this.#runtime,
      memory: this.#memory,
      frame: this.#frame,
      purity: new Purity(),
      statics: program.statics,
      functionAddress: (symbol) => this.#functionAddress(symbol),
      variableArguments: () => this.#variableArguments(),
    })
  }

  run(): void {
    const { f } = this
    f.i32(0).memory(Op.i64Load, REG_BP).set(this.#memory.bp)
    this.#memory.refresh()
    const labels = this.#placedLabels()
    this.#top = f.depth
    f.loop()
    for (const label of labels.toReversed()) {
      this.#depths.set(label, f.depth)
      f.block()
    }
    this.#dispatch(labels)
    f.end()
    this.#prologue()
    for (const operation of this.lowered.operations) this.#operation(operation)
    f.end().op(Op.unreachable)
  }

  #placedLabels(): readonly Label[] {
    const placed = this.lowered.operations.flatMap((o) => (o.op === 'label' || o.op === 'statement' ? [o.label] : []))
    return [this.lowered.entry, ...placed]
  }

  #dispatch(labels: readonly Label[]): void {
    const points = labels.filter((label) => label.point).map((label) => this.#depthOf(label))
    this.f.get(PC).i32(this.lowered.entry.codePoint).op(Op.i32Sub)
    this.f.branchTable(points, this.#depthOf(this.lowered.entry))
  }

  #depthOf(label: Label): number {
    const depth = this.#depths.get(label)
    if (depth === undefined) throw new Error('a jump to a label that was never placed')
    return depth
  }

  #operation(operation: Operation): void {
    const { f } = this
    switch (operation.op) {
      case 'label':
        f.end()
        return this.#passed(operation.label)
      case 'statement':
        f.end()
        this.#passed(operation.label)
        return this.#takeFuel(operation.label.codePoint)
      case 'effect':
        return this.#expressions.effect(operation.expr)
      case 'jump':
        return this.#jump(operation.to)
      case 'branch':
        return this.#branch(operation.cond, operation.when, operation.to)
      case 'switch':
        return this.#switch(operation)
      case 'argument':
        return this.#toRegister(REG_ARGS + 8 * operation.slot, operation.expr, true)
      case 'call':
        return this.#call(operation.target, operation.slots, operation.back)
      case 'copy':
        this.#expressions.address(operation.to)
        this.#expressions.address(operation.from)
        f.i32(operation.size).call(this.#runtime.copy)
        return this.#memory.refresh()
      case 'zero':
        return this.#zero(operation.object, operation.size)
      case 'result':
        return this.#toRegister(REG_RET, operation.expr, false)
      case 'leave':
        f.call(this.#runtime.leave).op(Op.return)
        return
      default:
        return unreachable(operation)
    }
  }

  /** From here on the label lies behind. */
  #passed(label: Label): void {
    this.#depths.set(label, -1)
  }

  #takeFuel(codePoint: number): void {
    const { f } = this
    const fuel = f.scratch('i32')
    f.i32(0).i32(codePoint).memory(Op.i32Store, REG_PC)
    f.i32(0).memory(Op.i32Load, REG_FUEL).tee(fuel).i32(0).op(Op.i32LeS)
    f.if().i32(RunStatus.Budget).op(Op.return).end()
    f.i32(0).get(fuel).i32(1).op(Op.i32Sub).memory(Op.i32Store, REG_FUEL)
    f.release('i32', fuel)
  }

  #jump(to: Label): void {
    const depth = this.#depthOf(to)
    if (depth >= 0) this.f.branch(Op.br, depth)
    else this.f.i32(to.codePoint).set(PC).branch(Op.br, this.#top)
  }

  #branch(cond: Expr, when: boolean, to: Label): void {
    const { f } = this
    this.#expressions.condition(cond, when)
    const depth = this.#depthOf(to)
    if (depth >= 0) f.branch(Op.brIf, depth)
    else {
      f.if()
      this.#jump(to)
      f.end()
    }
  }

  #switch(operation: Extract<Operation, { op: 'switch' }>): void {
    const { f } = this
    const type = wasmType(operation.value.type)
    this.#expressions.value(operation.value)
    const table = denseTable(operation.cases, operation.otherwise)
    if (table && type === 'i32') {
      f.i32(Number(BigInt.asIntN(32, table.first))).op(Op.i32Sub)
      const depths = table.targets.map((label) => this.#depthOf(label))
      return void f.branchTable(depths, this.#depthOf(operation.otherwise))
    }
    const value = f.scratch(type)
    f.set(value)
    for (const { value: constant, to } of operation.cases) {
      f.get(value)
      if (type === 'i64') f.i64(constant).op(Op.i64Eq)
      else f.i32(Number(BigInt.asIntN(32, constant))).op(Op.i32Eq)
      f.branch(Op.brIf, this.#depthOf(to))
    }
    f.release(type, value)
    this.#jump(operation.otherwise)
  }

  /** Registers hold 64 bits: integers extended by their type; arguments of type float as double, as for `...`. */
  #toRegister(offset: number, expr: Expr, isArgument: boolean): void {
    const { f } = this
    f.i32(0)
    this.#expressions.value(expr)
    const type = wasmType(expr.type)
    if (type === 'f32' && isArgument) f.op(Op.f64PromoteF32)
    if (type === 'i32') f.op(isUnsigned(expr.type) ? Op.i64ExtendI32U : Op.i64ExtendI32S)
    if (type === 'f32' && !isArgument) f.memory(Op.f32Store, offset)
    else f.memory(type === 'f32' || type === 'f64' ? Op.f64Store : Op.i64Store, offset)
  }

  #call(target: CallTarget, slots: number, back: Label): void {
    const { f } = this
    f.i32(0).i32(slots).memory(Op.i32Store, REG_ARGC)
    if (target.kind === 'pointer') {
      this.#expressions.value(target.pointer)
      f.i32(back.codePoint).call(this.#runtime.callPointer)
    } else this.#callFunction(target.symbol, back)
    f.op(Op.return)
  }

  /** Code calls code; what the host serves is asked for. */
  #callFunction(symbol: FunctionSymbol, back: Label): void {
    const { f, program } = this
    const entry = symbol.body ? program.entryOf(symbol) : program.libraryEntry(symbol.name)
    if (entry) {
      f.i32(back.codePoint).call(this.#runtime.pushReturn)
      f.i32(0).i32(entry.codePoint).memory(Op.i32Store, REG_PC)
      f.i32(CONTINUE)
      return
    }
    f.i32(0).i32(program.libcIndex(symbol)).memory(Op.i32Store, REG_CALL)
    f.i32(0).i32(back.codePoint).memory(Op.i32Store, REG_PC)
    f.i32(RunStatus.LibCall)
  }

  #zero(variable: LocalVar, size: number): void {
    const { f } = this
    const at = this.#frame.offsets.get(variable) ?? 0
    if (size <= 64 && size % 8 === 0) {
      const zero = f.scratch('i64')
      f.i64(0).set(zero)
      for (let i = 0; i < size; i += 8) this.#memory.store({ at: 'frame', offset: at + i }, I64_ACCESS, zero)
      f.release('i64', zero)
      return
    }
    this.#memory.address({ at: 'frame', offset: at })
    f.i32(size).call(this.#runtime.zero)
    this.#memory.refresh()
  }

  /** push rbp; mov rsp, rbp; sub; then the arguments are stored to their places, as gcc -O0 does. */
  #prologue(): void {
    const { f, lowered } = this
    const { type } = lowered.symbol
    f.i32(this.#frame.size)
    if (type.variadic)
      f.i32(0).memory(Op.i32Load, REG_ARGC).i32(8).op(Op.i32Mul).i32(15).op(Op.i32Add).i32(-16).op(Op.i32And)
    else f.i32(0)
    f.call(this.#runtime.enter)
    f.i32(0).memory(Op.i64Load, REG_BP).set(this.#memory.bp)
    this.#memory.refresh()
    if (type.variadic) this.#saveSlots()
    const first = lowered.hiddenResult ? 1 : 0
    if (lowered.hiddenResult) this.#parameter(lowered.hiddenResult, 0)
    lowered.symbol.body?.params.forEach((param, i) => this.#parameter(param, first + i))
  }

  #parameter(param: LocalVar, slot: number): void {
    const { f } = this
    if (isRecord(param.type)) return this.#recordParameter(param, slot)
    const local = f.scratch(wasmType(param.type))
    this.#slot(slot, param.type)
    f.set(local)
    this.#expressions.store(object(param), local)
    f.release(wasmType(param.type), local)
  }

  #recordParameter(param: LocalVar, slot: number): void {
    this.#expressions.address(object(param))
    this.#slot(slot, VOID_POINTER)
    this.f.i32(sizeOf(param.type)).call(this.#runtime.copy)
    this.#memory.refresh()
  }

  #slot(slot: number, type: CType): void {
    const offset = REG_ARGS + 8 * slot
    const isFloat = type.kind === 'float' && type.bits === 32
    if (isFloat) this.f.i32(0).memory(Op.f64Load, offset).op(Op.f32DemoteF64)
    else this.#memory.load({ at: 'register', offset }, accessOf(type))
  }

  /** Stores all argument slots below the frame, where va_start finds them. */
  #saveSlots(): void {
    const { f } = this
    const i = f.scratch('i32')
    f.i32(0).set(i)
    const out = f.depth
    f.block()
    const top = f.depth
    f.loop()
    f.get(i).i32(0).memory(Op.i32Load, REG_ARGC).op(Op.i32GeS).branch(Op.brIf, out)
    f.i32(0).memory(Op.i64Load, REG_SP).get(i).i32(8).op(Op.i32Mul, Op.i64ExtendI32U, Op.i64Add).i32(8)
    f.get(i).i32(8).op(Op.i32Mul).memory(Op.i64Load, REG_ARGS).call(this.#runtime.store)
    f.get(i).i32(1).op(Op.i32Add).set(i).branch(Op.br, top)
    f.end().end()
    this.#memory.refresh()
    f.release('i32', i)
  }

  #variableArguments(): void {
    const named = this.lowered.symbol.type.params.length + (this.lowered.hiddenResult ? 1 : 0)
    this.f
      .i32(0)
      .memory(Op.i64Load, REG_SP)
      .i64(8 * named)
      .op(Op.i64Add)
  }

  #functionAddress(symbol: FunctionSymbol): void {
    const { f, program } = this
    if (!symbol.body) return void f.global(program.externalFunction(symbol.name))
    const { codePoint } = program.entryOf(symbol)
    const { library } = this.#runtime
    if (library && codePoint >= library.firstPoint) {
      const offset = (codePoint - library.firstPoint) * CODE_POINT_BYTES
      return void f.global(library.global).i64(offset).op(Op.i64Add)
    }
    const address = program.textBase + codePoint * CODE_POINT_BYTES
    f.global(this.#runtime.biasGlobal).i64(address).op(Op.i64Add)
  }
}

type Case = { readonly value: bigint; readonly to: Label }

/** Cases as a table when at least about a quarter of it is used. */
function denseTable(
  cases: readonly Case[],
  otherwise: Label,
): { readonly first: bigint; readonly targets: readonly Label[] } | undefined {
  if (cases.length < 3) return undefined
  const values = cases.map((c) => c.value)
  const first = values.reduce((a, b) => (a < b ? a : b))
  const last = values.reduce((a, b) => (a > b ? a : b))
  if (last - first > BigInt(cases.length * 4 + 8)) return undefined
  const targets = Array.from({ length: Number(last - first) + 1 }, () => otherwise)
  for (const c of cases) targets[Number(c.value - first)] = c.to
  return { first, targets }
}

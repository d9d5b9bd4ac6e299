/**
 * Writes WebAssembly for expressions without calls (see lower-expression.ts). A value is left on the operand stack:
 * narrow integers extended to 32 bits, pointers as i64.
 */
import { unreachable } from '../../base/index.js'
import type {
  Arithmetic,
  Assign,
  Compare,
  Conditional,
  Expr,
  FunctionSymbol,
  Logical,
  LValue,
  PointerAdd,
  PointerDiff,
  Unary,
  Update,
  VaArg,
} from '../ast.js'
import { RunStatus } from '../program.js'
import type { CType } from '../types.js'
import { writeConvert, writeTruth } from './convert.js'
import { accessOf, I64_ACCESS, isAggregate, isBool, isUnsigned, wasmType } from './ctype.js'
import type { Frame } from './frame.js'
import type { MemoryAccess } from './memory.js'
import { Op, type WasmType } from './opcodes.js'
import { arithmeticOp, compareOp, OPPOSITE } from './operators.js'
import { type Bits, bitsOf, type Place, placeOf, type StaticAddresses } from './place.js'
import { isConstant, isPlainLocal, isReadLate, laterRead, type Purity } from './purity.js'
import type { Runtime } from './runtime.js'
import type { FunctionBuilder } from './wasm.js'

/** What expressions need to know about the function and the program they are in. */
export interface ExpressionContext {
  readonly f: FunctionBuilder
  readonly runtime: Runtime
  readonly memory: MemoryAccess
  readonly frame: Frame
  readonly purity: Purity
  readonly statics: StaticAddresses
  /** Pushes the text address of a function. */
  functionAddress(symbol: FunctionSymbol): void
  /** Pushes the address of the saved slot of the first variable argument. */
  variableArguments(): void
}

export class ExpressionEmitter {
  readonly #f: FunctionBuilder
  /** Locals that hold the old values of the updates being written, innermost last. */
  readonly #old: number[] = []

  constructor(private readonly context: ExpressionContext) {
    this.#f = context.f
  }

  effect(expr: Expr): void {
    switch (expr.kind) {
      case 'assign':
        return this.#assign(expr, false)
      case 'update':
        return this.#update(expr, false)
      case 'comma':
        this.effect(expr.left)
        return this.effect(expr.right)
      case 'convert':
        return this.effect(expr.operand)
      default:
        this.value(expr)
        if (expr.type.kind !== 'void') this.#f.op(Op.drop)
    }
  }

  value(expr: Expr): void {
    const f = this.#f
    switch (expr.kind) {
      case 'int':
        return this.#integer(expr.value, wasmType(expr.type))
      case 'float':
        if (wasmType(expr.type) === 'f32') f.f32(expr.value)
        else f.f64(expr.value)
        return
      case 'load':
        return this.#load(expr.from, expr.type)
      case 'addr':
        return this.address(expr.of)
      case 'funcaddr':
        return this.context.functionAddress(expr.symbol)
      case 'arith':
        return this.#arithmetic(expr)
      case 'ptradd':
        return this.#pointerAdd(expr)
      case 'ptrdiff':
        return this.#pointerDiff(expr)
      case 'compare':
        return this.#compare(expr, expr.op)
      case 'unary':
        return this.#unary(expr)
      case 'not':
        if (expr.operand.kind === 'not') return this.#truth(expr.operand.operand)
        return this.condition(expr.operand, false)
      case 'logical':
        return this.#logical(expr)
      case 'cond':
        return this.#conditional(expr)
      case 'comma':
        this.effect(expr.left)
        return this.value(expr.right)
      case 'convert':
        return this.#convert(expr.operand, expr.type)
      case 'assign':
        return this.#assign(expr, true)
      case 'update':
        return this.#update(expr, true)
      case 'old':
        f.get(this.#oldValue())
        return
      case 'va_start':
        return this.#vaStart(expr.list)
      case 'va_arg':
        return this.#vaArg(expr)
      case 'call':
        throw new Error('calls are lowered before')
      default:
        return unreachable(expr)
    }
  }

  /** Pushes an i32 that is not zero exactly when the condition is `when`. */
  condition(expr: Expr, when: boolean): void {
    if (expr.kind === 'not') return this.condition(expr.operand, !when)
    if (expr.kind === 'compare' && (when || wasmType(expr.left.type).startsWith('i')))
      return this.#compare(expr, when ? expr.op : OPPOSITE[expr.op])
    this.value(expr)
    const type = wasmType(expr.type)
    if (!when && type === 'i32') this.#f.op(Op.i32Eqz)
    else if (!when && type === 'i64') this.#f.op(Op.i64Eqz)
    else if (type !== 'i32') {
      writeTruth(this.#f, type)
      if (!when) this.#f.op(Op.i32Eqz)
    }
  }

  /** Pushes the address of an object in guest memory. */
  address(lvalue: LValue): void {
    const place = this.#place(lvalue)
    if (place.at !== 'pointer') return this.context.memory.address(place)
    this.value(place.pointer)
    if (place.offset !== 0) this.#f.i64(place.offset).op(Op.i64Add)
  }

  /** Stores the value held in a local into a variable. */
  store(lvalue: LValue, local: number): void {
    this.#withPlace(lvalue, (place) => this.context.memory.store(place, accessOf(lvalue.type), local))
  }

  #place(lvalue: LValue): Place {
    return placeOf(lvalue, this.context.frame, this.context.statics)
  }

  /** Computes the address once; `use` may then load and store through the place. */
  #withPlace(lvalue: LValue, use: (place: Place) => void): void {
    const place = this.#place(lvalue)
    if (place.at !== 'pointer') return use(place)
    const local = this.#f.scratch('i64')
    this.value(place.pointer)
    this.#f.set(local)
    use({ at: 'local', local, offset: place.offset })
    this.#f.release('i64', local)
  }

  #withLocal(type: WasmType, use: (local: number) => void): void {
    const local = this.#f.scratch(type)
    use(local)
    this.#f.release(type, local)
  }

  #integer(value: bigint, type: WasmType): void {
    if (type === 'i64') this.#f.i64(value)
    else this.#f.i32(Number(BigInt.asIntN(32, value)))
  }

  #load(from: LValue, type: CType): void {
    if (isAggregate(type)) throw new Error('aggregates have no value')
    this.#withPlace(from, (place) => this.#loadPlace(place, type, bitsOf(from)))
  }

  #loadPlace(place: Place, type: CType, bits: Bits): void {
    const access = accessOf(type)
    this.context.memory.load(place, access)
    if (bits) this.#extract(type, access.value, bits)
  }

  /** Cuts a bit-field out of its storage unit, extended by its sign. */
  #extract(type: CType, carrier: WasmType, bits: NonNullable<Bits>): void {
    const total = carrier === 'i64' ? 64 : 32
    this.#integer(BigInt(total - bits.width - bits.offset), carrier)
    this.#f.op(arithmeticOp('<<', carrier, false))
    this.#integer(BigInt(total - bits.width), carrier)
    this.#f.op(arithmeticOp('>>', carrier, isUnsigned(type)))
  }

  /** Stores a local; for a bit-field the rest of its storage unit stays, and the local becomes what was stored. */
  #storePlace(place: Place, type: CType, bits: Bits, local: number): void {
    const access = accessOf(type)
    if (!bits) return this.context.memory.store(place, access, local)
    const mask = ((1n << BigInt(bits.width)) - 1n) << BigInt(bits.offset)
    this.#withLocal(access.value, (unit) => {
      this.context.memory.load(place, access)
      this.#integer(~mask, access.value)
      this.#f.op(arithmeticOp('&', access.value, false)).get(local)
      this.#integer(BigInt(bits.offset), access.value)
      this.#f.op(arithmeticOp('<<', access.value, false))
      this.#integer(mask, access.value)
      this.#f.op(arithmeticOp('&', access.value, false), arithmeticOp('|', access.value, false)).set(unit)
      this.context.memory.store(place, access, unit)
      this.#f.get(unit)
      this.#extract(type, access.value, bits)
      this.#f.set(local)
    })
  }

  #assign(expr: Assign, yields: boolean): void {
    const { target, value } = expr
    if (isAggregate(expr.type)) throw new Error('aggregate assignments are lowered before')
    this.#withLocal(wasmType(expr.type), (local) => {
      // The value first, as gcc does, unless it is a variable that the address computation may still change.
      const late = isPlainLocal(value) && this.context.purity.lvalueHasEffects(target)
      if (!late) {
        this.value(value)
        this.#f.set(local)
      }
      this.#withPlace(target, (place) => {
        if (late) {
          this.value(value)
          this.#f.set(local)
        }
        this.#storePlace(place, expr.type, bitsOf(target), local)
      })
      if (yields) this.#f.get(local)
    })
  }

  #update(expr: Update, yields: boolean): void {
    const type = wasmType(expr.type)
    this.#withLocal(type, (old) => {
      this.#withLocal(type, (next) => {
        this.#withPlace(expr.target, (place) => {
          this.#loadPlace(place, expr.type, bitsOf(expr.target))
          this.#f.set(old)
          this.#old.push(old)
          this.value(expr.value)
          this.#old.pop()
          this.#f.set(next)
          this.#storePlace(place, expr.type, bitsOf(expr.target), next)
        })
        if (yields) this.#f.get(expr.yieldsOld ? old : next)
      })
    })
  }

  #oldValue(): number {
    const local = this.#old.at(-1)
    if (local === undefined) throw new Error('an old value outside an update')
    return local
  }

  /** Pushes both operands; a left one that gcc reads late is read after the right one's side effects. */
  #operands(left: Expr, right: Expr, operator: string): void {
    const isPlain = isConstant(left) || !this.context.purity.hasEffects(right)
    const later = isPlain ? undefined : laterRead(left)
    if (later) {
      this.effect(left)
      return this.#operands(later, right, operator)
    }
    if (isPlain || !isReadLate(left, operator)) {
      this.value(left)
      return this.value(right)
    }
    const type = wasmType(right.type)
    this.#withLocal(type, (local) => {
      this.value(right)
      this.#f.set(local)
      this.value(left)
      this.#f.get(local)
    })
  }

  #arithmetic(expr: Arithmetic): void {
    const type = wasmType(expr.type)
    const unsigned = isUnsigned(expr.type)
    const isShift = expr.op === '<<' || expr.op === '>>'
    this.#operands(expr.left, isShift ? shiftCount(expr.right, expr.type) : expr.right, expr.op)
    const isDivision = (expr.op === '/' || expr.op === '%') && expr.type.kind !== 'float'
    if (isDivision && !isSafeDivisor(expr.right)) this.#checkDivision(type as 'i32' | 'i64', unsigned)
    this.#f.op(arithmeticOp(expr.op, type, unsigned))
  }

  /** Where x86's div raises #DE, the program ends with SIGFPE: zero, and the one quotient that does not fit. */
  #checkDivision(type: 'i32' | 'i64', unsigned: boolean): void {
    const f = this.#f
    const [eq, eqz] = type === 'i32' ? [Op.i32Eq, Op.i32Eqz] : [Op.i64Eq, Op.i64Eqz]
    this.#withLocal(type, (divisor) =>
      this.#withLocal(type, (dividend) => {
        f.set(divisor).tee(dividend).get(divisor)
        f.get(divisor).op(eqz)
        if (!unsigned) {
          f.get(divisor)
          this.#integer(-1n, type)
          f.op(eq).get(dividend)
          this.#integer(type === 'i32' ? -(2n ** 31n) : -(2n ** 63n), type)
          f.op(eq, Op.i32And, Op.i32Or)
        }
        f.if().i32(RunStatus.DivideError).op(Op.return).end()
      }),
    )
  }

  #pointerAdd(expr: PointerAdd): void {
    this.#operands(expr.pointer, scaled(expr), expr.subtract ? '-' : '+')
    this.#f.op(expr.subtract ? Op.i64Sub : Op.i64Add)
  }

  #pointerDiff(expr: PointerDiff): void {
    this.#operands(expr.left, expr.right, '-')
    this.#f.op(Op.i64Sub)
    if (expr.scale !== 1) this.#f.i64(expr.scale).op(Op.i64DivS)
  }

  #compare(expr: Compare, op: Compare['op']): void {
    this.#operands(expr.left, expr.right, op)
    this.#f.op(compareOp(op, wasmType(expr.left.type), isUnsigned(expr.left.type)))
  }

  #unary(expr: Unary): void {
    const type = wasmType(expr.type)
    if (expr.type.kind === 'float') {
      this.value(expr.operand)
      this.#f.op(type === 'f32' ? Op.f32Neg : Op.f64Neg)
    } else if (expr.op === '-') {
      this.#integer(0n, type)
      this.value(expr.operand)
      this.#f.op(arithmeticOp('-', type, false))
    } else {
      this.value(expr.operand)
      this.#integer(-1n, type)
      this.#f.op(arithmeticOp('^', type, false))
    }
  }

  #logical(expr: Logical): void {
    const f = this.#f
    this.condition(expr.left, true)
    f.if('i32')
    if (expr.op === '&&') this.#truth(expr.right)
    else f.i32(1)
    f.else()
    if (expr.op === '&&') f.i32(0)
    else this.#truth(expr.right)
    f.end()
  }

  #truth(expr: Expr): void {
    this.value(expr)
    writeTruth(this.#f, wasmType(expr.type))
  }

  #conditional(expr: Conditional): void {
    const isVoid = expr.type.kind === 'void'
    const write = (branch: Expr): void => (isVoid ? this.effect(branch) : this.value(branch))
    this.condition(expr.cond, true)
    this.#f.if(isVoid ? undefined : wasmType(expr.type))
    write(expr.then)
    this.#f.else()
    write(expr.else)
    this.#f.end()
  }

  #convert(operand: Expr, to: CType): void {
    if (to.kind === 'void') return this.effect(operand)
    const constant = operand.kind === 'int' && to.kind !== 'float' && !isBool(to)
    if (constant && wasmType(to) === 'i64') return this.#integer(operand.value, 'i64')
    this.value(operand)
    writeConvert(this.#f, this.context.runtime, operand.type, to)
  }

  #vaStart(list: LValue): void {
    this.#withLocal('i64', (local) => {
      this.context.variableArguments()
      this.#f.set(local)
      this.store(list, local)
    })
  }

  /** Reads the next slot and moves the list on. A float has travelled as a double, a struct as a pointer. */
  #vaArg(expr: VaArg): void {
    this.#withLocal('i64', (slot) => {
      this.#withPlace(expr.list, (place) => {
        this.context.memory.load(place, I64_ACCESS)
        this.#f.tee(slot).i64(8).op(Op.i64Add)
        this.#withLocal('i64', (next) => {
          this.#f.set(next)
          this.context.memory.store(place, I64_ACCESS, next)
        })
      })
      this.context.memory.load({ at: 'local', local: slot, offset: 0 }, accessOf(expr.type))
    })
  }
}

/** x86 uses the low 5 or 6 bits of the count, as WebAssembly does; the count only has to have the operand's width. */
function shiftCount(count: Expr, type: CType): Expr {
  return wasmType(count.type) === wasmType(type) ? count : { kind: 'convert', operand: count, type, span: count.span }
}

/** Index times element size, folded when it is constant. */
function scaled(expr: PointerAdd): Expr {
  const { index, scale } = expr
  if (scale === 1) return index
  const constant = (value: bigint): Expr => ({ kind: 'int', value, type: index.type, span: index.span })
  if (index.kind === 'int') return constant(index.value * BigInt(scale))
  return { kind: 'arith', op: '*', left: index, right: constant(BigInt(scale)), type: index.type, span: index.span }
}

const isSafeDivisor = (expr: Expr): boolean =>
  (expr.kind === 'int' && expr.value !== 0n && expr.value !== -1n) ||
  (expr.kind === 'convert' && expr.type.kind === 'int' && isSafeDivisor(expr.operand) && isWidening(expr.operand))

const isWidening = (expr: Expr): boolean => expr.kind === 'int' && expr.value > 0n && expr.value < 0x8000_0000n

/**
 * The calling convention towards libc, seen from outside: reads the argument slots a program left in the register
 * block and puts the result where the program looks for it. A call that blocks is issued again by calling the libc
 * function once more with the same registers; only then does the program run on (REG_PC is already behind the call).
 */
import type { CallArgs, VarArgs } from '../../libc/abi.js'
import { REG_ARGC, REG_ARGS, REG_CALL, REG_RET } from '../../kernel/uapi/index.js'
import type { CompiledProgram } from '../program.js'
import type { CType } from '../types.js'
import { isUnsigned, sizeOf } from './ctype.js'

/** A view that follows the memory when it grows. */
class Registers {
  #view: DataView

  constructor(private readonly memory: WebAssembly.Memory) {
    this.#view = new DataView(memory.buffer)
  }
  get view(): DataView {
    if (this.#view.buffer !== this.memory.buffer) this.#view = new DataView(this.memory.buffer)
    return this.#view
  }
}

/** Arguments of the libc call the program stands at. The object can be kept: it always reads the current registers. */
export class RegisterArgs implements CallArgs {
  readonly #registers: Registers

  constructor(memory: WebAssembly.Memory) {
    this.#registers = new Registers(memory)
  }
  get count(): number {
    return this.#registers.view.getInt32(REG_ARGC, true)
  }
  i32(index: number): number {
    return this.#registers.view.getInt32(slot(index), true)
  }
  u32(index: number): number {
    return this.#registers.view.getUint32(slot(index), true)
  }
  i64(index: number): bigint {
    return this.#registers.view.getBigInt64(slot(index), true)
  }
  u64(index: number): bigint {
    return this.#registers.view.getBigUint64(slot(index), true)
  }
  ptr(index: number): number {
    const { view } = this.#registers
    return view.getUint32(slot(index) + 4, true) * 2 ** 32 + view.getUint32(slot(index), true)
  }
  f64(index: number): number {
    return this.#registers.view.getFloat64(slot(index), true)
  }
  /** Reader over the slots behind the named ones. */
  variable(named: number): VarArgs {
    let next = named
    return { i64: () => this.i64(next++), f64: () => this.f64(next++) }
  }
}

const slot = (index: number): number => REG_ARGS + 8 * index

/** One running program's side of its libc calls. */
export class LibcCall {
  readonly args: RegisterArgs

  constructor(
    private readonly program: Pick<CompiledProgram, 'libcCalls'>,
    private readonly cpu: { readonly memory: WebAssembly.Memory },
  ) {
    this.args = new RegisterArgs(cpu.memory)
  }
  /** Index into `program.libcCalls` of the call the program stands at. */
  get index(): number {
    return new DataView(this.cpu.memory.buffer).getInt32(REG_CALL, true)
  }
  /** Gives the program the result; it may run on. */
  finish(index: number, value: number | bigint | void): void {
    writeLibcResult(this.program, index, value, this.cpu.memory)
  }
  /** What main returned, when it did. */
  returnedInt(): number {
    return new DataView(this.cpu.memory.buffer).getInt32(REG_RET, true)
  }
}

/** Puts what a libc function returned into the return register, cut to its C type. */
export function writeLibcResult(
  program: Pick<CompiledProgram, 'libcCalls'>,
  callIndex: number,
  value: number | bigint | void,
  memory: WebAssembly.Memory,
): void {
  const call = program.libcCalls[callIndex]
  const view = new DataView(memory.buffer)
  if (call.returns === 'void' || value === undefined) return
  if (call.returns === 'double') view.setFloat64(REG_RET, Number(value), true)
  else if (call.returns === 'float') view.setFloat32(REG_RET, Number(value), true)
  else view.setBigInt64(REG_RET, toRegister(value, call.type), true)
}

function toRegister(value: number | bigint, type: CType): bigint {
  const wide = typeof value === 'bigint' ? value : BigInt(Math.trunc(value))
  const bits = sizeOf(type) * 8
  return isUnsigned(type) ? BigInt.asUintN(bits, wide) : BigInt.asIntN(bits, wide)
}

/**
 * The registers of the task that runs, as a libc function sees them while it serves a call: the instruction pointer is
 * the place the call returns to, and the stack and frame pointer are the caller's.
 */
import { REG_BP, REG_PC, REG_RET, REG_SP, SEGV_MAPERR, SIGSEGV, UserFault } from '../../kernel/uapi/index.js'
import { vaddr } from '../../base/index.js'
import type { UserRegisters } from '../../libc/abi.js'
import type { TextMap } from './text.js'

export class CpuRegisters implements UserRegisters {
  #view: DataView

  constructor(
    private readonly cpu: { readonly memory: WebAssembly.Memory },
    private readonly text: TextMap,
  ) {
    this.#view = new DataView(cpu.memory.buffer)
  }

  /** The buffer is another one after the memory grew. */
  get view(): DataView {
    if (this.#view.buffer !== this.cpu.memory.buffer) this.#view = new DataView(this.cpu.memory.buffer)
    return this.#view
  }
  get stackPointer(): number {
    return this.#get(REG_SP)
  }
  set stackPointer(address: number) {
    this.#set(REG_SP, address)
  }
  get framePointer(): number {
    return this.#get(REG_BP)
  }
  set framePointer(address: number) {
    this.#set(REG_BP, address)
  }
  get instructionPointer(): number {
    return this.text.addressOf(this.view.getInt32(REG_PC, true))
  }
  set instructionPointer(address: number) {
    const codePoint = this.text.codePointAt(address)
    if (codePoint === undefined) throw new UserFault(SIGSEGV, SEGV_MAPERR, vaddr(address), false)
    this.view.setInt32(REG_PC, codePoint, true)
  }
  set result(value: number) {
    this.#set(REG_RET, value)
  }

  #get(register: number): number {
    return Number(this.view.getBigUint64(register, true))
  }
  #set(register: number, value: number): void {
    this.view.setBigInt64(register, BigInt(value), true)
  }
}

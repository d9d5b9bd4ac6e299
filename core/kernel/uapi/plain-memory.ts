/**
 * User memory of which only whole bytes have to be given: every typed access is made of them, those of compiled code
 * too, for which the TLB never has anything. Short, not fast: for trying things out and for tests. The machine's own is
 * kernel/uaccess.ts.
 */
import { join32 } from '../../base/index.js'
import { REG_BOUNCE, TLB_BASE, TLB_ENTRIES, TLB_ENTRY_BYTES } from './cpu.js'
import type { UserMemory } from './memory.js'
import type { UserCpu } from './user-cpu.js'

export abstract class PlainMemory implements UserMemory, UserCpu {
  readonly memory: WebAssembly.Memory

  /** @param initial, maximum pages of 64 KiB of {@link memory} */
  constructor(initial = 1, maximum = initial) {
    this.memory = new WebAssembly.Memory({ initial, maximum })
    new Uint8Array(this.memory.buffer, TLB_BASE, TLB_ENTRIES * TLB_ENTRY_BYTES).fill(0xff)
  }

  loadMiss(addrLow: number, addrHigh: number, size: number): number {
    new Uint8Array(this.memory.buffer).set(this.readBytes(join32(addrLow, addrHigh), size), REG_BOUNCE)
    return REG_BOUNCE
  }
  storeMiss(addrLow: number, addrHigh: number, size: number, valueLow: number, valueHigh: number): void {
    const bytes = new Uint8Array(8)
    const view = new DataView(bytes.buffer)
    view.setInt32(0, valueLow, true)
    view.setInt32(4, valueHigh, true)
    this.writeBytes(join32(addrLow, addrHigh), bytes.subarray(0, size))
  }

  abstract readU8(addr: number): number
  abstract readBytes(addr: number, length: number): Uint8Array<ArrayBuffer>
  abstract writeBytes(addr: number, bytes: Uint8Array): void
  abstract fill(addr: number, byte: number, length: number): void

  private read(addr: number, size: number): DataView {
    return new DataView(this.readBytes(addr, size).buffer)
  }
  private write(addr: number, size: number, put: (view: DataView) => void): void {
    const bytes = new Uint8Array(size)
    put(new DataView(bytes.buffer))
    this.writeBytes(addr, bytes)
  }

  readU16(addr: number): number {
    return this.read(addr, 2).getUint16(0, true)
  }
  readI32(addr: number): number {
    return this.read(addr, 4).getInt32(0, true)
  }
  readU32(addr: number): number {
    return this.read(addr, 4).getUint32(0, true)
  }
  readU64(addr: number): bigint {
    return this.read(addr, 8).getBigUint64(0, true)
  }
  readPtr(addr: number, offset = 0): number {
    return Number(this.readU64(addr + offset))
  }
  readF32(addr: number): number {
    return this.read(addr, 4).getFloat32(0, true)
  }
  readF64(addr: number): number {
    return this.read(addr, 8).getFloat64(0, true)
  }

  writeU8(addr: number, value: number): void {
    this.write(addr, 1, (view) => view.setUint8(0, value))
  }
  writeU16(addr: number, value: number): void {
    this.write(addr, 2, (view) => view.setUint16(0, value, true))
  }
  writeU32(addr: number, value: number): void {
    this.write(addr, 4, (view) => view.setUint32(0, value, true))
  }
  writeU64(addr: number, value: bigint): void {
    this.write(addr, 8, (view) => view.setBigUint64(0, BigInt.asUintN(64, value), true))
  }
  writePtr(addr: number, value: number, offset = 0): void {
    this.writeU64(addr + offset, BigInt(value))
  }
  writeF32(addr: number, value: number): void {
    this.write(addr, 4, (view) => view.setFloat32(0, value, true))
  }
  writeF64(addr: number, value: number): void {
    this.write(addr, 8, (view) => view.setFloat64(0, value, true))
  }

  copy(to: number, from: number, length: number): void {
    this.writeBytes(to, this.readBytes(from, length))
  }
  stringLength(addr: number): number {
    let length = 0
    while (this.readU8(addr + length) !== 0) length++
    return length
  }
}

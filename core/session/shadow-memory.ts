/**
 * Memory for trying things out: reads the task's memory, keeps what is written to itself. Where a mapping has no page yet
 * it reads as zeros; where there is no mapping an access faults as the real one would.
 */
import { PAGE_SIZE, pageOf, vaddr } from '../base/index.js'
import { SEGV_MAPERR, SIGSEGV, UserFault, type UserMemory } from '../kernel/uapi/index.js'
import { vmaAt, type Mm } from '../mm/vma/index.js'
import type { MemoryPeek } from './peek.js'

export class ShadowMemory implements UserMemory {
  private readonly pages = new Map<number, Uint8Array<ArrayBuffer>>()

  /** @param mm the mappings there are; whoever tries things out changes them */
  constructor(
    private readonly real: MemoryPeek,
    private readonly mm: Mm,
  ) {}

  /** For inspectors. */
  readonly peek = (address: number): number | undefined => (vmaAt(this.mm, address) ? this.readU32(address) : undefined)

  private page(address: number, write: boolean): Uint8Array<ArrayBuffer> {
    if (!vmaAt(this.mm, address)) throw new UserFault(SIGSEGV, SEGV_MAPERR, vaddr(address), write)
    let page = this.pages.get(pageOf(address))
    if (!page) this.pages.set(pageOf(address), (page = this.real.page(address) ?? new Uint8Array(PAGE_SIZE)))
    return page
  }

  private read(address: number, size: number): DataView {
    const bytes = this.readBytes(address, size)
    return new DataView(bytes.buffer)
  }
  private write(address: number, size: number, put: (view: DataView) => void): void {
    const bytes = new Uint8Array(size)
    put(new DataView(bytes.buffer))
    this.writeBytes(address, bytes)
  }

  readU8(address: number): number {
    return this.page(address, false)[address % PAGE_SIZE]
  }
  readU16(address: number): number {
    return this.read(address, 2).getUint16(0, true)
  }
  readI32(address: number): number {
    return this.read(address, 4).getInt32(0, true)
  }
  readU32(address: number): number {
    return this.read(address, 4).getUint32(0, true)
  }
  readU64(address: number): bigint {
    return this.read(address, 8).getBigUint64(0, true)
  }
  readPtr(address: number, offset = 0): number {
    return Number(this.readU64(address + offset))
  }
  readonly words = new Int32Array(2)
  locate(address: number): number {
    this.words[0] = this.readI32(address)
    this.words[1] = this.readI32(address + 4)
    return 0
  }
  readF32(address: number): number {
    return this.read(address, 4).getFloat32(0, true)
  }
  readF64(address: number): number {
    return this.read(address, 8).getFloat64(0, true)
  }

  writeU8(address: number, value: number): void {
    this.page(address, true)[address % PAGE_SIZE] = value
  }
  writeU16(address: number, value: number): void {
    this.write(address, 2, (view) => view.setUint16(0, value, true))
  }
  writeU32(address: number, value: number): void {
    this.write(address, 4, (view) => view.setUint32(0, value, true))
  }
  writeU64(address: number, value: bigint): void {
    this.write(address, 8, (view) => view.setBigUint64(0, BigInt.asUintN(64, value), true))
  }
  writePtr(address: number, value: number, offset = 0): void {
    this.writeU64(address + offset, BigInt(value))
  }
  writeHalves(address: number, low: number, high: number): void {
    this.writeU64(address, (BigInt(high) << 32n) | BigInt(low >>> 0))
  }
  writeF32(address: number, value: number): void {
    this.write(address, 4, (view) => view.setFloat32(0, value, true))
  }
  writeF64(address: number, value: number): void {
    this.write(address, 8, (view) => view.setFloat64(0, value, true))
  }

  readBytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(length)
    this.eachPage(address, length, false, (bytes, done) => out.set(bytes, done))
    return out
  }
  writeBytes(address: number, bytes: Uint8Array): void {
    this.eachPage(address, bytes.length, true, (page, done) => page.set(bytes.subarray(done, done + page.length)))
  }
  fill(address: number, byte: number, length: number): void {
    this.eachPage(address, length, true, (page) => page.fill(byte))
  }
  private eachPage(start: number, length: number, write: boolean, visit: (bytes: Uint8Array, done: number) => void) {
    for (let done = 0; done < length;) {
      const offset = (start + done) % PAGE_SIZE
      const size = Math.min(length - done, PAGE_SIZE - offset)
      visit(this.page(start + done, write).subarray(offset, offset + size), done)
      done += size
    }
  }
  copy(to: number, from: number, length: number): void {
    this.writeBytes(to, this.readBytes(from, length))
  }
  stringLength(address: number): number {
    let length = 0
    while (this.readU8(address + length) !== 0) length++
    return length
  }
}

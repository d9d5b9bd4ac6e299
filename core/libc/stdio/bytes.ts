/** A run of bytes on its way out: the program's own memory, bytes made on the host, or one byte many times. */
import type { UserMemory } from '../../kernel/uapi/index.js'

export interface Bytes {
  readonly length: number
  at(mem: UserMemory, index: number): number
  lastIndexOf(mem: UserMemory, byte: number): number
  copyTo(mem: UserMemory, from: number, count: number, address: number): void
  /** Where the bytes lie, if they are in user memory. */
  userAddress(from: number): number | undefined
  /** Only for runs that have no user address. */
  hostBytes(from: number, count: number): Uint8Array
  /** All of it, as a copy on the host. */
  read(mem: UserMemory): Uint8Array
}

export class UserBytes implements Bytes {
  constructor(
    private readonly address: number,
    readonly length: number,
  ) {}
  at(mem: UserMemory, index: number): number {
    return mem.readU8(this.address + index)
  }
  lastIndexOf(mem: UserMemory, byte: number): number {
    return this.read(mem).lastIndexOf(byte)
  }
  copyTo(mem: UserMemory, from: number, count: number, address: number): void {
    mem.copy(address, this.address + from, count)
  }
  userAddress(from: number): number {
    return this.address + from
  }
  hostBytes(): Uint8Array {
    return new Uint8Array(0)
  }
  read(mem: UserMemory): Uint8Array {
    return mem.readBytes(this.address, this.length)
  }
}

export class HostBytes implements Bytes {
  constructor(private readonly bytes: Uint8Array) {}
  get length(): number {
    return this.bytes.length
  }
  at(_mem: UserMemory, index: number): number {
    return this.bytes[index]
  }
  lastIndexOf(_mem: UserMemory, byte: number): number {
    return this.bytes.lastIndexOf(byte)
  }
  copyTo(mem: UserMemory, from: number, count: number, address: number): void {
    mem.writeBytes(address, this.bytes.subarray(from, from + count))
  }
  userAddress(): undefined {
    return undefined
  }
  hostBytes(from: number, count: number): Uint8Array {
    return this.bytes.subarray(from, from + count)
  }
  read(): Uint8Array {
    return this.bytes
  }
}

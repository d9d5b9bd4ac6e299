import type { VAddr } from '../../base/index.js'

/**
 * User memory as the running task sees it. Every access goes through the page tables and may fault exactly as a
 * load or store of the program would; an access that the kernel refuses throws {@link UserFault}. All values are
 * little-endian; accesses may cross pages. `bigint` forms are for full 64-bit values.
 */
export interface UserMemory {
  readU8(addr: number): number
  readU16(addr: number): number
  readI32(addr: number): number
  readU32(addr: number): number
  readU64(addr: number): bigint
  /** A 64-bit value known to be an address or a size below 2^53; `offset` for a field of what is at the address. */
  readPtr(addr: number, offset?: number): number
  readF32(addr: number): number
  readF64(addr: number): number
  writeU8(addr: number, value: number): void
  writeU16(addr: number, value: number): void
  writeU32(addr: number, value: number): void
  writeU64(addr: number, value: bigint): void
  writePtr(addr: number, value: number, offset?: number): void
  writeF32(addr: number, value: number): void
  writeF64(addr: number, value: number): void
  /** A copy of the bytes. */
  readBytes(addr: number, length: number): Uint8Array
  writeBytes(addr: number, bytes: Uint8Array): void
  /** memset: fills without a buffer, page by page. */
  fill(addr: number, byte: number, length: number): void
  /** memmove: right for overlapping ranges, page by page. */
  copy(to: number, from: number, length: number): void
  /** strlen with a page-wise scan. */
  stringLength(addr: number): number
}

/** An access that ends in a signal: SIGSEGV (11) or SIGBUS (7), with si_code and the address. */
export class UserFault extends Error {
  override readonly name = 'UserFault'
  constructor(
    readonly signal: number,
    readonly code: number,
    readonly address: VAddr,
    readonly write: boolean,
  ) {
    super(`signal ${signal} at 0x${address.toString(16)}`)
  }
}

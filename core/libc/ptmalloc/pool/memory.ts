/**
 * Simulated memory as the allocator reaches it: like compiled code, inline through the software TLB (the layout and the
 * formulas: kernel/uapi/cpu.ts), and through the machine where that has no entry.
 */
import { TLB_BASE, TLB_ENTRIES, TLB_ENTRY_BYTES, TLB_FRAME, TLB_READ, TLB_WRITE } from '../../../kernel/uapi/cpu.js'
import { PAGE } from '../layout.js'
import { copyFar, fillFar, loadMiss, storeMiss } from './host.js'

/** Of what is filled in one page, so much is worth no call. */
const FEW: u64 = 256

// @inline
function entryOf(address: u64): u32 {
  return TLB_BASE + ((<u32>(address >>> 12)) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES
}

/** Upper half of an address, for those who take halves. */
export function high(value: u64): i32 {
  return <i32>(value >>> 32)
}

/** Eight bytes. A misaligned address matches no tag. */
// @inline
export function word(address: u64): u64 {
  const entry = entryOf(address)
  if (load<u64>(entry, TLB_READ) != (address & -4089)) return load<u64>(loadMiss(<i32>address, high(address), 8))
  return load<u64>(load<u32>(entry, TLB_FRAME) + ((<u32>address) & 4095))
}

// @inline
export function setWord(address: u64, value: u64): void {
  const entry = entryOf(address)
  if (load<u64>(entry, TLB_WRITE) != (address & -4089))
    return storeMiss(<i32>address, high(address), 8, <i32>value, high(value))
  store<u64>(load<u32>(entry, TLB_FRAME) + ((<u32>address) & 4095), value)
}

/** Where in the host's memory a few bytes can be read that do not cross a page. */
// @inline
function readable(address: u64, size: i32): u32 {
  const entry = entryOf(address)
  if (load<u64>(entry, TLB_READ) != (address & -4096)) return loadMiss(<i32>address, high(address), size)
  return load<u32>(entry, TLB_FRAME) + ((<u32>address) & 4095)
}

/** The same for writing, or 0. */
// @inline
function writable(address: u64): u32 {
  const entry = entryOf(address)
  if (load<u64>(entry, TLB_WRITE) != (address & -4096)) return 0
  return load<u32>(entry, TLB_FRAME) + ((<u32>address) & 4095)
}

export function read8(address: u64): u32 {
  return load<u8>(readable(address, 1))
}
export function read16(address: u64): u32 {
  return load<u16>(readable(address, 2))
}
export function read32(address: u64): u32 {
  return load<u32>(readable(address, 4))
}

export function write8(address: u64, value: u32): void {
  const at = writable(address)
  if (at != 0) store<u8>(at, value)
  else storeMiss(<i32>address, high(address), 1, value, 0)
}
export function write16(address: u64, value: u32): void {
  const at = writable(address)
  if (at != 0) store<u16>(at, value)
  else storeMiss(<i32>address, high(address), 2, value, 0)
}
export function write32(address: u64, value: u32): void {
  const at = writable(address)
  if (at != 0) store<u32>(at, value)
  else storeMiss(<i32>address, high(address), 4, value, 0)
}

/** memset. A page that is filled as a whole is the machine's business: it may need no storage. */
export function fill(address: u64, byte: u32, length: u64): void {
  if (<i64>length <= 0) return
  const at = length < PAGE && (address & (PAGE - 1)) + length <= PAGE ? writable(address) : 0
  if (at == 0) fillFar(<f64>address, byte, <f64>length)
  else if (length > FEW || byte != 0 || ((address | length) & 7) != 0) memory.fill(at, <u8>byte, <u32>length)
  else for (let done: u32 = 0; done < <u32>length; done += 8) store<u64>(at + done, 0)
}

/** memcpy. */
export function copy(to: u64, from: u64, length: u64): void {
  if (<i64>length <= 0) return
  const isNear = (to & (PAGE - 1)) + length <= PAGE && (from & (PAGE - 1)) + length <= PAGE
  const source = entryOf(from)
  const target = isNear && load<u64>(source, TLB_READ) == (from & -4096) ? writable(to) : 0
  if (target == 0) copyFar(<f64>to, <f64>from, <f64>length)
  else memory.copy(target, load<u32>(source, TLB_FRAME) + ((<u32>from) & 4095), <u32>length)
}

/**
 * How the running task's memory is reached: by compiled code through the inline TLB, by libc and by the kernel's
 * copy_to_user alike. Everything ends in one translate: TLB, then the page walk, then the fault handler, and again.
 *
 * Left out: the separate limits of kernel-mode access (SMAP, access_ok); system calls turn a UserFault into EFAULT.
 */
import { high32, join32, PAGE_SIZE, pageOf, TASK_SIZE, type Pfn, type VAddr } from '../base/index.js'
import { PTE_ACCESSED, PTE_DIRTY, PTE_NX_HIGH, PTE_PRESENT, PTE_RW, type Tlb } from '../arch/x86/index.js'
import type { Arena, FrameContents, MemMap } from '../mm/phys/index.js'
import type { PageTables } from '../mm/pgtable/index.js'
import { Access } from '../mm/fault/index.js'
import type { Mm } from '../mm/vma/index.js'
import { REG_BOUNCE, type UserCpu, type UserMemory } from './uapi/index.js'

/** What the access path needs of the kernel: whose memory it is, and somebody to resolve faults. */
export interface FaultService {
  readonly mm: Mm
  /** Resolves the fault or throws UserFault. */
  fault(address: VAddr, access: Access): void
}

export class UserAccess implements UserCpu, UserMemory {
  constructor(
    private readonly arena: Arena,
    private readonly map: MemMap,
    private readonly contents: FrameContents,
    private readonly tables: PageTables,
    private readonly tlb: Tlb,
    private readonly service: FaultService,
  ) {}

  get memory(): WebAssembly.Memory {
    return this.arena.memory
  }

  /** Offset in the arena of a byte that may be read (or written) there until the next mapping change. */
  private translate(address: number, write: boolean): number {
    const at = this.tlb.byteAt(address, write)
    return at !== 0 ? at : this.walk(address, write ? Access.Write : Access.Read) + (address % PAGE_SIZE)
  }

  /** The hardware's walk, with a fault where it finds no entry that permits the access; fills the TLB. */
  private walk(address: number, access: Access): number {
    const write = access === Access.Write
    const entry = this.resolve(address, access)
    const frame = this.tables.pageAt(entry, address)
    if (write) this.beforeMove(frame)
    const offset = write ? this.contents.writable(frame) : this.contents.readable(frame)
    this.tlb.fill(pageOf(address), offset, write)
    return offset
  }

  /** The entry that permits the access, after whatever faults it took, with its accessed and dirty bits set. */
  private resolve(address: number, access: Access): number {
    const { pgd } = this.service.mm
    for (;;) {
      const entry = address < TASK_SIZE && address >= 0 ? this.tables.find(pgd, address) : 0
      if (entry !== 0 && this.entryAllows(entry, access)) {
        const low = this.tables.low(entry)
        const wanted = low | PTE_ACCESSED | (access === Access.Write ? PTE_DIRTY : 0)
        if (wanted !== low) this.tables.setPte(pgd, entry, wanted, this.tables.high(entry))
        return entry
      }
      this.service.fault(address as VAddr, access)
    }
  }

  /** A frame that gets storage of its own moves: if it is mapped elsewhere too, TLB entries there name the old place. */
  private beforeMove(frame: Pfn): void {
    if (!this.contents.hasStorage(frame) && this.map.mapcount[frame] > 1) this.tlb.flushAll()
  }

  private entryAllows(entry: number, access: Access): boolean {
    const low = this.tables.low(entry)
    if (!(low & PTE_PRESENT)) return false
    if (access === Access.Write) return (low & PTE_RW) !== 0
    return access !== Access.Exec || !(this.tables.high(entry) & PTE_NX_HIGH)
  }

  /** An access without data: only what it does to the tables (start-up code and library code are such touches). */
  touch(address: number, access: Access): void {
    this.walk(address, access)
  }

  // ---- UserCpu ------------------------------------------------------------------------------------------------

  loadMiss(addrLow: number, addrHigh: number, size: number): number {
    const address = join32(addrLow, addrHigh)
    if ((address % PAGE_SIZE) + size <= PAGE_SIZE) return this.translate(address, false)
    const bytes = this.readBytes(address, size)
    this.arena.u8.set(bytes, REG_BOUNCE)
    return REG_BOUNCE
  }

  storeMiss(addrLow: number, addrHigh: number, size: number, valueLow: number, valueHigh: number): void {
    const address = join32(addrLow, addrHigh)
    if (size === 8) this.write64(address, valueLow, valueHigh)
    else if (size === 4) this.writeU32(address, valueLow)
    else if (size === 2) this.writeU16(address, valueLow)
    else this.writeU8(address, valueLow)
  }

  // ---- UserMemory ---------------------------------------------------------------------------------------------

  /** Where `size` bytes can be accessed in one piece, or -1 if they cross a page. */
  private piece(address: number, size: number, write: boolean): number {
    return (address & (PAGE_SIZE - 1)) + size <= PAGE_SIZE ? this.translate(address, write) : -1
  }

  readU8(address: number): number {
    const at = this.translate(address, false) // may replace the arena's views
    return this.arena.u8[at]
  }
  readU16(address: number): number {
    const at = this.piece(address, 2, false)
    return at >= 0 ? this.arena.view.getUint16(at, true) : this.gather(address, 2).getUint16(0, true)
  }
  readI32(address: number): number {
    return this.readU32(address) | 0
  }
  readU32(address: number): number {
    const at = this.piece(address, 4, false)
    return at >= 0 ? this.arena.view.getUint32(at, true) : this.gather(address, 4).getUint32(0, true)
  }
  readU64(address: number): bigint {
    const at = this.piece(address, 8, false)
    return at >= 0 ? this.arena.view.getBigUint64(at, true) : this.gather(address, 8).getBigUint64(0, true)
  }
  readPtr(base: number, offset = 0): number {
    const address = base + offset
    const at = this.piece(address, 8, false)
    const view = at >= 0 ? this.arena.view : this.gather(address, 8)
    const from = at >= 0 ? at : 0
    return view.getUint32(from + 4, true) * 4294967296 + view.getUint32(from, true)
  }
  readF32(address: number): number {
    const at = this.piece(address, 4, false)
    return at >= 0 ? this.arena.view.getFloat32(at, true) : this.gather(address, 4).getFloat32(0, true)
  }
  readF64(address: number): number {
    const at = this.piece(address, 8, false)
    return at >= 0 ? this.arena.view.getFloat64(at, true) : this.gather(address, 8).getFloat64(0, true)
  }

  writeU8(address: number, value: number): void {
    const at = this.translate(address, true)
    this.arena.u8[at] = value
  }
  writeU16(address: number, value: number): void {
    const at = this.piece(address, 2, true)
    if (at >= 0) this.arena.view.setUint16(at, value, true)
    else this.scatter(address, 2, (view) => view.setUint16(0, value, true))
  }
  writeU32(address: number, value: number): void {
    const at = this.piece(address, 4, true)
    if (at >= 0) this.arena.view.setUint32(at, value, true)
    else this.scatter(address, 4, (view) => view.setUint32(0, value, true))
  }
  private write64(address: number, low: number, high: number): void {
    const at = this.piece(address, 8, true)
    if (at < 0) return this.scatter64(address, low, high)
    const { view } = this.arena
    view.setInt32(at, low, true)
    view.setInt32(at + 4, high, true)
  }
  writeU64(address: number, value: bigint): void {
    this.write64(address, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))
  }
  writePtr(base: number, value: number, offset = 0): void {
    this.write64(base + offset, value | 0, high32(value))
  }
  writeF32(address: number, value: number): void {
    const at = this.piece(address, 4, true)
    if (at >= 0) this.arena.view.setFloat32(at, value, true)
    else this.scatter(address, 4, (view) => view.setFloat32(0, value, true))
  }
  writeF64(address: number, value: number): void {
    const at = this.piece(address, 8, true)
    if (at >= 0) this.arena.view.setFloat64(at, value, true)
    else this.scatter(address, 8, (view) => view.setFloat64(0, value, true))
  }

  private scatter64(address: number, low: number, high: number): void {
    this.scatter(address, 8, (view) => {
      view.setInt32(0, low, true)
      view.setInt32(4, high, true)
    })
  }

  private gather(address: number, size: number): DataView {
    const bytes = this.readBytes(address, size)
    return new DataView(bytes.buffer)
  }

  private scatter(address: number, size: number, put: (view: DataView) => void): void {
    const bytes = new Uint8Array(size)
    put(new DataView(bytes.buffer))
    this.writeBytes(address, bytes)
  }

  readBytes(address: number, length: number): Uint8Array {
    const out = new Uint8Array(length)
    this.eachPage(address, length, (at, size, done) => {
      const from = this.translate(at, false)
      out.set(this.arena.u8.subarray(from, from + size), done)
    })
    return out
  }

  writeBytes(address: number, bytes: Uint8Array): void {
    this.eachPage(address, bytes.length, (at, size, done) => {
      const to = this.translate(at, true)
      this.arena.u8.set(bytes.subarray(done, done + size), to)
    })
  }

  fill(address: number, byte: number, length: number): void {
    this.eachPage(address, length, (at, size) => {
      if (size === PAGE_SIZE) return this.fillPage(at, byte & 0xff)
      const to = this.translate(at, true)
      this.arena.u8.fill(byte & 0xff, to, to + size)
    })
  }

  /** A page of one repeated byte gives up its storage: filling a gigabyte takes none of the host's memory. */
  private fillPage(address: number, byte: number): void {
    const frame = this.tables.pageAt(this.resolve(address, Access.Write), address)
    if (this.map.mapcount[frame] > 1) this.tlb.flushAll()
    else this.tlb.flushPage(pageOf(address))
    this.contents.fill(frame, byte)
  }

  copy(to: number, from: number, length: number): void {
    if (to === from || length <= 0) return
    const backwards = to > from && to < from + length
    for (let left = length; left > 0;) {
      const size = backwards
        ? pieceBefore(from + left, to + left, left)
        : pieceAfter(from + length - left, to + length - left, left)
      const offset = backwards ? left - size : length - left
      // Both faults first: the second one may give the first page's frame new storage.
      this.translate(from + offset, false)
      const target = this.translate(to + offset, true)
      const source = this.translate(from + offset, false)
      this.arena.u8.copyWithin(target, source, source + size)
      left -= size
    }
  }

  stringLength(address: number): number {
    for (let at = address; ;) {
      const from = this.translate(at, false)
      const size = PAGE_SIZE - (at % PAGE_SIZE)
      const end = this.arena.u8.indexOf(0, from)
      if (end >= 0 && end < from + size) return at - address + end - from
      at += size
    }
  }

  private eachPage(address: number, length: number, visit: (at: number, size: number, done: number) => void): void {
    for (let done = 0; done < length;) {
      const at = address + done
      const size = Math.min(length - done, PAGE_SIZE - (at % PAGE_SIZE))
      visit(at, size, done)
      done += size
    }
  }
}

/** Bytes that can be moved at once upwards from both addresses without leaving a page. */
const pieceAfter = (from: number, to: number, left: number): number =>
  Math.min(left, PAGE_SIZE - (from % PAGE_SIZE), PAGE_SIZE - (to % PAGE_SIZE))

/** The same downwards from the ends of both ranges. */
const pieceBefore = (fromEnd: number, toEnd: number, left: number): number =>
  Math.min(left, fromEnd % PAGE_SIZE || PAGE_SIZE, toEnd % PAGE_SIZE || PAGE_SIZE)

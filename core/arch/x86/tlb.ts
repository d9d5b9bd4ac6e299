/**
 * The software TLB that compiled code looks up inline (layout: kernel/uapi/cpu.ts). One entry a set, tagged with the
 * page address separately for reads and writes: an entry is writable only when the page-table entry has RW and D, so a
 * first store always comes out to set the dirty bit, as the hardware's walker does.
 *
 * Left out: associativity, separate instruction TLB, PCIDs: it models the effect of a TLB, not its size.
 */
import { PAGE_SHIFT, PAGE_SIZE } from '../../base/index.js'
import { TLB_BASE, TLB_ENTRIES, TLB_ENTRY_BYTES, TLB_FRAME, TLB_READ, TLB_WRITE } from '../../kernel/uapi/index.js'

/** Access to the words of the arena; the view is replaced when the memory grows. */
export interface Words {
  readonly i32: Int32Array
}

const INVERSE_32 = 2 ** -32
/** Words of an entry. */
export const READ = TLB_READ >> 2
export const WRITE = TLB_WRITE >> 2
export const FRAME = TLB_FRAME >> 2

/** Index of the first word of the entry for a page. */
export const tlbEntry = (page: number): number => (TLB_BASE + (page & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES) >> 2

/** The same from the low half of an address. */
export const tlbEntryAt = (low: number): number =>
  (TLB_BASE >> 2) + ((low >>> PAGE_SHIFT) & (TLB_ENTRIES - 1)) * (TLB_ENTRY_BYTES >> 2)

/** Calls back for the frame of every entry that permits something. */
export function forEachTlbFrame({ i32 }: Words, visit: (frameOffset: number) => void): void {
  for (let page = 0; page < TLB_ENTRIES; page++) {
    const entry = tlbEntry(page)
    if (i32[entry + READ + 1] !== -1 || i32[entry + WRITE + 1] !== -1) visit(i32[entry + FRAME])
  }
}

export class Tlb {
  constructor(private readonly words: Words) {
    this.flushAll()
  }

  /**
   * Where a byte is if it may be accessed so without a walk, else 0: what compiled code does inline. The hottest path
   * of libc and the kernel's own accesses, so it works on the address's halves.
   */
  byteAt(address: number, write: boolean): number {
    const { i32 } = this.words
    const low = address | 0
    const entry = tlbEntryAt(low)
    const tag = entry + (write ? WRITE : READ)
    if (i32[tag] !== (low & -PAGE_SIZE) || i32[tag + 1] !== (Math.floor(address * INVERSE_32) | 0)) return 0
    return i32[entry + FRAME] + (low & (PAGE_SIZE - 1))
  }

  /** Where the page's contents start if it may be accessed so without a walk, else 0. */
  lookup(page: number, write: boolean): number {
    const { i32 } = this.words
    const entry = tlbEntry(page)
    const tag = entry + (write ? WRITE : READ)
    return i32[tag] === tagLow(page) && i32[tag + 1] === tagHigh(page) ? i32[entry + FRAME] : 0
  }

  fill(page: number, frameOffset: number, writable: boolean): void {
    const { i32 } = this.words
    const entry = tlbEntry(page)
    i32[entry + READ] = tagLow(page)
    i32[entry + READ + 1] = tagHigh(page)
    i32[entry + WRITE] = writable ? tagLow(page) : -1
    i32[entry + WRITE + 1] = writable ? tagHigh(page) : -1
    i32[entry + FRAME] = frameOffset
  }

  /** invlpg */
  flushPage(page: number): void {
    const { i32 } = this.words
    const entry = tlbEntry(page)
    i32[entry + READ] = i32[entry + READ + 1] = -1
    i32[entry + WRITE] = i32[entry + WRITE + 1] = -1
  }

  /** Drops a range, or everything when that is less work. */
  flushRange(firstPage: number, pages: number): void {
    if (pages >= TLB_ENTRIES) this.flushAll()
    else for (let k = 0; k < pages; k++) this.flushPage(firstPage + k)
  }

  /** Load of CR3 */
  flushAll(): void {
    this.words.i32.fill(-1, TLB_BASE >> 2, (TLB_BASE + TLB_ENTRIES * TLB_ENTRY_BYTES) >> 2)
  }
}

const tagLow = (page: number): number => page << 12
const tagHigh = (page: number): number => Math.floor(page / 0x10_0000) | 0

/**
 * A task's memory as an observer reads it: through the page tables, but without faults, without accessed bits and
 * without giving frames storage. What is not present reads as undefined.
 */
import { PAGE_SIZE, type Pfn } from '../base/index.js'
import type { Kernel } from '../kernel/index.js'
import { vmaAt, type Mm } from '../mm/vma/index.js'

/** The bytes of a page that is there: where they begin, or -1 - b if every byte is b. */
interface PageBytes {
  readonly words: Int32Array
  readonly place: number
}

export class MemoryPeek {
  constructor(
    private readonly kernel: Kernel,
    /** Undefined once the task has exited: nothing is there. */
    readonly mm: Mm | undefined,
  ) {}

  /** Pages kept in compact form are unfolded here. */
  private readonly unfolded = new Int32Array(PAGE_SIZE / 4)

  /** For the heap's inspector. */
  readonly u32 = (address: number): number | undefined => {
    const page = this.bytesAt(address)
    if (page === undefined) return undefined
    const { words, place } = page
    if (place < 0) return (-1 - place) * 0x0101_0101
    return new DataView(words.buffer).getUint32(place + (address % PAGE_SIZE), true)
  }

  /** The 8-byte word at an aligned address. */
  pointer(address: number): number | undefined {
    const low = address % 8 === 0 ? this.u32(address) : undefined
    return low === undefined ? undefined : this.u32(address + 4)! * 2 ** 32 + low
  }

  private bytesAt(address: number): PageBytes | undefined {
    const { tables } = this.kernel.parts
    if (!this.mm || !vmaAt(this.mm, address)) return undefined
    const entry = tables.find(this.mm.pgd, address)
    return entry === 0 || !tables.isPresent(entry) ? undefined : this.bytesOf(tables.pageAt(entry, address))
  }

  private bytesOf(frame: Pfn): PageBytes {
    const { arena, contents } = this.kernel.parts
    const place = contents.place(frame)
    if (place !== 0) return { words: arena.i32, place }
    contents.read(frame, this.unfolded)
    return { words: this.unfolded, place: 0 }
  }

  /** A copy of the page at this address; undefined where it is not present. */
  page(address: number): Uint8Array<ArrayBuffer> | undefined {
    const page = this.bytesAt(address)
    if (page === undefined) return undefined
    const { words, place } = page
    const copy = new Uint8Array(PAGE_SIZE)
    if (place < 0) return copy.fill(-1 - place)
    copy.set(new Uint8Array(words.buffer, place, PAGE_SIZE))
    return copy
  }

  /**
   * Calls back for every aligned 8-byte word of a range that could be a user address; the work is proportional to the
   * pages that hold more than one repeated byte.
   */
  words(start: number, end: number, visit: (word: number) => void): void {
    const { mm } = this
    if (!mm || start >= end) return
    const { tables } = this.kernel.parts
    const first = start - (start % PAGE_SIZE)
    tables.forEach(mm.pgd, first, end, (entry, page) => {
      if (!tables.isPresent(entry)) return
      const { words, place } = this.bytesOf(tables.pfnOf(entry))
      if (place < 0) return
      const from = Math.max(0, Math.ceil((start - page) / 8) * 8)
      const to = Math.min(PAGE_SIZE, end - page)
      visitWords(words, place + from, place + to, visit)
    })
  }
}

function visitWords(words: Int32Array, from: number, to: number, visit: (word: number) => void): void {
  for (let at = from; at + 8 <= to; at += 8) {
    const high = words[(at >> 2) + 1]
    const low = words[at >> 2]
    if (high >= 0 && high < 0x8000 && (high | low) !== 0) visit(high * 2 ** 32 + (low >>> 0))
  }
}

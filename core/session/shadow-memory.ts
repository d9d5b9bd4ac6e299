/**
 * Memory for trying things out: reads the task's memory, keeps what is written to itself. Where a mapping has no page yet
 * it reads as zeros; where there is no mapping an access faults as the real one would.
 */
import { PAGE_SIZE, pageOf, vaddr } from '../base/index.js'
import { PlainMemory, SEGV_MAPERR, SIGSEGV, UserFault } from '../kernel/uapi/index.js'
import { vmaAt, type Mm } from '../mm/vma/index.js'
import type { MemoryPeek } from './peek.js'

export class ShadowMemory extends PlainMemory {
  private readonly pages = new Map<number, Uint8Array<ArrayBuffer>>()

  /** @param mm the mappings there are; whoever tries things out changes them */
  constructor(
    private readonly real: MemoryPeek,
    private readonly mm: Mm,
  ) {
    super()
  }

  /** For inspectors. */
  readonly peek = (address: number): number | undefined => (vmaAt(this.mm, address) ? this.readU32(address) : undefined)

  private page(address: number, write: boolean): Uint8Array<ArrayBuffer> {
    if (!vmaAt(this.mm, address)) throw new UserFault(SIGSEGV, SEGV_MAPERR, vaddr(address), write)
    let page = this.pages.get(pageOf(address))
    if (!page) this.pages.set(pageOf(address), (page = this.real.page(address) ?? new Uint8Array(PAGE_SIZE)))
    return page
  }

  readU8(address: number): number {
    return this.page(address, false)[address % PAGE_SIZE]
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
}

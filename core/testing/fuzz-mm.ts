/**
 * The operations of the memory fuzzer and the plain model they are compared with: a map from page to protection and
 * bytes, which knows nothing of frames, tables or mappings.
 */
import { assert, hex, PAGE_SIZE, pageUp } from '../base/index.js'
import { PMD_SIZE } from '../arch/x86/index.js'
import {
  BUS_ADRERR,
  Errno,
  MADV_DONTNEED,
  MAP_FIXED,
  MAP_PRIVATE,
  PROT_READ,
  PROT_WRITE,
  SEGV_ACCERR,
  SEGV_MAPERR,
  UserFault,
} from '../kernel/uapi/index.js'
import type { Inode } from '../mm/backing/index.js'
import { Access } from '../mm/fault/index.js'
import { mmap } from '../mm/vma/index.js'
import { DRAWING, type TestMachine } from './machine.js'

/** Fixed addresses: a window across the end of a page table. */
export const WINDOW_PAGES = 48
const WINDOW = DRAWING - (DRAWING % PMD_SIZE) + PMD_SIZE - (WINDOW_PAGES / 2) * PAGE_SIZE
export const HEAP_PAGES = 40
export const FILE_PAGES = 40

/** A place: in the window, in the heap, or in the i-th mapping whose address the kernel chose. */
export type Place = readonly [region: 'window' | 'heap' | 'any', page: number, offset: number]

export type Operation =
  | { readonly do: 'map'; readonly page: number; readonly pages: number; readonly prot: number }
  | {
      readonly do: 'mapFile'
      readonly page: number
      readonly pages: number
      readonly prot: number
      readonly from: number
    }
  | { readonly do: 'mapAny'; readonly pages: number; readonly prot: number }
  | { readonly do: 'unmap'; readonly at: Place; readonly pages: number }
  | { readonly do: 'protect'; readonly at: Place; readonly pages: number; readonly prot: number }
  | { readonly do: 'brk'; readonly bytes: number }
  | { readonly do: 'dontneed'; readonly at: Place; readonly pages: number }
  | {
      readonly do: 'remap'
      readonly at: Place
      readonly pages: number
      readonly newPages: number
      readonly flags: number
    }
  | { readonly do: 'touch'; readonly at: Place; readonly access: Access }
  | { readonly do: 'write'; readonly at: Place; readonly length: number; readonly byte: number }
  | { readonly do: 'fill'; readonly at: Place; readonly length: number; readonly byte: number }
  | { readonly do: 'copy'; readonly to: Place; readonly from: Place; readonly length: number }

interface ModelPage {
  prot: number
  /** undefined: as it was mapped, zeros or the file's. */
  bytes: Uint8Array | undefined
  /** Page of the file, -1 for anonymous memory. */
  readonly file: number
}

/** Byte `i` of page `page` of the fuzzer's file; some pages are all zero. */
const fileByte = (page: number, i: number): number =>
  page % 3 === 0 || page >= FILE_PAGES ? 0 : (page * 31 + i * 7) & 0xff

export class Reference {
  private readonly pages = new Map<number, ModelPage>()
  private readonly chosen: { readonly start: number; readonly pages: number }[] = []
  private readonly file: Inode

  constructor(private readonly m: TestMachine) {
    const disk = Array.from({ length: FILE_PAGES }, (_, page) => page)
      .filter((page) => page % 3 !== 0)
      .map((page) => ({
        offset: page * PAGE_SIZE,
        bytes: Uint8Array.from({ length: PAGE_SIZE }, (_, i) => fileByte(page, i)),
      }))
    this.file = m.kernel.parts.cache.create({
      ino: 77,
      path: '/fuzz',
      device: '08:01',
      size: FILE_PAGES * PAGE_SIZE,
      disk,
    })
    for (let page = 0; page < FILE_PAGES; page += 2) m.kernel.parts.cache.read(this.file, page)
  }

  /** The model's own snapshot: call the result to go back. */
  snapshot(): () => void {
    const pages = [...this.pages].map(([at, page]) => [at, { ...page, bytes: page.bytes?.slice() }] as const)
    const chosen = [...this.chosen]
    return () => {
      this.pages.clear()
      for (const [at, page] of pages) this.pages.set(at, { ...page, bytes: page.bytes?.slice() })
      this.chosen.splice(0, this.chosen.length, ...chosen)
    }
  }

  /** Runs an operation on machine and model; throws where they differ. */
  run(operation: Operation): void {
    switch (operation.do) {
      case 'map':
        return this.map(WINDOW + operation.page * PAGE_SIZE, operation.pages, operation.prot)
      case 'mapFile':
        return this.mapFile(WINDOW + operation.page * PAGE_SIZE, operation.pages, operation.prot, operation.from)
      case 'mapAny':
        return this.mapAny(operation.pages, operation.prot)
      case 'unmap':
        return this.unmap(...this.pagesAt(operation.at, operation.pages))
      case 'protect':
        return this.protect(...this.pagesAt(operation.at, operation.pages), operation.prot)
      case 'brk':
        return this.brk(operation.bytes)
      case 'dontneed':
        return this.dontneed(...this.pagesAt(operation.at, operation.pages))
      case 'remap':
        return this.remap(...this.pagesAt(operation.at, operation.pages), operation.newPages, operation.flags)
      case 'touch':
        return this.touch(this.addressOf(operation.at), operation.access)
      case 'write': {
        const at = this.addressOf(operation.at)
        const length = Math.min(operation.length, this.roomAt(operation.at))
        const bytes = Uint8Array.from({ length }, (_, i) => (operation.byte + i) & 0xff)
        return this.store(at, bytes, () => this.m.user.writeBytes(at, bytes))
      }
      case 'fill': {
        const at = this.addressOf(operation.at)
        const bytes = new Uint8Array(Math.min(operation.length, this.roomAt(operation.at))).fill(operation.byte)
        return this.store(at, bytes, () => this.m.user.fill(at, operation.byte, bytes.length))
      }
      case 'copy': {
        const length = Math.min(operation.length, this.roomAt(operation.to), this.roomAt(operation.from))
        return this.copy(this.addressOf(operation.to), this.addressOf(operation.from), length)
      }
    }
  }

  private addressOf([region, page, offset]: Place): number {
    if (region === 'heap') return this.m.mm.startBrk + (page % HEAP_PAGES) * PAGE_SIZE + offset
    const chosen = region === 'any' ? this.chosenBy(page) : undefined
    if (!chosen) return WINDOW + page * PAGE_SIZE + offset
    return chosen.start + (page % chosen.pages) * PAGE_SIZE + offset
  }

  private chosenBy(page: number): { readonly start: number; readonly pages: number } | undefined {
    return this.chosen.length === 0 ? undefined : this.chosen[page % this.chosen.length]
  }

  /** Bytes from a place to where something else may begin: what the loader mapped is none of the fuzzer's business. */
  private roomAt(place: Place): number {
    const chosen = place[0] === 'any' ? this.chosenBy(place[1]) : undefined
    return chosen ? chosen.start + chosen.pages * PAGE_SIZE - this.addressOf(place) : Infinity
  }

  private pagesAt(place: Place, pages: number): [start: number, pages: number] {
    const start = pageStart(this.addressOf(place))
    return [start, Math.min(pages, Math.ceil(this.roomAt(place) / PAGE_SIZE))]
  }

  // ---- mappings -------------------------------------------------------------------------------------------------

  private enter(at: number, pages: number, prot: number, file = -1): void {
    for (let i = 0; i < pages; i++)
      this.pages.set(at / PAGE_SIZE + i, { prot, bytes: undefined, file: file < 0 ? -1 : file + i })
  }

  private map(at: number, pages: number, prot: number): void {
    same('mmap', this.m.map(pages, prot, at, MAP_FIXED), at)
    this.enter(at, pages, prot)
  }

  private mapFile(addr: number, pages: number, prot: number, from: number): void {
    const request = {
      addr,
      length: pages * PAGE_SIZE,
      prot,
      flags: MAP_PRIVATE | MAP_FIXED,
      file: this.file.ino,
      offset: from * PAGE_SIZE,
    }
    same('mmap of the file', mmap(this.m.kernel.parts.mm, this.m.mm, request), addr)
    this.enter(addr, pages, prot, from)
  }

  private mapAny(pages: number, prot: number): void {
    const at = this.m.map(pages, prot)
    assert(at > 0, `mmap of ${pages} pages finds room`)
    for (let i = 0; i < pages; i++)
      assert(!this.pages.has(at / PAGE_SIZE + i), `mmap chose ${hex(at)}, where something is mapped`)
    this.chosen.push({ start: at, pages })
    this.enter(at, pages, prot)
  }

  private unmap(at: number, pages: number): void {
    same('munmap', this.m.sys.munmap(at, pages * PAGE_SIZE), 0)
    for (let i = 0; i < pages; i++) this.pages.delete(at / PAGE_SIZE + i)
  }

  private protect(at: number, pages: number, prot: number): void {
    let result = 0
    for (let i = 0; i < pages && result === 0; i++) {
      const page = this.pages.get(at / PAGE_SIZE + i)
      if (page) page.prot = prot
      else result = -Errno.ENOMEM
    }
    same('mprotect', this.m.sys.mprotect(at, pages * PAGE_SIZE, prot), result)
  }

  private brk(bytes: number): void {
    const { startBrk, brk } = this.m.mm
    const wanted = startBrk + bytes
    const from = pageUp(brk) / PAGE_SIZE
    const to = pageUp(wanted) / PAGE_SIZE
    let free = true
    for (let page = from; page < to + 1 && to > from; page++) free &&= !this.pages.has(page)
    same('brk', this.m.sys.brk(wanted), free ? wanted : brk)
    if (!free) return
    if (to > from) this.enter(from * PAGE_SIZE, to - from, PROT_READ | PROT_WRITE)
    for (let page = to; page < from; page++) this.pages.delete(page)
  }

  private dontneed(at: number, pages: number): void {
    let result = 0
    for (let i = 0; i < pages; i++) {
      const page = this.pages.get(at / PAGE_SIZE + i)
      if (page) page.bytes = undefined
      else result = -Errno.ENOMEM
    }
    same('madvise', this.m.sys.madvise(at, pages * PAGE_SIZE, MADV_DONTNEED), result)
  }

  /** Whether it must succeed depends on where mappings end, which the model does not know; what it did, it checks. */
  private remap(at: number, pages: number, newPages: number, flags: number): void {
    const to = this.m.sys.mremap(at, pages * PAGE_SIZE, newPages * PAGE_SIZE, flags, 0)
    if (to < 0) return
    const [first, target] = [at / PAGE_SIZE, to / PAGE_SIZE]
    const old = Array.from({ length: pages }, (_, i) => this.pages.get(first + i))
    for (let i = 0; i < pages; i++) this.pages.delete(first + i)
    for (let i = 0; i < Math.min(pages, newPages); i++) {
      const page = old[i]
      assert(page || newPages <= pages, 'mremap grows what is mapped')
      if (page) this.pages.set(target + i, page)
    }
    for (let i = pages; i < newPages; i++) {
      const last = this.pages.get(target + i - 1)
      assert(last && !this.pages.has(target + i), `mremap took ${hex(to + i * PAGE_SIZE)}, where something is mapped`)
      this.pages.set(target + i, { ...last, bytes: undefined, file: last.file < 0 ? -1 : last.file + 1 })
    }
    if (to !== at) this.chosen.push({ start: to, pages: newPages })
  }

  // ---- accesses -------------------------------------------------------------------------------------------------

  /** si_code that an access deserves, 0 when it is allowed. */
  private refusal(address: number, access: Access): number {
    const page = this.pages.get(Math.floor(address / PAGE_SIZE))
    if (!page) return SEGV_MAPERR
    const bit = access === Access.Write ? PROT_WRITE : access === Access.Exec ? 4 : 7
    if (!(page.prot & bit)) return SEGV_ACCERR
    return page.file >= FILE_PAGES ? BUS_ADRERR : 0
  }

  private touch(address: number, access: Access): void {
    const fault = faultOf(() => this.m.user.touch(address, access))
    same(`touch (${access}) of ${hex(address)}`, fault?.code ?? 0, this.refusal(address, access))
  }

  private store(at: number, bytes: Uint8Array, act: () => void): void {
    const fault = faultOf(act)
    let done = 0
    let code = 0
    while (done < bytes.length && code === 0) {
      code = this.refusal(at + done, Access.Write)
      if (code !== 0) break
      const size = Math.min(bytes.length - done, PAGE_SIZE - ((at + done) % PAGE_SIZE))
      this.own(at + done).set(bytes.subarray(done, done + size), (at + done) % PAGE_SIZE)
      done += size
    }
    same(`store of ${bytes.length} bytes at ${hex(at)}`, fault?.code ?? 0, code)
    if (fault) same('address of the fault', fault.address, at + done)
    else this.check(at, bytes.length)
  }

  /** memmove, where both ranges may be accessed; where not, what was done before the fault is not defined. */
  private copy(to: number, from: number, length: number): void {
    const allowed = (at: number, access: Access): boolean => {
      for (let page = pageStart(at); page < at + length; page += PAGE_SIZE) if (this.refusal(page, access)) return false
      return true
    }
    if (!allowed(to, Access.Write) || !allowed(from, Access.Read)) return
    const bytes = this.bytes(from, length)
    this.store(to, bytes, () => this.m.user.copy(to, from, length))
  }

  private pristine(page: ModelPage): Uint8Array {
    return Uint8Array.from({ length: PAGE_SIZE }, (_, i) => (page.file < 0 ? 0 : fileByte(page.file, i)))
  }

  private own(address: number): Uint8Array {
    const page = this.pages.get(Math.floor(address / PAGE_SIZE))
    assert(page, 'the model has the page')
    return (page.bytes ??= this.pristine(page))
  }

  private bytes(at: number, length: number): Uint8Array {
    const out = new Uint8Array(length)
    for (let done = 0; done < length;) {
      const page = this.pages.get(Math.floor((at + done) / PAGE_SIZE))
      assert(page, 'the model has the page')
      const size = Math.min(length - done, PAGE_SIZE - ((at + done) % PAGE_SIZE))
      const offset = (at + done) % PAGE_SIZE
      out.set((page.bytes ?? this.pristine(page)).subarray(offset, offset + size), done)
      done += size
    }
    return out
  }

  private check(at: number, length: number): void {
    const is = this.m.user.readBytes(at, length)
    const should = this.bytes(at, length)
    for (let i = 0; i < length; i++) same(`the byte at ${hex(at + i)}`, is[i], should[i])
  }

  /** Every page the model has, made readable first. */
  checkAll(): void {
    for (const [page, { prot, file }] of this.pages) {
      if (file >= FILE_PAGES) continue
      if (prot === 0) this.protect(page * PAGE_SIZE, 1, PROT_READ)
      this.check(page * PAGE_SIZE, PAGE_SIZE)
    }
  }
}

const pageStart = (address: number): number => address - (address % PAGE_SIZE)

function same(what: string, is: number, should: number): void {
  assert(is === should, `${what} is ${hex(is)}, it should be ${hex(should)}`)
}

function faultOf(act: () => void): UserFault | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof UserFault) return error
    throw error
  }
}

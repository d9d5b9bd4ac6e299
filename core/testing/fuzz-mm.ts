/**
 * The operations of the memory fuzzer and the plain model they are compared with: a map from page to protection and
 * bytes, which knows nothing of frames, tables or mappings.
 */
import { assert, hex, PAGE_SIZE, pageUp } from '../base/index.js'
import { PMD_SIZE } from '../arch/x86/index.js'
import {
  Errno,
  MADV_DONTNEED,
  MADV_HUGEPAGE,
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
import { mmap, VM_LOCKED, vmaAt } from '../mm/vma/index.js'
import { DRAWING, type TestMachine } from './machine.js'

/** Fixed addresses: a window across the end of a page table. */
export const WINDOW_PAGES = 48
const WINDOW = DRAWING - (DRAWING % PMD_SIZE) + PMD_SIZE - (WINDOW_PAGES / 2) * PAGE_SIZE
/** Aligned places for huge pages. */
export const HUGE_SLOTS = 3
const HUGE_WINDOW = WINDOW - (WINDOW % PMD_SIZE) + 8 * PMD_SIZE
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
  | { readonly do: 'remap'; readonly at: Place; readonly pages: number; readonly to: number; readonly keep: boolean }
  | { readonly do: 'advise'; readonly at: Place; readonly pages: number; readonly advice: number }
  | { readonly do: 'lock'; readonly at: Place; readonly pages: number; readonly lock: boolean }
  | { readonly do: 'mapHuge'; readonly slot: number; readonly prot: number }
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
      case 'remap':
        return this.remap(...this.pagesAt(operation.at, operation.pages), operation.to, operation.keep)
      case 'advise':
        return this.advise(...this.pagesAt(operation.at, operation.pages), operation.advice)
      case 'lock':
        return this.lock(...this.pagesAt(operation.at, operation.pages), operation.lock)
      case 'mapHuge':
        return this.mapHuge(operation.slot, operation.prot)
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

  /** To a fixed place behind the window; only ranges that are one mapping of the machine, or refused as the model says. */
  private remap(at: number, pages: number, slot: number, keep: boolean): void {
    const to = WINDOW + (WINDOW_PAGES + 16 + slot * 16) * PAGE_SIZE
    const vma = vmaAt(this.m.mm, at)
    if (!vma || vma.end < at + pages * PAGE_SIZE || at >= WINDOW + WINDOW_PAGES * PAGE_SIZE) return
    const bytes = pages * PAGE_SIZE
    same('mremap', this.m.sys.mremap(at, bytes, bytes, keep ? 7 : 3, to), to)
    for (let i = 0; i < pages; i++) {
      const page = this.pages.get(at / PAGE_SIZE + i)
      assert(page, 'the model has the page')
      this.pages.set(to / PAGE_SIZE + i, page)
      if (keep) this.pages.set(at / PAGE_SIZE + i, { ...page, bytes: undefined })
      else this.pages.delete(at / PAGE_SIZE + i)
    }
  }

  /** Whatever the advice answers, only MADV_DONTNEED may change contents, and only where it is allowed. */
  private advise(at: number, pages: number, advice: number): void {
    const locked = (page: number): boolean => ((vmaAt(this.m.mm, page * PAGE_SIZE)?.flags ?? 0) & VM_LOCKED) !== 0
    const first = at / PAGE_SIZE
    const dropped: number[] = []
    for (let page = first; page < first + pages && !(this.pages.has(page) && locked(page)); page++) dropped.push(page)
    this.m.sys.madvise(at, pages * PAGE_SIZE, advice)
    if (advice !== MADV_DONTNEED) return
    for (const page of dropped) {
      const model = this.pages.get(page)
      if (model) model.bytes = undefined
    }
  }

  private lock(at: number, pages: number, lock: boolean): void {
    const bytes = pages * PAGE_SIZE
    if (lock) this.m.sys.mlock(at, bytes, 0)
    else this.m.sys.munlock(at, bytes)
  }

  /** An advised region of one or two huge pages; accesses find it among the places the kernel chose. */
  private mapHuge(slot: number, prot: number): void {
    const start = HUGE_WINDOW + slot * PMD_SIZE
    const pages = PMD_SIZE / PAGE_SIZE
    same('mmap', this.m.map(pages, prot, start, MAP_FIXED), start)
    same('madvise', this.m.sys.madvise(start, PMD_SIZE, MADV_HUGEPAGE), 0)
    this.enter(start, pages, prot)
    this.chosen.push({ start, pages })
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

  // ---- accesses -------------------------------------------------------------------------------------------------

  /** si_code that an access deserves, 0 when it is allowed. */
  private refusal(address: number, access: Access): number {
    const page = this.pages.get(Math.floor(address / PAGE_SIZE))
    if (!page) return SEGV_MAPERR
    const bit = access === Access.Write ? PROT_WRITE : access === Access.Exec ? 4 : 7
    return page.prot & bit ? 0 : SEGV_ACCERR
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

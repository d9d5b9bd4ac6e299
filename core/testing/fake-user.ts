/**
 * A user side without a machine: flat memory in pages that appear when first touched, a terminal or pipe for stdin
 * and stdout, brk and mmap over fixed ranges, and counters. For tests of libc; the real thing is kernel/ and mm/.
 */
import { PAGE_SIZE, pageOf, pageOffset, pageUp, vaddr } from '../base/index.js'
import {
  Errno,
  MAP_FIXED,
  PlainMemory,
  ProcessEnded,
  SEGV_MAPERR,
  SIGSEGV,
  UserFault,
  WouldBlock,
  type MemoryCalls,
  type Syscalls,
} from '../kernel/uapi/index.js'
import { createLibc, type CallArgs, type Libc, type LibcContext } from '../libc/index.js'
import { noFiles } from './no-files.js'
import { noProcesses } from './no-processes.js'

/** Locking, limits and use are accepted and have no effect. */
export const noMemoryCalls: MemoryCalls = {
  mlock: () => 0,
  munlock: () => 0,
  mlockall: () => 0,
  munlockall: () => 0,
  mincore: () => 0,
  getrusage: () => 0,
  prlimit: () => 0,
  sysinfo: () => ({ totalPages: 1000, freePages: 500, tasks: 1 }),
}

const TEXT = 0x7000_0000_0000
const STATIC_BASE = 0x7f00_0000_0000
const STATIC_SIZE = 64 * PAGE_SIZE
const ARENA_BASE = 0x1000_0000
const ARENA_SIZE = 4096 * PAGE_SIZE
const MMAP_TOP = 0x7f80_0000_0000
export const HEAP_BASE = 0x5555_5555_9000

export interface FakeOptions {
  readonly glibc?: string
  /** stdin and stdout are a terminal (default) or pipes. */
  readonly terminal?: boolean
  readonly program?: string
  /** Bytes the heap may grow to. */
  readonly heapLimit?: number
}

export interface FakeCounters {
  /** Pages touched for the first time. */
  faults: number
  brk: number
  mmap: number
  munmap: number
  /** Pieces as they reached write(2), by descriptor. */
  writes: { fd: number; text: string }[]
  reads: number
  touched: string[]
}

interface Range {
  readonly start: number
  readonly end: number
}

export class FakeMemory extends PlainMemory {
  readonly pages = new Map<number, Uint8Array>()
  readonly ranges: Range[] = []
  constructor(private readonly counters: FakeCounters) {
    super()
  }

  private page(address: number, write: boolean): Uint8Array {
    const number = pageOf(address)
    const page = this.pages.get(number)
    if (page) return page
    if (!this.ranges.some((range) => address >= range.start && address < range.end)) {
      throw new UserFault(SIGSEGV, SEGV_MAPERR, vaddr(address), write)
    }
    const fresh = new Uint8Array(PAGE_SIZE)
    this.pages.set(number, fresh)
    this.counters.faults++
    return fresh
  }

  /** Pages are gone and come back empty. */
  discard(start: number, end: number): void {
    for (let at = start; at < end; at += PAGE_SIZE) this.pages.delete(pageOf(at))
  }

  move(from: number, to: number, length: number): void {
    for (let at = 0; at < length; at += PAGE_SIZE) {
      const page = this.pages.get(pageOf(from + at))
      if (page) this.pages.set(pageOf(to + at), page)
    }
  }

  unmap(start: number, end: number): void {
    this.discard(start, end)
    const kept = this.ranges.splice(0).flatMap((range) => [
      { start: range.start, end: Math.min(range.end, start) },
      { start: Math.max(range.start, end), end: range.end },
    ])
    this.ranges.push(...kept.filter((range) => range.start < range.end))
  }

  readU8(address: number): number {
    return this.page(address, false)[pageOffset(address)]
  }

  /** Calls back for each part of a range that lies in one page. */
  private byPage(address: number, length: number, write: boolean, part: (bytes: Uint8Array, at: number) => void): void {
    for (let at = 0; at < length;) {
      const offset = pageOffset(address + at)
      const count = Math.min(PAGE_SIZE - offset, length - at)
      part(this.page(address + at, write).subarray(offset, offset + count), at)
      at += count
    }
  }
  readBytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length)
    this.byPage(address, length, false, (part, at) => bytes.set(part, at))
    return bytes
  }
  writeBytes(address: number, bytes: Uint8Array): void {
    this.byPage(address, bytes.length, true, (part, at) => part.set(bytes.subarray(at, at + part.length)))
  }
  fill(address: number, byte: number, length: number): void {
    this.byPage(address, length, true, (part) => part.fill(byte))
  }
}

/** What a terminal or pipe holds for stdin: a terminal gives one line per read. */
class FakeInput {
  private bytes: number[] = []
  private closed = false
  constructor(private readonly terminal: boolean) {}
  type(text: string): void {
    for (const ch of text) this.bytes.push(ch.charCodeAt(0))
  }
  close(): void {
    this.closed = true
  }
  take(length: number): number[] {
    if (this.bytes.length === 0 && !this.closed) throw new WouldBlock('tty')
    const newline = this.terminal ? this.bytes.indexOf(10) : -1
    return this.bytes.splice(0, Math.min(length, newline < 0 ? this.bytes.length : newline + 1))
  }
}

/** A double argument: a plain number stands for an integer. */
export interface DoubleArg {
  readonly f64: number
}
export type Arg = number | bigint | string | DoubleArg

export class FakeUser {
  readonly counters: FakeCounters = { faults: 0, brk: 0, mmap: 0, munmap: 0, writes: [], reads: 0, touched: [] }
  readonly mem = new FakeMemory(this.counters)
  readonly sys: Syscalls
  readonly ctx: LibcContext
  readonly libc: Libc
  readonly terminal: boolean
  /** Set to make write(2) fail. */
  writeError = 0
  private readonly input: FakeInput
  private readonly options: FakeOptions
  private clock = 0
  private brkEnd = HEAP_BASE
  private mmapEnd = MMAP_TOP
  private staticEnd = STATIC_BASE + 16
  private arenaEnd = ARENA_BASE

  constructor(options: FakeOptions = {}) {
    this.options = options
    this.terminal = options.terminal ?? true
    this.input = new FakeInput(this.terminal)
    this.mem.ranges.push(
      { start: STATIC_BASE, end: STATIC_BASE + STATIC_SIZE },
      { start: ARENA_BASE, end: ARENA_BASE + ARENA_SIZE },
    )
    this.sys = this.makeSyscalls()
    this.ctx = {
      sys: this.sys,
      mem: this.mem,
      registers: { instructionPointer: 0, stackPointer: 0, framePointer: 0, result: 0 },
      threadPointer: () => STATIC_BASE,
    }
    this.libc = this.makeLibc()
    this.libc.start()
  }

  /** Another libc over the same memory, its static data at the same addresses: as after a restore. */
  makeLibc(): Libc {
    this.staticEnd = STATIC_BASE + 16
    return createLibc(this.ctx, {
      glibc: this.options.glibc ?? '2.36',
      program: this.options.program ?? './prog',
      objects: (_name, size) => {
        const at = this.staticEnd
        this.staticEnd += Math.ceil(size / 16) * 16
        return at
      },
      touch: (symbol) => this.counters.touched.push(symbol),
      code: () => TEXT,
      place: () => 0,
      bind: () => {},
      tls: { errno: 0, list: 16, tid: 4, joinid: 32, cleanup: 8, rseq: undefined, size: 0, startFrame: 0 },
    })
  }

  get errno(): number {
    return this.mem.readI32(STATIC_BASE)
  }
  set errno(value: number) {
    this.mem.writeU32(STATIC_BASE, value)
  }

  // ---- calling ----------------------------------------------------------------------------------------------------

  /** Memory of the test's own, 16-aligned. */
  space(size: number): number {
    const at = this.arenaEnd
    this.arenaEnd += Math.ceil(size / 16) * 16
    return at
  }

  string(text: string): number {
    const at = this.space(text.length + 1)
    this.mem.writeBytes(
      at,
      Uint8Array.from([...text, '\0'], (ch) => ch.charCodeAt(0)),
    )
    return at
  }

  text(address: number): string {
    return String.fromCharCode(...this.mem.readBytes(address, this.mem.stringLength(address)))
  }

  /** Slots as compiled code would fill them. */
  args(values: readonly Arg[]): CallArgs {
    const slots = new BigUint64Array(values.length)
    const doubles = new Float64Array(slots.buffer)
    values.forEach((value, i) => {
      if (typeof value === 'object') doubles[i] = value.f64
      else slots[i] = BigInt.asUintN(64, BigInt(typeof value === 'string' ? this.string(value) : value))
    })
    return {
      count: values.length,
      i32: (i) => Number(BigInt.asIntN(32, slots[i])),
      u32: (i) => Number(BigInt.asUintN(32, slots[i])),
      i64: (i) => BigInt.asIntN(64, slots[i]),
      u64: (i) => slots[i],
      ptr: (i) => Number(slots[i]),
      f64: (i) => doubles[i],
    }
  }

  call(name: string, ...values: Arg[]): number {
    return Number(this.callRaw(name, ...values) ?? 0)
  }

  callRaw(name: string, ...values: Arg[]): number | bigint | void {
    const fn = this.libc.functions.get(name)
    if (!fn) throw new Error(`no function ${name}`)
    return fn(this.args(values))
  }

  /** The FILE pointer a program finds in `stdin`, `stdout`, `stderr`. */
  file(name: 'stdin' | 'stdout' | 'stderr'): number {
    return this.mem.readPtr(this.libc.objectAddress(name) ?? 0)
  }

  // ---- the outside ------------------------------------------------------------------------------------------------

  type(text: string): void {
    this.input.type(text)
  }
  closeInput(): void {
    this.input.close()
  }
  output(fd = 1): string {
    return this.counters.writes
      .filter((write) => write.fd === fd)
      .map((write) => write.text)
      .join('')
  }
  writesTo(fd = 1): string[] {
    return this.counters.writes.filter((write) => write.fd === fd).map((write) => write.text)
  }

  private makeSyscalls(): Syscalls {
    return {
      ...noFiles,
      ...noProcesses,
      mmap: (address, length, _prot, flags) => this.mmap(address, length, flags),
      munmap: (address, length) => this.munmap(address, length),
      mprotect: () => 0,
      mremap: (address, from, to) => this.mremap(address, from, to),
      madvise: (address, length) => {
        this.mem.discard(address, address + length)
        return 0
      },
      brk: (address) => this.brk(address),
      ...noMemoryCalls,
      getpid: () => 42,
      getppid: () => 41,
      read: (fd, buffer, length) => this.read(fd, buffer, length),
      write: (fd, buffer, length) => this.write(fd, buffer, length),
      isatty: (fd) => fd <= 2 && this.terminal,
      blockSize: () => (this.terminal ? 1024 : 4096),
      nanosleep: (nanoseconds) => {
        this.clock += nanoseconds
        return 0
      },
      clockGettime: () => this.clock,
      exitGroup: (status) => {
        throw new ProcessEnded(status, 0)
      },
      kill: (_pid, signal) => {
        throw new ProcessEnded(0, signal)
      },
    }
  }

  private mmap(address: number, length: number, flags: number): number {
    if (length === 0) return -Errno.EINVAL
    if (length > 2 ** 46) return -Errno.ENOMEM
    this.counters.mmap++
    if (!(flags & MAP_FIXED)) this.mmapEnd -= pageUp(length)
    const start = flags & MAP_FIXED ? address : this.mmapEnd
    this.mem.ranges.push({ start, end: start + pageUp(length) })
    return start
  }

  private munmap(address: number, length: number): number {
    if (pageOffset(address) !== 0 || length === 0) return -Errno.EINVAL
    this.counters.munmap++
    this.mem.unmap(address, address + pageUp(length))
    return 0
  }

  private mremap(address: number, from: number, to: number): number {
    if (to <= from) return to < from && this.munmap(address + to, from - to) < 0 ? -Errno.EINVAL : address
    const start = this.mmap(0, to, 0)
    if (start < 0) return start
    this.mem.move(address, start, from)
    this.mem.unmap(address, address + from)
    return start
  }

  private brk(address: number): ReturnType<typeof vaddr> {
    const limit = HEAP_BASE + (this.options.heapLimit ?? 2 ** 32)
    if (address >= HEAP_BASE && address <= limit) {
      this.counters.brk++
      this.mem.unmap(Math.min(pageUp(address), pageUp(this.brkEnd)), pageUp(this.brkEnd))
      this.mem.ranges.push({ start: pageUp(this.brkEnd), end: pageUp(address) })
      this.brkEnd = address
    }
    return vaddr(this.brkEnd)
  }

  private read(fd: number, buffer: number, length: number): number {
    if (fd !== 0) return -Errno.EBADF
    const bytes = this.input.take(length)
    this.counters.reads++
    this.mem.writeBytes(buffer, Uint8Array.from(bytes))
    return bytes.length
  }

  private write(fd: number, buffer: number, length: number): number {
    if (fd !== 1 && fd !== 2) return -Errno.EBADF
    if (this.writeError !== 0) return -this.writeError
    this.counters.writes.push({ fd, text: String.fromCharCode(...this.mem.readBytes(buffer, length)) })
    return length
  }
}

/**
 * The smallest machine compiled C runs on: pages that appear in the shared memory when first touched, a software TLB
 * filled one page at a time, a terminal that collects what is written, and the real libc. For tests of core/cc; the
 * real machine is kernel/ and mm/.
 */
import { join32, PAGE_SIZE, pageOf, pageOffset, pageUp, vaddr } from '../base/index.js'
import { CpuRegisters, LibcCall, RunStatus, TextMap, type CompiledProgram, type ProgramInstance } from '../cc/index.js'
import {
  ARENA_BASE,
  Errno,
  PlainMemory,
  ProcessEnded,
  REG_BOUNCE,
  REG_BYTES,
  REG_FUEL,
  SEGV_ACCERR,
  SEGV_MAPERR,
  SIGFPE,
  SIGSEGV,
  TLB_BASE,
  TLB_ENTRIES,
  TLB_ENTRY_BYTES,
  TLB_FRAME,
  TLB_READ,
  TLB_WRITE,
  UserFault,
  type Syscalls,
} from '../kernel/uapi/index.js'
import { createLibc, type Libc } from '../libc/index.js'
import { noMemoryCalls } from './fake-user.js'
import { noFiles } from './no-files.js'
import { noProcesses } from './no-processes.js'

interface Range {
  readonly start: number
  readonly end: number
  readonly write: boolean
}

/** Memory and TLB. */
export class FlatCpu extends PlainMemory {
  readonly ranges: Range[] = []
  /** Page number -> offset of its frame in memory. */
  readonly frames = new Map<number, number>()
  misses = { load: 0, store: 0 }
  /** Called before each miss is served: a test may look around or throw. */
  onMiss: ((address: number, write: boolean) => void) | undefined
  #next = ARENA_BASE
  #view = new DataView(new ArrayBuffer(0))
  #bytes = new Uint8Array()
  readonly #value = new DataView(new ArrayBuffer(8))

  constructor(initialPages = 64) {
    super(initialPages, 65536)
  }

  map(start: number, length: number, write = true): void {
    this.ranges.push({ start, end: pageUp(start + length), write })
  }
  unmap(start: number, length: number): void {
    const kept = this.ranges.splice(0).flatMap((range) => [
      { ...range, end: Math.min(range.end, start) },
      { ...range, start: Math.max(range.start, start + length) },
    ])
    this.ranges.push(...kept.filter((range) => range.start < range.end))
    for (let page = pageOf(start); page < pageOf(start + length); page++) this.frames.delete(page)
    this.flushTlb()
  }

  /** All tags become -1. */
  flushTlb(): void {
    this.bytes.fill(0xff, TLB_BASE, TLB_BASE + TLB_ENTRIES * TLB_ENTRY_BYTES)
  }

  /** Views are made again when the memory grew. */
  get view(): DataView {
    if (this.#view.buffer !== this.memory.buffer) this.#view = new DataView(this.memory.buffer)
    return this.#view
  }
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.memory.buffer) this.#bytes = new Uint8Array(this.memory.buffer)
    return this.#bytes
  }

  override loadMiss(low: number, high: number, size: number): number {
    this.misses.load++
    const address = join32(low, high)
    this.onMiss?.(address, false)
    if (pageOffset(address) + size <= PAGE_SIZE) return this.#touch(address, false)
    this.bytes.set(this.readBytes(address, size), REG_BOUNCE)
    return REG_BOUNCE
  }
  override storeMiss(low: number, high: number, size: number, valueLow: number, valueHigh: number): void {
    this.misses.store++
    const address = join32(low, high)
    this.onMiss?.(address, true)
    const value = this.#value
    value.setInt32(0, valueLow, true)
    value.setInt32(4, valueHigh, true)
    if (pageOffset(address) + size > PAGE_SIZE) return this.writeBytes(address, new Uint8Array(value.buffer, 0, size))
    const at = this.#touch(address, true)
    for (let i = 0; i < size; i++) this.bytes[at + i] = value.getUint8(i)
  }

  /** Offset in memory; fills the TLB. */
  #touch(address: number, write: boolean): number {
    const range = this.ranges.find((r) => address >= r.start && address < r.end)
    if (!range) throw new UserFault(SIGSEGV, SEGV_MAPERR, vaddr(address), write)
    if (write && !range.write) throw new UserFault(SIGSEGV, SEGV_ACCERR, vaddr(address), write)
    const page = pageOf(address)
    let frame = this.frames.get(page)
    if (frame === undefined) {
      frame = this.#next
      this.#next += PAGE_SIZE
      if (this.#next > this.memory.buffer.byteLength) this.memory.grow(256)
      this.frames.set(page, frame)
    }
    const entry = TLB_BASE + (page % TLB_ENTRIES) * TLB_ENTRY_BYTES
    const tag = BigInt(page * PAGE_SIZE)
    const view = this.view
    const other = view.getBigInt64(entry + TLB_READ, true) !== tag
    view.setBigInt64(entry + TLB_READ, tag, true)
    if (write) view.setBigInt64(entry + TLB_WRITE, tag, true)
    else if (other) view.setBigInt64(entry + TLB_WRITE, -1n, true)
    view.setInt32(entry + TLB_FRAME, frame, true)
    return frame + pageOffset(address)
  }

  #byPage(
    address: number,
    length: number,
    write: boolean,
    part: (at: number, offset: number, count: number) => void,
  ): void {
    for (let done = 0; done < length;) {
      const count = Math.min(PAGE_SIZE - pageOffset(address + done), length - done)
      part(this.#touch(address + done, write), done, count)
      done += count
    }
  }
  readBytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(length)
    this.#byPage(address, length, false, (at, done, count) => out.set(this.bytes.subarray(at, at + count), done))
    return out
  }
  writeBytes(address: number, bytes: Uint8Array): void {
    this.#byPage(address, bytes.length, true, (at, done, count) =>
      this.bytes.set(bytes.subarray(done, done + count), at),
    )
  }
  fill(address: number, byte: number, length: number): void {
    this.#byPage(address, length, true, (at, _done, count) => this.bytes.fill(byte, at, at + count))
  }

  readU8(address: number): number {
    return this.bytes[this.#touch(address, false)]
  }

  /** Contents by page address, without pages that are all zero: what two runs are compared by. */
  contents(): Map<number, string> {
    const pages = [...this.frames.keys()].sort((a, b) => a - b)
    const decoder = new TextDecoder('latin1')
    const found = new Map<number, string>()
    for (const page of pages) {
      const bytes = this.bytes.subarray(this.frames.get(page), this.frames.get(page)! + PAGE_SIZE)
      if (bytes.some((byte) => byte !== 0)) found.set(page * PAGE_SIZE, decoder.decode(bytes))
    }
    return found
  }
}

const STACK_TOP = 0x7fff_ffff_e000
const STACK_SIZE = 8 << 20
const LIBC_TEXT = 0x7f00_0000_0000
const LIBRARY_UNITS = LIBC_TEXT + 0x1_0000
const LIBC_DATA = 0x7f00_1000_0000
const HEAP = 0x5555_6000_0000
const MMAP = 0x7e00_0000_0000

export interface FlatOptions {
  readonly stdin?: string
  /** Statements per call of `run`. */
  readonly slice?: number
  /** Statements altogether before the run is given up. */
  readonly limit?: number
  readonly bias?: number
  readonly stackSize?: number
  /** Called whenever the program stands between two calls of `run`. */
  readonly onStop?: (machine: FlatMachine) => void
}

export interface FlatResult {
  readonly stdout: string
  readonly exit: number
  readonly signal: number
  readonly statements: number
}

/** One program with its libc on a {@link FlatCpu}. */
export class FlatMachine {
  readonly cpu = new FlatCpu()
  readonly instance: ProgramInstance
  readonly libc: Libc
  readonly #call: LibcCall
  #output: number[] = []
  #input: number[]
  #brk = HEAP
  #mmap = MMAP
  #pending = false
  #statements = 0

  constructor(
    readonly program: CompiledProgram,
    private readonly options: FlatOptions = {},
  ) {
    const bias = options.bias ?? (program.image.pie ? 0x5555_5555_4000 : 0)
    this.#input = [...(options.stdin ?? '')].map((ch) => ch.charCodeAt(0))
    this.#load(bias)
    const { cpu } = this
    const stackSize = options.stackSize ?? STACK_SIZE
    cpu.map(STACK_TOP - stackSize, stackSize)
    cpu.map(LIBC_DATA, 1 << 20)
    let data = LIBC_DATA + 16
    this.libc = createLibc(
      {
        sys: this.#syscalls(),
        mem: cpu,
        registers: new CpuRegisters(cpu, new TextMap(program, bias, LIBRARY_UNITS)),
        threadPointer: () => LIBC_DATA,
      },
      {
        glibc: '2.36',
        program: 'prog',
        touch: () => {},
        code: () => LIBC_TEXT,
        place: () => 0,
        bind: () => {},
        tls: { errno: 0, list: 16, tid: 4, joinid: 32, cleanup: 8, rseq: undefined, size: 0, startFrame: 0 },
        objects: (_name, size) => (data += Math.ceil(size / 16) * 16) - Math.ceil(size / 16) * 16,
      },
    )
    this.libc.start()
    const names = program.libcCalls.map((call) => call.name)
    this.instance = program.instantiate(cpu, bias, {
      object: (name) => this.libc.objectAddress(name),
      function: (name) => LIBC_TEXT + 16 * names.indexOf(name),
      library: LIBRARY_UNITS,
    })
    this.#call = new LibcCall(program, cpu)
    const argv0 = STACK_TOP - 16
    cpu.writeBytes(
      argv0,
      Uint8Array.from([...'prog\0'], (ch) => ch.charCodeAt(0)),
    )
    cpu.writePtr(STACK_TOP - 64, argv0)
    cpu.writePtr(STACK_TOP - 56, 0)
    cpu.writePtr(STACK_TOP - 48, 0)
    this.instance.start(STACK_TOP - 128, 1, STACK_TOP - 64, STACK_TOP - 48)
  }

  get stdout(): string {
    return new TextDecoder('latin1').decode(Uint8Array.from(this.#output))
  }

  run(): FlatResult {
    const limit = this.options.limit ?? 200_000_000
    const slice = this.options.slice ?? 1 << 20
    try {
      while (this.#statements < limit) {
        this.#finishCall()
        this.cpu.view.setInt32(REG_FUEL, slice, true)
        this.#serve(this.#slice(slice))
        this.options.onStop?.(this)
      }
    } catch (error) {
      return this.#ended(error, this.#statements)
    }
    throw new Error(`still running after ${this.#statements} statements; so far: ${this.stdout.slice(-500)}`)
  }

  /** The user context: registers as bytes. */
  registers(): Uint8Array {
    return this.cpu.bytes.slice(0, REG_BYTES)
  }

  /** Runs, and counts the statements also when the last one faults. */
  #slice(slice: number): RunStatus {
    try {
      return this.instance.run()
    } finally {
      this.#statements += slice - this.cpu.view.getInt32(REG_FUEL, true)
    }
  }

  #serve(status: RunStatus): void {
    if (status === RunStatus.LibCall) this.#pending = true
    else if (status === RunStatus.Returned) this.libc.exit(this.#call.returnedInt())
    else if (status === RunStatus.BadJump) throw new ProcessEnded(0, SIGSEGV)
    else if (status === RunStatus.DivideError) throw new ProcessEnded(0, SIGFPE)
  }

  #finishCall(): void {
    if (!this.#pending) return
    const { name } = this.program.libcCalls[this.#call.index]
    const fn = this.libc.functions.get(name)
    if (!fn) throw new Error(`libc has no ${name}`)
    this.#call.finish(this.#call.index, fn(this.#call.args))
    this.#pending = false
  }

  #ended(error: unknown, statements: number): FlatResult {
    const result = { stdout: this.stdout, statements }
    if (error instanceof ProcessEnded) return { ...result, exit: error.code, signal: error.signal }
    if (error instanceof UserFault) return { ...result, exit: 0, signal: error.signal }
    throw error
  }

  #load(bias: number): void {
    const { cpu, program } = this
    const { image } = program
    const file = new Uint8Array(image.fileSize)
    for (const { offset, bytes } of image.contents) file.set(bytes, offset)
    for (const segment of image.segments) {
      const start = bias + segment.vaddr - (segment.vaddr % PAGE_SIZE)
      cpu.map(start, pageOffset(segment.vaddr) + segment.memSize)
      cpu.writeBytes(bias + segment.vaddr, file.subarray(segment.offset, segment.offset + segment.fileSize))
    }
    for (const segment of image.segments.filter((s) => !s.write)) this.#protect(bias + segment.vaddr)
  }
  #protect(address: number): void {
    const at = this.cpu.ranges.findIndex((range) => address >= range.start && address < range.end)
    this.cpu.ranges[at] = { ...this.cpu.ranges[at], write: false }
    this.cpu.flushTlb()
  }

  #syscalls(): Syscalls {
    const { cpu } = this
    return {
      ...noFiles,
      ...noProcesses,
      mmap: (_address, length) => {
        const at = this.#mmap
        this.#mmap += pageUp(length) + PAGE_SIZE
        cpu.map(at, length)
        return at
      },
      munmap: (address, length) => {
        cpu.unmap(address, pageUp(length))
        return 0
      },
      mprotect: () => 0,
      ...noMemoryCalls,
      mremap: () => -Errno.ENOMEM,
      madvise: () => 0,
      brk: (address) => {
        if (address > this.#brk) cpu.map(this.#brk, pageUp(address) - this.#brk)
        if (address >= HEAP) this.#brk = pageUp(Math.max(address, this.#brk))
        return vaddr(this.#brk)
      },
      getpid: () => 4711,
      getppid: () => 1,
      read: (_fd, buffer, length) => {
        const line = this.#input.indexOf(10)
        const taken = this.#input.splice(0, Math.min(length, line < 0 ? this.#input.length : line + 1))
        cpu.writeBytes(buffer, Uint8Array.from(taken))
        return taken.length
      },
      write: (fd, buffer, length) => {
        if (fd < 0 || fd > 2) return -Errno.EBADF
        this.#output.push(...cpu.readBytes(buffer, length))
        return length
      },
      isatty: () => true,
      blockSize: () => 1024,
      nanosleep: () => 0,
      clockGettime: () => 0,
      exitGroup: (status) => {
        throw new ProcessEnded(status, 0)
      },
      kill: (_pid, signal) => {
        throw new ProcessEnded(0, signal)
      },
    }
  }
}

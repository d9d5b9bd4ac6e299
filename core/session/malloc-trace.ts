/**
 * Replays a trace of malloc calls on a fresh machine and tells where every block landed, in the form of the captured
 * traces in core/golden/malloc.
 *
 *     m ID SIZE       malloc          f ID            free
 *     c ID N SIZE     calloc          t PAD           malloc_trim
 *     r ID NEW SIZE   realloc         o PARAM VALUE   mallopt
 *     a ID ALIGN SIZE memalign        s               mallinfo2
 *     p N             start thread N  w N             thread N makes the calls that follow, 0 is the first one
 *     x N             end thread N    i               malloc_info
 *     n N             the machine has N CPUs (before threads; 1 without it)
 *
 * The break is first moved up to a multiple of 2 MiB, so that alignments do not depend on where the heap begins; that
 * place is heap+0. What lies in the heap of another arena is named by its place in that heap. Every block carries a stamp that is checked when the block goes.
 */
import { alignUp, assert, decodeUtf8, PAGE_SIZE } from '../base/index.js'
import { boot, exec, fixedEntropy, SyscallTable } from '../kernel/index.js'
import { ProcessEnded } from '../kernel/uapi/index.js'
import {
  calloc,
  chunkOf,
  free,
  headOf,
  MALLOC_INFO_HEAD,
  malloc,
  MallOpt,
  memalign,
  Ptmalloc,
  realloc,
  usableSize,
  type HeapHost,
} from '../libc/ptmalloc/index.js'
import type { Profile } from '../profiles/index.js'
import { compileFor } from './compile.js'

/** A trace that cannot be replayed: which line, and why. */
export class BadTrace extends Error {
  override readonly name = 'BadTrace'
}

const HEAP_ALIGN = 2 * 1024 * 1024
const IS_MMAPPED = 2
const NON_MAIN_ARENA = 4
const HEAP_MAX = 64 * 1024 * 1024
/** What pthread_create allocates for a thread whose stack is new: the table of its thread-local blocks (dtv). */
const DTV_SIZE = 272

export interface TraceHost extends HeapHost {
  cpus: number
}

/**
 * A heap of its own on a machine that runs nothing else.
 * @param glibc one of MALLOC_VERSIONS: the allocator may be another one than the machine's
 */
export function freshHeap(
  profile: Profile,
  glibc: string = profile.glibc,
): { readonly pool: Ptmalloc; readonly host: TraceHost } {
  const compiled = compileFor({ profile, source: 'int main(void) { return 0; }\n', path: 'trace.c', noPie: false })
  assert(compiled.ok, 'an empty program compiles')
  const kernel = boot(profile)
  const start = exec(kernel, compiled.program.image, fixedEntropy(profile, 1), false, [profile.argv0])
  const sys = new SyscallTable(kernel)
  let current = 0
  const host: TraceHost = {
    mem: kernel.user,
    sys,
    sbrk: (increment) => {
      const old = current || sys.brk(0)
      const wanted = old + increment
      current = increment === 0 ? old : sys.brk(wanted)
      return current < wanted ? -1 : old
    },
    touch: () => {},
    fatal: (message) => {
      throw new ProcessEnded(message.length, 6)
    },
    cpus: 1,
    program: profile.argv0,
    shortProgram: profile.argv0,
  }
  return { pool: new Ptmalloc(host, glibc, start.libcBias + profile.mainArena), host }
}

/** Reads a trace, byte by byte: a hundred thousand lines should not make a million strings. */
class TraceReader {
  private at = 0
  /** Lines begun. */
  line = 0

  constructor(private readonly bytes: Uint8Array) {}

  /** The letter of the next operation, or 0 at the end; comments and empty lines are skipped. */
  operation(): number {
    while (this.at < this.bytes.length) {
      this.line++
      this.blanks()
      const code = this.code()
      if (code !== NEWLINE && code !== HASH && code !== 0) return this.bytes[this.at++]
      this.endOfLine()
    }
    return 0
  }

  endOfLine(): void {
    while (this.at < this.bytes.length && this.bytes[this.at++] !== NEWLINE);
  }

  private code(): number {
    return this.at < this.bytes.length ? this.bytes[this.at] : 0
  }

  private blanks(): void {
    while (isBlank(this.code())) this.at++
  }

  /** A size_t. Rounded towards zero where a number cannot hold it, so that comparisons with 2^63 and 2^64 still hold. */
  size(): number {
    this.blanks()
    const { bytes, at: start } = this
    let at = start
    let value = 0
    // Nine digits are a small integer to the host.
    for (const limit = Math.min(start + 9, bytes.length); at < limit && isDigit(bytes[at]); at++)
      value = value * 10 + (bytes[at] - DIGIT_0)
    if (at > start && !(at < bytes.length && isDigit(bytes[at]))) {
      this.at = at
      return value
    }
    const exact = BigInt.asUintN(64, BigInt(this.word()))
    const drop = 1n << BigInt(Math.max(0, exact.toString(2).length - 53))
    return Number(exact - (exact % drop))
  }

  /** An int. */
  int(): number {
    return Number(BigInt.asIntN(32, BigInt(this.word())))
  }

  word(): string {
    this.blanks()
    const start = this.at
    while (this.code() > SPACE) this.at++
    if (this.at === start) throw new BadTrace('something is missing')
    return decodeUtf8(this.bytes, start, this.at)
  }
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
/** What stands in most lines. */
const Piece = {
  Blank: ascii(' '),
  Heap: ascii('heap+0x'),
  Arena: ascii('arena+0x'),
  Mmap: ascii('mmap+0x'),
  Usable: ascii(' usable='),
  Free: ascii('free'),
} as const

const ROOM = 65536
const LONGEST_LINE = 1024
const MAX_INT = 2 ** 31 - 1

/** Collects lines in ASCII and hands them on in pieces, which are good until the next one. */
class TraceWriter {
  private readonly bytes = new Uint8Array(ROOM)
  private used = 0

  constructor(private readonly write: (piece: Uint8Array) => void) {}

  text(text: string): void {
    this.ascii(ascii(text))
  }

  ascii(text: Uint8Array): void {
    const { bytes, used } = this
    for (let i = 0; i < text.length; i++) bytes[used + i] = text[i]
    this.used = used + text.length
  }

  decimal(value: number): void {
    if (value < 0 || value > MAX_INT) return this.text(String(value))
    let rest = value | 0
    let end = this.used + 1
    for (let power = 10; power <= rest; power *= 10) end++
    this.used = end
    do {
      const tens = (rest / 10) | 0
      this.bytes[--end] = DIGIT_0 + rest - tens * 10
      rest = tens
    } while (rest > 0)
  }

  hex(value: number): void {
    if (value < 0 || value > MAX_INT) return this.text(value.toString(16))
    for (let shift = Math.max(0, 28 - (Math.clz32(value) & ~3)); shift >= 0; shift -= 4) {
      const digit = (value >>> shift) & 15
      this.bytes[this.used++] = digit + (digit < 10 ? DIGIT_0 : LETTER_A - 10)
    }
  }

  endOfLine(): void {
    this.bytes[this.used++] = NEWLINE
    this.makeRoom()
  }

  /** For another line. */
  makeRoom(): void {
    if (this.used > ROOM - LONGEST_LINE) this.flush()
  }

  flush(): void {
    this.write(this.bytes.subarray(0, this.used))
    this.used = 0
  }
}

const NEWLINE = 10
const SPACE = 32
const HASH = 35
const DIGIT_0 = 48
const LETTER_A = 97
const isDigit = (code: number): boolean => code >= DIGIT_0 && code <= DIGIT_0 + 9
const isBlank = (code: number): boolean => code === SPACE || code === 9 || code === 13

const MAX_ID = 1 << 20
/** Letters of the operations. */
const Op = {
  Malloc: 109,
  Calloc: 99,
  Realloc: 114,
  Memalign: 97,
  Free: 102,
  Trim: 116,
  Option: 111,
  Stats: 115,
  Start: 112,
  Switch: 119,
  Exit: 120,
  Info: 105,
  Cpus: 110,
} as const

/** Calls the allocator itself, by places (see its memory.ts): what it hands out is kept as addresses. */
export class MallocReplay {
  private readonly heap: Ptmalloc['heap']
  private readonly mem: Ptmalloc['heap']['mem']
  private readonly base: number
  /** Block and requested size of each id. */
  private blocks = new Float64Array(1024)
  private sizes = new Float64Array(1024)
  private count = 0
  private stacks = 0

  constructor(
    private readonly pool: Ptmalloc,
    private readonly host: TraceHost,
  ) {
    this.heap = pool.heap
    this.mem = pool.heap.mem
    const start = host.sbrk(0)
    host.sbrk(alignUp(start, HEAP_ALIGN) - start)
    this.base = host.sbrk(0)
  }

  /** @throws BadTrace */
  run(trace: Uint8Array, write: (piece: Uint8Array) => void): void {
    const reader = new TraceReader(trace)
    const out = new TraceWriter(write)
    try {
      for (let op = reader.operation(); op !== 0; op = reader.operation()) {
        out.decimal(this.count++)
        out.ascii(Piece.Blank)
        this.operation(op, reader, out)
        out.endOfLine()
        reader.endOfLine()
      }
    } catch (error) {
      if (!(error instanceof BadTrace || error instanceof SyntaxError)) throw error
      throw new BadTrace(`line ${reader.line}: ${error.message}`)
    }
    out.flush()
  }

  private operation(op: number, reader: TraceReader, out: TraceWriter): void {
    switch (op) {
      case Op.Malloc:
        return this.malloc(this.id(reader), reader.size(), out)
      case Op.Calloc:
        return this.calloc(this.id(reader), reader.size(), reader.size(), out)
      case Op.Realloc:
        return this.realloc(this.id(reader), this.id(reader), reader.size(), out)
      case Op.Memalign:
        return this.memalign(this.id(reader), reader.size(), reader.size(), out)
      case Op.Free:
        return this.free(this.id(reader), out)
      case Op.Trim:
        return out.text(`trim=${this.pool.trim(reader.size())}`)
      case Op.Option:
        return out.text(`opt=${this.option(reader.word(), reader.int())}`)
      case Op.Stats:
        return out.text(this.stats())
      case Op.Start:
        return this.start(reader.int(), out)
      case Op.Switch:
        this.pool.switchThread(reader.int())
        return out.text('thread')
      case Op.Exit:
        return this.exit(reader.int(), out)
      case Op.Info:
        return this.info(out)
      case Op.Cpus:
        this.host.cpus = reader.int()
        return out.text('cpus')
      default:
        throw new BadTrace(`unknown operation '${String.fromCharCode(op)}'`)
    }
  }

  private id(reader: TraceReader): number {
    const id = reader.size()
    if (id >= MAX_ID) throw new BadTrace(`ids go up to ${MAX_ID - 1}`)
    if (id >= this.blocks.length) {
      const room = 2 ** Math.ceil(Math.log2(id + 1))
      this.blocks = grown(this.blocks, room)
      this.sizes = grown(this.sizes, room)
    }
    return id
  }

  private malloc(id: number, size: number, out: TraceWriter): void {
    this.bind(id, malloc(this.heap, size), size, out)
  }
  private calloc(id: number, count: number, size: number, out: TraceWriter): void {
    this.bind(id, calloc(this.heap, count, size), count * size, out)
  }
  private memalign(id: number, alignment: number, size: number, out: TraceWriter): void {
    this.bind(id, memalign(this.heap, alignment, size), size, out)
  }

  private bind(id: number, block: number, size: number, out: TraceWriter): void {
    this.stamp(id, block, size)
    this.place(block, out)
  }

  /** A block that can hold it begins with its own address. */
  private stamp(id: number, block: number, size: number): void {
    this.blocks[id] = this.mem.address(block)
    this.sizes[id] = size
    if (block !== 0 && size >= 8) this.mem.setPointer(block, block)
  }

  private checkStamp(at: number, stamp: number): void {
    if (this.mem.pointer(at) !== stamp) throw new BadTrace('the contents of a block are damaged')
  }

  private place(block: number, out: TraceWriter): void {
    if (block === 0) return out.text('NULL')
    const flags = headOf(this.mem, chunkOf(block)) & (IS_MMAPPED | NON_MAIN_ARENA)
    if (flags === 0) {
      out.ascii(Piece.Heap)
      out.hex(this.mem.address(block) - this.base)
    } else {
      out.ascii(flags & IS_MMAPPED ? Piece.Mmap : Piece.Arena)
      out.hex(block & ((flags & IS_MMAPPED ? PAGE_SIZE : HEAP_MAX) - 1))
    }
    out.ascii(Piece.Usable)
    out.decimal(usableSize(this.heap, block))
  }

  private realloc(from: number, to: number, size: number, out: TraceWriter): void {
    const old = this.mem.place(this.blocks[from])
    const stamped = old !== 0 && this.sizes[from] >= 8
    if (stamped) this.checkStamp(old, old)
    const block = realloc(this.heap, old, size)
    if (block !== 0 && stamped && size >= 8) this.checkStamp(block, old)
    if (block !== 0 || size === 0) this.blocks[from] = 0
    if (block !== 0 || from !== to) this.stamp(to, block, size)
    this.place(block, out)
  }

  private free(id: number, out: TraceWriter): void {
    const block = this.mem.place(this.blocks[id])
    if (block !== 0 && this.sizes[id] >= 8) this.checkStamp(block, block)
    free(this.heap, block)
    this.blocks[id] = 0
    out.ascii(Piece.Free)
  }

  /** Stacks of threads that have ended are kept with all that belongs to them. */
  private start(thread: number, out: TraceWriter): void {
    if (this.stacks > 0) this.stacks--
    else this.pool.calloc(1, DTV_SIZE)
    this.pool.threadStarts(thread)
    out.text('start')
  }

  private exit(thread: number, out: TraceWriter): void {
    this.pool.switchThread(thread)
    this.pool.threadExits()
    this.pool.switchThread(0)
    this.stacks++
    out.text('exit')
  }

  private info(out: TraceWriter): void {
    out.text('info\n')
    out.text(MALLOC_INFO_HEAD)
    for (const piece of this.pool.infoPieces()) {
      out.text(piece)
      out.makeRoom()
    }
  }

  private option(name: string, value: number): number {
    const parameter = (MallOpt as Readonly<Record<string, number>>)[name]
    if (parameter === undefined) throw new BadTrace(`unknown mallopt parameter '${name}'`)
    return this.pool.option(parameter, value)
  }

  private stats(): string {
    const fields = Object.entries(this.pool.info()).map(([name, value]) => `${name}=${value}`)
    return `stats ${fields.join(' ')} brk=0x${(this.host.sbrk(0) - this.base).toString(16)}`
  }
}

function grown(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length)
  larger.set(column)
  return larger
}

/** One line for each operation; comments and empty lines do not count. @throws BadTrace */
export function replayMallocTrace(profile: Profile, trace: Uint8Array, glibc?: string): string {
  const { pool, host } = freshHeap(profile, glibc)
  const pieces: string[] = []
  new MallocReplay(pool, host).run(trace, (piece) => pieces.push(decodeUtf8(piece)))
  return pieces.join('')
}

/**
 * Replays a trace of malloc calls on a fresh machine and tells where every block landed, in the form of the captured
 * traces in core/golden/malloc.
 *
 *     m ID SIZE       malloc          f ID            free
 *     c ID N SIZE     calloc          t PAD           malloc_trim
 *     r ID NEW SIZE   realloc         o PARAM VALUE   mallopt
 *     a ID ALIGN SIZE memalign        s               mallinfo2
 *
 * The break is first moved up to a multiple of 2 MiB, so that alignments do not depend on where the heap begins; that
 * place is heap+0. Every block carries a stamp that is checked when the block goes.
 */
import { alignUp, assert } from '../base/index.js'
import { boot, exec, fixedEntropy, SyscallTable } from '../kernel/index.js'
import { ProcessEnded, type UserMemory } from '../kernel/uapi/index.js'
import { MallOpt, Ptmalloc, type HeapHost } from '../libc/ptmalloc/index.js'
import type { Profile } from '../profiles/index.js'
import { compileFor } from './compile.js'

/** A trace that cannot be replayed: which line, and why. */
export class BadTrace extends Error {
  override readonly name = 'BadTrace'
}

const HEAP_ALIGN = 2 * 1024 * 1024
const IS_MMAPPED = 2

/** A heap of its own on a machine that runs nothing else. */
export function freshHeap(profile: Profile): { readonly pool: Ptmalloc; readonly host: HeapHost } {
  const compiled = compileFor({ profile, source: 'int main(void) { return 0; }\n', path: 'trace.c', noPie: false })
  assert(compiled.ok, 'an empty program compiles')
  const kernel = boot(profile)
  const start = exec(kernel, compiled.program.image, fixedEntropy(profile, 1), false, [profile.argv0])
  const sys = new SyscallTable(kernel)
  let current = 0
  const host: HeapHost = {
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
    program: profile.argv0,
    shortProgram: profile.argv0,
  }
  return { pool: new Ptmalloc(host, profile.glibc, start.libcBias + profile.mainArena), host }
}

/** Reads a trace, character by character: a hundred thousand lines should not make a million strings. */
class TraceReader {
  private at = 0
  /** Lines begun. */
  line = 0

  constructor(private readonly text: string) {}

  /** The letter of the next operation, or '' at the end; comments and empty lines are skipped. */
  operation(): string {
    while (this.at < this.text.length) {
      this.line++
      this.blanks()
      const code = this.text.charCodeAt(this.at)
      if (code !== NEWLINE && code !== HASH && this.at < this.text.length) return this.text[this.at++]
      this.endOfLine()
    }
    return ''
  }

  endOfLine(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end < 0 ? this.text.length : end + 1
  }

  private blanks(): void {
    while (isBlank(this.text.charCodeAt(this.at))) this.at++
  }

  /** A size_t. Rounded towards zero where a number cannot hold it, so that comparisons with 2^63 and 2^64 still hold. */
  size(): number {
    this.blanks()
    const start = this.at
    let value = 0
    for (let digit = this.digit(); digit >= 0; digit = this.digit()) {
      value = value * 10 + digit
      this.at++
    }
    if (this.at > start && value <= Number.MAX_SAFE_INTEGER) return value
    this.at = start
    const exact = BigInt.asUintN(64, BigInt(this.word()))
    const drop = 1n << BigInt(Math.max(0, exact.toString(2).length - 53))
    return Number(exact - (exact % drop))
  }

  /** An int. */
  int(): number {
    return Number(BigInt.asIntN(32, BigInt(this.word())))
  }

  private digit(): number {
    const code = this.text.charCodeAt(this.at)
    return code >= DIGIT_0 && code <= DIGIT_0 + 9 ? code - DIGIT_0 : -1
  }

  word(): string {
    this.blanks()
    const start = this.at
    while (this.text.charCodeAt(this.at) > SPACE) this.at++
    if (this.at === start) throw new BadTrace('something is missing')
    return this.text.slice(start, this.at)
  }
}

const NEWLINE = 10
const SPACE = 32
const HASH = 35
const DIGIT_0 = 48
const isBlank = (code: number): boolean => code === SPACE || code === 9 || code === 13

const MAX_ID = 1 << 20
const OPERATIONS_A_PIECE = 4096

export class MallocReplay {
  private readonly mem: UserMemory
  private readonly base: number
  /** Block and requested size of each id. */
  private blocks = new Float64Array(1024)
  private sizes = new Float64Array(1024)
  private count = 0

  constructor(
    private readonly pool: Ptmalloc,
    private readonly host: HeapHost,
  ) {
    this.mem = host.mem
    const start = host.sbrk(0)
    host.sbrk(alignUp(start, HEAP_ALIGN) - start)
    this.base = host.sbrk(0)
  }

  /** @throws BadTrace */
  run(text: string, write: (piece: string) => void): void {
    const reader = new TraceReader(text)
    let out = ''
    try {
      for (let op = reader.operation(); op !== ''; op = reader.operation()) {
        out += `${this.count++} ${this.operation(op, reader)}\n`
        reader.endOfLine()
        if (this.count % OPERATIONS_A_PIECE !== 0) continue
        write(out)
        out = ''
      }
    } catch (error) {
      if (!(error instanceof BadTrace || error instanceof SyntaxError)) throw error
      throw new BadTrace(`line ${reader.line}: ${error.message}`)
    }
    write(out)
  }

  private operation(op: string, reader: TraceReader): string {
    switch (op) {
      case 'm':
        return this.malloc(this.id(reader), reader.size())
      case 'c':
        return this.calloc(this.id(reader), reader.size(), reader.size())
      case 'r':
        return this.realloc(this.id(reader), this.id(reader), reader.size())
      case 'a':
        return this.memalign(this.id(reader), reader.size(), reader.size())
      case 'f':
        return this.free(this.id(reader))
      case 't':
        return `trim=${this.pool.trim(reader.size())}`
      case 'o':
        return `opt=${this.option(reader.word(), reader.int())}`
      case 's':
        return this.stats()
      default:
        throw new BadTrace(`unknown operation '${op}'`)
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

  private malloc(id: number, size: number): string {
    return this.bind(id, this.pool.malloc(size), size)
  }
  private calloc(id: number, count: number, size: number): string {
    return this.bind(id, this.pool.calloc(count, size), count * size)
  }
  private memalign(id: number, alignment: number, size: number): string {
    return this.bind(id, this.pool.memalign(alignment, size), size)
  }

  private bind(id: number, block: number, size: number): string {
    this.stamp(id, block, size)
    return this.place(block)
  }

  /** A block that can hold it begins with its own address. */
  private stamp(id: number, block: number, size: number): void {
    this.blocks[id] = block
    this.sizes[id] = size
    if (block !== 0 && size >= 8) this.mem.writePtr(block, block)
  }

  private checkStamp(at: number, stamp: number): void {
    if (this.mem.readPtr(at) !== stamp) throw new BadTrace('the contents of a block are damaged')
  }

  private place(block: number): string {
    if (block === 0) return 'NULL'
    const mapped = this.mem.readU8(block - 8) & IS_MMAPPED
    const where = mapped ? `mmap+0x${(block % 4096).toString(16)}` : `heap+0x${(block - this.base).toString(16)}`
    return `${where} usable=${this.pool.usableSize(block)}`
  }

  private realloc(from: number, to: number, size: number): string {
    const old = this.blocks[from]
    const stamped = old !== 0 && this.sizes[from] >= 8
    if (stamped) this.checkStamp(old, old)
    const block = this.pool.realloc(old, size)
    if (block !== 0 && stamped && size >= 8) this.checkStamp(block, old)
    if (block !== 0 || size === 0) this.blocks[from] = 0
    if (block !== 0 || from !== to) this.stamp(to, block, size)
    return this.place(block)
  }

  private free(id: number): string {
    const block = this.blocks[id]
    if (block !== 0 && this.sizes[id] >= 8) this.checkStamp(block, block)
    this.pool.free(block)
    this.blocks[id] = 0
    return 'free'
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
export function replayMallocTrace(profile: Profile, text: string): string {
  const { pool, host } = freshHeap(profile)
  const pieces: string[] = []
  new MallocReplay(pool, host).run(text, (piece) => pieces.push(piece))
  return pieces.join('')
}

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
import { alignUp, assert, moduleOf, decodeUtf8 } from '../base/index.js'
import { boot, exec, fixedEntropy, SyscallTable } from '../kernel/index.js'
import { ProcessEnded } from '../kernel/uapi/index.js'
import { MALLOC_INFO_HEAD, MallOpt, Ptmalloc, type HeapHost } from '../libc/ptmalloc/index.js'
import type { Profile } from '../profiles/index.js'
import { compileFor } from './compile.js'
import { TRACE_WASM } from './trace-wasm.js'
import * as Layout from './trace-layout.js'

/** A trace that cannot be replayed: which line, and why. */
export class BadTrace extends Error {
  override readonly name = 'BadTrace'
}

const HEAP_ALIGN = 2 * 1024 * 1024
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

const textOf = (why: number): string =>
  ({
    [Layout.SOMETHING_MISSING]: 'something is missing',
    [Layout.NOT_A_NUMBER]: 'a number is expected',
    [Layout.TOO_LARGE_ID]: `ids go up to ${Layout.MAX_ID - 1}`,
    [Layout.DAMAGED]: 'the contents of a block are damaged',
  })[why] ?? ''

/** What trace/index.ts exports. */
interface TraceModule {
  readonly line: WebAssembly.Global
  run(): number
  endLine(): void
  number(): bigint
  word(): number
  position(): number
  usedBytes(): number
  grow(bytes: number): void
}

const compiledModule = moduleOf(TRACE_WASM)
const WASM_PAGE = 65536

/**
 * Makes the calls of a trace. Those of malloc and its kin are made by a module of its own (trace/, in AssemblyScript)
 * that calls the allocator's without a detour; what is rarer is served here.
 */
export class MallocReplay {
  private readonly base: number
  private stacks = 0

  constructor(
    private readonly pool: Ptmalloc,
    private readonly host: TraceHost,
  ) {
    const start = host.sbrk(0)
    host.sbrk(alignUp(start, HEAP_ALIGN) - start)
    this.base = host.sbrk(0)
  }

  /** @param write gets lines in pieces, which are good until the next one @throws BadTrace */
  run(trace: Uint8Array, write: (piece: Uint8Array) => void): void {
    const reading = new Reading(this.pool, this.base, trace)
    const { module } = reading
    for (let op = module.run(); op !== Layout.END; op = module.run()) {
      if (op === Layout.FULL) reading.flush(write)
      else {
        this.operation(op, reading, write)
        module.endLine()
      }
    }
    reading.flush(write)
  }

  private operation(op: number, reading: Reading, write: (piece: Uint8Array) => void): void {
    switch (String.fromCharCode(op)) {
      case 't':
        return reading.write(`trim=${this.pool.trim(reading.size())}`)
      case 'o':
        return reading.write(`opt=${this.option(reading)}`)
      case 's':
        return reading.write(this.stats())
      case 'p':
        return this.start(reading)
      case 'w':
        this.pool.switchThread(reading.int())
        return reading.write('thread')
      case 'x':
        return this.exit(reading)
      case 'i':
        return this.info(reading, write)
      case 'n':
        this.host.cpus = reading.int()
        return reading.write('cpus')
      default:
        throw reading.bad(`unknown operation '${String.fromCharCode(op)}'`)
    }
  }

  /** Stacks of threads that have ended are kept with all that belongs to them. */
  private start(reading: Reading): void {
    const thread = reading.int()
    if (this.stacks > 0) this.stacks--
    else this.pool.calloc(1, DTV_SIZE)
    this.pool.threadStarts(thread)
    reading.write('start')
  }

  private exit(reading: Reading): void {
    this.pool.switchThread(reading.int())
    this.pool.threadExits()
    this.pool.switchThread(0)
    this.stacks++
    reading.write('exit')
  }

  private info(reading: Reading, write: (piece: Uint8Array) => void): void {
    reading.write(`info\n${MALLOC_INFO_HEAD}`)
    for (const piece of this.pool.infoPieces()) {
      reading.flush(write)
      reading.write(piece)
    }
    reading.flush(write)
  }

  private option(reading: Reading): number {
    const name = reading.word()
    const parameter = (MallOpt as Readonly<Record<string, number>>)[name]
    if (parameter === undefined) throw reading.bad(`unknown mallopt parameter '${name}'`)
    return this.pool.option(parameter, reading.int())
  }

  private stats(): string {
    const fields = Object.entries(this.pool.info()).map(([name, value]) => `${name}=${value}`)
    return `stats ${fields.join(' ')} brk=0x${(this.host.sbrk(0) - this.base).toString(16)}`
  }
}

/** A trace in the memory of its module, and the lines so far. */
class Reading {
  readonly module: TraceModule
  private readonly bytes: Uint8Array

  constructor(pool: Ptmalloc, base: number, trace: Uint8Array) {
    const textEnd = Layout.TEXT_AT + trace.length
    const memory = new WebAssembly.Memory({ initial: Math.ceil((textEnd + 1) / WASM_PAGE) })
    this.bytes = new Uint8Array(memory.buffer)
    this.bytes.set(trace, Layout.TEXT_AT)
    const { exports } = new WebAssembly.Instance(compiledModule(), {
      env: { memory },
      'pool.js': pool.heap.pool as unknown as WebAssembly.Imports[string],
      'trace.js': { textEnd, base: BigInt(base), bad: (why: number) => this.fail(textOf(why)) },
    })
    this.module = exports as unknown as TraceModule
  }

  bad(text: string): BadTrace {
    return new BadTrace(`line ${String(this.module.line.value)}: ${text}`)
  }
  private fail(text: string): never {
    throw this.bad(text)
  }

  size(): number {
    return Number(BigInt.asUintN(64, this.module.number()))
  }
  int(): number {
    return Number(BigInt.asIntN(32, this.module.number()))
  }
  word(): string {
    const start = this.module.word()
    return decodeUtf8(this.bytes, start, this.module.position())
  }

  /** Text in ASCII, of which there is room for a line. */
  write(text: string): void {
    const used = this.module.usedBytes()
    for (let i = 0; i < text.length; i++) this.bytes[used + i] = text.charCodeAt(i)
    this.module.grow(text.length)
  }

  flush(write: (piece: Uint8Array) => void): void {
    const used = this.module.usedBytes()
    write(this.bytes.subarray(0, used))
    this.module.grow(-used)
  }
}

/** One line for each operation; comments and empty lines do not count. @throws BadTrace */
export function replayMallocTrace(profile: Profile, trace: Uint8Array, glibc?: string): string {
  const { pool, host } = freshHeap(profile, glibc)
  const pieces: string[] = []
  new MallocReplay(pool, host).run(trace, (piece) => pieces.push(decodeUtf8(piece)))
  return pieces.join('')
}

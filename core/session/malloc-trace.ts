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

/** A size_t. Rounds towards zero where a number cannot hold it, so that comparisons with 2^63 and 2^64 still hold. */
function sizeFrom(text: string): number {
  const value = Number(text)
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value
  const exact = BigInt.asUintN(64, BigInt(text))
  const drop = 1n << BigInt(Math.max(0, exact.toString(2).length - 53))
  return Number(exact - (exact % drop))
}

class Replay {
  private readonly mem: UserMemory
  private readonly base: number
  private readonly blocks = new Map<string, { block: number; size: number }>()

  constructor(
    private readonly pool: Ptmalloc,
    private readonly host: HeapHost,
  ) {
    this.mem = host.mem
    const start = host.sbrk(0)
    host.sbrk(alignUp(start, HEAP_ALIGN) - start)
    this.base = host.sbrk(0)
  }

  run(line: string): string {
    const [op, a, b, c] = line.split(/[ \t]+/)
    switch (op) {
      case 'm':
        return this.bind(a, this.pool.malloc(sizeFrom(b)), sizeFrom(b))
      case 'c':
        return this.bind(a, this.pool.calloc(sizeFrom(b), sizeFrom(c)), sizeFrom(b) * sizeFrom(c))
      case 'r':
        return this.realloc(a, b, sizeFrom(c))
      case 'a':
        return this.bind(a, this.pool.memalign(sizeFrom(b), sizeFrom(c)), sizeFrom(c))
      case 'f':
        return this.free(a)
      case 't':
        return `trim=${this.pool.trim(sizeFrom(a))}`
      case 'o':
        return `opt=${this.option(a, b)}`
      case 's':
        return this.stats()
      default:
        throw new BadTrace(`unknown operation '${op}'`)
    }
  }

  private bind(id: string, block: number, size: number): string {
    this.stamp(id, block, size)
    return this.place(block)
  }

  private stamp(id: string, block: number, size: number): void {
    this.blocks.set(id, { block, size })
    if (block === 0 || size < 8) return
    this.mem.writePtr(block, this.stampOf(block))
  }

  private stampOf(block: number): number {
    return block % 2 ** 48
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

  private realloc(from: string, to: string, size: number): string {
    const old = this.blocks.get(from) ?? { block: 0, size: 0 }
    const stamped = old.block !== 0 && old.size >= 8
    if (stamped) this.checkStamp(old.block, this.stampOf(old.block))
    const block = this.pool.realloc(old.block, size)
    if (block !== 0 && stamped && size >= 8) this.checkStamp(block, this.stampOf(old.block))
    if (block !== 0 || size === 0) this.blocks.delete(from)
    const text = this.place(block)
    if (block !== 0 || from !== to) this.stamp(to, block, size)
    return text
  }

  private free(id: string): string {
    const { block, size } = this.blocks.get(id) ?? { block: 0, size: 0 }
    if (block !== 0 && size >= 8) this.checkStamp(block, this.stampOf(block))
    this.pool.free(block)
    this.blocks.delete(id)
    return 'free'
  }

  private option(name: string, value: string): number {
    const parameter = (MallOpt as Readonly<Record<string, number>>)[name]
    if (parameter === undefined) throw new BadTrace(`unknown mallopt parameter '${name}'`)
    return this.pool.option(parameter, Number(BigInt.asIntN(32, BigInt(value))))
  }

  private stats(): string {
    const fields = Object.entries(this.pool.info()).map(([name, value]) => `${name}=${value}`)
    return `stats ${fields.join(' ')} brk=0x${(this.host.sbrk(0) - this.base).toString(16)}`
  }
}

/** One line for each operation; comments and empty lines do not count. @throws BadTrace */
export function replayMallocTrace(profile: Profile, text: string): string {
  const { pool, host } = freshHeap(profile)
  const replay = new Replay(pool, host)
  const out: string[] = []
  text.split('\n').forEach((line, i) => {
    const op = line.trim()
    if (op === '' || op.startsWith('#')) return
    try {
      out.push(`${out.length} ${replay.run(op)}\n`)
    } catch (error) {
      if (error instanceof BadTrace || error instanceof SyntaxError)
        throw new BadTrace(`line ${i + 1}: ${error.message}`)
      throw error
    }
  })
  return out.join('')
}

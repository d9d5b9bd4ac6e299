import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Errno, ProcessEnded } from '../../kernel/uapi/index.js'
import { FakeUser, HEAP_BASE } from '../../testing/fake-user.js'

const KB = 1024

describe('the heap, as glibc lays it out', () => {
  it.each([
    ['2.23', 0x10],
    ['2.27', 0x260],
    ['2.36', 0x2a0],
  ])('on %s the first block is heap+0x%x', (glibc, offset) => {
    expect(new FakeUser({ glibc }).call('malloc', 16)).toBe(HEAP_BASE + offset)
  })

  it('a first small malloc makes a heap of 132 kB with one page touched', () => {
    const user = new FakeUser()
    const { faults } = user.counters
    user.call('malloc', 16)
    expect(user.call('sbrk', 0) - HEAP_BASE).toBe(132 * KB)
    expect(user.counters.faults - faults).toBe(1)
  })

  it('writes size and flags in front of the block, and the size of top behind', () => {
    const user = new FakeUser()
    const p = user.call('malloc', 24)
    expect(user.mem.readPtr(p - 8)).toBe(0x21)
    expect(user.mem.readPtr(p + 24)).toBe(HEAP_BASE + 132 * KB - (p + 16) + 1)
    expect([0, 1, 24, 25, 40, 41].map((n) => user.call('malloc_usable_size', user.call('malloc', n)))).toEqual([
      24, 24, 24, 40, 40, 56,
    ])
  })

  it('after one printf and one getchar the next block is heap+0xac0', () => {
    const user = new FakeUser()
    user.type('\n')
    user.call('printf', 'x\n')
    user.call('getchar')
    expect(user.call('malloc', 10)).toBe(HEAP_BASE + 0xac0)
  })

  it('grows by the request and 128 kB, to pages', () => {
    const user = new FakeUser()
    user.call('malloc', 16)
    user.call('malloc', 131_048)
    const top = 132 * KB - 0x2b0 - 131_056
    user.call('malloc', 131_048)
    const size = user.call('sbrk', 0) - HEAP_BASE
    expect(size).toBe(132 * KB + Math.ceil((131_056 + 131_072 + 32 - top) / 4096) * 4096)
  })

  it('asks for a mapping from malloc(131049) on, if top cannot serve it', () => {
    const user = new FakeUser({ glibc: '2.36' })
    user.call('malloc', 20_000)
    const p = user.call('malloc', 131_049)
    expect(user.counters.mmap).toBe(1)
    expect(p % 4096).toBe(16)
    expect(user.mem.readPtr(p - 8)).toBe(135_168 + 2)
    expect(user.call('malloc_usable_size', p)).toBe(135_152)
    user.call('free', p)
    expect(user.counters.munmap).toBe(1)
    // The threshold is now the freed chunk's size: the next one comes from the heap.
    user.call('malloc', 131_049)
    expect(user.counters.mmap).toBe(1)
  })

  it('calloc leaves fresh memory untouched', () => {
    const user = new FakeUser()
    user.call('malloc', 16)
    const { faults } = user.counters
    user.call('calloc', 1, 4 * KB * KB)
    expect(user.counters.faults - faults).toBe(1)
  })

  it('calloc leaves memory untouched that the heap gave back and got again', () => {
    const user = new FakeUser()
    const p = user.call('malloc', 100_000)
    user.mem.fill(p, 0xff, 100_000)
    user.call('free', p)
    user.call('malloc_trim', 0)
    const { faults } = user.counters
    user.call('calloc', 1, 100_000)
    // What was left of the old top, and the header of the new one.
    expect(user.counters.faults - faults).toBe(2)
  })

  it('calloc clears used memory', () => {
    const user = new FakeUser()
    const p = user.call('malloc', 2000)
    user.call('malloc', 16)
    user.mem.fill(p, 0xff, 2000)
    user.call('free', p)
    expect(user.call('calloc', 20, 100)).toBe(p)
    expect(user.mem.readBytes(p, 2000).every((byte) => byte === 0)).toBe(true)
  })

  it('calloc does not take from the tcache', () => {
    const user = new FakeUser()
    const p = user.call('malloc', 100)
    user.call('free', p)
    expect(user.call('calloc', 10, 10)).toBe(p + 112)
    expect(user.call('malloc', 100)).toBe(p)
  })

  it('freeing the last large block trims the heap', () => {
    const user = new FakeUser()
    user.call('malloc', 16)
    const blocks = [1, 2, 3, 4].map(() => user.call('malloc', 100_000))
    const grown = user.call('sbrk', 0)
    blocks.reverse().forEach((p) => user.call('free', p))
    expect(user.call('sbrk', 0)).toBeLessThan(grown)
  })

  it('fails with ENOMEM for what cannot be', () => {
    const user = new FakeUser({ heapLimit: 1 << 20 })
    expect(user.call('malloc', -1n)).toBe(0)
    expect(user.errno).toBe(Errno.ENOMEM)
    expect(user.call('calloc', 1n << 40n, 1n << 40n)).toBe(0)
    expect(user.call('realloc', 0, 2n ** 47n)).toBe(0)
  })
})

describe('misuse', () => {
  const messageOf = (misuse: (user: FakeUser) => void, glibc = '2.36'): string => {
    const user = new FakeUser({ glibc })
    expect(() => misuse(user)).toThrow(ProcessEnded)
    return user.output(2)
  }

  it('free of an address inside a block', () => {
    expect(messageOf((user) => user.call('free', user.call('malloc', 16) + 1))).toBe('free(): invalid pointer\n')
  })
  it('double free', () => {
    const twice = (user: FakeUser): void => {
      const p = user.call('malloc', 16)
      user.call('free', p)
      user.call('free', p)
    }
    expect(messageOf(twice)).toBe('free(): double free detected in tcache 2\n')
  })
  it('before 2.26 the message names program and address', () => {
    const text = messageOf((user) => user.call('free', user.call('malloc', 16) + 8), '2.23')
    expect(text).toBe("*** Error in `./prog': free(): invalid pointer: 0x0000555555559018 ***\n")
  })
  it('a failed assertion', () => {
    const text = messageOf((user) => user.call('__assert_fail', 'n > 0', 'a.c', 12, 'main'))
    expect(text).toBe("prog: a.c:12: main: Assertion `n > 0' failed.\n")
  })
})

type Op = { readonly kind: 'malloc' | 'calloc' | 'realloc' | 'free'; readonly size: number; readonly pick: number }

const op: fc.Arbitrary<Op> = fc.record({
  kind: fc.constantFrom('malloc', 'malloc', 'calloc', 'realloc', 'free', 'free'),
  size: fc.oneof(fc.nat(200), fc.nat(5000), fc.nat(300_000)),
  pick: fc.nat(),
})

interface Block {
  readonly p: number
  readonly size: number
  readonly mark: number
}

/** Runs operations, keeping what each block should hold. */
class Model {
  readonly user = new FakeUser()
  readonly blocks: Block[] = []
  private marks = 0

  run({ kind, size, pick }: Op): void {
    const old =
      kind === 'realloc' || kind === 'free'
        ? this.blocks.splice(pick % Math.max(1, this.blocks.length), 1)[0]
        : undefined
    if (kind === 'free') this.user.call('free', old?.p ?? 0)
    else if (kind === 'realloc' && old) this.realloc(old, size + 1)
    else this.add(kind === 'calloc' ? this.calloc(size) : this.user.call('malloc', size), size)
  }

  private calloc(size: number): number {
    const p = this.user.call('calloc', 1, size)
    expect(this.user.mem.readBytes(p, size).every((byte) => byte === 0)).toBe(true)
    return p
  }

  private realloc(old: Block, size: number): void {
    const p = this.user.call('realloc', old.p, size)
    const kept = this.user.mem.readBytes(p, Math.min(size, old.size))
    expect(kept.every((byte) => byte === old.mark)).toBe(true)
    this.add(p, size)
  }

  private add(p: number, size: number): void {
    expect(p % 16).toBe(0)
    const usable = this.user.call('malloc_usable_size', p)
    expect(usable).toBeGreaterThanOrEqual(size)
    for (const other of this.blocks) expect(p + usable + 8 <= other.p || other.p + other.size <= p - 8).toBe(true)
    const mark = (this.marks = (this.marks + 1) % 256)
    this.user.call('memset', p, mark, size)
    this.blocks.push({ p, size, mark })
  }

  check(): void {
    for (const { p, size, mark } of this.blocks) {
      expect(this.user.mem.readBytes(p, size).every((byte) => byte === mark)).toBe(true)
    }
  }
}

describe('property: blocks', () => {
  it('never overlap, are aligned, and keep their contents over realloc', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), (ops) => {
        const model = new Model()
        ops.forEach((each) => model.run(each))
        model.check()
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('go on the same after a snapshot', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 30 }), (ops) => {
        const user = new FakeUser()
        const live: number[] = []
        for (const { kind, size, pick } of ops) {
          if (kind === 'free') user.call('free', live.splice(pick % Math.max(1, live.length), 1)[0] ?? 0)
          else live.push(user.call('malloc', size))
        }
        const again = user.makeLibc()
        again.restore(JSON.parse(JSON.stringify(user.libc.save())))
        expect(again.save()).toEqual(user.libc.save())
        const free = again.functions.get('free')!
        live.forEach((p) => free(user.args([p])))
      }),
      { numRuns: 20, seed: 2 },
    )
  })
})

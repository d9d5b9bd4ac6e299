import { describe, expect, it } from 'vitest'
import { FakeUser, HEAP_BASE } from '../../testing/fake-user.js'
import { HeapInspector } from './inspect.js'
import { Ptmalloc } from './index.js'

/** A heap alone, and an inspector that may not touch what is not there. */
function heap(glibc = '2.36') {
  const user = new FakeUser({ glibc })
  const { mem, sys } = user
  let end = 0
  const host = {
    mem,
    sys,
    sbrk: (increment: number) => {
      const old = end || sys.brk(0)
      end = sys.brk(old + increment)
      return old
    },
    touch: () => {},
    fatal: (message: string): never => {
      throw new Error(message)
    },
    cpus: 1,
    program: './prog',
    shortProgram: 'prog',
  }
  const pool = new Ptmalloc(host, glibc, user.space(2400))
  const peek = (address: number): number | undefined =>
    mem.pages.has(Math.floor(address / 4096)) ? mem.readU32(address) : undefined
  return { pool, user, inspector: new HeapInspector(pool.heap, peek) }
}

/** `used 656, free 2016, ...` */
const drawn = (inspector: HeapInspector): string =>
  inspector
    .chunks()
    .map(({ state, size, bin }) => `${state} ${size}${bin ? ` ${bin.kind}` : ''}`)
    .join(', ')

describe('the heap as chunks', () => {
  it('is empty before the first malloc', () => {
    const { inspector } = heap()
    expect([inspector.chunks(), inspector.bins(), inspector.tcache(), inspector.fastbins()]).toEqual([[], [], [], []])
  })

  it('goes from the tcache structure to top', () => {
    const { pool, inspector } = heap()
    pool.malloc(24)
    const p = pool.malloc(2000)
    const q = pool.malloc(40)
    pool.free(p)
    pool.free(q)
    expect(drawn(inspector)).toBe('used 656, used 32, free 2016 unsorted, cached 48 tcache, top 132416')
    expect(inspector.chunks()[0].address).toBe(HEAP_BASE)
  })

  it('shows which bin a chunk was sorted into, and lists in their order', () => {
    const { pool, inspector } = heap('2.23')
    const blocks = [300, 300, 2000, 2048].map((size) => [pool.malloc(size), pool.malloc(8)][0])
    blocks.forEach((block) => pool.free(block))
    pool.malloc(5000)
    expect(
      inspector.bins().map(({ kind, index, size, chunks }) => [kind, index, size, chunks.map((c) => c + 16)]),
    ).toEqual([
      ['small', 20, 320, [blocks[0], blocks[1]]],
      ['large', 79, 1984, [blocks[2]]],
      ['large', 80, 2048, [blocks[3]]],
    ])
  })

  it('looking changes nothing', () => {
    const { pool, user, inspector } = heap()
    pool.free(pool.malloc(100))
    const { faults } = user.counters
    inspector.chunks()
    expect(user.counters.faults).toBe(faults)
  })
})

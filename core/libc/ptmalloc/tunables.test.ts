import { describe, expect, it } from 'vitest'
import { FakeUser, HEAP_BASE } from '../../testing/fake-user.js'
import { Ptmalloc } from './index.js'

function heapWith(setting: string): Ptmalloc {
  const user = new FakeUser()
  const { mem, sys } = user
  let end = 0
  const host = {
    mem,
    sys,
    sbrk: (increment: number) => {
      const old = end || sys.brk(0)
      if (increment !== 0) end = sys.brk(old + increment)
      return old
    },
    touch: () => {},
    fatal: (message: string): never => {
      throw new Error(message)
    },
    environment: () => ['HOME=/root', setting],
    cpus: 1,
    program: './prog',
    shortProgram: 'prog',
  }
  return new Ptmalloc(host, '2.36', user.space(2400))
}

/** Twelve blocks of 40 freed, a large one, a larger one freed, nine of 150 freed: what each step leaves. */
function observe(pool: Ptmalloc): string {
  expect(pool.malloc(10)).toBe(HEAP_BASE + 0x2a0)
  const blocks = Array.from({ length: 12 }, () => pool.malloc(40))
  blocks.forEach((p) => pool.free(p))
  const found: number[] = []
  const look = (...fields: readonly ('smblks' | 'arena' | 'ordblks' | 'hblks')[]): void => {
    const info = pool.info()
    found.push(...fields.map((field) => info[field]))
  }
  look('smblks', 'arena')
  const p = pool.malloc(500)
  pool.malloc(30)
  pool.free(p)
  look('ordblks')
  pool.malloc(70_000)
  look('arena')
  pool.malloc(100)
  const q = pool.malloc(300_000)
  look('hblks', 'arena')
  pool.free(q)
  look('arena')
  const small = Array.from({ length: 9 }, () => pool.malloc(150))
  small.forEach((block) => pool.free(block))
  look('smblks', 'ordblks')
  return found.join(' ')
}

/** Printed by the same calls in a C program on glibc 2.36-9+deb12u14, started with this one variable. */
const CAPTURED: readonly (readonly [string, string])[] = [
  ['X=1', '5 135168 1 135168 1 135168 135168 0 2'],
  ['MALLOC_TOP_PAD_=0', '5 4096 1 73728 1 73728 73728 0 2'],
  ['MALLOC_MMAP_MAX_=0', '5 135168 1 135168 0 503808 204800 0 2'],
  ['GLIBC_TUNABLES=glibc.malloc.tcache_count=2', '10 135168 1 135168 1 135168 135168 0 2'],
  ['GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0', '0 135168 2 135168 1 135168 135168 0 2'],
  ['GLIBC_TUNABLES=glibc.malloc.tcache_max=64:glibc.malloc.top_pad=0x2000', '5 12288 1 81920 1 81920 81920 0 1'],
  ['GLIBC_TUNABLES=glibc.malloc.mxfast=160', '5 135168 1 135168 1 135168 135168 2 2'],
  ['GLIBC_TUNABLES=glibc.malloc.tcache_max=5000', '5 135168 1 135168 1 135168 135168 0 2'],
  ['GLIBC_TUNABLES=glibc.malloc.tcache_count=70000', '5 135168 1 135168 1 135168 135168 0 2'],
  ['GLIBC_TUNABLES=glibc.malloc.mxfast=200:glibc.malloc.perturb=abc', '5 135168 1 135168 1 135168 135168 0 2'],
  ['GLIBC_TUNABLES=glibc.malloc.top_pad=010000', '5 8192 1 77824 1 77824 77824 0 2'],
]

describe('the environment sets parameters as in glibc 2.36', () => {
  it.each(CAPTURED)('%s: %s', (setting, expected) => {
    expect(observe(heapWith(setting))).toBe(expected)
  })

  it('MALLOC_PERTURB_ fills what is handed out; values beyond a byte are passed over', () => {
    const first = (setting: string): number => {
      const pool = heapWith(setting)
      return pool.heap.host.mem.readU8(pool.malloc(100) + 60)
    }
    expect(first('MALLOC_PERTURB_=85')).toBe(0xaa)
    expect(first('MALLOC_PERTURB_=300')).toBe(0)
  })
})

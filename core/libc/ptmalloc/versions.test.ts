/**
 * What distinguishes the versions, each told by what a program could see. Only 2.36 has been compared with a real library
 * (traces.test.ts, verify-malloc.mjs); 2.27, 2.31 and 2.42 are after glibc's source.
 */
import { describe, expect, it } from 'vitest'
import { findProfile, freshHeap, replayMallocTrace } from '../../session/index.js'

const machine = findProfile('debian-12')!
const MANY = 8

/** Where blocks of a trace's text land: one line for each, without numbers. */
const replay = (glibc: string, lines: readonly string[]): readonly string[] =>
  replayMallocTrace(machine, new TextEncoder().encode(lines.join('\n')), glibc)
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\d+ /, '').replace(/ usable.*/, ''))

function heap(glibc: string, ...environment: string[]) {
  const { pool, host } = freshHeap(machine, glibc)
  const said: string[] = []
  host.fatal = (message) => {
    said.push(message.trimEnd())
    throw new Error(message)
  }
  host.environment = () => environment
  /** How the library ends the program at this, '' if it does not. */
  const complaint = (action: () => unknown): string => {
    try {
      action()
    } catch (error) {
      if (said.length === 0) throw error
    }
    return said.pop() ?? ''
  }
  return { pool, mem: host.mem, complaint }
}

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

describe('the structure before the first block', () => {
  it.each([
    ['2.23', 0x10],
    ['2.27', 0x260],
    ['2.31', 0x2a0],
    ['2.36', 0x2a0],
    ['2.42', 0x310],
  ])('%s: the first block is heap+0x%x', (glibc, offset) => {
    expect(replay(glibc, ['m 0 16'])).toEqual([`heap+0x${offset.toString(16)}`])
  })

  it('is made by any first call until 2.41, since 2.42 only by one for a size below 1032', () => {
    expect(replay('2.36', ['m 0 2000'])).toEqual(['heap+0x2a0'])
    expect(replay('2.42', ['m 0 2000', 'm 1 16'])).toEqual(['heap+0x10', 'heap+0xaf0'])
  })
})

describe('a calloc whose product can never be met', () => {
  // memalign makes no tcache for a block of this size: it shows whether calloc has.
  const next = (glibc: string, product: string) => replay(glibc, [`c 0 ${product}`, 'a 1 64 2000'])

  it.each([
    ['2.27', 'heap+0x280'],
    ['2.31', 'heap+0x40'],
    ['2.36', 'heap+0x40'],
    ['2.42', 'heap+0x40'],
  ])('%s: beyond PTRDIFF_MAX: fails, since 2.30 before the tcache is made: the next block is %s', (glibc, block) => {
    expect(next(glibc, '4294967295 4294967297')).toEqual(['NULL', block])
  })

  it.each(['2.27', '2.31', '2.36', '2.42'])('%s: beyond SIZE_MAX: leaves no trace', (glibc) => {
    expect(next(glibc, '4294967296 4294967296')).toEqual(['NULL', 'heap+0x40'])
  })
})

describe('the first call of a thread, if it can never be met', () => {
  const heaps = (glibc: string, call: string): number =>
    replay(glibc, ['m 0 16', 'p 1', 'w 1', call, 'i']).filter((line) => line.startsWith('<heap nr=')).length

  it.each([
    ['2.23', [2, 2, 1]],
    ['2.27', [1, 2, 1]],
    ['2.31', [1, 1, 2]],
    ['2.36', [1, 1, 2]],
    ['2.42', [1, 1, 1]],
  ])('%s: malloc, calloc and memalign leave so many arenas: %j', (glibc, arenas) => {
    const all = ['m 1 18446744073709551615', 'c 1 4294967295 4294967297', 'a 1 64 18446744073709551615']
    expect(all.map((call) => heaps(glibc, call))).toEqual(arenas)
  })
})

describe('a request that cannot be met in a program with one thread', () => {
  it.each([
    ['2.23', 'arena+0x8c0'],
    ['2.27', 'heap+0x260'],
    ['2.36', 'heap+0x2a0'],
    ['2.42', 'heap+0x310'],
  ])('%s: before 2.27 makes a second arena, in which the program goes on: the next block is %s', (glibc, next) => {
    expect(replay(glibc, ['m 0 140737488355328', 'm 1 16'])).toEqual(['NULL', next])
  })
})

describe('the tcache', () => {
  it.each(['2.27', '2.31', '2.36', '2.42'])('%s hands out what was freed last first', (glibc) => {
    const { pool } = heap(glibc)
    const [a, b] = [pool.malloc(24), pool.malloc(24)]
    pool.free(a)
    pool.free(b)
    expect([pool.malloc(24), pool.malloc(24)]).toEqual([b, a])
  })

  it.each([
    ['2.27', false],
    ['2.31', false],
    ['2.36', true],
    ['2.42', true],
  ])('%s: links are mangled with their page: %s', (glibc, mangled) => {
    const { pool, mem } = heap(glibc)
    const [a, b] = [pool.malloc(24), pool.malloc(24)]
    pool.free(a)
    pool.free(b)
    const page = BigInt(b) >> 12n
    expect(mem.readU64(b)).toBe(mangled ? BigInt(a) ^ page : BigInt(a))
    expect(mem.readU64(a)).toBe(mangled ? BigInt(a) >> 12n : 0n)
  })

  it('marks blocks with nothing (2.27), its own address (2.31), a random number (2.34)', () => {
    const keys = (['2.27', '2.31', '2.36', '2.42'] as const).map((glibc) => {
      const { pool, mem } = heap(glibc)
      const block = pool.malloc(24)
      mem.writeU64(block + 8, 7n)
      pool.free(block)
      const { tcache } = pool.heap.thread
      const key = mem.readU64(block + 8)
      return key === 7n ? 'nothing' : key === BigInt(tcache) ? 'address' : 'random'
    })
    expect(keys).toEqual(['nothing', 'address', 'random', 'random'])
  })

  it.each([
    ['2.23', /double free or corruption \(fasttop\): 0x/],
    ['2.27', /^$/],
    ['2.31', /^free\(\): double free detected in tcache 2$/],
    ['2.36', /^free\(\): double free detected in tcache 2$/],
    ['2.42', /^free\(\): double free detected in tcache 2$/],
  ])('%s: a second free in a row ends in %s', (glibc, message) => {
    const { pool, complaint } = heap(glibc)
    const block = pool.malloc(24)
    pool.free(block)
    expect(complaint(() => pool.free(block))).toMatch(message)
  })

  it('2.27 hands a block out twice that was freed twice', () => {
    const { pool } = heap('2.27')
    const block = pool.malloc(24)
    pool.free(block)
    pool.free(block)
    expect([pool.malloc(24), pool.malloc(24)]).toEqual([block, block])
  })

  it('finds a block in another list than its own since 2.42', () => {
    const second = (glibc: string): string => {
      const { pool, mem, complaint } = heap(glibc)
      const block = pool.malloc(24)
      pool.malloc(24)
      pool.free(block)
      mem.writeU64(block - 8, 0x41n)
      return complaint(() => pool.free(block))
    }
    expect([second('2.36'), second('2.42')]).toEqual(['', 'free(): double free detected in tcache 2'])
  })

  it.each([
    ['2.27', ''],
    ['2.31', ''],
    ['2.36', 'malloc(): unaligned tcache chunk detected'],
    ['2.42', 'malloc(): unaligned tcache chunk detected'],
  ])('%s: a link that was overwritten with a misaligned one: %j', (glibc, message) => {
    const { pool, mem, complaint } = heap(glibc)
    const [a, b, c] = times(3, () => pool.malloc(24))
    pool.free(a)
    pool.free(b)
    mem.writeU64(b, pool.heap.version.safeLinking ? BigInt(c + 8) ^ (BigInt(b) >> 12n) : BigInt(c + 8))
    expect(complaint(() => times(2, () => pool.malloc(24)))).toBe(message)
  })

  it('serves calloc since 2.41, and what it serves is cleared', () => {
    const served = (glibc: string): boolean => {
      const { pool, mem } = heap(glibc)
      const block = pool.malloc(40)
      mem.fill(block, 0xff, 40)
      pool.free(block)
      const cleared = pool.calloc(1, 40)
      expect(mem.readBytes(cleared, 40).every((byte) => byte === 0)).toBe(true)
      return cleared === block
    }
    expect(['2.27', '2.31', '2.36', '2.42'].map(served)).toEqual([false, false, false, true])
  })

  it('serves memalign since 2.38 with a block that happens to be aligned', () => {
    const served = (glibc: string): boolean => {
      const { pool } = heap(glibc)
      const blocks = times(6, () => pool.malloc(40))
      for (const block of blocks) pool.free(block)
      return blocks.includes(pool.memalign(64, 40))
    }
    expect(['2.31', '2.36', '2.42'].map(served)).toEqual([false, false, true])
  })

  it('by default takes requests of up to 1032 bytes, since 2.42 of up to 1016', () => {
    const kept = (glibc: string, size: number): boolean => {
      const { pool } = heap(glibc)
      const block = pool.malloc(size)
      pool.free(block)
      return pool.heap.main.top > block
    }
    expect([kept('2.36', 1032), kept('2.36', 1033)]).toEqual([true, false])
    expect([kept('2.42', 1016), kept('2.42', 1017)]).toEqual([true, false])
  })
})

describe('large lists of 2.42', () => {
  const tunable = 'GLIBC_TUNABLES=glibc.malloc.tcache_max=100000'

  it('keep large blocks once a tunable raises the limit, the smallest first', () => {
    const { pool } = heap('2.42', tunable)
    const blocks = [3000, 2100, 2500].map((size) => {
      const block = pool.malloc(size)
      pool.malloc(16)
      return block
    })
    for (const block of blocks) pool.free(block)
    expect(pool.malloc(2400)).toBe(blocks[2])
    expect(pool.malloc(2060)).toBe(blocks[1])
    expect(pool.malloc(2060)).toBe(blocks[0])
  })

  it('are unknown to the versions before', () => {
    const { pool } = heap('2.36', tunable)
    const block = pool.malloc(3000)
    pool.malloc(16)
    pool.free(block)
    expect(pool.malloc(2500)).toBe(block)
    expect(pool.heap.mp.tcacheBins).toBe(64)
  })
})

describe('free chunks', () => {
  it('that are small go to their bin at once since 2.41, and before to the unsorted bin', () => {
    const bin = (glibc: string): string => {
      const { pool, mem } = heap(glibc)
      const blocks = times(MANY, () => [pool.malloc(200), pool.malloc(16)][0])
      for (const block of blocks) pool.free(block)
      const last = blocks[MANY - 1]
      const arena = pool.heap.main
      const name = (index: number): number => arena.binAt(index)
      return mem.readPtr(last) === name(1) ? 'unsorted' : mem.readPtr(last) === name(208 / 16) ? 'small' : 'elsewhere'
    }
    expect(['2.27', '2.31', '2.36', '2.42'].map(bin)).toEqual(['unsorted', 'unsorted', 'unsorted', 'small'])
  })

  it('that are left over by realloc do not go to the tcache since 2.42', () => {
    const freeChunks = ['2.27', '2.31', '2.36', '2.42'].map((glibc) => {
      const { pool } = heap(glibc)
      const block = pool.malloc(400)
      pool.malloc(16)
      pool.realloc(block, 100)
      return pool.info().ordblks - 1
    })
    expect(freeChunks).toEqual([0, 0, 0, 1])
  })

  it('behind what memalign took become part of top again since 2.39', () => {
    const taken = ['2.36', '2.42'].map((glibc) => {
      const { pool } = heap(glibc)
      pool.malloc(16)
      const block = pool.memalign(32, 100)
      return pool.heap.main.top - block + 16
    })
    expect(taken).toEqual([192, 112])
  })
})

describe('checks', () => {
  it.each([
    ['2.27', 'malloc(): memory corruption'],
    ['2.31', 'malloc(): invalid size (unsorted)'],
    ['2.36', 'malloc(): invalid size (unsorted)'],
    ['2.42', 'malloc(): invalid size (unsorted)'],
  ])('%s: a wrong size in the unsorted bin: %s', (glibc, message) => {
    const { pool, mem, complaint } = heap(glibc)
    const block = pool.malloc(2000)
    pool.malloc(16)
    pool.free(block)
    mem.writeU64(block - 8, 0x7fff_ffff_fff1n)
    expect(complaint(() => pool.malloc(3000))).toBe(message)
  })

  it.each([
    ['2.27', ''],
    ['2.31', 'malloc(): corrupted top size'],
    ['2.42', 'malloc(): corrupted top size'],
  ])('%s: a top that claims too much: %j', (glibc, message) => {
    const { pool, mem, complaint } = heap(glibc)
    const block = pool.malloc(24)
    mem.writeU64(block + 24, 0xffff_ffffn)
    expect(complaint(() => pool.malloc(5000))).toBe(message)
  })

  it.each([
    ['2.27', 'malloc.c:2401: sysmalloc: Assertion `(old_top =='],
    ['2.31', 'malloc.c:2379: sysmalloc: Assertion `(old_top =='],
    ['2.36', 'Fatal glibc error: malloc assertion failure in sysmalloc: (old_top =='],
    ['2.42', 'Fatal glibc error: malloc.c:2607 (sysmalloc): assertion failed: (old_top =='],
  ])('%s: a top that is too small: %s', (glibc, message) => {
    const { pool, mem, complaint } = heap(glibc)
    const block = pool.malloc(24)
    mem.writeU64(block + 24, 0x11n)
    expect(complaint(() => pool.malloc(5000))).toContain(message)
  })

  it('2.42 says of a size that is none what older ones say of it sooner', () => {
    const { pool, mem, complaint } = heap('2.42')
    const block = pool.malloc(24)
    mem.writeU64(block - 8, 0x11n)
    expect(complaint(() => pool.free(block))).toBe('free(): invalid size')
    expect(complaint(() => pool.free(block + 8))).toBe('free(): invalid pointer')
  })
})

describe('realloc', () => {
  it('to a little less is the same block without a look at it since 2.38', () => {
    const complaints = ['2.36', '2.42'].map((glibc) => {
      const { pool, mem, complaint } = heap(glibc)
      const block = pool.malloc(2000)
      pool.malloc(16)
      mem.writeU64(block + 2008, 1n)
      return complaint(() => pool.realloc(block, 2000))
    })
    expect(complaints).toEqual(['realloc(): invalid next size', ''])
  })
})

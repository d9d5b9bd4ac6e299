/** The allocator reaches simulated memory as compiled code does; what a program has overwritten may be any 64 bits. */
import { describe, expect, it } from 'vitest'
import { UserFault } from '../../kernel/uapi/index.js'
import { findProfile, freshHeap } from '../../session/index.js'
import { FakeUser } from '../../testing/fake-user.js'
import { shared } from './globals.js'

const heap = (glibc: string) => freshHeap(findProfile('debian-12')!, glibc)

function faultOf(action: () => void): UserFault | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof UserFault) return error
    throw error
  }
  return undefined
}

/** Two blocks of the tcache, of which the one that is handed out first names this as the next. */
function withLink(link: bigint) {
  const { pool, host } = heap('2.27')
  const [a, b] = [pool.malloc(24), pool.malloc(24)]
  pool.free(a)
  pool.free(b)
  host.mem.writeU64(b, link)
  expect(pool.malloc(24)).toBe(b)
  return { pool, mem: host.mem }
}

describe('a link that was overwritten', () => {
  it('is followed to where it leads', () => {
    expect(faultOf(() => withLink(0x1234_5678_9010n).pool.malloc(24))).toMatchObject({
      signal: 11,
      address: 0x1234_5678_9010,
      write: false,
    })
  })

  it.each([0x4141_4141_4141_4140n, 2n ** 64n - 16n])('faults where no memory can be: 0x%x', (link) => {
    expect(faultOf(() => withLink(link).pool.malloc(24))?.signal).toBe(11)
  })

  it('to the end of a page is read and written across it', () => {
    const { pool, mem } = withLink(0n)
    const page = pool.malloc(10_000)
    const edge = Math.ceil(page / 4096) * 4096 + 4096 - 4
    const again = withLinkIn(pool, mem, BigInt(edge))
    mem.writeU64(edge, 0n)
    expect(again()).toBe(edge)
    expect(mem.readU64(edge)).toBe(0n)
  })
})

function withLinkIn(pool: ReturnType<typeof heap>['pool'], mem: ReturnType<typeof heap>['host']['mem'], link: bigint) {
  const [a, b] = [pool.malloc(40), pool.malloc(40)]
  pool.free(a)
  pool.free(b)
  mem.writeU64(b, link)
  pool.malloc(40)
  return () => pool.malloc(40)
}

it('goes on while the memory that holds page contents grows', () => {
  const { pool, host } = heap('2.36')
  const before = host.mem.memory.buffer.byteLength
  const blocks = Array.from({ length: 3000 }, (_, i) => {
    const block = pool.malloc(4000)
    host.mem.writeU32(block + 2000, i)
    return block
  })
  expect(host.mem.memory.buffer.byteLength).toBeGreaterThan(before)
  expect(blocks.map((block) => host.mem.readU32(block + 2000))).toEqual(blocks.map((_, i) => i))
})

it('two heaps of one machine keep their parameters apart', () => {
  const user = new FakeUser()
  const other = user.makeLibc()
  user.libc.inside.allocator.option(-2, 4096)
  expect(other.inside.allocator.heap.mp.topPad).toBe(128 * 1024)
  expect(user.libc.inside.allocator.heap.mp.topPad).toBe(4096)
})

describe('a record over globals', () => {
  const fresh = { flag: false, int: 5, size: 0 }
  const { record, globals } = shared('mp', fresh, ['int'])

  it('begins with what it is given, under the names of its fields', () => {
    expect({ ...record }).toEqual(fresh)
    expect(Object.keys(globals)).toEqual(['mp.flag', 'mp.int', 'mp.size'])
  })

  it('keeps flags, ints, and sizes up to 2^53 and as far below zero', () => {
    for (const values of [
      { flag: true, int: -1, size: 2 ** 47 },
      { flag: false, int: 2 ** 31 - 1, size: -1 },
    ]) {
      Object.assign(record, values)
      expect({ ...record }).toEqual(values)
    }
    expect(globals['mp.size'].value).toBe(-1n)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeUser } from '../../testing/fake-user.js'
import { PoolMemory } from './memory.js'

const ARENA = 0x7ffff7dd1c60
const HEAP = 0x5555_5557_a000
const THREAD_HEAP = 0x7fff_f000_0000
const MAPPED = 0x7fff_e5a1_3000

function memory(): PoolMemory {
  const mem = new PoolMemory(new FakeUser().mem, ARENA)
  mem.mainAt(HEAP)
  mem.heapAt(THREAD_HEAP)
  return mem
}

const isSmall = (value: number): boolean => value === (value << 1) >> 1

describe('a place', () => {
  it('is a small integer for all that the allocator keeps lists in, and for a new mapping', () => {
    const mem = memory()
    for (const address of [
      HEAP,
      HEAP + 900 * 2 ** 20,
      ARENA,
      ARENA + 2200,
      THREAD_HEAP,
      THREAD_HEAP + 2 ** 26 - 16,
      MAPPED,
    ])
      expect(isSmall(mem.place(address))).toBe(true)
  })

  it('stands for one address, and NULL is 0', () => {
    const mem = memory()
    expect(mem.place(0)).toBe(0)
    fc.assert(
      fc.property(
        fc.oneof(
          fc
            .constantFrom(HEAP, ARENA, THREAD_HEAP, MAPPED, 0)
            .chain((at) => fc.integer({ min: 0, max: 2 ** 26 }).map((n) => at + n)),
          fc.integer({ min: 0, max: 2 ** 47 - 1 }),
        ),
        (address) => {
          expect(mem.address(mem.place(address))).toBe(address)
        },
      ),
    )
  })

  it('goes on over the whole main heap, however large', () => {
    const mem = memory()
    for (const bytes of [16, 2 ** 26, 2 ** 30, 2 ** 36])
      expect(mem.offset(mem.place(HEAP), bytes)).toBe(mem.place(HEAP + bytes))
  })

  it('leads out of a region to the address that is meant', () => {
    const mem = memory()
    expect(mem.address(mem.offset(mem.place(THREAD_HEAP), -32))).toBe(THREAD_HEAP - 32)
    expect(mem.address(mem.offset(mem.place(HEAP), -(2 ** 27)))).toBe(HEAP - 2 ** 27)
    expect(mem.address(mem.offset(mem.place(ARENA), 2 ** 27))).toBe(ARENA + 2 ** 27)
  })

  it('is compared as its address', () => {
    const mem = memory()
    const inOrder = [HEAP - 2 ** 28, HEAP, HEAP + 64, MAPPED, THREAD_HEAP, ARENA].map((address) => mem.place(address))
    for (const [i, place] of inOrder.entries())
      for (const [j, other] of inOrder.entries()) expect(mem.isBelow(place, other)).toBe(i < j)
  })

  it('of a mapping gives way to later ones, unless it is made to last', () => {
    const mem = memory()
    const place = mem.place(MAPPED)
    const lasting = mem.lasting(place)
    for (let i = 1; i <= 4; i++) mem.place(MAPPED - i * 2 ** 26)
    expect(mem.address(place)).not.toBe(MAPPED)
    expect(mem.address(lasting)).toBe(MAPPED)
  })

  it('is the same in a heap that was saved and put back', () => {
    const mem = memory()
    const again = new PoolMemory(new FakeUser().mem, ARENA)
    again.restore(JSON.parse(JSON.stringify(mem.save())) as ReturnType<PoolMemory['save']>)
    for (const address of [HEAP, ARENA, THREAD_HEAP]) expect(again.place(address)).toBe(mem.place(address))
  })
})

describe('a field', () => {
  it('keeps what it is given, wherever it is', () => {
    const user = new FakeUser()
    const start = user.space(4096)
    const mem = new PoolMemory(user.mem, ARENA)
    mem.mainAt(HEAP)
    for (const value of [0, HEAP, ARENA, MAPPED]) {
      mem.setPointer(mem.place(start), mem.place(value))
      expect(user.mem.readPtr(start)).toBe(value)
      expect(mem.address(mem.pointer(mem.place(start)))).toBe(value)
    }
  })

  it('that was overwritten is no place in the heap', () => {
    const user = new FakeUser()
    const start = user.space(4096)
    const mem = new PoolMemory(user.mem, ARENA)
    user.mem.writeU64(start, 0x4141_4141_4141_4141n)
    expect(mem.address(mem.pointer(mem.place(start)))).toBeGreaterThan(2 ** 47)
    user.mem.writeU64(start, 2n ** 64n - 16n)
    expect(mem.address(mem.pointer(mem.place(start)))).toBe(-16)
  })
})

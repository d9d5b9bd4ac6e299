import { describe, expect, it } from 'vitest'
import { NO_PFN, order, pfn, Prng, type Pfn } from '../../base/index.js'
import { checkFreeLists } from '../../testing/invariants.js'
import { bareMemory, drawBuddy, type BareMemory } from '../../testing/machine.js'
import { MAX_ORDER, MigrateType, PG_ANON, PG_RESERVED, ZoneIndex } from './index.js'

const { Movable, Unmovable, Reclaimable } = MigrateType

function sound(memory: BareMemory): void {
  const found: string[] = []
  checkFreeLists(memory, (violation) => found.push(violation))
  expect(found).toEqual([])
}

const one = (memory: BareMemory, type: MigrateType = Movable): Pfn => memory.buddy.alloc(order(0), type)
const give = (memory: BareMemory, page: number, size = 0): void => memory.buddy.free(pfn(page), order(size))

describe('splitting', () => {
  it('hands out the lower half and keeps the upper ones', () => {
    const memory = bareMemory(16)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('4444444444444444')
    expect(one(memory)).toBe(0)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('#011222233333333')
    expect(one(memory)).toBe(1)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('##11222233333333')
    expect(one(memory)).toBe(2)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('###0222233333333')
    sound(memory)
  })

  it('takes the smallest block that fits', () => {
    const memory = bareMemory(16)
    one(memory)
    expect(memory.buddy.alloc(order(2), Movable)).toBe(4)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('#011####33333333')
    expect(memory.buddy.alloc(order(1), Movable)).toBe(2)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('#0######33333333')
    sound(memory)
  })

  it.each(Array.from({ length: MAX_ORDER + 1 }, (_, size) => size))('serves order %d aligned to its size', (size) => {
    const memory = bareMemory(4096)
    const first = one(memory)
    const block = memory.buddy.alloc(order(size), Movable)
    expect(block % (1 << size)).toBe(0)
    expect(memory.buddy.totalFree).toBe(4096 - 1 - (1 << size))
    expect(memory.map.refcount[block]).toBe(1)
    sound(memory)
    give(memory, block, size)
    give(memory, first)
    expect(memory.buddy.freeBlocks(ZoneIndex.DMA, MAX_ORDER)).toBe(4)
    sound(memory)
  })

  it('refuses orders that do not exist', () => {
    expect(() => bareMemory(16).buddy.alloc(order(11), Movable)).toThrow('order 11 is within 0..10')
  })
})

describe('joining', () => {
  it('joins buddies up to the largest block', () => {
    const memory = bareMemory(16)
    for (let i = 0; i < 4; i++) one(memory)
    give(memory, 0)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('0###222233333333')
    give(memory, 1)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('11##222233333333')
    give(memory, 3)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('11#0222233333333')
    give(memory, 2)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('4444444444444444')
    sound(memory)
  })

  it('does not join neighbours that are no buddies: 1 and 2 differ in two bits', () => {
    const memory = bareMemory(16)
    for (let i = 0; i < 4; i++) one(memory)
    give(memory, 1)
    give(memory, 2)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('#00#222233333333')
    sound(memory)
  })

  it('does not join a buddy that is free only in part', () => {
    const memory = bareMemory(16)
    for (let i = 0; i < 8; i++) one(memory)
    give(memory, 4)
    give(memory, 0, 2)
    expect(drawBuddy(memory.buddy, 0, 16)).toBe('22220###33333333')
  })

  it('stops at order 10', () => {
    const memory = bareMemory(2048)
    expect(drawBuddy(memory.buddy, 0, 2048)).toBe('a'.repeat(2048))
    expect(memory.buddy.freeBlocks(ZoneIndex.DMA, MAX_ORDER)).toBe(2)
  })

  it('does not join across the end of a zone', () => {
    const memory = bareMemory(4096 + 1024, [[0, 3072]])
    expect(memory.buddy.freeBlocks(ZoneIndex.DMA, MAX_ORDER)).toBe(1)
    expect(memory.buddy.freeBlocks(ZoneIndex.DMA32, MAX_ORDER)).toBe(1)
    sound(memory)
  })

  it('notices a page that is freed twice', () => {
    const memory = bareMemory(16)
    const page = one(memory)
    one(memory)
    memory.buddy.putPage(page)
    expect(() => memory.buddy.putPage(page)).toThrow('page 0 is in use')
    expect(() => give(memory, page)).toThrow('page 0 is freed twice')
  })

  it('refuses to free what is mapped', () => {
    const memory = bareMemory(16)
    const page = one(memory)
    memory.map.mapcount[page] = 1
    expect(() => memory.buddy.putPage(page)).toThrow('page 0 is freed while mapped')
  })
})

describe('migratetypes', () => {
  it('claims whole pageblocks for another type, the largest block first', () => {
    const memory = bareMemory(1024)
    const page = one(memory, Unmovable)
    expect(page).toBe(0)
    expect(memory.buddy.typeOf(0)).toBe(Unmovable)
    expect(memory.buddy.typeOf(1023)).toBe(Unmovable)
    expect(memory.buddy.freeBlocksOfType(ZoneIndex.DMA, 9, Unmovable)).toBe(1)
    sound(memory)
  })

  it('claims what is free of a pageblock of which less than half is used by others', () => {
    const memory = bareMemory(512)
    one(memory)
    const page = one(memory, Unmovable)
    expect(page).toBe(1)
    expect(memory.buddy.typeOf(page)).toBe(Unmovable)
    expect(memory.buddy.freeBlocksOfType(ZoneIndex.DMA, 8, Unmovable)).toBe(1)
    expect(memory.buddy.freeBlocksOfType(ZoneIndex.DMA, 8, Movable)).toBe(0)
    sound(memory)
  })

  it('borrows a page where others use more than half of the pageblock', () => {
    const memory = bareMemory(512)
    const movable = memory.buddy.alloc(order(8), Movable)
    const more = one(memory)
    for (let p: number = movable; p <= more; p++) memory.map.flags[p] |= PG_ANON
    const page = one(memory, Unmovable)
    expect(memory.buddy.typeOf(page)).toBe(Movable)
    sound(memory)
    for (let p: number = movable; p <= more; p++) memory.map.flags[p] = 0
    give(memory, page)
    give(memory, more)
    give(memory, movable, 8)
    expect(memory.buddy.freeBlocksOfType(ZoneIndex.DMA, 9, Movable)).toBe(1)
    sound(memory)
  })

  it('gives joined pageblocks the type of the freed one', () => {
    const memory = bareMemory(1024)
    const low = memory.buddy.alloc(order(9), Movable)
    const high = memory.buddy.alloc(order(9), Unmovable)
    expect([low, high]).toEqual([0, 512])
    expect([memory.buddy.typeOf(0), memory.buddy.typeOf(512)]).toEqual([Movable, Unmovable])
    give(memory, low, 9)
    give(memory, high, 9)
    expect(memory.buddy.freeBlocksOfType(ZoneIndex.DMA, 10, Unmovable)).toBe(1)
    sound(memory)
  })

  it('serves every type until nothing is left', () => {
    const memory = bareMemory(1024)
    const types = [Movable, Unmovable, Reclaimable]
    const pages = new Set<number>()
    for (let i = 0; i < 1024; i++) pages.add(one(memory, types[i % 3]))
    expect(pages.size).toBe(1024)
    expect(pages.has(NO_PFN)).toBe(false)
    for (const type of types) expect(one(memory, type)).toBe(NO_PFN)
    expect(memory.buddy.totalFree).toBe(0)
    for (const page of pages) give(memory, page)
    expect(memory.buddy.totalFree).toBe(1024)
    expect(memory.buddy.freeBlocks(ZoneIndex.DMA, MAX_ORDER)).toBe(1)
    sound(memory)
  })

  it('fails an order that is not there in one piece', () => {
    const memory = bareMemory(16)
    for (let i = 0; i < 16; i++) one(memory)
    for (let page = 0; page < 16; page += 2) give(memory, page)
    expect(memory.buddy.totalFree).toBe(8)
    expect(memory.buddy.alloc(order(1), Movable)).toBe(NO_PFN)
    expect(memory.buddy.alloc(order(0), Movable)).not.toBe(NO_PFN)
  })
})

describe('zones at boot', () => {
  const GiB = 262144
  const memory = bareMemory(
    4 * GiB,
    [
      [0, 1],
      [0x9f, 0x100],
      [0x1000, 0x3400],
    ],
    3 * GiB,
  )
  const { buddy, map } = memory

  it('lays the RAM around the hole below 4 GiB', () => {
    expect(buddy.layout.ram).toEqual([
      { start: 0, end: 3 * GiB },
      { start: 4 * GiB, end: 5 * GiB },
    ])
    expect(buddy.layout.zones.map((z) => [z.name, z.start, z.end])).toEqual([
      ['DMA', 0, 4096],
      ['DMA32', 4096, 4 * GiB],
      ['Normal', 4 * GiB, 5 * GiB],
    ])
  })

  it('counts present, managed and free pages', () => {
    expect([...buddy.present]).toEqual([4096, 3 * GiB - 4096, GiB])
    expect([...buddy.managed]).toEqual([4096 - 1 - 0x61, 3 * GiB - 4096 - 0x2400, GiB])
    expect([...buddy.nrFree]).toEqual([...buddy.managed])
    expect(buddy.totalPresent - buddy.totalManaged).toBe(1 + 0x61 + 0x2400)
    sound(memory)
  })

  it('marks what is reserved, and only that', () => {
    let reserved = 0
    for (let p = 0; p < map.pages; p++) if (map.flags[p] & PG_RESERVED) reserved++
    expect(reserved).toBe(1 + 0x61 + 0x2400)
    expect(drawBuddy(buddy, 0, 8)).toBe('#0112222')
    expect(drawBuddy(buddy, 0x9c, 4)).toBe('110#')
    expect(drawBuddy(buddy, 0xff, 2)).toBe('#8')
  })

  it('starts with movable pageblocks and prefers the highest zone', () => {
    expect(buddy.typeOf(4096)).toBe(Movable)
    expect(one(memory)).toBeGreaterThanOrEqual(4 * GiB)
  })

  it('falls back to lower zones when the highest is used up', () => {
    const small = bareMemory(4096 + 2048)
    for (let i = 0; i < 2048; i++) expect(one(small)).toBeGreaterThanOrEqual(4096)
    expect(one(small)).toBeLessThan(4096)
    expect(small.buddy.nrFree[ZoneIndex.DMA32]).toBe(0)
    sound(small)
  })
})

describe('any sequence', () => {
  it.each([1, 2, 3, 4])('of allocations and frees leaves sound lists (seed %d)', (seed) => {
    const memory = bareMemory(5000, [[100, 131]])
    const atBoot = [...memory.buddy.nrFree]
    const held: [Pfn, number][] = []
    const prng = new Prng(seed)
    for (let step = 0; step < 600; step++) {
      if (prng.below(5) < 3 || held.length === 0) {
        const size = Math.min(prng.below(MAX_ORDER + 1), prng.below(MAX_ORDER + 1))
        const block = memory.buddy.alloc(order(size), prng.below(3) as MigrateType)
        if (block !== NO_PFN) held.push([block, size])
      } else {
        const [block, size] = held.splice(prng.below(held.length), 1)[0]
        give(memory, block, size)
      }
      if (step % 20 === 0) sound(memory)
    }
    for (const [block, size] of held) give(memory, block, size)
    expect([...memory.buddy.nrFree]).toEqual(atBoot)
    sound(memory)
  })
})

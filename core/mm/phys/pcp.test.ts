import { describe, expect, it } from 'vitest'
import { order } from '../../base/index.js'
import { checkFreeLists } from '../../testing/invariants.js'
import { bareMemory, type BareMemory } from '../../testing/machine.js'
import { MigrateType, ZoneIndex } from './index.js'

const MIB = 256
const { DMA32 } = ZoneIndex

/** A GiB with the CPU's lists set up; most of it in DMA32. */
function memory(adapts: boolean): BareMemory {
  const m = bareMemory(1024 * MIB)
  m.buddy.setup({ hugePages: false, scaleFactor: 10 }, { cpus: 2, adapts })
  return m
}

const sound = (m: BareMemory): string[] => {
  const found: string[] = []
  checkFreeLists(m, (violation) => found.push(violation))
  return found
}

const take = (m: BareMemory, count: number): number[] =>
  Array.from({ length: count }, () => m.buddy.alloc(order(0), MigrateType.Movable))

describe('the lists of a CPU', () => {
  it('are filled by a batch and hand out pages in order', () => {
    const m = memory(false)
    const free = m.buddy.nrFree[DMA32]
    const pages = take(m, 3)
    expect(pages).toEqual([pages[0], pages[0] + 1, pages[0] + 2])
    expect(m.buddy.pcp.count(DMA32)).toBe(31 - 3)
    expect(m.buddy.nrFree[DMA32]).toBe(free - 31)
    expect(sound(m)).toEqual([])
  })

  it('double the batch while nothing is freed', () => {
    const m = memory(true)
    const filled: number[] = []
    for (let i = 0; i < 500; i++) {
      const before = m.buddy.nrFree[DMA32]
      take(m, 1)
      const by = before - m.buddy.nrFree[DMA32]
      if (by > 0) filled.push(by)
    }
    expect(filled).toEqual([63, 126, 252, 504])
    expect(sound(m)).toEqual([])
  })

  it('give the page that was freed last back first', () => {
    const m = memory(true)
    const [page] = take(m, 20)
    m.buddy.free(page as never, order(0))
    expect(take(m, 1)).toEqual([page])
  })

  it('give a batch back when they hold too much', () => {
    const m = memory(false)
    const pages = take(m, 1000)
    for (const page of pages) m.buddy.free(page as never, order(0))
    expect(m.buddy.pcp.count(DMA32)).toBeLessThan(186)
    expect(sound(m)).toEqual([])
  })

  it('are empty after they were drained, and all is joined again', () => {
    const m = memory(true)
    const free = [...m.buddy.nrFree]
    const blocks = m.buddy.freeBlocks(DMA32, 10)
    const pages = take(m, 5000)
    const block = m.buddy.alloc(order(3), MigrateType.Movable)
    const huge = m.buddy.alloc(order(9), MigrateType.Movable)
    expect(sound(m)).toEqual([])
    for (const page of pages) m.buddy.free(page as never, order(0))
    m.buddy.free(block, order(3))
    m.buddy.free(huge, order(9))
    expect(sound(m)).toEqual([])
    m.buddy.pcp.drain()
    expect(m.buddy.totalPcp).toBe(0)
    expect([...m.buddy.nrFree]).toEqual(free)
    expect(m.buddy.freeBlocks(DMA32, 10)).toBe(blocks)
    expect(sound(m)).toEqual([])
  })
})

describe('watermarks', () => {
  it('keep pages back: the lower zone more, from those who could use a higher one', () => {
    const m = memory(true)
    while (m.buddy.alloc(order(0), MigrateType.Movable) >= 0);
    for (const zone of [ZoneIndex.DMA, DMA32]) {
      const marks = m.buddy.watermarks(zone)!
      expect(m.buddy.nrFree[zone]).toBe(marks.min + marks.reserve[ZoneIndex.Normal])
    }
    expect(m.buddy.watermarks(ZoneIndex.DMA)!.reserve[ZoneIndex.Normal]).toBeGreaterThan(900)
    expect(sound(m)).toEqual([])
  })
})

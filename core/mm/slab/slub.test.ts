import { describe, expect, it } from 'vitest'
import { NO_PFN, order, PAGE_SIZE, pfn, Prng, type Pfn } from '../../base/index.js'
import { slabs618 } from '../../profiles/slab-caches.js'
import { bareMemory, type BareMemory } from '../../testing/machine.js'
import { MigrateType, PG_SLAB } from '../phys/index.js'
import { kmallocCaches, SlabAllocator, type KmemCache } from './index.js'

interface Slabs extends BareMemory {
  readonly slab: SlabAllocator
}

function slabs(pages = 4096): Slabs {
  const memory = bareMemory(pages)
  const caches = [...slabs618.bootstrap, ...kmallocCaches('since 6.8'), ...slabs618.caches]
  return { ...memory, slab: new SlabAllocator(memory, caches, 2, 'since 6.8') }
}

const take = ({ slab }: Slabs, cache: KmemCache, count: number): number[] =>
  Array.from({ length: count }, () => slab.alloc(cache))

describe('objects', () => {
  it('follow each other in a slab, and a full slab is followed by a new one', () => {
    const m = slabs()
    const cache = m.slab.cache('vm_area_struct')
    const objects = take(m, cache, 22)
    const first = objects[0]
    expect(objects.slice(0, 21)).toEqual(Array.from({ length: 21 }, (_, i) => first + i * 192))
    expect(Math.floor(objects[21] / PAGE_SIZE)).not.toBe(Math.floor(first / PAGE_SIZE))
    expect(m.slab.counts(cache)).toEqual({ slabs: 2, objects: 42, used: 22 })
    expect(m.map.has(pfn(Math.floor(first / PAGE_SIZE)), PG_SLAB)).toBe(true)
  })

  it('that were freed last are handed out first', () => {
    const m = slabs()
    const cache = m.slab.cache('filp')
    const objects = take(m, cache, 3)
    m.slab.free(objects[0])
    m.slab.free(objects[1])
    expect(take(m, cache, 2)).toEqual([objects[1], objects[0]])
  })

  it('of merged caches come from one', () => {
    const { slab } = slabs()
    expect(slab.cache('cred')).toBe(slab.cache('pid'))
  })

  it('of several pages lie in one block', () => {
    const m = slabs()
    const cache = m.slab.cache('task_struct')
    const [object] = take(m, cache, 1)
    const page = object / PAGE_SIZE
    expect(page % 8).toBe(0)
    for (let p = page; p < page + 8; p++) expect(m.map.has(pfn(p), PG_SLAB)).toBe(true)
    expect(m.slab.pages()).toEqual({ reclaimable: 0, unreclaimable: 8 })
  })

  it('are refused, not invented, when there is no page', () => {
    const m = slabs(64)
    const held: Pfn[] = []
    for (let page = m.buddy.alloc(order(0), MigrateType.Movable); page !== NO_PFN;) {
      held.push(page)
      page = m.buddy.alloc(order(0), MigrateType.Movable)
    }
    const cache = m.slab.cache('dentry')
    expect(m.slab.alloc(cache)).toBe(0)
    expect(m.slab.reserve(cache, 1)).toBe(false)
    // Page 0 is the BIOS's on a whole machine: address 0 is no object.
    m.buddy.putPage(held[1])
    expect(m.slab.alloc(cache)).toBeGreaterThan(0)
  })

  it('lie in smaller slabs when there is no block of the order that is wanted', () => {
    const m = slabs(64)
    const held: Pfn[] = []
    for (let i = 0; i < 64; i++) held.push(m.buddy.alloc(order(0), MigrateType.Movable))
    // Pairs of pages are free, no block of eight.
    for (let page = 0; page < 64; page += 4) {
      m.buddy.putPage(pfn(page))
      m.buddy.putPage(pfn(page + 1))
    }
    const cache = m.slab.cache('task_struct')
    expect(m.slab.alloc(cache)).toBeGreaterThan(0)
    expect(m.slab.counts(cache)).toEqual({ slabs: 1, objects: 1, used: 1 })
  })

  it('cannot be freed at an address that is none', () => {
    const m = slabs()
    const [object] = take(m, m.slab.cache('filp'), 1)
    expect(() => m.slab.free(object + 8)).toThrow('is the start of an object of filp')
    expect(() => m.slab.free(0)).toThrow('lies in a slab')
  })
})

describe('slabs', () => {
  it('are kept for a while when they are empty, and given back when there are enough', () => {
    const m = slabs()
    const before = m.buddy.totalFree
    const cache = m.slab.cache('ext4_inode_cache')
    const objects = take(m, cache, 14 * 40)
    expect(m.slab.counts(cache).slabs).toBe(40)
    for (const object of objects) m.slab.free(object)
    const { slabs: kept } = m.slab.counts(cache)
    // The CPU's own, its reserve, and what the node keeps at least.
    expect(kept).toBeGreaterThan(cache.minPartial)
    expect(kept).toBeLessThanOrEqual(1 + cache.cpuPartialSlabs + cache.minPartial)
    m.slab.shrink()
    expect(m.slab.counts(cache)).toEqual({ slabs: 0, objects: 0, used: 0 })
    expect(m.buddy.totalFree).toBe(before)
  })

  it('count as active as a whole while the CPU has them', () => {
    const m = slabs()
    const cache = m.slab.cache('dentry')
    take(m, cache, 3)
    expect(m.slab.info(cache)).toMatchObject({ activeObjects: 21, objects: 21, slabs: 1 })
  })

  it.each([1, 2, 3])('come through any sequence, snapshots in between included (seed %d)', (seed) => {
    const m = slabs()
    const before = m.buddy.totalFree
    const prng = new Prng(seed)
    const held: number[] = []
    for (let step = 0; step < 4000; step++) {
      const grows = step < 2000 ? 3 : 1
      if (prng.below(4) < grows || held.length === 0) {
        const object = m.slab.alloc(m.slab.caches[prng.below(m.slab.caches.length)])
        if (object !== 0) held.push(object)
      } else m.slab.free(held.splice(prng.below(held.length), 1)[0])
      if (step % 1000 === 500) m.registry.restore(m.registry.snapshot())
    }
    expect(new Set(held).size).toBe(held.length)
    expect(m.slab.caches.reduce((n, cache) => n + m.slab.counts(cache).used, 0)).toBe(held.length)
    for (const object of held) m.slab.free(object)
    m.slab.shrink()
    expect(m.buddy.totalFree).toBe(before)
  })
})

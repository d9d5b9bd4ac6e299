import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { geometryOf, kmallocCaches, kmallocClass } from './index.js'

/** /sys/kernel/slab of a real machine with 2 CPUs: see golden/slab/README.md. */
const captured = readFileSync(new URL('../../golden/slab/caches.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(' '))
  .map(([name, ...numbers]) => ({ name, numbers: numbers.map(Number) }))

/** vm_area_struct gives the place of its link (use_freeptr_offset) although it is freed by RCU. */
const LINK_INSIDE = new Set(['vm_area_struct'])

describe('the geometry of a cache', () => {
  it.each(captured)('is the real machine\u2019s for $name', ({ name, numbers }) => {
    const [objectSize, align, ctor, rcu, size, order, objects, cpuPartial, minPartial] = numbers
    const linkBehind = (ctor === 1 || rcu === 1) && !LINK_INSIDE.has(name)
    const found = geometryOf({ name, objectSize, align, linkBehind }, 2, 'since 6.8')
    expect(found).toMatchObject({ size, order, objects, minPartial })
    expect(found.cpuPartialSlabs).toBe(Math.ceil((cpuPartial * 2) / objects))
  })

  it('takes more pages a slab on machines with more CPUs', () => {
    const dentry = { name: 'dentry', objectSize: 192, align: 8 }
    expect(geometryOf(dentry, 1, 'since 6.8').order).toBe(0)
    expect(geometryOf(dentry, 64, 'since 6.8')).toMatchObject({ order: 1, objects: 42 })
  })

  it('was found by giving up objects before giving up pages until 6.7', () => {
    // 5888 bytes: five in 32 KiB waste a tenth.
    expect(geometryOf({ name: 'task_struct', objectSize: 5840, align: 64 }, 2, 'until 6.7')).toMatchObject({
      order: 3,
      objects: 5,
    })
  })
})

describe('kmalloc', () => {
  it('serves a request from the smallest class that holds it', () => {
    expect(kmallocClass(1)).toBe(8)
    expect(kmallocClass(65)).toBe(96)
    expect(kmallocClass(97)).toBe(128)
    expect(kmallocClass(129)).toBe(192)
    expect(kmallocClass(193)).toBe(256)
    expect(kmallocClass(8193)).toBeUndefined()
  })

  it('has three kinds of caches today and had one', () => {
    expect(kmallocCaches('since 6.8')).toHaveLength(39)
    expect(kmallocCaches('until 6.7').map((cache) => cache.name)).toContain('kmalloc-8192')
  })
})

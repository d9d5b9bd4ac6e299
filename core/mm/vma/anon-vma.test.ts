import { describe, expect, it } from 'vitest'
import { order } from '../../base/index.js'
import { slabs618 } from '../../profiles/slab-caches.js'
import { bareMemory } from '../../testing/machine.js'
import { MigrateType } from '../phys/index.js'
import { KernelObjects, SlabAllocator } from '../slab/index.js'
import { AnonVmas, NO_ANON, type AnonPart } from './anon-vma.js'

/** What there is of both structures, and a machine's memory to have them from. */
function anonVmas(pages = 64) {
  const memory = bareMemory(pages)
  // Page 0 is the BIOS's on a whole machine: address 0 is no object.
  memory.buddy.alloc(order(0), MigrateType.Unmovable)
  const slab = new SlabAllocator(memory, slabs618.caches, 2, 'since 6.8')
  const all = new AnonVmas(new KernelObjects(slab))
  const used = (cache: string): number => slab.counts(slab.cache(cache)).used
  return { memory, all, counts: () => [used('anon_vma'), used('anon_vma_chain')] }
}
const ids = ({ anonChain }: AnonPart): number[] => anonChain.map(({ anonVma }) => anonVma)

describe('an anon_vma', () => {
  it('comes with the first anonymous page, and goes with the last mapping that is linked to it', () => {
    const { all, counts } = anonVmas()
    const mapping = all.prepare(0)
    expect(counts()).toEqual([1, 1])
    const half = all.copy(mapping)
    expect([half.anonVma, counts()]).toEqual([mapping.anonVma, [1, 2]])
    all.drop(mapping)
    expect(counts()).toEqual([1, 1])
    all.drop(half)
    expect(counts()).toEqual([0, 0])
  })

  it('is shared by neighbours that could merge', () => {
    const { all, counts } = anonVmas()
    const mapping = all.prepare(0)
    expect(all.prepare(mapping.anonVma).anonVma).toBe(mapping.anonVma)
    expect(counts()).toEqual([1, 2])
  })

  it('is the child’s own, beside a link to each of its ancestors’', () => {
    const { all, counts } = anonVmas()
    const parent = all.prepare(0)
    const child = all.fork(parent)
    const grandchild = all.fork(child)
    expect([parent, child, grandchild].map(ids)).toEqual([[1], [1, 2], [1, 2, 3]])
    expect([child.anonVma, grandchild.anonVma]).toEqual([2, 3])
    expect(counts()).toEqual([3, 6])
  })

  it('is not needed where there are no anonymous pages', () => {
    const { all, counts } = anonVmas()
    expect([all.fork(NO_ANON), all.copy(NO_ANON)]).toEqual([NO_ANON, NO_ANON])
    expect(counts()).toEqual([0, 0])
  })

  it('of an ancestor that has gone stays as long as a descendant is linked to it', () => {
    const { all, counts } = anonVmas()
    const parent = all.prepare(0)
    const child = all.fork(parent)
    all.drop(parent)
    expect(counts()).toEqual([2, 2])
    all.drop(child)
    expect(counts()).toEqual([0, 0])
  })

  it('without a mapping and without other descendants is taken over by the next child', () => {
    const { all, counts } = anonVmas()
    const parent = all.prepare(0)
    const child = all.fork(parent)
    const grandchild = all.fork(child)
    // The child's anon_vma has one descendant left, and no mapping of its own.
    all.drop(child)
    const next = all.fork(grandchild)
    expect([next.anonVma, ids(next)]).toEqual([2, [1, 2, 3]])
    for (const part of [parent, grandchild, next]) all.drop(part)
    expect(counts()).toEqual([0, 0])
  })

  it('that there is no memory for is refused, and nothing is left of the attempt', () => {
    const { memory, all, counts } = anonVmas()
    let part = all.prepare(0)
    const parts = [part]
    while (memory.buddy.totalFree + memory.buddy.totalPcp > 0) parts.push((part = all.fork(part)))
    const before = counts()
    for (let i = 0; i < 200; i++) {
      try {
        parts.push(all.fork(part))
      } catch {
        break
      }
    }
    const after = counts()
    expect(() => all.fork(part)).toThrow('no anon_vma')
    expect(counts()).toEqual(after)
    expect(after[0]).toBeGreaterThanOrEqual(before[0])
    for (const each of parts) all.drop(each)
    expect(counts()).toEqual([0, 0])
  })

  it('is saved and restored with what it counts', () => {
    const { all } = anonVmas()
    const parent = all.prepare(0)
    const saved = all.save()
    all.fork(parent)
    expect(all.save()).not.toEqual(saved)
    all.load(saved)
    expect(all.save()).toEqual(saved)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, type VAddr } from '../../base/index.js'
import type { Vma } from './types.js'
import { VmaTree } from './vma-tree.js'

const PAGES = 400
const LONGEST = 3

/** A mapping of pages [from, to); `flags` tells versions apart. */
const vmaOf = (from: number, to: number, flags = 0): Vma => ({
  start: (from * PAGE_SIZE) as VAddr,
  end: (to * PAGE_SIZE) as VAddr,
  flags,
  pgoff: from,
  file: 0,
  special: undefined,
  specialPages: [],
  anonVma: 0,
  anonChain: [],
})

/** The plain thing: an array in address order. */
class Model {
  vmas: readonly Vma[] = []
  find = (address: number): Vma | undefined => this.vmas.find((vma) => vma.end > address)
  below = (address: number): Vma | undefined => this.vmas.findLast((vma) => vma.start < address)
  insert(vma: Vma): void {
    this.vmas = [...this.vmas, vma].sort((a, b) => a.start - b.start)
  }
  replace(old: Vma, by: Vma): void {
    this.vmas = this.vmas.map((vma) => (vma === old ? by : vma))
  }
  remove(old: Vma): void {
    this.vmas = this.vmas.filter((vma) => vma !== old)
  }
  topOfHole(length: number, floor: number, ceiling: number): number | undefined {
    for (let i = this.vmas.length; i >= 0; i--) {
      const top = Math.min(ceiling, this.vmas[i]?.start ?? Infinity)
      if (top - Math.max(floor, this.vmas[i - 1]?.end ?? 0) >= length) return top
    }
    return undefined
  }
}

type Step = readonly [page: number, pages: number]

const steps = fc.array(fc.tuple(fc.nat(PAGES - 1), fc.integer({ min: 1, max: LONGEST })), {
  minLength: 1,
  maxLength: 600,
  size: 'max',
})

/** Maps what is free, shrinks or takes out what is not. */
function apply(tree: VmaTree, model: Model, [page, pages]: Step, flags: number): void {
  const vma = vmaOf(page, page + pages, flags)
  const next = model.find(vma.start)
  if (!next || next.start >= vma.end) {
    tree.insert(vma)
    model.insert(vma)
  } else if (next.end - next.start > PAGE_SIZE && pages > 1) {
    const shorter = { ...next, end: (next.end - PAGE_SIZE) as VAddr, flags }
    tree.replace(next, shorter)
    model.replace(next, shorter)
  } else {
    tree.remove(next)
    model.remove(next)
  }
}

function expectSame(tree: VmaTree, model: Model): void {
  expect([...tree]).toEqual(model.vmas)
  expect(tree.size).toBe(model.vmas.length)
}

describe('the index of mappings, beside an array', () => {
  it('holds the same mappings in the same order, whatever is inserted, changed and removed', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const tree = new VmaTree()
        const model = new Model()
        all.forEach((step, i) => apply(tree, model, step, i))
        expectSame(tree, model)
      }),
    )
  })

  it('finds the same mapping at and below every address, and goes on from there', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(PAGES + 1), { maxLength: 50 }), (all, pages) => {
        const tree = new VmaTree()
        const model = new Model()
        all.forEach((step, i) => apply(tree, model, step, i))
        for (const address of pages.map((page) => page * PAGE_SIZE)) {
          expect(tree.find(address)).toBe(model.find(address))
          expect(tree.below(address)).toBe(model.below(address))
          expect([...tree.from(address)]).toEqual(model.vmas.filter((vma) => vma.end > address))
        }
      }),
    )
  })

  it('finds the same highest hole below every ceiling', () => {
    const query = fc.record({
      length: fc.integer({ min: 1, max: 20 }),
      floor: fc.nat(20),
      ceiling: fc.integer({ min: 20, max: PAGES + 10 }),
    })
    fc.assert(
      fc.property(steps, fc.array(query, { maxLength: 50 }), (all, queries) => {
        const tree = new VmaTree()
        const model = new Model()
        all.filter(([page]) => page >= 20).forEach((step, i) => apply(tree, model, step, i))
        for (const { length, floor, ceiling } of queries) {
          const asked = [length * PAGE_SIZE, floor * PAGE_SIZE, ceiling * PAGE_SIZE] as const
          expect(tree.topOfHole(...asked)).toBe(model.topOfHole(...asked))
        }
      }),
    )
  })

  it('does not change when a copy of it changes, nor the copy with it', () => {
    fc.assert(
      fc.property(steps, steps, steps, (before, here, there) => {
        const tree = new VmaTree()
        const model = new Model()
        before.forEach((step, i) => apply(tree, model, step, i))
        const copy = tree.clone()
        const copied = new Model()
        copied.vmas = model.vmas
        here.forEach((step, i) => apply(tree, model, step, 1000 + i))
        there.forEach((step, i) => apply(copy, copied, step, 2000 + i))
        expectSame(tree, model)
        expectSame(copy, copied)
      }),
    )
  })
})

describe('an index of 65,530 mappings', () => {
  const COUNT = 65_530
  const full = (): VmaTree => new VmaTree(Array.from({ length: COUNT }, (_, i) => vmaOf(2 * i + 1, 2 * i + 2)))

  it('is built, emptied from the middle and searched', () => {
    const tree = full()
    expect(tree.size).toBe(COUNT)
    expect(tree.topOfHole(2 * PAGE_SIZE, 0, 2 * COUNT * PAGE_SIZE)).toBeUndefined()
    for (let i = COUNT - 2; i > 0; i--) tree.remove(tree.find((2 * i + 1) * PAGE_SIZE)!)
    expect(Array.from(tree, (vma) => vma.pgoff)).toEqual([1, 2 * COUNT - 1])
    expect(tree.topOfHole(2 * PAGE_SIZE, 0, 2 * COUNT * PAGE_SIZE)).toBe((2 * COUNT - 1) * PAGE_SIZE)
  })

  it('shares with its copy all but the way to what was changed', () => {
    const tree = full()
    const copy = tree.clone()
    const middle = tree.find(COUNT * PAGE_SIZE)!
    tree.replace(middle, { ...middle, flags: 7 })
    expect(copy.find(COUNT * PAGE_SIZE)).toBe(middle)
    const shared = new Set(nodesOf(copy))
    expect(nodesOf(tree).filter((node) => !shared.has(node)).length).toBeLessThanOrEqual(4)
  })
})

interface AnyNode {
  readonly leaf: boolean
  readonly items: readonly AnyNode[]
}

function nodesOf(tree: VmaTree): readonly AnyNode[] {
  const { root } = tree as unknown as { readonly root: AnyNode }
  const all: AnyNode[] = [root]
  for (let i = 0; i < all.length; i++) if (!all[i].leaf) all.push(...all[i].items)
  return all
}

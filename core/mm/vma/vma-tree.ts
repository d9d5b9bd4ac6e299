/**
 * The index of a process's mappings (mm->mm_mt, a maple tree in the kernel): finding, inserting, removing and the search
 * for a hole take time logarithmic in the number of mappings. Copying the whole index takes constant time: the copies
 * share what neither of them has changed since, which is what fork and snapshots need. Mappings are immutable; a
 * changed one is put in the old one's place.
 */
import { assert } from '../../base/index.js'
import {
  insertInto,
  newBranch,
  newLeaf,
  own,
  position,
  removeFrom,
  replaceIn,
  startingBelow,
  topOfHole,
  type Owner,
  type TreeNode,
} from './tree-node.js'
import type { Vma } from './types.js'

export class VmaTree implements Iterable<Vma> {
  private owner: Owner = {}
  private root: TreeNode

  constructor(vmas: Iterable<Vma> = []) {
    this.root = newLeaf(this.owner, [])
    for (const vma of vmas) this.insert(vma)
  }

  /** Number of mappings (mm->map_count). */
  get size(): number {
    return this.root.size
  }

  /** A copy, in constant time: from now on both own nothing and copy what they change. */
  clone(): VmaTree {
    this.owner = {}
    const copy = new VmaTree()
    copy.root = this.root
    return copy
  }

  /** The first mapping that ends behind the address: it holds it or is the next above. @mm find_vma mm/mmap.c */
  find(address: number): Vma | undefined {
    let node = this.root
    while (!node.leaf) {
      const at = position(node, address)
      if (at === node.items.length) return undefined
      node = node.items[at]
    }
    return node.items[position(node, address)]
  }

  /** The last mapping that starts below the address. @mm find_vma_prev mm/mmap.c */
  below(address: number): Vma | undefined {
    let node = this.root
    while (!node.leaf) {
      const at = startingBelow(node, address)
      if (at === 0) return undefined
      node = node.items[at - 1]
    }
    return node.items[startingBelow(node, address) - 1]
  }

  /** Enters a mapping where nothing is mapped. */
  insert(vma: Vma): void {
    this.root = own(this.root, this.owner)
    const right = insertInto(this.root, vma, this.owner)
    if (right) this.root = newBranch(this.owner, [this.root, right])
  }

  /** Puts another mapping in the place of one; it must reach no other. */
  replace(old: Vma, by: Vma): void {
    assert(this.find(old.start) === old, 'the mapping to replace is in the index')
    this.root = own(this.root, this.owner)
    replaceIn(this.root, old.start, by, this.owner)
  }

  remove(vma: Vma): void {
    assert(this.find(vma.start) === vma, 'the mapping to remove is in the index')
    this.root = own(this.root, this.owner)
    removeFrom(this.root, vma.start, this.owner)
    while (!this.root.leaf && this.root.items.length === 1) this.root = this.root.items[0]
  }

  clear(): void {
    this.root = newLeaf(this.owner, [])
  }

  /**
   * Where the highest hole of at least `length` bytes in [floor, ceiling) ends, or undefined.
   * @mm mas_empty_area_rev lib/maple_tree.c
   */
  topOfHole(length: number, floor: number, ceiling: number): number | undefined {
    const { root } = this
    if (ceiling - Math.max(floor, root.end) >= length) return ceiling
    const inside = topOfHole(root, length, ceiling)
    if (inside > 0) return inside
    const lowest = Math.min(ceiling, root.start)
    return root.size > 0 && lowest - floor >= length ? lowest : undefined
  }

  [Symbol.iterator](): IterableIterator<Vma> {
    return this.from(0)
  }

  /** In address order, beginning with {@link find}. The index must not change meanwhile; a clone may be walked instead. */
  *from(address: number): IterableIterator<Vma> {
    const path: { readonly items: readonly TreeNode[]; next: number }[] = []
    for (let node: TreeNode | undefined = this.root; node;) {
      if (!node.leaf) path.push({ items: node.items, next: position(node, address) })
      else for (let i = position(node, address); i < node.items.length; i++) yield node.items[i]
      while (path.length > 0 && path[path.length - 1].next === path[path.length - 1].items.length) path.pop()
      const up = path.at(-1)
      node = up?.items[up.next++]
    }
  }

  /** For state hashes: the mappings in order, whatever the shape of the tree. */
  toJSON(): readonly Vma[] {
    return [...this]
  }
}

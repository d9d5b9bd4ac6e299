/**
 * The index of a process's mappings (mm->mm_mt, a maple tree in the kernel): finding, inserting, removing and the search
 * for a hole take time logarithmic in the number of mappings. Copying the whole index takes constant time: the copies
 * share what neither of them has changed since, which is what fork and snapshots need. Mappings are immutable; a
 * changed one is put in the old one's place.
 */
import { assert } from '../../base/index.js'
import { OutOfMemory } from '../pgtable/index.js'
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
import { NO_ANON, type AnonPart } from './anon-vma.js'
import type { VmaStructures } from './structures.js'
import type { Mm, Vma } from './types.js'

function newObject(structures: VmaStructures): number {
  const object = structures.allocVma()
  if (object === 0) throw new OutOfMemory('no vm_area_struct')
  return object
}

export class VmaTree implements Iterable<Vma> {
  private owner: Owner = {}
  private root: TreeNode
  /** Whose mappings they are, and so where files lead to. */
  private mm: Mm | undefined

  /** @param structures without them mappings are not accounted for: a tree to try things on, or a saved one */
  constructor(
    vmas: Iterable<Vma> = [],
    private readonly structures?: VmaStructures,
  ) {
    this.root = newLeaf(this.owner, [])
    for (const vma of vmas) this.insert(vma)
  }

  /** To be called once before mappings with objects are entered. @mm mm_init kernel/fork.c */
  belongsTo(mm: Mm): void {
    this.mm = mm
    this.structures?.rmap.enter(mm)
  }

  /** After a copy took the place of the tree it was made from: files lead to this one's mappings. */
  linkAll(): void {
    for (const vma of this) this.link(vma)
  }

  private link(vma: Vma): void {
    if (!this.structures || vma.file === 0) return
    assert(this.mm, 'mappings of files are some address space’s')
    this.structures.rmap.link(this.mm, vma)
  }

  /** Number of mappings (mm->map_count). */
  get size(): number {
    return this.root.size
  }

  /**
   * A copy, in constant time: from now on both own nothing and copy what they change. The copy's mappings are still the
   * objects of this one: a child takes its own with {@link adopt}.
   */
  clone(structures?: VmaStructures): VmaTree {
    this.owner = {}
    const copy = new VmaTree([], structures)
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

  /**
   * Enters a mapping where nothing is mapped, as an object of its own and with links of its own to its anon_vmas.
   * @throws OutOfMemory when there is no memory for it; nothing has changed then
   * @mm vma_iter_store_new mm/vma.h
   * Left out: the nodes of the kernel's tree, objects of the cache maple_node: this tree has another shape, and the cache
   * stays empty.
   */
  insert(vma: Vma): void {
    const entered = this.structures ? this.made(this.structures, vma) : vma
    this.root = own(this.root, this.owner)
    const right = insertInto(this.root, entered, this.owner)
    if (right) this.root = newBranch(this.owner, [this.root, right])
    this.link(entered)
  }

  private made(structures: VmaStructures, vma: Vma): Vma {
    const object = newObject(structures)
    try {
      return { ...vma, ...structures.anonVmas.copy(vma), object }
    } catch (error) {
      structures.freeVma(object)
      throw error
    }
  }

  /**
   * What a mapping has of anonymous pages when it takes over the place of another as well: its own part, or, when it has
   * none, a copy of the other's. undefined when there is no memory for that.
   * @mm dup_anon_vma mm/vma.c
   */
  joinedAnon(vma: Vma, other: Vma): AnonPart | undefined {
    if (vma.anonVma !== 0 || other.anonVma === 0) return { anonVma: vma.anonVma, anonChain: vma.anonChain }
    const { anonVma, anonChain } = other
    return this.structures ? this.structures.anonVmas.tryCopy(other) : { anonVma, anonChain }
  }

  /**
   * Gives a mapping its first anon_vma, another's (by id) or with 0 a new one, and returns the mapping as it is then.
   * @throws OutOfMemory when there is no memory for it; nothing has changed then
   */
  prepareAnon(vma: Vma, shared: number): Vma {
    const part = this.structures ? this.structures.anonVmas.prepare(shared) : { anonVma: shared || 1, anonChain: [] }
    const prepared = { ...vma, ...part }
    this.replace(vma, prepared)
    return prepared
  }

  /** A mapping without pages forgets that it ever had some. */
  forgetAnon(vma: Vma): Vma {
    const emptied = { ...vma, ...NO_ANON }
    this.structures?.anonVmas.drop(vma)
    this.replace(vma, emptied)
    return emptied
  }

  /** Puts another mapping in the place of one, in the same object; it must reach no other. */
  replace(old: Vma, by: Vma): void {
    assert(this.find(old.start) === old, 'the mapping to replace is in the index')
    this.root = own(this.root, this.owner)
    const entered = by.object === old.object ? by : { ...by, object: old.object }
    replaceIn(this.root, old.start, entered, this.owner)
    if (this.mm) this.structures?.rmap.relink(this.mm, old, entered)
  }

  /**
   * Puts a child's copy in the place of a mapping that belongs to the index this one was cloned from.
   * @throws OutOfMemory when there is no memory for it; nothing has changed then
   * @mm vm_area_dup kernel/fork.c
   */
  adopt(old: Vma, by: Vma): void {
    const entered = this.structures ? this.forked(this.structures, by) : by
    this.root = own(this.root, this.owner)
    replaceIn(this.root, old.start, entered, this.owner)
    this.link(entered)
  }

  private forked(structures: VmaStructures, vma: Vma): Vma {
    const object = newObject(structures)
    try {
      return { ...vma, ...structures.anonVmas.fork(vma), object }
    } catch (error) {
      structures.freeVma(object)
      throw error
    }
  }

  remove(vma: Vma): void {
    this.takeOut(vma)
    this.unlink(vma)
  }

  /** Takes a mapping out whose pages are still to be unmapped: until {@link unlink} its file leads to it. */
  takeOut(vma: Vma): void {
    this.forget(vma)
    this.free(vma)
  }

  /** @mm unlink_file_vma_batch_add mm/vma.c */
  unlink(vma: Vma): void {
    this.structures?.rmap.unlink(vma)
  }

  private free(vma: Vma): void {
    if (!this.structures || vma.object === undefined) return
    this.structures.anonVmas.drop(vma)
    this.structures.freeVma(vma.object)
  }

  /** Takes a mapping out that belongs to the index this one was cloned from. */
  forget(vma: Vma): void {
    assert(this.find(vma.start) === vma, 'the mapping to remove is in the index')
    this.root = own(this.root, this.owner)
    removeFrom(this.root, vma.start, this.owner)
    while (!this.root.leaf && this.root.items.length === 1) this.root = this.root.items[0]
  }

  /** Takes all out, as {@link takeOut} does. */
  clear(): void {
    for (const vma of this) this.free(vma)
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

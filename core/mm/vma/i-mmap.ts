/**
 * The mappings of one file, found by which of its pages they show (address_space.i_mmap; the kernel's mm/interval_tree.c).
 * A search tree ordered by the first page; every node knows the last page that any mapping below it reaches, so that a
 * search passes over whole branches:
 *
 *                 [4-9] to 20                  who shows page 12?
 *                /           \                   left ends at 7: not there
 *          [0-2] to 7     [5-20] to 20           right: 5-20 does, 8-8 does not
 *               \              \
 *              [3-7]          [8-8]
 *
 * A treap: its shape follows from what it holds alone. Entering, taking out and finding the first take logarithmic time.
 *
 * Left out: the tree's lock.
 */
import { assert, PAGE_SIZE } from '../../base/index.js'
import type { Mm, Vma } from './types.js'

/** A mapping and whose it is. */
export interface FileMapping {
  readonly mm: Mm
  readonly vma: Vma
}

interface Node {
  readonly mm: Mm
  vma: Vma
  /** Pages of the file that the mapping shows, both inclusive. */
  readonly first: number
  readonly last: number
  /** Tells apart mappings that begin at the same page: no two have the same vm_area_struct. */
  readonly object: number
  readonly priority: number
  /** The highest `last` here and below. */
  reach: number
  low: Node | undefined
  high: Node | undefined
}

const lastPage = (vma: Vma): number => vma.pgoff + (vma.end - vma.start) / PAGE_SIZE - 1

/** A number that looks random, the same for the same mapping. */
function priorityOf(first: number, object: number): number {
  const mixed = Math.imul(object ^ Math.imul(first, 0x85ebca6b), 0x9e3779b1)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

const before = (node: Node, first: number, object: number): boolean =>
  node.first < first || (node.first === first && node.object < object)

function updated(node: Node): Node {
  node.reach = Math.max(node.last, node.low?.reach ?? 0, node.high?.reach ?? 0)
  return node
}

/** Parts a tree into what comes before a place and what comes behind it. */
function parted(node: Node | undefined, first: number, object: number): [Node | undefined, Node | undefined] {
  if (!node) return [undefined, undefined]
  if (before(node, first, object)) {
    const [low, high] = parted(node.high, first, object)
    node.high = low
    return [updated(node), high]
  }
  const [low, high] = parted(node.low, first, object)
  node.low = high
  return [low, updated(node)]
}

/** One tree of two, of which all of `low` comes before all of `high`. */
function joined(low: Node | undefined, high: Node | undefined): Node | undefined {
  if (!low || !high) return low ?? high
  if (low.priority > high.priority) {
    low.high = joined(low.high, high)
    return updated(low)
  }
  high.low = joined(low, high.low)
  return updated(high)
}

function inserted(root: Node | undefined, node: Node): Node {
  if (root && root.priority >= node.priority) {
    if (before(root, node.first, node.object)) root.high = inserted(root.high, node)
    else root.low = inserted(root.low, node)
    return updated(root)
  }
  ;[node.low, node.high] = parted(root, node.first, node.object)
  return updated(node)
}

function removed(root: Node | undefined, first: number, object: number): Node | undefined {
  assert(root, 'the mapping is among those of its file')
  if (root.first === first && root.object === object) return joined(root.low, root.high)
  if (before(root, first, object)) root.high = removed(root.high, first, object)
  else root.low = removed(root.low, first, object)
  return updated(root)
}

function visit(node: Node | undefined, first: number, last: number, each: (mapping: FileMapping) => void): void {
  if (!node || node.reach < first) return
  visit(node.low, first, last, each)
  if (node.first > last) return
  if (node.last >= first) each(node)
  visit(node.high, first, last, each)
}

const objectOf = ({ object }: Vma): number => {
  assert(object, 'a mapping of an address space has its object')
  return object
}

export class FileMappings {
  private root: Node | undefined

  get isEmpty(): boolean {
    return this.root === undefined
  }

  /** @mm vma_interval_tree_insert mm/interval_tree.c */
  insert(mm: Mm, vma: Vma): void {
    const first = vma.pgoff
    const last = lastPage(vma)
    const object = objectOf(vma)
    const priority = priorityOf(first, object)
    const links = { reach: last, low: undefined, high: undefined }
    this.root = inserted(this.root, { mm, vma, first, last, object, priority, ...links })
  }

  /** @mm vma_interval_tree_remove mm/interval_tree.c */
  remove(vma: Vma): void {
    this.root = removed(this.root, vma.pgoff, objectOf(vma))
  }

  /** Puts a mapping of the same pages in the place of one. */
  replace(old: Vma, by: Vma): void {
    const first = old.pgoff
    const object = objectOf(old)
    let node = this.root
    while (node && (node.first !== first || node.object !== object))
      node = before(node, first, object) ? node.high : node.low
    assert(node, 'the mapping is among those of its file')
    node.vma = by
  }

  /**
   * Calls back for the mappings that show a page among `first` to `last`, by their first page; none may change meanwhile.
   * @mm vma_interval_tree_foreach include/linux/mm.h
   */
  each(first: number, last: number, visitor: (mapping: FileMapping) => void): void {
    visit(this.root, first, last, visitor)
  }
}

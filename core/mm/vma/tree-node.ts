/**
 * Nodes of the index of mappings: a B+ tree whose leaves hold the mappings in address order. Each node keeps the range
 * it spans and the largest hole inside it, as the kernel's maple tree does, so that a hole is found from the top
 * without looking at every mapping.
 *
 *   branch  [ 400000-55e0.., hole 16 TiB | 7f00..-7fff.., hole 3 GiB ]
 *               |                              |
 *   leaf    [ vma | vma | vma ]            [ vma | vma ]
 *
 * Nodes are shared between an index and its copies. Who wants to change one must own it, and copies it first if not:
 * see {@link own}.
 *
 * Left out: the kernel's storing of pivots and gaps in arrays of fixed size, RCU.
 */
import type { Vma } from './types.js'

/** Most and fewest items of a node; the root may have fewer. */
export const MOST = 32
export const FEWEST = 12

/** Whoever may change a node; only its identity counts. */
export type Owner = Readonly<Record<never, never>>

interface Span {
  owner: Owner
  /** From the first mapping's start to the last one's end. */
  start: number
  end: number
  /** Bytes of the largest hole between two mappings inside. */
  hole: number
  /** Mappings below. */
  size: number
}

export interface Leaf extends Span {
  readonly leaf: true
  items: Vma[]
}

export interface Branch extends Span {
  readonly leaf: false
  items: TreeNode[]
}

export type TreeNode = Leaf | Branch

export const newLeaf = (owner: Owner, items: Vma[]): Leaf =>
  refresh({ owner, start: 0, end: 0, hole: 0, size: 0, leaf: true, items })

export const newBranch = (owner: Owner, items: TreeNode[]): Branch =>
  refresh({ owner, start: 0, end: 0, hole: 0, size: 0, leaf: false, items })

/** The node itself if it may be changed, else a copy that may. */
export function own(node: TreeNode, owner: Owner): TreeNode {
  if (node.owner === owner) return node
  return node.leaf ? newLeaf(owner, node.items.slice()) : newBranch(owner, node.items.slice())
}

/** Brings what is kept about a node up to date with its items. */
export function refresh<N extends TreeNode>(node: N): N {
  const { items } = node
  node.start = items.length > 0 ? items[0].start : 0
  node.end = items.length > 0 ? items[items.length - 1].end : 0
  node.hole = 0
  for (let i = 1; i < items.length; i++) node.hole = Math.max(node.hole, items[i].start - items[i - 1].end)
  node.size = node.leaf ? items.length : 0
  if (!node.leaf)
    for (const child of node.items) {
      node.hole = Math.max(node.hole, child.hole)
      node.size += child.size
    }
  return node
}

/** Index of the first item that ends behind the address; the number of items if there is none. */
export function position({ items }: TreeNode, address: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (items[middle].end > address) high = middle
    else low = middle + 1
  }
  return low
}

/** Number of items that start below the address. */
export function startingBelow({ items }: TreeNode, address: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (items[middle].start >= address) high = middle
    else low = middle + 1
  }
  return low
}

/** @returns a new right neighbour of the node if it had to be split */
export function insertInto(node: TreeNode, vma: Vma, owner: Owner): TreeNode | undefined {
  const at = position(node, vma.start)
  if (node.leaf) node.items.splice(at, 0, vma)
  else {
    const place = Math.min(at, node.items.length - 1)
    const child = (node.items[place] = own(node.items[place], owner))
    const right = insertInto(child, vma, owner)
    if (right) node.items.splice(place + 1, 0, right)
  }
  const right = node.items.length > MOST ? splitOff(node, owner) : undefined
  refresh(node)
  return right
}

/** The upper half as a node of its own. */
function splitOff(node: TreeNode, owner: Owner): TreeNode {
  const from = node.items.length >>> 1
  return node.leaf ? newLeaf(owner, node.items.splice(from)) : newBranch(owner, node.items.splice(from))
}

/** Puts `by` in the place of the mapping that starts at `start`; the order stays as it is. */
export function replaceIn(node: TreeNode, start: number, by: Vma, owner: Owner): void {
  const at = position(node, start)
  if (node.leaf) node.items[at] = by
  else replaceIn((node.items[at] = own(node.items[at], owner)), start, by, owner)
  refresh(node)
}

/** Takes out the mapping that starts at `start`. */
export function removeFrom(node: TreeNode, start: number, owner: Owner): void {
  const at = position(node, start)
  if (node.leaf) node.items.splice(at, 1)
  else {
    const child = (node.items[at] = own(node.items[at], owner))
    removeFrom(child, start, owner)
    if (child.items.length < FEWEST && node.items.length > 1) mend(node, Math.max(0, at - 1), owner)
  }
  refresh(node)
}

/** Makes one node of the two at `at`, or shares their items evenly if that would be too many. */
function mend(parent: Branch, at: number, owner: Owner): void {
  const low = own(parent.items[at], owner)
  const high = parent.items[at + 1]
  const together = [...low.items, ...high.items]
  const keep = together.length <= MOST ? together.length : together.length >>> 1
  const rest = together.splice(keep)
  parent.items.splice(at, 2, withItems(low, together, owner))
  if (rest.length > 0) parent.items.splice(at + 1, 0, withItems(high, rest, owner))
}

const withItems = (like: TreeNode, items: readonly (Vma | TreeNode)[], owner: Owner): TreeNode =>
  like.leaf ? newLeaf(owner, items as Vma[]) : newBranch(owner, items as TreeNode[])

/**
 * Where the highest hole of at least `length` bytes between two mappings of the node ends, nothing above `ceiling`
 * counting; 0 if there is none. A child without a hole of that length is passed over whole, so only the one that
 * `ceiling` cuts can be searched in vain.
 */
export function topOfHole(node: TreeNode, length: number, ceiling: number): number {
  let above = Math.min(node.end, ceiling)
  const { items, leaf } = node
  for (let i = Math.min(position(node, ceiling), items.length - 1); i >= 0; i--) {
    const item = items[i]
    if (above - item.end >= length) return above
    if (!leaf && (item as TreeNode).hole >= length) {
      const inside = topOfHole(item as TreeNode, length, ceiling)
      if (inside > 0) return inside
    }
    above = Math.min(item.start, ceiling)
  }
  return 0
}

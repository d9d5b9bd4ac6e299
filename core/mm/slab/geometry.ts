/**
 * How a cache's slabs are laid out (mm/slub.c): the space an object takes, the pages of a slab, how many objects fit, how
 * many slabs are kept in reserve. Pure functions of the object's size, its alignment and the number of CPUs.
 *
 * Left out: debugging (red zones, poison, owner tracking), the random order of free objects.
 */
import { PAGE_SIZE } from '../../base/index.js'
import type { CacheRequest, SlabOrderRule } from '../../kernel/uapi/index.js'

export interface Geometry {
  /** Bytes from one object to the next (slabinfo's objsize). */
  readonly size: number
  /** Where in a free object the link to the next free one is kept. */
  readonly linkOffset: number
  /** Pages of a slab as a power of two, and the least that holds one object. */
  readonly order: number
  readonly minOrder: number
  readonly objects: number
  /** Slabs that a CPU keeps in reserve, and empty or partial ones that the node keeps at least. */
  readonly cpuPartialSlabs: number
  readonly minPartial: number
}

const WORD = 8
/** PAGE_ALLOC_COSTLY_ORDER: slabs are not made larger without need. */
const SLUB_MAX_ORDER = 3
const MIN_PARTIAL = 5
const MAX_PARTIAL = 10

const alignUp = (n: number, to: number): number => Math.ceil(n / to) * to

/** fls(): number of the highest bit set, from 1. */
const fls = (n: number): number => 32 - Math.clz32(n)

/** The smallest order whose pages hold so many bytes. @mm get_order include/asm-generic/getorder.h */
export const orderFor = (bytes: number): number => fls(Math.ceil(bytes / PAGE_SIZE) - 1)

/** @mm order_objects mm/slub.c */
export const objectsIn = (order: number, size: number): number => Math.floor((PAGE_SIZE << order) / size)

/** @mm calculate_sizes mm/slub.c */
export function geometryOf(request: CacheRequest, cpus: number, rule: SlabOrderRule): Geometry {
  const inner = alignUp(request.objectSize, WORD)
  const linkOffset = request.linkBehind ? inner : Math.floor(request.objectSize / 2 / WORD) * WORD
  const size = alignUp(request.linkBehind ? inner + WORD : inner, Math.max(WORD, request.align))
  const order = rule === 'since 6.8' ? calculateOrder(size, cpus) : olderOrder(size, cpus)
  return {
    size,
    linkOffset,
    order,
    minOrder: orderFor(size),
    objects: objectsIn(order, size),
    cpuPartialSlabs: Math.ceil((cpuPartialObjects(size) * 2) / objectsIn(order, size)),
    minPartial: Math.min(MAX_PARTIAL, Math.max(MIN_PARTIAL, Math.floor((fls(size) - 1) / 2))),
  }
}

/** More CPUs, more objects a slab should have. */
const wantedObjects = (cpus: number): number => 4 * (fls(cpus) + 1)

/** The first order from `least` on that wastes at most one part in `fraction`. @mm calc_slab_order mm/slub.c */
function slabOrder(size: number, least: number, fraction: number): number {
  let order = least
  for (; order <= SLUB_MAX_ORDER; order++) {
    const bytes = PAGE_SIZE << order
    if (bytes % size <= Math.floor(bytes / fraction)) break
  }
  return order
}

/** @mm calculate_order mm/slub.c */
function calculateOrder(size: number, cpus: number): number {
  const most = Math.max(objectsIn(SLUB_MAX_ORDER, size), 1)
  const least = orderFor(Math.min(wantedObjects(cpus), most) * size)
  for (let fraction = 16; fraction > 1; fraction /= 2) {
    const order = slabOrder(size, least, fraction)
    if (order <= SLUB_MAX_ORDER) return order
  }
  return orderFor(size)
}

/** Tried with fewer and fewer objects, each time with more and more waste. @mm calculate_order mm/slub.c (until 6.7) */
function olderOrder(size: number, cpus: number): number {
  for (let objects = Math.min(wantedObjects(cpus), objectsIn(SLUB_MAX_ORDER, size)); objects > 1; objects--) {
    for (let fraction = 16; fraction >= 4; fraction /= 2) {
      const order = slabOrder(size, orderFor(objects * size), fraction)
      if (order <= SLUB_MAX_ORDER) return order
    }
  }
  return orderFor(size)
}

/** Free objects that a CPU may keep in partial slabs. @mm set_cpu_partial mm/slub.c */
function cpuPartialObjects(size: number): number {
  if (size >= PAGE_SIZE) return 6
  if (size >= 1024) return 24
  return size >= 256 ? 52 : 120
}

/**
 * The slab allocator (mm/slub.c) for the kernel's own objects. A slab is a block of pages cut into objects of one size;
 * its free objects are a list whose links lie in the free objects themselves. A slab is full, or the CPU's own, or in
 * the CPU's reserve (cpu partial), or on the node's list (partial).
 *
 *   alloc   CPU's slab -> CPU's reserve -> node's list -> a new slab from the buddy allocator
 *   free    into the CPU's slab; a full slab goes to the CPU's reserve, a full reserve to the node's list; an empty
 *           slab is given back when the node has enough of them
 *
 * An object is named by its physical address in bytes, which is also its place in the kernel's direct mapping; 0 is none.
 * The page columns hold what struct slab holds:
 *
 *   flags    PG_SLAB                      mapping  number of the cache
 *   private  order of the slab            lru      the list it is on
 *   index    first free object + 1, and objects in use (in the slab's first page)
 *
 * Left out: CPUs other than the first, sheaves (6.18), debugging, memory control
 * groups; which caches are merged is told, not found out.
 */
import { assert, NO_PFN, order as orderOf, PAGE_SIZE, pfn, type Pfn, type StateRegistry } from '../../base/index.js'
import { MigrateType, PG_SLAB, type Arena, type FrameContents, type MemMap, type PageAllocator } from '../phys/index.js'
import type { CacheRequest, SlabOrderRule } from '../../kernel/uapi/index.js'
import { geometryOf, objectsIn, type Geometry } from './geometry.js'

/** Physical address of an object. */
export type SlabObject = number
export const NO_OBJECT: SlabObject = 0

/** A kmem_cache: what it was made as; its state is in columns. */
export interface KmemCache extends Geometry {
  readonly name: string
  readonly id: number
  readonly type: MigrateType
}

/** Counters of a cache: columns of the state. */
const CPU_SLAB = 0
const CPU_PARTIAL = 1
const CPU_PARTIALS = 2
const NODE_HEAD = 3
const NODE_TAIL = 4
const NODE_PARTIALS = 5
const SLABS = 6
const TOTAL = 7
const IN_USE = 8
const PAGES = 9
const FIELDS = 10

/** Where a slab is, kept with its counters; their names for who only looks. */
const FULL = 0
const ON_CPU = 1
const IN_RESERVE = 2
const ON_NODE = 3
const PLACES = ['full', 'cpu', 'cpuPartial', 'partial'] as const

const FREE_UNIT = 1
const USED_UNIT = 0x10000
const PLACE_UNIT = 0x1_0000_0000

/** A line of /proc/slabinfo. */
export interface SlabInfo {
  readonly name: string
  readonly activeObjects: number
  readonly objects: number
  readonly size: number
  readonly objectsPerSlab: number
  readonly pagesPerSlab: number
  readonly slabs: number
}

/** A slab, for who only looks. */
export interface SlabFacts {
  /** First page. */
  readonly slab: Pfn
  readonly cache: KmemCache
  readonly order: number
  readonly place: (typeof PLACES)[number]
  readonly used: number
  readonly objects: number
}

export interface SlabParts {
  readonly registry: StateRegistry
  readonly arena: Arena
  readonly contents: FrameContents
  readonly map: MemMap
  readonly buddy: PageAllocator
}

export class SlabAllocator {
  /** In the order in which they were made. */
  readonly caches: readonly KmemCache[]
  private readonly byName: ReadonlyMap<string, KmemCache>
  private readonly state: Int32Array

  constructor(
    private readonly parts: SlabParts,
    requests: readonly CacheRequest[],
    cpus: number,
    rule: SlabOrderRule,
  ) {
    const own = requests.filter((request) => request.mergedWith === undefined)
    this.caches = own.map((request, id) => ({
      ...geometryOf(request, cpus, rule),
      name: request.name,
      id,
      type: request.reclaimable ? MigrateType.Reclaimable : MigrateType.Unmovable,
    }))
    const byName = new Map(this.caches.map((cache) => [cache.name, cache]))
    for (const { name, mergedWith } of requests) {
      const cache = byName.get(mergedWith ?? name)
      assert(cache, () => `the cache that ${name} is merged with is made before it`)
      byName.set(name, cache)
    }
    this.byName = byName
    this.state = parts.registry.column('kmem_cache', Int32Array, own.length * FIELDS)
    for (const { id } of this.caches)
      for (const list of [CPU_SLAB, CPU_PARTIAL, NODE_HEAD, NODE_TAIL]) this.state[id * FIELDS + list] = NO_PFN
  }

  cache(name: string): KmemCache {
    const cache = this.byName.get(name)
    assert(cache, `there is a cache ${name}`)
    return cache
  }

  // ---- allocation ---------------------------------------------------------------------------------------------

  /** An object, or {@link NO_OBJECT} when there is no page for a slab. @mm slab_alloc_node mm/slub.c */
  alloc(cache: KmemCache): SlabObject {
    const at = cache.id * FIELDS
    let slab = this.state[at + CPU_SLAB]
    if (slab < 0 || this.firstFree(slab) === 0) {
      if (slab >= 0) this.setPlace(slab, FULL)
      this.state[at + CPU_SLAB] = NO_PFN
      slab = this.nextCpuSlab(cache)
      if (slab < 0) return NO_OBJECT
      this.state[at + CPU_SLAB] = slab
      this.setPlace(slab, ON_CPU)
    }
    const object = this.firstFree(slab) - 1
    const address = slab * PAGE_SIZE + object * cache.size
    this.addTo(slab, (this.link(address + cache.linkOffset) - object - 1) * FREE_UNIT + USED_UNIT)
    this.setLink(address + cache.linkOffset, 0)
    this.state[at + IN_USE]++
    return address
  }

  private nextCpuSlab(cache: KmemCache): number {
    const at = cache.id * FIELDS
    const reserve = this.state[at + CPU_PARTIAL]
    if (reserve >= 0) {
      this.state[at + CPU_PARTIAL] = this.parts.map.next[reserve]
      this.state[at + CPU_PARTIALS]--
      return reserve
    }
    const partial = this.takePartials(cache)
    return partial >= 0 ? partial : this.newSlab(cache)
  }

  /** The node's first slab for the CPU, and half a reserve of those behind it. @mm get_partial_node mm/slub.c */
  private takePartials(cache: KmemCache): number {
    const at = cache.id * FIELDS
    const first = this.state[at + NODE_HEAD]
    if (first < 0) return NO_PFN
    this.leaveNode(cache, first)
    for (let taken = 0; this.state[at + NODE_HEAD] >= 0;) {
      const slab = this.state[at + NODE_HEAD]
      this.leaveNode(cache, slab)
      this.putCpuPartial(cache, slab, false)
      if (++taken > cache.cpuPartialSlabs / 2) break
    }
    return first
  }

  /** Without a block of the order it wants a smaller one must do. @mm allocate_slab mm/slub.c */
  private newSlab(cache: KmemCache): number {
    const { buddy, map, contents } = this.parts
    let size = cache.order
    let slab = buddy.alloc(orderOf(size), cache.type)
    if (slab === NO_PFN && cache.minOrder < size) {
      size = cache.minOrder
      slab = buddy.alloc(orderOf(size), cache.type)
    }
    if (slab === NO_PFN) return NO_PFN
    for (let p = slab; p < slab + (1 << size); p++) {
      const page = pfn(p)
      contents.fill(page, 0)
      contents.pin(page)
      map.flags[p] |= PG_SLAB
      map.mapping[p] = cache.id
      map.order[p] = size
    }
    const objects = objectsIn(size, cache.size)
    const base = slab * PAGE_SIZE + cache.linkOffset
    for (let i = 0; i + 1 < objects; i++) this.setLink(base + i * cache.size, i + 2)
    map.index[slab] = FREE_UNIT
    this.state[cache.id * FIELDS + SLABS]++
    this.state[cache.id * FIELDS + TOTAL] += objects
    this.state[cache.id * FIELDS + PAGES] += 1 << size
    return slab
  }

  /**
   * Sees that the next `wanted` allocations will not fail. Said before something is begun that cannot be undone.
   * @mm mas_preallocate lib/maple_tree.c in spirit: the kernel allocates at this point what it may need.
   */
  reserve(cache: KmemCache, wanted: number): boolean {
    const at = cache.id * FIELDS
    while (this.state[at + TOTAL] - this.state[at + IN_USE] < wanted) {
      const slab = this.newSlab(cache)
      if (slab < 0) return false
      this.enterNode(cache, slab)
    }
    return true
  }

  // ---- freeing ------------------------------------------------------------------------------------------------

  /** @mm kmem_cache_free mm/slub.c */
  free(address: SlabObject): void {
    const page = Math.floor(address / PAGE_SIZE)
    const { map } = this.parts
    assert(map.has(pfn(page), PG_SLAB), () => `object ${address} lies in a slab`)
    const cache = this.caches[map.mapping[page]]
    const slab = page - (page % (1 << map.order[page]))
    const object = (address - slab * PAGE_SIZE) / cache.size
    assert(Number.isInteger(object), () => `${address} is the start of an object of ${cache.name}`)
    const before = this.firstFree(slab)
    this.setLink(address + cache.linkOffset, before)
    this.addTo(slab, (object + 1 - before) * FREE_UNIT - USED_UNIT)
    this.state[cache.id * FIELDS + IN_USE]--
    const place = this.place(slab)
    if (place === FULL) this.putCpuPartial(cache, slab, true)
    else if (place === ON_NODE && this.used(slab) === 0 && this.nodeHasEnough(cache)) {
      this.leaveNode(cache, slab)
      this.discard(cache, slab)
    }
  }

  private nodeHasEnough(cache: KmemCache): boolean {
    return this.state[cache.id * FIELDS + NODE_PARTIALS] >= cache.minPartial
  }

  /** @mm put_cpu_partial mm/slub.c */
  private putCpuPartial(cache: KmemCache, slab: number, drain: boolean): void {
    const at = cache.id * FIELDS
    if (drain && this.state[at + CPU_PARTIALS] >= cache.cpuPartialSlabs) this.emptyReserve(cache)
    this.setPlace(slab, IN_RESERVE)
    this.parts.map.next[slab] = this.state[at + CPU_PARTIAL]
    this.state[at + CPU_PARTIAL] = slab
    this.state[at + CPU_PARTIALS]++
  }

  /** The reserve goes to the node, but for empty slabs of which there are enough. @mm __put_partials mm/slub.c */
  private emptyReserve(cache: KmemCache): void {
    const at = cache.id * FIELDS
    for (let slab = this.state[at + CPU_PARTIAL]; slab >= 0;) {
      const next = this.parts.map.next[slab]
      if (this.used(slab) === 0 && this.nodeHasEnough(cache)) this.discard(cache, slab)
      else this.enterNode(cache, slab)
      slab = next
    }
    this.state[at + CPU_PARTIAL] = NO_PFN
    this.state[at + CPU_PARTIALS] = 0
  }

  private discard(cache: KmemCache, slab: number): void {
    const { map, buddy } = this.parts
    const size = map.order[slab]
    for (let p = slab; p < slab + (1 << size); p++) map.order[p] = 0
    buddy.free(pfn(slab), orderOf(size))
    this.state[cache.id * FIELDS + SLABS]--
    this.state[cache.id * FIELDS + TOTAL] -= objectsIn(size, cache.size)
    this.state[cache.id * FIELDS + PAGES] -= 1 << size
  }

  /**
   * Gives back every empty slab, whatever the CPU and the node would keep.
   * @mm kmem_cache_shrink mm/slab_common.c
   * Left out: sorting the node's list by how full its slabs are.
   */
  shrink(): void {
    for (const cache of this.caches) {
      const at = cache.id * FIELDS
      const own = this.state[at + CPU_SLAB]
      this.state[at + CPU_SLAB] = NO_PFN
      if (own >= 0 && this.firstFree(own) === 0) this.setPlace(own, FULL)
      else if (own >= 0) this.enterNode(cache, own)
      this.emptyReserve(cache)
      for (let slab = this.state[at + NODE_HEAD]; slab >= 0;) {
        const next = this.parts.map.next[slab]
        if (this.used(slab) === 0) {
          this.leaveNode(cache, slab)
          this.discard(cache, slab)
        }
        slab = next
      }
    }
  }

  // ---- the node's list ----------------------------------------------------------------------------------------

  /** @mm add_partial mm/slub.c (at the tail) */
  private enterNode(cache: KmemCache, slab: number): void {
    const at = cache.id * FIELDS
    const { next, prev } = this.parts.map
    const last = this.state[at + NODE_TAIL]
    next[slab] = NO_PFN
    prev[slab] = last
    if (last >= 0) next[last] = slab
    else this.state[at + NODE_HEAD] = slab
    this.state[at + NODE_TAIL] = slab
    this.state[at + NODE_PARTIALS]++
    this.setPlace(slab, ON_NODE)
  }

  private leaveNode(cache: KmemCache, slab: number): void {
    const at = cache.id * FIELDS
    const { next, prev } = this.parts.map
    if (prev[slab] >= 0) next[prev[slab]] = next[slab]
    else this.state[at + NODE_HEAD] = next[slab]
    if (next[slab] >= 0) prev[next[slab]] = prev[slab]
    else this.state[at + NODE_TAIL] = prev[slab]
    this.state[at + NODE_PARTIALS]--
  }

  // ---- struct slab --------------------------------------------------------------------------------------------

  private firstFree(slab: number): number {
    return this.parts.map.index[slab] % USED_UNIT
  }
  /** Objects of a slab that are in use. */
  used(slab: number): number {
    return Math.floor(this.parts.map.index[slab] / USED_UNIT) % USED_UNIT
  }
  private place(slab: number): number {
    return Math.floor(this.parts.map.index[slab] / PLACE_UNIT)
  }
  private setPlace(slab: number, place: number): void {
    this.addTo(slab, (place - this.place(slab)) * PLACE_UNIT)
  }
  private addTo(slab: number, counters: number): void {
    this.parts.map.index[slab] += counters
  }

  /** The link in a free object: number of the next free one + 1, or 0. */
  private link(address: number): number {
    return this.parts.arena.i32[this.wordAt(address)]
  }
  private setLink(address: number, to: number): void {
    this.parts.arena.i32[this.wordAt(address)] = to
  }
  private wordAt(address: number): number {
    const page = Math.floor(address / PAGE_SIZE)
    return (this.parts.contents.pinned(page as Pfn) + address - page * PAGE_SIZE) >>> 2
  }

  // ---- what is shown ------------------------------------------------------------------------------------------

  /** Free objects of a slab, by number, in list order. */
  *freeObjects(slab: number): Generator<number> {
    const { size, linkOffset } = this.caches[this.parts.map.mapping[slab]]
    for (let at = this.firstFree(slab); at > 0;) {
      yield at - 1
      at = this.link(slab * PAGE_SIZE + (at - 1) * size + linkOffset)
    }
  }

  /** Names that lead to a cache besides its own. */
  aliases(cache: KmemCache): readonly string[] {
    return [...this.byName].flatMap(([name, target]) => (target === cache && name !== cache.name ? [name] : []))
  }

  /** The slab that holds an object or a page of it, or undefined when the page is in none. */
  slabAt(page: number): SlabFacts | undefined {
    const { map } = this.parts
    if (!map.has(pfn(page), PG_SLAB)) return undefined
    const order = map.order[page]
    const slab = pfn(page - (page % (1 << order)))
    const cache = this.caches[map.mapping[page]]
    const place = PLACES[this.place(slab)]
    return { slab, cache, order, place, used: this.used(slab), objects: objectsIn(order, cache.size) }
  }

  /** First pages of the slabs on the CPU's lists and the node's. */
  lists({ id }: KmemCache): { readonly cpu: readonly number[]; readonly node: readonly number[] } {
    const at = id * FIELDS
    const walk = (from: number): number[] => {
      const all: number[] = []
      for (let slab = from; slab >= 0; slab = this.parts.map.next[slab]) all.push(slab)
      return all
    }
    const own = this.state[at + CPU_SLAB]
    return {
      cpu: [...(own < 0 ? [] : [own]), ...walk(this.state[at + CPU_PARTIAL])],
      node: walk(this.state[at + NODE_HEAD]),
    }
  }

  /** Slabs, objects they hold and objects in use of a cache. */
  counts({ id }: KmemCache): { readonly slabs: number; readonly objects: number; readonly used: number } {
    const at = id * FIELDS
    return { slabs: this.state[at + SLABS], objects: this.state[at + TOTAL], used: this.state[at + IN_USE] }
  }

  /**
   * What the kernel says of a cache. Free objects are counted on the node's list only: those of the CPU's slab and its
   * reserve pass for active.
   * @mm get_slabinfo mm/slub.c
   */
  info(cache: KmemCache): SlabInfo {
    const { slabs, objects } = this.counts(cache)
    let free = 0
    for (let slab = this.state[cache.id * FIELDS + NODE_HEAD]; slab >= 0; slab = this.parts.map.next[slab])
      free += objectsIn(this.parts.map.order[slab], cache.size) - this.used(slab)
    return {
      name: cache.name,
      activeObjects: objects - free,
      objects,
      size: cache.size,
      objectsPerSlab: cache.objects,
      pagesPerSlab: 1 << cache.order,
      slabs,
    }
  }

  /** Pages of slabs: NR_SLAB_RECLAIMABLE_B and NR_SLAB_UNRECLAIMABLE_B. */
  pages(): { readonly reclaimable: number; readonly unreclaimable: number } {
    let reclaimable = 0
    let unreclaimable = 0
    for (const { id, type } of this.caches) {
      const pages = this.state[id * FIELDS + PAGES]
      if (type === MigrateType.Reclaimable) reclaimable += pages
      else unreclaimable += pages
    }
    return { reclaimable, unreclaimable }
  }
}

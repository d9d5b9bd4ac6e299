/**
 * The buddy allocator (mm/page_alloc.c). Free memory is kept in blocks of 2^order pages, order 0 to 10, on free lists
 * per zone, order and migratetype. An allocation takes the smallest block that fits and splits it; a freed block joins
 * its buddy, the block whose number differs in exactly the order's bit, as long as that one is free and as large.
 *
 * Single pages come from lists of the CPU's own (pcp.ts), and a zone below its watermark serves nobody (watermarks.ts).
 *
 * Left out: reclaim and compaction (an allocation fails when no zone can serve it), high-atomic and CMA migratetypes,
 * memory hotplug.
 */
import { assert, NO_PFN, order, pfn, type Order, type Pfn, type StateRegistry } from '../../base/index.js'
import type { FrameContents } from './contents.js'
import { PG_ANON, PG_BUDDY, PG_CACHE, PG_PCP, PG_RESERVED, PG_THP, type MemMap } from './memmap.js'
import { pcpLimits, type PcpRules } from './pcp-limits.js'
import { PerCpuPages } from './pcp.js'
import { watermarksOf, type WatermarkRules, type Watermarks } from './watermarks.js'
import { zoneOf, ZONES, ZoneIndex, type MemoryLayout, type PfnRange } from './zones.js'

export const MAX_ORDER = 10
export const ORDERS = MAX_ORDER + 1
/** Pages that share a migratetype: 2 MiB (pageblock_order 9). */
export const PAGEBLOCK_ORDER = 9
const PAGEBLOCK_PAGES = 1 << PAGEBLOCK_ORDER

/** include/linux/mmzone.h, enum migratetype */
export const MigrateType = { Unmovable: 0, Movable: 1, Reclaimable: 2 } as const
export type MigrateType = (typeof MigrateType)[keyof typeof MigrateType]
export const MIGRATETYPES = 3

/** Where to look when the own lists are empty (mm/page_alloc.c, fallbacks[]). */
const FALLBACKS: readonly (readonly MigrateType[])[] = [
  [MigrateType.Reclaimable, MigrateType.Movable],
  [MigrateType.Reclaimable, MigrateType.Unmovable],
  [MigrateType.Unmovable, MigrateType.Movable],
]

/** Zones to try for ordinary kernel and user memory, best first (the node's zonelist). */
const ZONELIST: readonly ZoneIndex[] = [ZoneIndex.Normal, ZoneIndex.DMA32, ZoneIndex.DMA]

export interface PageAllocEvents {
  allocated(frame: Pfn, order: Order, type: MigrateType): void
  freed(frame: Pfn, order: Order): void
}

export class PageAllocator {
  /** First page of each free list, or -1: index ((zone * ORDERS) + order) * MIGRATETYPES + type. */
  private readonly heads: Int32Array
  /** Blocks on each free list. */
  private readonly counts: Int32Array
  private readonly pageblockType: Uint8Array
  /** Per zone: pages present (RAM), managed (given to the allocator), free. */
  readonly present: Int32Array
  readonly managed: Int32Array
  readonly nrFree: Int32Array
  readonly pcp: PerCpuPages
  private marks: readonly Watermarks[] = []

  constructor(
    registry: StateRegistry,
    private readonly map: MemMap,
    private readonly contents: FrameContents,
    readonly layout: MemoryLayout,
    private readonly events: PageAllocEvents,
  ) {
    const lists = ZONES * ORDERS * MIGRATETYPES
    this.heads = registry.column('free_area.free_list', Int32Array, lists).fill(-1)
    this.counts = registry.column('free_area.nr_free', Int32Array, lists)
    this.pageblockType = registry.column('pageblock.migratetype', Uint8Array, Math.ceil(map.pages / PAGEBLOCK_PAGES))
    this.present = registry.column('zone.present_pages', Int32Array, ZONES)
    this.managed = registry.column('zone.managed_pages', Int32Array, ZONES)
    this.nrFree = registry.column('zone.nr_free_pages', Int32Array, ZONES)
    this.pcp = new PerCpuPages(registry, map, {
      take: (zone, size, type, smallest) => this.rmqueue(zone, size, type, smallest),
      give: (page, size) => this.freeOne(page, size, this.typeOf(page)),
      typeOf: (page) => this.typeOf(page),
      aboveHigh: (zone) => this.nrFree[zone] > this.marks[zone].high,
    })
  }

  /**
   * What is known once all memory is there: watermarks, and how much a CPU may keep. Until then all can be had.
   * @mm init_per_zone_wmark_min mm/page_alloc.c
   */
  setup(watermarks: WatermarkRules, pcp: PcpRules): void {
    this.marks = watermarksOf([...this.managed], watermarks)
    this.pcp.setup(
      this.marks.map((marks, zone) => pcpLimits(this.managed[zone], marks, pcp)),
      pcp.adapts,
    )
  }

  /** undefined before {@link setup}. */
  watermarks(zone: ZoneIndex): Watermarks | undefined {
    return this.marks[zone]
  }

  /**
   * Hands the RAM to the allocator at boot, except what is reserved. Every pageblock starts as movable.
   * @mm memblock_free_all mm/memblock.c
   */
  boot(reserved: readonly PfnRange[]): void {
    this.pageblockType.fill(MigrateType.Movable)
    for (const ram of this.layout.ram) for (const zone of splitAtZones(ram, this.layout)) this.bootRange(zone, reserved)
  }

  private bootRange(ram: PfnRange, reserved: readonly PfnRange[]): void {
    this.present[zoneOf(ram.start)] += ram.end - ram.start
    const holes = reserved.filter((r) => r.start < ram.end && r.end > ram.start).sort((a, b) => a.start - b.start)
    let at = ram.start
    for (const hole of holes) {
      const start = Math.max(hole.start, ram.start)
      const end = Math.min(hole.end, ram.end)
      this.bootFree(at, start)
      for (let p = Math.max(at, start); p < end; p++) this.map.flags[p] |= PG_RESERVED
      at = Math.max(at, end)
    }
    this.bootFree(at, ram.end)
  }

  /** Frees a range in the largest aligned blocks that fit. @mm __free_pages_memory mm/memblock.c */
  private bootFree(start: number, end: number): void {
    if (end <= start) return
    this.managed[zoneOf(start)] += end - start
    for (let at = start; at < end;) {
      const aligned = at === 0 ? MAX_ORDER : Math.min(MAX_ORDER, 31 - Math.clz32(at & -at))
      const fitting = 31 - Math.clz32(end - at)
      const block = Math.min(aligned, fitting)
      this.freeOne(at, block, this.typeOf(at))
      at += 1 << block
    }
  }

  /**
   * A block of 2^order pages with reference count 1, or NO_PFN. Contents are undefined: see {@link allocZeroed}. First
   * from zones above their low watermark, then from those above min; before giving up the CPU's lists are emptied.
   * @mm __alloc_pages mm/page_alloc.c
   * Left out: waking kswapd, direct reclaim and compaction, the reserves for those who free memory, cpusets, NUMA.
   */
  alloc(blockOrder: Order, type: MigrateType): Pfn {
    assert(blockOrder >= 0 && blockOrder <= MAX_ORDER, () => `order ${blockOrder} is within 0..${MAX_ORDER}`)
    let frame = this.fromFreelist(blockOrder, type, 'low')
    if (frame < 0) frame = this.fromFreelist(blockOrder, type, 'min')
    if (frame < 0 && this.pcp.serves(blockOrder)) {
      this.pcp.drain()
      frame = this.fromFreelist(blockOrder, type, 'min')
    }
    if (frame < 0) return NO_PFN
    for (let p: number = frame; p < frame + (1 << blockOrder); p++) {
      this.map.refcount[p] = 0
      this.map.flags[p] = 0
      this.map.mapcount[p] = 0
    }
    this.map.refcount[frame] = 1
    this.events.allocated(frame, blockOrder, type)
    return frame
  }

  /**
   * The first zone with enough free pages. As long as a lower zone can serve it without mixing types in a pageblock, that
   * is preferred.
   * @mm get_page_from_freelist mm/page_alloc.c
   */
  private fromFreelist(size: number, type: MigrateType, mark: 'low' | 'min'): Pfn {
    // alloc_flags_nofragment
    const careful = mark === 'low' && this.managed[ZoneIndex.Normal] > 0 && size < PAGEBLOCK_ORDER
    const frame = this.fromZones(size, type, mark, careful ? PAGEBLOCK_ORDER : size)
    return frame < 0 && careful ? this.fromZones(size, type, mark, size) : frame
  }

  /** @param smallest least order of a block of another type that may be taken */
  private fromZones(size: number, type: MigrateType, mark: 'low' | 'min', smallest: number): Pfn {
    for (const zone of ZONELIST) {
      if (!this.watermarkOk(zone, size, mark)) continue
      const listed = this.pcp.serves(size) ? this.pcp.take(zone, size, type, smallest) : NO_PFN
      const frame = listed < 0 ? this.rmqueue(zone, size, type, smallest) : listed
      if (frame >= 0) return frame
    }
    return NO_PFN
  }

  /** @mm __zone_watermark_ok mm/page_alloc.c */
  private watermarkOk(zone: ZoneIndex, size: number, mark: 'low' | 'min'): boolean {
    const free = this.nrFree[zone] - (1 << size) + 1
    if (this.marks.length === 0) return free > 0
    const marks = this.marks[zone]
    const reserve = marks.reserve[ZoneIndex.Normal]
    if (free <= marks.high + reserve) this.pcp.noteBelowHigh(zone)
    if (free <= marks[mark] + reserve) return false
    return size === 0 || this.hasBlock(zone, size)
  }

  private hasBlock(zone: ZoneIndex, wanted: number): boolean {
    for (let size = wanted; size < ORDERS; size++) if (this.freeBlocks(zone, size) > 0) return true
    return false
  }

  /** One page of zeros (__GFP_ZERO), or NO_PFN. */
  allocZeroed(type: MigrateType): Pfn {
    const frame = this.alloc(order(0), type)
    if (frame !== NO_PFN) this.contents.fill(frame, 0)
    return frame
  }

  /** Where the references of a page are counted: a block of 2 MiB has them at its first page. */
  private headOf(frame: Pfn): Pfn {
    return this.map.has(frame, PG_THP) ? pfn(frame - (frame % PAGEBLOCK_PAGES)) : frame
  }

  /** Takes one more reference. @mm get_page include/linux/mm.h */
  getPage(frame: Pfn): void {
    this.map.refcount[this.headOf(frame)]++
  }

  /** Drops a reference; the last one gives the page back. @mm put_page mm/swap.c */
  putPage(frame: Pfn): void {
    const head = this.headOf(frame)
    assert(this.map.refcount[head] > 0, () => `page ${head} is in use`)
    if (--this.map.refcount[head] === 0) this.free(head, order(this.map.has(head, PG_THP) ? PAGEBLOCK_ORDER : 0))
  }

  /** @mm __free_pages mm/page_alloc.c */
  free(frame: Pfn, blockOrder: Order): void {
    for (let p = frame; p < frame + (1 << blockOrder); p++) {
      assert(this.map.mapcount[p] === 0, () => `page ${p} is freed while mapped`)
      assert(!this.map.has(pfn(p), PG_BUDDY | PG_PCP | PG_RESERVED), () => `page ${p} is freed twice`)
      this.contents.fill(pfn(p), 0)
      this.map.refcount[p] = 0
      this.map.flags[p] = 0
      this.map.mapping[p] = 0
      this.map.index[p] = 0
    }
    if (this.pcp.serves(blockOrder)) this.pcp.give(frame, blockOrder)
    else this.freeOne(frame, blockOrder, this.typeOf(frame))
    this.events.freed(frame, blockOrder)
  }

  /**
   * Joins the block with its free buddies and puts the result on a free list.
   * @mm __free_one_page mm/page_alloc.c
   * Left out: putting likely-to-merge blocks at the tail, guard pages, isolation.
   */
  private freeOne(start: number, blockOrder: number, type: MigrateType): void {
    const zone = zoneOf(start)
    this.nrFree[zone] += 1 << blockOrder
    let at = start
    let size = blockOrder
    while (size < MAX_ORDER) {
      const buddy = at ^ (1 << size)
      if (!this.isFreeBlock(buddy, size, zone)) break
      const buddyType = this.typeOf(buddy)
      this.unlink(buddy, size, zone, buddyType)
      // From a pageblock on, buddies can be of different types: the joined block has the freed one's.
      if (buddyType !== type) this.setPageblocks(buddy, size, type)
      at &= ~(1 << size)
      size++
    }
    this.link(at, size, zone, type)
  }

  /** The buddy check: a free block of exactly this order in the same zone. @mm page_is_buddy mm/page_alloc.c */
  private isFreeBlock(at: number, size: number, zone: ZoneIndex): boolean {
    return at < this.map.pages && this.map.has(pfn(at), PG_BUDDY) && this.map.order[at] === size && zoneOf(at) === zone
  }

  /** @mm __rmqueue mm/page_alloc.c @param smallest see {@link fromZones}; above `wanted` nothing is borrowed */
  private rmqueue(zone: ZoneIndex, wanted: number, type: MigrateType, smallest: number): Pfn {
    let frame = this.rmqueueSmallest(zone, wanted, type)
    if (frame < 0) frame = this.claim(zone, wanted, type, Math.max(wanted, smallest))
    if (frame < 0 && smallest <= wanted) frame = this.steal(zone, wanted, type)
    if (frame >= 0) this.nrFree[zone] -= 1 << wanted
    return frame
  }

  /** Smallest block that fits, split down. @mm __rmqueue_smallest mm/page_alloc.c */
  private rmqueueSmallest(zone: ZoneIndex, wanted: number, type: MigrateType): Pfn {
    for (let size = wanted; size < ORDERS; size++) {
      const at = this.heads[listIndex(zone, size, type)]
      if (at < 0) continue
      this.unlink(at, size, zone, type)
      this.expand(at, size, wanted, zone, type)
      return pfn(at)
    }
    return NO_PFN
  }

  /** Gives the upper halves back while splitting. @mm expand mm/page_alloc.c */
  private expand(at: number, have: number, wanted: number, zone: ZoneIndex, type: MigrateType): void {
    for (let size = have - 1; size >= wanted; size--) this.link(at + (1 << size), size, zone, type)
  }

  /**
   * Makes a pageblock of another type ours, so that the types do not mix more than needed: the largest free block shows
   * where. A whole pageblock changes type at once; else its free pages do, if they and what is like us in use are half
   * of it.
   * @mm __rmqueue_claim mm/page_alloc.c
   * Left out: boosting the watermark.
   */
  private claim(zone: ZoneIndex, wanted: number, type: MigrateType, smallest: number): Pfn {
    for (let size = MAX_ORDER; size >= smallest; size--) {
      const other = this.otherType(zone, size, type)
      if (other === undefined) continue
      if (!mayClaim(size, type)) return NO_PFN
      const frame = this.tryToClaim(zone, this.heads[listIndex(zone, size, other)], size, wanted, type, other)
      if (frame >= 0) return frame
    }
    return NO_PFN
  }

  /** The first type in the order of preference with a free block. @mm find_suitable_fallback mm/page_alloc.c */
  private otherType(zone: ZoneIndex, size: number, type: MigrateType): MigrateType | undefined {
    return FALLBACKS[type].find((other) => this.heads[listIndex(zone, size, other)] >= 0)
  }

  /** @mm try_to_claim_block mm/page_alloc.c */
  private tryToClaim(
    zone: ZoneIndex,
    at: number,
    size: number,
    wanted: number,
    type: MigrateType,
    other: MigrateType,
  ): Pfn {
    if (size >= PAGEBLOCK_ORDER) {
      this.unlink(at, size, zone, other)
      this.setPageblocks(at, size, type)
      this.expand(at, size, wanted, zone, type)
      return pfn(at)
    }
    const start = at - (at % PAGEBLOCK_PAGES)
    if (start + PAGEBLOCK_PAGES > this.map.pages || zoneOf(start) !== zoneOf(start + PAGEBLOCK_PAGES - 1)) return NO_PFN
    const { free, movable } = this.countPageblock(start)
    const inUse = other === MigrateType.Movable ? PAGEBLOCK_PAGES - free - movable : 0
    const alike = type === MigrateType.Movable ? movable : inUse
    if (free + alike < PAGEBLOCK_PAGES / 2) return NO_PFN
    this.moveFreePages(start, zone, other, type)
    this.setPageblocks(start, PAGEBLOCK_ORDER, type)
    return this.rmqueueSmallest(zone, wanted, type)
  }

  /** Pages that are free, and in use by what could be moved. @mm prep_move_freepages_block mm/page_alloc.c */
  private countPageblock(start: number): { readonly free: number; readonly movable: number } {
    let free = 0
    let movable = 0
    for (let p = start; p < start + PAGEBLOCK_PAGES;) {
      const flags = this.map.flags[p]
      if (flags & PG_BUDDY) {
        free += 1 << this.map.order[p]
        p += 1 << this.map.order[p]
        continue
      }
      if (flags & (PG_ANON | PG_CACHE)) movable++
      p++
    }
    return { free, movable }
  }

  /** @mm __move_freepages_block mm/page_alloc.c */
  private moveFreePages(start: number, zone: ZoneIndex, from: MigrateType, to: MigrateType): void {
    for (let p = start; p < start + PAGEBLOCK_PAGES;) {
      if (!this.map.has(pfn(p), PG_BUDDY)) {
        p++
        continue
      }
      const size = this.map.order[p]
      this.unlink(p, size, zone, from)
      this.link(p, size, zone, to)
      p += 1 << size
    }
  }

  /** Takes the smallest block of another type and leaves its pageblock as it is. @mm __rmqueue_steal mm/page_alloc.c */
  private steal(zone: ZoneIndex, wanted: number, type: MigrateType): Pfn {
    for (let size = wanted; size < ORDERS; size++) {
      const other = this.otherType(zone, size, type)
      if (other === undefined) continue
      const at = this.heads[listIndex(zone, size, other)]
      this.unlink(at, size, zone, other)
      this.expand(at, size, wanted, zone, other)
      return pfn(at)
    }
    return NO_PFN
  }

  private link(at: number, size: number, zone: ZoneIndex, type: MigrateType): void {
    const list = listIndex(zone, size, type)
    const first = this.heads[list]
    this.map.next[at] = first
    this.map.prev[at] = -1
    if (first >= 0) this.map.prev[first] = at
    this.heads[list] = at
    this.counts[list]++
    this.map.order[at] = size
    this.map.flags[at] |= PG_BUDDY
  }

  private unlink(at: number, size: number, zone: ZoneIndex, type: MigrateType): void {
    const list = listIndex(zone, size, type)
    const next = this.map.next[at]
    const prev = this.map.prev[at]
    if (prev >= 0) this.map.next[prev] = next
    else this.heads[list] = next
    if (next >= 0) this.map.prev[next] = prev
    this.counts[list]--
    this.map.order[at] = 0
    this.map.flags[at] &= ~PG_BUDDY
  }

  private setPageblocks(at: number, size: number, type: MigrateType): void {
    this.pageblockType.fill(type, at >> PAGEBLOCK_ORDER, (at + (1 << size)) >> PAGEBLOCK_ORDER)
  }

  typeOf(frame: number): MigrateType {
    return this.pageblockType[frame >> PAGEBLOCK_ORDER] as MigrateType
  }

  /** Free blocks of one order in a zone, all migratetypes: what /proc/buddyinfo prints. */
  freeBlocks(zone: ZoneIndex, size: number): number {
    let n = 0
    for (let type = 0; type < MIGRATETYPES; type++) n += this.counts[listIndex(zone, size, type)]
    return n
  }

  freeBlocksOfType(zone: ZoneIndex, size: number, type: MigrateType): number {
    return this.counts[listIndex(zone, size, type)]
  }

  /** Pageblocks of a type that begin in a zone's RAM. @mm pagetypeinfo_showblockcount_print mm/vmstat.c */
  pageblocks(zone: ZoneIndex, type: MigrateType): number {
    const { start, end } = this.layout.zones[zone]
    let n = 0
    for (let at = start - (start % PAGEBLOCK_PAGES); at < end; at += PAGEBLOCK_PAGES)
      if (this.layout.ram.some((ram) => at >= ram.start && at < ram.end) && this.typeOf(at) === type) n++
    return n
  }

  /** First pages of the free blocks on one list, in list order. */
  *freeList(zone: ZoneIndex, size: number, type: MigrateType): Generator<Pfn> {
    for (let at = this.heads[listIndex(zone, size, type)]; at >= 0; at = this.map.next[at]) yield pfn(at)
  }

  get totalFree(): number {
    return this.nrFree[0] + this.nrFree[1] + this.nrFree[2]
  }
  /** Pages that nobody uses but that a CPU keeps for itself. */
  get totalPcp(): number {
    return this.pcp.count(ZoneIndex.DMA) + this.pcp.count(ZoneIndex.DMA32) + this.pcp.count(ZoneIndex.Normal)
  }
  get totalManaged(): number {
    return this.managed[0] + this.managed[1] + this.managed[2]
  }
  get totalPresent(): number {
    return this.present[0] + this.present[1] + this.present[2]
  }
}

/** Small movable requests only borrow: what they leave can be moved. @mm should_try_claim_block mm/page_alloc.c */
const mayClaim = (size: number, type: MigrateType): boolean =>
  size >= Math.floor(PAGEBLOCK_ORDER / 2) || type !== MigrateType.Movable

const listIndex = (zone: number, size: number, type: number): number => (zone * ORDERS + size) * MIGRATETYPES + type

function splitAtZones(ram: PfnRange, layout: MemoryLayout): PfnRange[] {
  return layout.zones
    .map((zone) => ({ start: Math.max(ram.start, zone.start), end: Math.min(ram.end, zone.end) }))
    .filter((part) => part.end > part.start)
}

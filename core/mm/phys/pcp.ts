/**
 * The lists of free pages that a CPU keeps for itself, so that most requests for single pages need no lock and no
 * splitting and joining (mm/page_alloc.c, struct per_cpu_pages). They are filled and emptied in batches; how large the
 * batches are and how much may stay follows the load. Pages on these lists are not counted as free.
 *
 * Left out: the lists of other CPUs (programs run on the first), reclaim's influence on the limits, the slow decay by
 * which idle lists lose their pages (vmstat's work).
 */
import { NO_PFN, pfn, type Pfn, type StateRegistry } from '../../base/index.js'
import { PG_PCP, type MemMap } from './memmap.js'
import type { PcpLimits } from './pcp-limits.js'
import type { MigrateType } from './page_alloc.js'
import { zoneOf, ZONES, type ZoneIndex } from './zones.js'

/** What lies behind the lists. */
export interface ZoneLists {
  /** Takes a block off the zone's free lists, or NO_PFN. @param smallest least block of another type that may be taken */
  take(zone: ZoneIndex, order: number, type: MigrateType, smallest: number): Pfn
  /** Puts a block on them. */
  give(page: number, order: number): void
  typeOf(page: number): MigrateType
  aboveHigh(zone: ZoneIndex): boolean
}

const TYPES = 3
/** PAGE_ALLOC_COSTLY_ORDER */
const LARGEST = 3
const HUGE = 9
const LOW_LISTS = TYPES * (LARGEST + 1)
/** Movable huge blocks and all others have a list each. */
const LISTS = LOW_LISTS + 2
const MOVABLE = 1

const COUNT = 0
const HIGH = 1
const ALLOC_FACTOR = 2
const FREE_COUNT = 3
const FLAGS = 4
const FIELDS = 5

/** The block freed last was of more than one page. */
const PREV_FREE_HIGH_ORDER = 1
/** The zone's free pages have been below the high watermark (ZONE_BELOW_HIGH). */
const BELOW_HIGH = 2

/** CONFIG_PCP_BATCH_SCALE_MAX */
const SCALE_MAX = 5

export class PerCpuPages {
  private readonly heads: Int32Array
  private readonly tails: Int32Array
  private readonly state: Int32Array
  private limits: readonly PcpLimits[] = []
  private adapts = true

  constructor(
    registry: StateRegistry,
    private readonly map: MemMap,
    private readonly zones: ZoneLists,
  ) {
    this.heads = registry.column('pcp.lists', Int32Array, ZONES * LISTS).fill(NO_PFN)
    this.tails = registry.column('pcp.lists.prev', Int32Array, ZONES * LISTS).fill(NO_PFN)
    this.state = registry.column('pcp', Int32Array, ZONES * FIELDS)
  }

  /** Until then every page goes straight to and from the zone. @mm setup_per_cpu_pageset mm/page_alloc.c */
  setup(limits: readonly PcpLimits[], adapts: boolean): void {
    this.limits = limits
    this.adapts = adapts
    limits.forEach(({ highMin }, zone) => (this.state[zone * FIELDS + HIGH] = adapts ? 0 : highMin))
  }

  /** @mm pcp_allowed_order mm/page_alloc.c */
  serves(order: number): boolean {
    if (this.limits.length === 0) return false
    return this.adapts ? order <= LARGEST || order === HUGE : order === 0
  }

  // ---- taking ---------------------------------------------------------------------------------------------------

  /** @mm rmqueue_pcplist mm/page_alloc.c */
  take(zone: ZoneIndex, order: number, type: MigrateType, smallest: number): Pfn {
    this.state[zone * FIELDS + FREE_COUNT] >>= 1
    const list = listOf(zone, order, type)
    if (this.heads[list] < 0) this.refill(zone, order, type, list, smallest)
    const page = this.heads[list]
    if (page < 0) return NO_PFN
    this.unlink(list, page)
    this.state[zone * FIELDS + COUNT] -= 1 << order
    return page as Pfn
  }

  /** @mm rmqueue_bulk mm/page_alloc.c */
  private refill(zone: ZoneIndex, order: number, type: MigrateType, list: number, smallest: number): void {
    const batch = this.allocBatch(zone, order)
    for (let i = 0; i < batch; i++) {
      const page = this.zones.take(zone, order, type, smallest)
      if (page === NO_PFN) return
      this.append(list, page)
      this.state[zone * FIELDS + COUNT] += 1 << order
    }
  }

  /** Twice as many each time while nothing is freed, up to what there is room for. @mm nr_pcp_alloc mm/page_alloc.c */
  private allocBatch(zone: ZoneIndex, order: number): number {
    const { batch, highMin, highMax } = this.limits[zone]
    const at = zone * FIELDS
    let high = this.clampHigh(zone)
    if (high < batch) return 1
    let wanted = order > 0 ? batch : batch << this.state[at + ALLOC_FACTOR]
    if (highMin !== highMax && !(this.state[at + FLAGS] & BELOW_HIGH))
      high = this.state[at + HIGH] = Math.min(high + wanted, highMax)
    if (order === 0) {
      const most = Math.max(high - this.state[at + COUNT] - batch, batch)
      if (wanted <= most && this.state[at + ALLOC_FACTOR] < this.scaleMax) this.state[at + ALLOC_FACTOR]++
      wanted = Math.min(wanted, most)
    }
    return wanted > 1 ? Math.max(wanted >> order, 2) : wanted
  }

  private get scaleMax(): number {
    return this.adapts ? SCALE_MAX : 0
  }

  private clampHigh(zone: ZoneIndex): number {
    const { highMin, highMax } = this.limits[zone]
    const at = zone * FIELDS + HIGH
    return (this.state[at] = Math.min(highMax, Math.max(highMin, this.state[at])))
  }

  // ---- giving ---------------------------------------------------------------------------------------------------

  /** @mm free_frozen_page_commit mm/page_alloc.c */
  give(page: number, order: number): void {
    const zone = zoneOf(page)
    const { batch } = this.limits[zone]
    const at = zone * FIELDS
    const list = listOf(zone, order, this.zones.typeOf(page))
    this.state[at + ALLOC_FACTOR] >>= 1
    this.prepend(list, page, order)
    this.state[at + COUNT] += 1 << order
    const freeHigh = this.noteOrder(zone, order)
    if (this.state[at + FREE_COUNT] < batch << this.scaleMax) this.state[at + FREE_COUNT] += 1 << order
    const high = this.freeHigh(zone, freeHigh)
    if (this.state[at + COUNT] < high) return
    this.release(zone, this.freeBatch(zone, high, freeHigh), list % LISTS)
    if (this.state[at + FLAGS] & BELOW_HIGH && this.zones.aboveHigh(zone)) this.state[at + FLAGS] &= ~BELOW_HIGH
  }

  /** Whether blocks of several pages are being freed one after the other: then all is to go back. */
  private noteOrder(zone: ZoneIndex, order: number): boolean {
    const { batch, highMin } = this.limits[zone]
    const at = zone * FIELDS
    if (order === 0 || order > LARGEST) {
      this.state[at + FLAGS] &= ~PREV_FREE_HIGH_ORDER
      return false
    }
    const before = (this.state[at + FLAGS] & PREV_FREE_HIGH_ORDER) !== 0
    this.state[at + FLAGS] |= PREV_FREE_HIGH_ORDER
    return before && this.state[at + FREE_COUNT] >= batch + Math.floor(highMin / 2)
  }

  /** From how many pages on some go back. @mm nr_pcp_high mm/page_alloc.c */
  private freeHigh(zone: ZoneIndex, freeHigh: boolean): number {
    const { batch, highMin, highMax } = this.limits[zone]
    const at = zone * FIELDS
    const high = this.clampHigh(zone)
    if (high === 0) return 0
    if (freeHigh) {
      this.state[at + HIGH] = Math.max(high - (batch << SCALE_MAX), highMin)
      return 0
    }
    if (highMin === highMax) return high
    const freed = this.state[at + FREE_COUNT]
    if (this.state[at + FLAGS] & BELOW_HIGH) {
      this.state[at + HIGH] = Math.max(high - Math.max(freed, batch), highMin)
      return Math.max(this.state[at + COUNT], highMin)
    }
    if (this.state[at + COUNT] >= high && high < freed + batch)
      this.state[at + HIGH] = Math.min(highMax, Math.max(highMin, freed + batch))
    return high
  }

  /** @mm nr_pcp_free mm/page_alloc.c */
  private freeBatch(zone: ZoneIndex, high: number, freeHigh: boolean): number {
    const { batch } = this.limits[zone]
    const at = zone * FIELDS
    if (freeHigh) return Math.min(this.state[at + COUNT], batch << SCALE_MAX)
    if (high < batch) return 1
    return Math.min(Math.max(this.state[at + FREE_COUNT], batch), Math.max(batch, high - batch))
  }

  /** The oldest pages of each list in turn, beginning with one. @mm free_pcppages_bulk mm/page_alloc.c */
  private release(zone: ZoneIndex, pages: number, first: number): void {
    let left = Math.min(this.state[zone * FIELDS + COUNT], pages)
    for (let index = first; left > 0; index = (index + 1) % LISTS) {
      const list = zone * LISTS + index
      const order = orderOfList(index)
      while (left > 0 && this.tails[list] >= 0) {
        const page = this.tails[list]
        this.unlink(list, page)
        left -= 1 << order
        this.state[zone * FIELDS + COUNT] -= 1 << order
        this.zones.give(page, order)
      }
    }
  }

  /** Gives everything back to the zones. @mm drain_all_pages mm/page_alloc.c */
  drain(): void {
    for (let zone = 0; zone < ZONES; zone++) this.release(zone as ZoneIndex, this.state[zone * FIELDS + COUNT], 0)
  }

  /** To be called when a zone is found below its high watermark. */
  noteBelowHigh(zone: ZoneIndex): void {
    this.state[zone * FIELDS + FLAGS] |= BELOW_HIGH
  }

  // ---- lists ----------------------------------------------------------------------------------------------------

  private append(list: number, page: number): void {
    const { next, prev } = this.map
    const last = this.tails[list]
    next[page] = NO_PFN
    prev[page] = last
    if (last >= 0) next[last] = page
    else this.heads[list] = page
    this.tails[list] = page
    this.mark(page, orderOfList(list % LISTS))
  }

  private prepend(list: number, page: number, order: number): void {
    const { next, prev } = this.map
    const first = this.heads[list]
    next[page] = first
    prev[page] = NO_PFN
    if (first >= 0) prev[first] = page
    else this.tails[list] = page
    this.heads[list] = page
    this.mark(page, order)
  }

  private mark(page: number, order: number): void {
    this.map.flags[page] |= PG_PCP
    this.map.order[page] = order
  }

  private unlink(list: number, page: number): void {
    const { next, prev, flags, order } = this.map
    if (prev[page] >= 0) next[prev[page]] = next[page]
    else this.heads[list] = next[page]
    if (next[page] >= 0) prev[next[page]] = prev[page]
    else this.tails[list] = prev[page]
    flags[page] &= ~PG_PCP
    order[page] = 0
  }

  // ---- what is shown ----------------------------------------------------------------------------------------------

  /** Pages on the lists of a zone. */
  count(zone: ZoneIndex): number {
    return this.state[zone * FIELDS + COUNT]
  }

  /** The current limit, and the fixed ones; undefined before {@link setup}. */
  limitsOf(zone: ZoneIndex): (PcpLimits & { readonly high: number }) | undefined {
    const limits = this.limits[zone]
    return limits && { ...limits, high: this.state[zone * FIELDS + HIGH] }
  }

  /** First pages of the blocks on a zone's lists, with their orders. */
  *blocks(zone: ZoneIndex): Generator<readonly [Pfn, number]> {
    for (let index = 0; index < LISTS; index++)
      for (let at = this.heads[zone * LISTS + index]; at >= 0; at = this.map.next[at])
        yield [pfn(at), orderOfList(index)]
  }
}

/** @mm order_to_pindex mm/page_alloc.c */
function listOf(zone: number, order: number, type: number): number {
  const index = order > LARGEST ? LOW_LISTS + (type === MOVABLE ? 1 : 0) : TYPES * order + type
  return zone * LISTS + index
}

/** @mm pindex_to_order mm/page_alloc.c */
const orderOfList = (index: number): number => (index >= LOW_LISTS ? HUGE : Math.floor(index / TYPES))

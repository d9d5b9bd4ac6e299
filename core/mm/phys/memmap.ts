/**
 * The memory map: struct page as columns indexed by pfn (include/linux/mm_types.h). A page is only ever named by its
 * number; there is no object per page.
 *
 * Left out: sections and the memory holes' missing struct pages (holes have entries marked reserved), compound pages but for huge ones,
 * memory cgroups, NUMA nodes other than 0.
 */
import type { Pfn, StateRegistry } from '../../base/index.js'

/** page->flags, the ones the simulation uses (include/linux/page-flags.h; numbers are ours). */
export const PG_RESERVED = 1 << 0
export const PG_BUDDY = 1 << 1
export const PG_TABLE = 1 << 2
export const PG_SLAB = 1 << 3
export const PG_UPTODATE = 1 << 4
export const PG_DIRTY = 1 << 5
export const PG_REFERENCED = 1 << 6
export const PG_ANON = 1 << 7
export const PG_SWAPBACKED = 1 << 8
export const PG_ANON_EXCLUSIVE = 1 << 9
/** In the page cache of an inode: mapping and index say where. */
export const PG_CACHE = 1 << 10
/** On the list of pages in active use: was found referenced once more. */
export const PG_ACTIVE = 1 << 11
/** Part of a block of 512 pages (a compound page): the references are counted at its first page. */
export const PG_THP = 1 << 20
/** Heads a free block on one of the CPU's lists: in use as far as the zone is concerned. */
export const PG_PCP = 1 << 21

export class MemMap {
  readonly flags: Uint32Array
  /** page->_refcount: 0 = free. */
  readonly refcount: Int32Array
  /** Page-table entries that map the page (the kernel's _mapcount + 1). */
  readonly mapcount: Int32Array
  /** Order of the free block this page heads (page_private of a buddy page). */
  readonly order: Uint8Array
  /** Inode number for a page-cache page, anon_vma id for an anonymous one. */
  readonly mapping: Int32Array
  /** Offset inside the mapping, in pages. */
  readonly index: Float64Array
  /** List links (page->lru). */
  readonly next: Int32Array
  readonly prev: Int32Array

  constructor(
    registry: StateRegistry,
    /** Pages spanned, holes included: pfns run from 0 to pages - 1. */
    readonly pages: number,
  ) {
    this.flags = registry.column('page.flags', Uint32Array, pages)
    this.refcount = registry.column('page._refcount', Int32Array, pages)
    this.mapcount = registry.column('page._mapcount', Int32Array, pages)
    this.order = registry.column('page.private', Uint8Array, pages)
    this.mapping = registry.column('page.mapping', Int32Array, pages)
    this.index = registry.column('page.index', Float64Array, pages)
    this.next = registry.column('page.lru.next', Int32Array, pages)
    this.prev = registry.column('page.lru.prev', Int32Array, pages)
  }

  has(frame: Pfn, flag: number): boolean {
    return (this.flags[frame] & flag) !== 0
  }
}

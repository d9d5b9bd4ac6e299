/**
 * The one place where a page's own dirty mark (PG_DIRTY) changes. A mapped page counts as dirty when its entry or the page
 * itself says so (smaps_account); so the address spaces that map it by a clean entry count it from then on, or no longer:
 *
 *   parent  A D RW -> page, marked     counts 1 by its entry
 *   child   A - R- -> page, marked     counts 1 by the mark
 *
 * Left out: tags of the page cache, the balance of dirty pages.
 */
import { assert, pfn, type Pfn } from '../../base/index.js'
import { PTE_DIRTY, PTE_SPECIAL, PTRS_PER_TABLE } from '../../arch/x86/index.js'
import type { PageMarks } from '../backing/index.js'
import { PG_DIRTY, PG_THP, type MemMap } from '../phys/index.js'
import type { PageTables } from '../pgtable/index.js'
import type { ReverseMap } from './rmap.js'
import { rmapWalk } from './rmap-walk.js'
import { headOf } from './split-folio.js'
import { rangeOf, type Mm, type Vma } from './types.js'

/** Pages that are dirty now and were clean, or the other way round. */
interface Change {
  readonly first: Pfn
  readonly pages: number
  readonly by: 1 | -1
  /** Entries that map them and have not been found yet. */
  entries: number
}

export class DirtyMarks implements PageMarks {
  constructor(
    private readonly map: MemMap,
    private readonly tables: PageTables,
    private readonly rmap: ReverseMap,
  ) {}

  /** The page is dirty, and the huge one that it is part of. @mm folio_mark_dirty mm/page-writeback.c */
  markDirty(page: Pfn): void {
    if (this.map.has(page, PG_THP)) this.change(headOf(page), PTRS_PER_TABLE, true)
    else this.change(page, 1, true)
  }

  /** @mm folio_clear_dirty include/linux/page-flags.h */
  clearDirty(page: Pfn): void {
    this.change(page, 1, false)
  }

  /** Marks so many pages in a row, which are of one file and follow each other there, or of one huge page. */
  change(first: Pfn, pages: number, dirty: boolean): void {
    const { flags, mapcount } = this.map
    const end = first + pages
    for (let p: number = first; p < end; p++) {
      if (((flags[p] & PG_DIRTY) !== 0) === dirty) continue
      const from = p
      let entries = 0
      for (; p < end && ((flags[p] & PG_DIRTY) !== 0) !== dirty; p++) {
        flags[p] ^= PG_DIRTY
        entries += mapcount[p]
      }
      if (entries > 0) this.count({ first: pfn(from), pages: p - from, by: dirty ? 1 : -1, entries })
    }
  }

  /** Tells the address spaces. */
  private count(change: Change): void {
    rmapWalk(this.map, this.rmap, change.first, change.pages, (mm, vma) => {
      this.countIn(change, mm, vma)
      return change.entries > 0
    })
    assert(change.entries === 0, () => `all entries that map page ${change.first} are found from it`)
  }

  private countIn(change: Change, mm: Mm, vma: Vma): void {
    const { tables, map } = this
    const index = map.index[change.first]
    const { start, end } = rangeOf(vma, index, index + change.pages - 1)
    tables.forEach(mm.pgd, start, end, (entry) => {
      const low = tables.low(entry)
      if (!tables.isPresent(entry) || low & PTE_SPECIAL) return
      const pages = overlap(change, tables.pfnOf(entry), tables.isHuge(entry) ? PTRS_PER_TABLE : 1)
      change.entries -= pages
      if (!(low & PTE_DIRTY)) mm.pgd.dirtyPages += change.by * pages
    })
  }
}

/** How many of the block's pages are among those that changed: a private mapping may show a copy instead. */
const overlap = ({ first, pages }: Change, block: number, size: number): number =>
  Math.max(0, Math.min(first + pages, block + size) - Math.max(first, block))

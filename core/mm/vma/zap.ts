/** Taking pages out of an address space (mm/memory.c, unmap_page_range). */
import { PAGE_SIZE, type Pfn } from '../../base/index.js'
import { PTE_DIRTY, PTE_SPECIAL, ptePfn, ptePresent, type Tlb } from '../../arch/x86/index.js'
import { PG_ANON, PG_SWAPBACKED, type FrameContents, type MemMap, type PageAllocator } from '../phys/index.js'
import type { PageTables } from '../pgtable/index.js'
import type { KernelObjects } from '../slab/index.js'
import type { DirtyMarks } from './dirty.js'
import type { MmapEvents } from './events.js'
import { splitHugeAt, zapHugePmd } from './huge.js'
import type { VmaStructures } from './structures.js'
import type { Mm } from './types.js'

/** The parts of the machine that mapping code works on. */
export interface MmContext {
  readonly map: MemMap
  readonly buddy: PageAllocator
  readonly tables: PageTables
  readonly tlb: Tlb
  readonly contents: FrameContents
  /** Where structures come from. */
  readonly objects: KernelObjects
  /** And those of mappings. */
  readonly structures: VmaStructures
  /** Who changes the dirty marks of pages. */
  readonly marks: DirtyMarks
  /** The page of zeros that all reads of untouched memory share. */
  readonly zeroPage: Pfn
  readonly events: MmapEvents
}

/** Accounts a page that is mapped into (by = 1) or taken out of (by = -1) an mm. */
export function countRss(mm: Mm, map: MemMap, frame: Pfn, by: 1 | -1): void {
  if (map.has(frame, PG_ANON)) mm.rss.anon += by
  else if (map.has(frame, PG_SWAPBACKED)) mm.rss.shmem += by
  else mm.rss.file += by
  map.mapcount[frame] += by
}

/**
 * Unmaps every page in the range and drops its reference; a dirty file page hands its dirtiness to the page.
 * @mm zap_pte_range mm/memory.c
 * Left out: swap entries, migration entries, batching of frees.
 */
export function zapRange(ctx: MmContext, mm: Mm, start: number, end: number): void {
  splitHugeAt(ctx, mm, start)
  splitHugeAt(ctx, mm, end)
  ctx.tables.forEach(mm.pgd, start, end, (entry, address) => {
    if (ctx.tables.isHuge(entry)) return zapHugePmd(ctx, mm, address)
    const low = ctx.tables.low(entry)
    const frame = ptePfn(low, ctx.tables.high(entry))
    ctx.tables.setPte(mm.pgd, entry, 0, 0)
    if (!ptePresent(low) || low & PTE_SPECIAL) return
    countRss(mm, ctx.map, frame, -1)
    if (low & PTE_DIRTY && !ctx.map.has(frame, PG_ANON)) ctx.marks.markDirty(frame)
    ctx.buddy.putPage(frame)
  })
  ctx.tlb.flushRange(start / PAGE_SIZE, (end - start) / PAGE_SIZE)
}

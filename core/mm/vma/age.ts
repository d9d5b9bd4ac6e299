/**
 * Advice that makes pages look old: MADV_FREE, MADV_COLD, MADV_PAGEOUT (mm/madvise.c). Huge pages that the range holds only
 * in part are taken apart first.
 *
 * Left out: what memory pressure would do.
 */
import { alignDown, PAGE_SIZE, pfn, type Pfn } from '../../base/index.js'
import { PMD_SIZE, PTE_ACCESSED, PTE_DIRTY, PTE_SPECIAL, PTRS_PER_TABLE } from '../../arch/x86/index.js'
import { PG_ACTIVE, PG_ANON, PG_DIRTY, PG_REFERENCED, PG_SWAPBACKED, PG_THP } from '../phys/index.js'
import { MmBranch } from '../../trace/index.js'
import { noteHiwaterRss, type VmaContext } from './mmap.js'
import { headOf, isShared, splitFolio } from './split-folio.js'
import type { Mm, Vma } from './types.js'
import { zapRange } from './zap.js'

/**
 * The pages may go when memory is short, until they are written again: they are clean now and no longer backed by swap.
 * Also those that others map, whose entries stay as they are; but a huge page that others map is left alone, and so is a
 * page that is marked dirty itself.
 * @mm madvise_free_single_vma mm/madvise.c
 * Left out: the per-CPU batch that delays the change of the page itself; a huge page that others map, held whole by
 * entries of 4 KiB.
 */
export function freeLazily(ctx: VmaContext, mm: Mm, start: number, end: number): number {
  ctx.events.took(MmBranch.FreedLazily)
  noteHiwaterRss(mm)
  const { map } = ctx
  age(ctx, mm, start, end, PTE_ACCESSED | PTE_DIRTY, (frame) => {
    if (!map.has(frame, PG_ANON) || (map.has(frame, PG_THP) && isShared(ctx, headOf(frame)))) return false
    if (map.has(frame, PG_DIRTY) && map.mapcount[frame] !== 1) return false
    ctx.marks.clearDirty(frame)
    map.flags[frame] &= ~(PG_SWAPBACKED | PG_REFERENCED | PG_ACTIVE)
    return true
  })
  return 0
}

/**
 * The pages look as if nobody had used them lately, unless others map them.
 * @mm madvise_cold_or_pageout_pte_range mm/madvise.c
 * Left out: splitting a file's folio of 2 MiB of which the range holds a part; its entry stays as it is.
 */
export const makeCold = (ctx: VmaContext, mm: Mm, start: number, end: number): number =>
  forget(ctx, mm, start, end, PTE_ACCESSED)

function forget(ctx: VmaContext, mm: Mm, start: number, end: number, bits: number): number {
  const { map } = ctx
  age(ctx, mm, start, end, bits, (frame) => {
    if (map.mapcount[frame] !== 1) return false
    map.flags[frame] &= ~(PG_REFERENCED | PG_ACTIVE)
    return true
  })
  return 0
}

/**
 * Tries to reclaim the pages. Without swap, anonymous pages have nowhere to go: they stay, with the accessed bits of their
 * entries; huge ones are taken apart on the way, and what MADV_FREE gave up and nobody wrote since is gone. Shared memory is
 * unmapped and stays cached.
 * @mm madvise_pageout mm/madvise.c, shrink_folio_list mm/vmscan.c
 * Left out: dropping clean pages of files and of shared memory from the page cache.
 */
export function pageOut(ctx: VmaContext, mm: Mm, vma: Vma, start: number, end: number): number {
  const { map, tables } = ctx
  if (vma.special) return 0
  noteHiwaterRss(mm)
  forget(ctx, mm, start, end, 0)
  for (const head of hugePages(ctx, mm, start, end)) if (!isShared(ctx, head)) splitFolio(ctx, mm, head)
  const gone: number[] = []
  tables.forEach(mm.pgd, start, end, (entry, address) => {
    const low = tables.low(entry)
    if (!tables.isPresent(entry) || low & PTE_SPECIAL || tables.isHuge(entry)) return
    const frame = tables.pfnOf(entry)
    if (map.mapcount[frame] !== 1) return
    const shmem = !map.has(frame, PG_ANON) && map.has(frame, PG_SWAPBACKED)
    const lazy = map.has(frame, PG_ANON) && !map.has(frame, PG_SWAPBACKED)
    if (shmem || (lazy && !(low & PTE_DIRTY) && !map.has(frame, PG_DIRTY))) gone.push(address)
    else if (lazy) map.flags[frame] |= PG_SWAPBACKED
  })
  for (const address of gone) zapRange(ctx, mm, address, address + PAGE_SIZE)
  return 0
}

/** Clears bits of the entries whose pages agree. */
function age(ctx: VmaContext, mm: Mm, start: number, end: number, bits: number, agree: (frame: Pfn) => boolean): void {
  const { tables, tlb } = ctx
  splitPartial(ctx, mm, start, end)
  tables.forEach(mm.pgd, start, end, (entry, address) => {
    const low = tables.low(entry)
    if (!tables.isPresent(entry) || low & PTE_SPECIAL) return
    const head = tables.pfnOf(entry)
    const huge = tables.isHuge(entry)
    if (huge && (address < start || address + PMD_SIZE > end)) return
    let all = true
    for (let p: number = head; p < head + (huge ? PTRS_PER_TABLE : 1); p++) all = agree(pfn(p)) && all
    if (all) tables.setPte(mm.pgd, entry, low & ~bits, tables.high(entry))
  })
  tlb.flushRange(start / PAGE_SIZE, (end - start) / PAGE_SIZE)
}

/** Takes the huge pages apart of which the range does not hold all. @mm madvise_free_huge_pmd mm/huge_memory.c */
function splitPartial(ctx: VmaContext, mm: Mm, start: number, end: number): void {
  for (const head of hugePages(ctx, mm, start, end))
    if (!isShared(ctx, head) && !holdsWhole(ctx, mm, head, start, end)) splitFolio(ctx, mm, head)
}

/** The first pages of the huge pages that have a page mapped in the range. */
function hugePages({ tables, map }: VmaContext, mm: Mm, start: number, end: number): Set<Pfn> {
  const heads = new Set<Pfn>()
  tables.forEach(mm.pgd, start, end, (entry) => {
    const frame = tables.pfnOf(entry)
    if (!(tables.low(entry) & PTE_SPECIAL) && map.has(frame, PG_THP)) heads.add(headOf(frame))
  })
  return heads
}

/** Whether the range maps all of the block in a row under one page-table page. @mm madvise_folio_pte_batch mm/madvise.c */
function holdsWhole({ tables }: VmaContext, mm: Mm, head: Pfn, start: number, end: number): boolean {
  let base = -1
  let pages = 0
  tables.forEach(mm.pgd, start, end, (entry, address) => {
    const frame = tables.pfnOf(entry)
    if (headOf(frame) !== head || tables.low(entry) & PTE_SPECIAL) return
    if (tables.isHuge(entry)) {
      base = address
      pages = address >= start && address + PMD_SIZE <= end ? PTRS_PER_TABLE : 0
    } else if (frame === head) [base, pages] = [address, 1]
    else if (base >= 0 && address - base === (frame - head) * PAGE_SIZE) pages++
  })
  return pages === PTRS_PER_TABLE && base === alignDown(base, PMD_SIZE)
}

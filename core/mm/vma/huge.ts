/**
 * Transparent huge pages in an address space (mm/huge_memory.c): one PMD entry that maps 2 MiB, either a block of 512
 * pages that belong together, the huge page of zeros, or a folio of the page cache; and how it comes apart again: into 512
 * entries, or, as faults can bring a file's pages back, into nothing.
 *
 *   anonymous   pmd: [ 2 MiB, A D RW ]  ->  pmd: [ table ] -> pte: [ 4 KiB, A D RW ] * 512
 *   file        pmd: [ 2 MiB, A D RW ]  ->  pmd: [ ]          (the folio is marked as used and dirty)
 *
 * A block has one count of references for all its pages, a folio of the page cache one for each.
 *
 * Left out: splitting the block of pages itself (it stays one block until its last page is unmapped, as in the kernel
 * until memory is short), huge pages of shared memory, sizes between 4 KiB and 2 MiB.
 */
import { assert, PAGE_SIZE, pfn, type Pfn } from '../../base/index.js'
import {
  PMD_SIZE,
  PTE_ACCESSED,
  PTE_DIRTY,
  PTE_PSE,
  PTE_RW,
  PTE_SPECIAL,
  pteHigh,
  pteLow,
  ptePfn,
  PTRS_PER_TABLE,
} from '../../arch/x86/index.js'
import { PG_ANON, PG_CACHE, PG_REFERENCED, PG_SWAPBACKED } from '../phys/index.js'
import { VM_HUGEPAGE, VM_NOHUGEPAGE, VM_SPECIAL, type Mm, type Vma } from './types.js'
import type { MmContext } from './zap.js'

export type ThpSetting = 'always' | 'madvise' | 'never'

/** Whether anonymous memory of the mapping may be huge. @mm thp_vma_allowable_orders mm/huge_memory.c */
export function hugeAllowed(setting: ThpSetting, vma: Vma): boolean {
  if (vma.file !== 0 || vma.special !== undefined || vma.flags & (VM_NOHUGEPAGE | VM_SPECIAL)) return false
  return setting === 'always' || (setting === 'madvise' && (vma.flags & VM_HUGEPAGE) !== 0)
}

/** Whether the aligned 2 MiB around the address lie in the mapping. @mm thp_vma_suitable_order include/linux/huge_mm.h */
export function hugeFits(vma: Vma, address: number): boolean {
  const start = address - (address % PMD_SIZE)
  return start >= vma.start && start + PMD_SIZE <= vma.end
}

/** Splits the huge entry that `address` lies inside of, if there is one. @mm split_huge_pmd_if_needed mm/huge_memory.c */
export function splitHugeAt(ctx: MmContext, mm: Mm, address: number): void {
  if (address % PMD_SIZE === 0) return
  const entry = ctx.tables.find(mm.pgd, address)
  if (entry !== 0 && ctx.tables.isHuge(entry)) splitHugePmd(ctx, mm, address)
}

/** @mm __split_huge_pmd_locked mm/huge_memory.c */
export function splitHugePmd(ctx: MmContext, mm: Mm, address: number): void {
  const { tables, map, tlb } = ctx
  const entry = tables.find(mm.pgd, address)
  assert(entry !== 0 && tables.isHuge(entry), 'there is a huge entry to split')
  if (map.has(tables.pfnOf(entry), PG_CACHE)) dropHugePmd(ctx, mm, address, entry)
  else splitAnonPmd(ctx, mm, address, entry)
  tlb.flushRange((address - (address % PMD_SIZE)) / PAGE_SIZE, PTRS_PER_TABLE)
}

/** What the entry knows goes to the folio. @mm __split_huge_pmd_locked mm/huge_memory.c (its part on files) */
function dropHugePmd(ctx: MmContext, mm: Mm, address: number, entry: number): void {
  const { tables, map } = ctx
  const head = tables.pfnOf(entry)
  if (tables.low(entry) & PTE_ACCESSED)
    for (let p: number = head; p < head + PTRS_PER_TABLE; p++) map.flags[p] |= PG_REFERENCED
  zapHugePmd(ctx, mm, address)
}

function splitAnonPmd(ctx: MmContext, mm: Mm, address: number, entry: number): void {
  const { tables, map } = ctx
  const low = tables.low(entry)
  const high = tables.high(entry)
  const head = ptePfn(low, high)
  const flags = low & 0xfff & ~PTE_PSE
  const zero = (low & PTE_SPECIAL) !== 0
  if (!zero) map.refcount[head] += PTRS_PER_TABLE - 1
  const nx = high & 0x8000_0000
  tables.splitHuge(mm.pgd, address, (i) => {
    const frame = zero ? ctx.zeroPage : pfn(head + i)
    return [pteLow(frame, zero ? flags & ~(PTE_RW | PTE_DIRTY) : flags), pteHigh(frame) | nx]
  })
}

/** Counts the 512 pages behind one huge entry as mapped (by = 1) or not (by = -1). */
export function countHuge({ map }: MmContext, mm: Mm, head: Pfn, by: 1 | -1): void {
  const kind = map.has(head, PG_ANON) ? 'anon' : map.has(head, PG_SWAPBACKED) ? 'shmem' : 'file'
  mm.rss[kind] += by * PTRS_PER_TABLE
  for (let p: number = head; p < head + PTRS_PER_TABLE; p++) map.mapcount[p] += by
}

/**
 * Maps a folio of 2 MiB of the page cache; each of its pages has one reference more.
 * @mm do_set_pmd mm/memory.c (the entry)
 */
export function mapHugeFolio(ctx: MmContext, mm: Mm, address: number, low: number, high: number): void {
  const head = ptePfn(low, high)
  ctx.tables.installHuge(mm.pgd, address, low, high)
  for (let p: number = head; p < head + PTRS_PER_TABLE; p++) ctx.map.refcount[p]++
  countHuge(ctx, mm, head, 1)
}

/**
 * Takes a whole huge entry out.
 * @mm zap_huge_pmd mm/huge_memory.c
 * Left out: that a folio of the page cache counts as used then.
 */
export function zapHugePmd(ctx: MmContext, mm: Mm, address: number): void {
  const entry = ctx.tables.find(mm.pgd, address)
  const low = ctx.tables.low(entry)
  const head = ptePfn(low, ctx.tables.high(entry))
  ctx.tables.removeHuge(mm.pgd, address)
  if (low & PTE_SPECIAL) return
  countHuge(ctx, mm, head, -1)
  if (!ctx.map.has(head, PG_CACHE)) return ctx.buddy.putPage(head)
  if (low & PTE_DIRTY) ctx.marks.change(head, PTRS_PER_TABLE, true)
  for (let p: number = head; p < head + PTRS_PER_TABLE; p++) ctx.buddy.putPage(pfn(p))
}

/**
 * Faults that a whole PMD entry answers (mm/memory.c, mm/huge_memory.c):
 *
 *   empty, aligned 2 MiB allowed   read: the huge page of zeros      write: a fresh block of 512 zeroed pages
 *   the huge page of zeros, written: replaced by a fresh block       own block, read-only: made writable, else split
 *   a file's folio, read-only: split, for the fault to begin anew (see file-huge.ts)
 *
 * Left out: copying a shared block as a whole (the kernel splits and copies 4 KiB, too).
 */
import { alignDown, NO_PFN, order, pageOf, pfn, type Pfn, type VAddr } from '../../base/index.js'
import {
  PMD_SIZE,
  PTE_ACCESSED,
  PTE_DIRTY,
  PTE_NX_HIGH,
  PTE_PRESENT,
  PTE_PSE,
  PTE_RW,
  PTE_SPECIAL,
  PTE_USER,
  pteHigh,
  pteLow,
  PTRS_PER_TABLE,
} from '../../arch/x86/index.js'
import { FaultAction } from '../../trace/index.js'
import { MigrateType, PAGEBLOCK_ORDER, PG_ANON, PG_ANON_EXCLUSIVE, PG_SWAPBACKED, PG_THP } from '../phys/index.js'
import {
  countHuge,
  hugeAllowed,
  hugeFits,
  linearPageIndex,
  prepareAnonVma,
  splitHugePmd,
  VM_EXEC,
  VM_WRITE,
  type Mm,
  type Vma,
} from '../vma/index.js'
import type { FaultContext, FaultResult } from './fault.js'

/**
 * Resolves the fault with a huge entry if there is one or may be one. False: an ordinary fault.
 * @mm __handle_mm_fault mm/memory.c (its PMD part)
 */
export function hugeFault(
  ctx: FaultContext,
  mm: Mm,
  vma: Vma,
  address: VAddr,
  write: boolean,
  result: FaultResult,
): boolean {
  if (!hugeAllowed(ctx.rules.thp, vma) || !hugeFits(vma, address)) return wpIfHuge(ctx, mm, vma, address, write, result)
  const entry = ctx.tables.ensurePmd(mm.pgd, address)
  if (ctx.tables.low(entry) !== 0) return wpIfHuge(ctx, mm, vma, address, write, result)
  return write ? hugeAnonymous(ctx, mm, vma, address, result) : hugeZero(ctx, mm, vma, address, result)
}

const highFor = (vma: Vma, frame: Pfn): number => pteHigh(frame) | (vma.flags & VM_EXEC ? 0 : PTE_NX_HIGH)

/** The mapping is ready for pages of its own from then on. @mm set_huge_zero_folio mm/huge_memory.c */
function hugeZero(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, result: FaultResult): boolean {
  prepareAnonVma(mm, vma)
  const frame = ctx.hugeZero.get()
  if (frame === NO_PFN) return false
  const low = pteLow(frame, PTE_PRESENT | PTE_USER | PTE_ACCESSED | PTE_SPECIAL)
  ctx.tables.installHuge(mm.pgd, address, low, highFor(vma, frame))
  result.action = FaultAction.HugeZeroPage
  return true
}

/** @mm __do_huge_pmd_anonymous_page mm/huge_memory.c */
function hugeAnonymous(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, result: FaultResult): boolean {
  const frame = newHugePage(ctx, mm, vma, address)
  if (frame === NO_PFN) return false
  for (let p: number = frame; p < frame + PTRS_PER_TABLE; p++) ctx.contents.fill(pfn(p), 0)
  mapHuge(ctx, mm, vma, address, frame)
  result.action = FaultAction.HugePage
  return true
}

/** A block of 512 pages for the mapping, its contents undefined, or NO_PFN: then small pages must do. */
export function newHugePage(ctx: FaultContext, mm: Mm, vma: Vma, address: number): Pfn {
  const anonVma = prepareAnonVma(mm, vma)
  const frame = ctx.buddy.alloc(order(PAGEBLOCK_ORDER), MigrateType.Movable)
  if (frame === NO_PFN) return NO_PFN
  const first = linearPageIndex(vma, alignDown(address, PMD_SIZE))
  for (let p: number = frame; p < frame + PTRS_PER_TABLE; p++) {
    ctx.map.flags[p] = PG_ANON | PG_SWAPBACKED | PG_ANON_EXCLUSIVE | PG_THP
    ctx.map.mapping[p] = anonVma
    ctx.map.index[p] = first + p - frame
  }
  return frame
}

/** @mm map_anon_folio_pmd mm/huge_memory.c */
export function mapHuge(ctx: FaultContext, mm: Mm, vma: Vma, address: number, frame: Pfn): void {
  const rw = vma.flags & VM_WRITE ? PTE_RW : 0
  const low = pteLow(frame, PTE_PRESENT | PTE_USER | PTE_ACCESSED | PTE_DIRTY | PTE_PSE | rw)
  ctx.tables.installHuge(mm.pgd, address, low, highFor(vma, frame))
  countHuge(ctx, mm, frame, 1)
  const start = address - (address % PMD_SIZE)
  ctx.tlb.flushRange(pageOf(start), PTRS_PER_TABLE)
}

/**
 * A fault on a huge entry that is there. False when there is none, or it was split for want of anything better.
 * @mm wp_huge_pmd mm/memory.c
 */
function wpIfHuge(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, write: boolean, result: FaultResult): boolean {
  const { tables } = ctx
  const entry = tables.find(mm.pgd, address)
  if (entry === 0 || !tables.isHuge(entry)) return false
  const low = tables.low(entry)
  if (!write || low & PTE_RW) return true
  if (vma.file !== 0) {
    splitHugePmd(ctx, mm, address)
    return false
  }
  if (low & PTE_SPECIAL) return wpHugeZero(ctx, mm, vma, address, result)
  if (ctx.map.mapcount[tables.pfnOf(entry)] === 1) {
    tables.setPte(mm.pgd, entry, low | PTE_RW | PTE_DIRTY | PTE_ACCESSED, tables.high(entry))
    // folio_move_anon_rmap
    ctx.map.mapping.fill(vma.anonVma, tables.pfnOf(entry), tables.pfnOf(entry) + PTRS_PER_TABLE)
    result.action = FaultAction.Reuse
    return true
  }
  splitHugePmd(ctx, mm, address)
  return false
}

/** @mm do_huge_zero_wp_pmd mm/huge_memory.c */
function wpHugeZero(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, result: FaultResult): boolean {
  if (hugeFits(vma, address)) {
    ctx.tables.removeHuge(mm.pgd, address)
    if (hugeAnonymous(ctx, mm, vma, address, result)) return true
    return false
  }
  splitHugePmd(ctx, mm, address)
  return false
}

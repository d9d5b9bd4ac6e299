/**
 * Taking a huge page apart (mm/huge_memory.c): 512 pages that belonged together stand alone afterwards. Those that nobody
 * maps are free, and those that hold nothing but zeros give way to the page of zeros, so that memory which a huge page
 * brought and nobody used is gone again.
 *
 *   [ 2 MiB: x 0 0 .. y 0 ]   ->   [x] -> page   [0] -> page of zeros   [y] -> page      rss: 512 -> 2 pages
 *
 * Left out: huge pages that more than one address space maps (the callers leave them alone), the queue of partly mapped
 * ones, which is emptied when memory is short.
 */
import { PAGE_SIZE, pfn, type Pfn } from '../../base/index.js'
import {
  PTE_ACCESSED,
  PTE_DIRTY,
  PTE_NX_HIGH,
  PTE_RW,
  PTE_SPECIAL,
  pteHigh,
  pteLow,
  PTRS_PER_TABLE,
} from '../../arch/x86/index.js'
import { PG_THP } from '../phys/index.js'
import { splitHugePmd } from './huge.js'
import { VM_LOCKED, type Mm, type Vma } from './types.js'
import { countRss, type MmContext } from './zap.js'

/** The first page of the block that a page of a huge page belongs to. */
export const headOf = (page: number): Pfn => pfn(page - (page % PTRS_PER_TABLE))

/** Whether somebody else maps any of its pages as well. @mm folio_maybe_mapped_shared include/linux/mm.h */
export function isShared({ map }: MmContext, head: Pfn): boolean {
  for (let p: number = head; p < head + PTRS_PER_TABLE; p++) if (map.mapcount[p] > 1) return true
  return false
}

/** @mm split_folio include/linux/huge_mm.h, __folio_split mm/huge_memory.c */
export function splitFolio(ctx: MmContext, mm: Mm, head: Pfn): void {
  const { map, buddy } = ctx
  const places = mappedPlaces(ctx, mm, head)
  for (let p: number = head; p < head + PTRS_PER_TABLE; p++) {
    map.flags[p] &= ~PG_THP
    map.refcount[p] = Math.max(1, map.mapcount[p])
  }
  for (const place of places) if (!(place.vma.flags & VM_LOCKED)) useZeroPage(ctx, mm, place)
  for (let p: number = head; p < head + PTRS_PER_TABLE; p++) if (map.mapcount[p] === 0) buddy.putPage(pfn(p))
}

interface Place {
  readonly vma: Vma
  readonly entry: number
  readonly address: number
}

/** Where the pages of the block are mapped, by entries of 4 KiB: a huge entry is split first. @mm unmap_folio mm/huge_memory.c */
function mappedPlaces(ctx: MmContext, mm: Mm, head: Pfn): Place[] {
  const { tables, map } = ctx
  const found: Place[] = []
  const gather = (): void => {
    found.length = 0
    for (const vma of mm.vmas) {
      if (!vma.anonChain.some(({ anonVma }) => anonVma === map.mapping[head])) continue
      tables.forEach(mm.pgd, vma.start, vma.end, (entry, address) => {
        if (!(tables.low(entry) & PTE_SPECIAL) && headOf(tables.pfnOf(entry)) === head)
          found.push({ vma, entry, address })
      })
    }
  }
  gather()
  const huge = found.filter(({ entry }) => tables.isHuge(entry))
  for (const { address } of huge) splitHugePmd(ctx, mm, address)
  if (huge.length > 0) gather()
  return found
}

/** @mm try_to_map_unused_to_zeropage mm/migrate.c */
function useZeroPage(ctx: MmContext, mm: Mm, { entry, address }: Place): void {
  const { tables, tlb, contents, zeroPage, map } = ctx
  const frame = tables.pfnOf(entry)
  if (!contents.isZero(frame)) return
  const flags = (tables.low(entry) & 0xfff & ~(PTE_RW | PTE_DIRTY)) | PTE_SPECIAL | PTE_ACCESSED
  tables.setPte(mm.pgd, entry, pteLow(zeroPage, flags), pteHigh(zeroPage) | (tables.high(entry) & PTE_NX_HIGH))
  countRss(mm, map, frame, -1)
  tlb.flushRange(address / PAGE_SIZE, 1)
}

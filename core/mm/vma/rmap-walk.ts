/** From a page to the mappings that may show it. */
import type { Pfn } from '../../base/index.js'
import { PG_ANON, PG_CACHE, type MemMap } from '../phys/index.js'
import type { ReverseMap } from './rmap.js'
import { rangeOf, VM_LOCKED, type Mm, type Vma } from './types.js'
import type { MmContext } from './zap.js'

/**
 * The mappings of the file that so many pages in a row are of, or those that share their anon_vma: each may show any of
 * them, or copies instead.
 * @mm rmap_walk mm/rmap.c
 * @param visit answers whether to go on
 */
export function rmapWalk(
  map: MemMap,
  rmap: ReverseMap,
  first: Pfn,
  pages: number,
  visit: (mm: Mm, vma: Vma) => boolean,
): void {
  const index = map.index[first]
  if (map.has(first, PG_CACHE)) {
    for (const { mm, vma } of rmap.mappings(map.mapping[first], index, index + pages - 1)) if (!visit(mm, vma)) return
  } else if (map.has(first, PG_ANON)) {
    const anonVma = map.mapping[first]
    for (const mm of rmap.mms)
      for (const vma of mm.vmas) if (vma.anonChain.some((link) => link.anonVma === anonVma) && !visit(mm, vma)) return
  }
}

/**
 * Whether a page is locked by a mapping that shows it: it may not be evicted then.
 * @mm folio_test_unevictable include/linux/page-flags.h
 * @param by one that shows it
 * Left out: the CPU's batch of pages that are yet to be locked.
 */
export function isMlocked({ map, tables, structures }: MmContext, by: Vma, page: Pfn): boolean {
  if (by.flags & VM_LOCKED) return true
  if (map.mapcount[page] === 1) return false
  let locked = false
  rmapWalk(map, structures.rmap, page, 1, ({ pgd }, vma) => {
    const { start, end } = rangeOf(vma, map.index[page], map.index[page])
    if (!(vma.flags & VM_LOCKED) || start >= end) return true
    const entry = tables.find(pgd, start)
    locked = entry !== 0 && tables.isPresent(entry) && tables.pageAt(entry, start) === page
    return !locked
  })
  return locked
}

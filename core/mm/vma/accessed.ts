/**
 * A page's own mark of having been used, beside the accessed bits of the entries that map it: accesses on behalf of a
 * process, which go round its page tables, leave it (mm/swap.c, mm/gup.c).
 */
import type { Pfn } from '../../base/index.js'
import { PTRS_PER_TABLE } from '../../arch/x86/index.js'
import { PG_ACTIVE, PG_REFERENCED, PG_THP, type MemMap } from '../phys/index.js'
import { headOf } from './split-folio.js'

/** The mark is the folio's: that of all pages of a huge one, also where small entries map it. */
function changeFlags(map: MemMap, page: Pfn, set: number, clear: number): void {
  const huge = map.has(page, PG_THP)
  const first = huge ? headOf(page) : page
  const pages = huge ? PTRS_PER_TABLE : 1
  for (let p: number = first; p < first + pages; p++) map.flags[p] = (map.flags[p] & ~clear) | set
}

/** A page taken without looking at its mapping's locks: futexes that processes may share. @mm gup_fast_pte_range mm/gup.c */
export const setReferenced = (map: MemMap, page: Pfn): void => changeFlags(map, page, PG_REFERENCED, 0)

/**
 * The second use makes a page active, which begins anew: inactive -> referenced -> active -> active, referenced. A page
 * that may not be evicted stays what it is.
 * @mm folio_mark_accessed mm/swap.c
 * Left out: the CPU's batch of pages that are yet to become active, the generations of CONFIG_LRU_GEN.
 */
export function markAccessed(map: MemMap, page: Pfn, evictable: boolean): void {
  const flags = map.flags[page]
  if (!(flags & PG_REFERENCED)) setReferenced(map, page)
  else if (evictable && !(flags & PG_ACTIVE)) changeFlags(map, page, PG_ACTIVE, PG_REFERENCED)
}

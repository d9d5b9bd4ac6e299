/**
 * Folios of 2 MiB of the page cache, mapped by one PMD entry (mm/memory.c, mm/filemap.c). They come from a write of that
 * size, or from reading a mapping that asked for huge pages (MADV_HUGEPAGE).
 *
 *   folios in the page cache    [ 0 ................. 511 ][ 512 .............. 1023 ]
 *   mapped by one read          [ PMD, A                  ]            one fault each
 *
 * A write to the entry takes it away again (huge.ts): of a shared mapping the fault enters another one, writable and
 * dirty, and the whole folio is dirty; of a private one it enters the copy of one page in a table.
 *
 * Left out: PG_readahead, by which a third folio is read before it is missed; hardware that poisons pages.
 */
import { alignDown, PAGE_SIZE } from '../../base/index.js'
import { PMD_SIZE, pteLow, PTRS_PER_TABLE } from '../../arch/x86/index.js'
import { MAX_FOLIO_ORDER, type Folio, type Inode } from '../backing/index.js'
import { hugeFits, mapHugeFolio, VM_NOHUGEPAGE, VM_RAND_READ, type Mm, type Vma } from '../vma/index.js'
import { highFor } from './entry.js'
import type { FileFault, FileFaultContext } from './file.js'

/**
 * Reads two folios of 2 MiB from the one on that holds the page, or one where access is said to be random.
 * @mm do_sync_mmap_readahead mm/filemap.c (VM_HUGEPAGE)
 */
export function readHuge({ cache }: FileFaultContext, { flags }: Vma, inode: Inode, index: number): void {
  const first = alignDown(index, PTRS_PER_TABLE)
  cache.readAhead(inode, first, flags & VM_RAND_READ ? PTRS_PER_TABLE : 2 * PTRS_PER_TABLE, MAX_FOLIO_ORDER)
}

/**
 * Maps the folio by a PMD entry if it is one of 2 MiB, lies in the mapping where such an entry can stand, and nothing is
 * there yet. The table that was made ready for small entries is given back. No setting but the mapping's own
 * MADV_NOHUGEPAGE forbids it.
 * @mm do_set_pmd mm/memory.c, filemap_map_pmd mm/filemap.c
 */
export function mapsHuge(ctx: FileFaultContext, mm: Mm, fault: FileFault, folio: Folio, flags: number): boolean {
  const { vma, inode, address } = fault
  if (!fault.freshTable || !ctx.files.largeFolios || folio.pages !== PTRS_PER_TABLE) return false
  if (vma.flags & VM_NOHUGEPAGE || !hugeFits(vma, address) || !isCongruent(vma)) return false
  const start = alignDown(address, PMD_SIZE)
  ctx.tables.freeTables(mm.pgd, start, start + PMD_SIZE, start, start + PMD_SIZE)
  const head = ctx.cache.find(inode, folio.first)
  mapHugeFolio(ctx, mm, start, pteLow(head, flags), highFor(vma, head))
  return true
}

/** Addresses and places in the file lie equally far behind multiples of 2 MiB. @mm thp_vma_suitable_order include/linux/huge_mm.h */
const isCongruent = ({ start, pgoff }: Vma): boolean => (start / PAGE_SIZE - pgoff) % PTRS_PER_TABLE === 0

/** Inodes and the mappings of them: what reaches from a file into address spaces (i_mmap) and back. */
import { alignDown, PAGE_SIZE, pagesIn } from '../../base/index.js'
import { PTE_DIRTY, PTE_RW } from '../../arch/x86/index.js'
import { MAX_FOLIO_ORDER, type Inode } from '../../mm/backing/index.js'
import { PG_ANON } from '../../mm/phys/index.js'
import { noteHiwaterRss, rangeOf, VM_SHARED, zapRange, type FileMapping } from '../../mm/vma/index.js'
import type { Kernel } from '../kernel.js'

const mappingsOf = (kernel: Kernel, { ino }: Inode, first: number, last: number): readonly FileMapping[] =>
  kernel.parts.mm.structures.rmap.mappings(ino, first, last)

const MAX_FOLIO_PAGES = 2 ** MAX_FOLIO_ORDER

/** Gives up inodes that no name, descriptor or mapping leads to. @mm iput_final fs/inode.c */
export function dropUnused(kernel: Kernel): void {
  const { cache, mm } = kernel.parts
  for (const inode of cache.all) {
    if (inode.links > 0 || kernel.files.isOpen(inode.ino)) continue
    if (!mm.structures.rmap.isMapped(inode.ino)) cache.evict(inode)
  }
}

/**
 * Takes the pages from `first` on out of all mappings, private copies included.
 * @mm unmap_mapping_range mm/memory.c
 */
function unmapFrom(kernel: Kernel, inode: Inode, first: number): void {
  for (const { mm, vma } of mappingsOf(kernel, inode, first, Infinity)) {
    const { start, end } = rangeOf(vma, first, Infinity)
    noteHiwaterRss(mm)
    zapRange(kernel.parts.mm, mm, start, end)
  }
}

/** A folio that is split leaves all mappings as a whole. @mm unmap_folio mm/huge_memory.c */
function unmapFolio(kernel: Kernel, inode: Inode, index: number): void {
  const folio = kernel.parts.cache.folioAt(inode, index)
  if (!folio || folio.pages === 1) return
  const { tables, map } = kernel.parts
  const last = folio.first + folio.pages - 1
  for (const { mm, vma } of mappingsOf(kernel, inode, folio.first, last)) {
    const { start, end } = rangeOf(vma, folio.first, last)
    for (let at = start; at < end; at += PAGE_SIZE) {
      const entry = tables.find(mm.pgd, at)
      if (entry === 0 || !tables.isPresent(entry) || map.has(tables.pfnOf(entry), PG_ANON)) continue
      zapRange(kernel.parts.mm, mm, at, at + PAGE_SIZE)
    }
  }
}

/** Sets the size of a file. @mm truncate_setsize mm/truncate.c */
export function setSize(kernel: Kernel, inode: Inode, size: number): void {
  if (size < inode.size) {
    const keep = pagesIn(size)
    const { cache } = kernel.parts
    const lastFolio = cache.folioAt(inode, Math.max(0, keep - 1))
    const isSplit = lastFolio && lastFolio.first + lastFolio.pages > cache.keptPages(inode, keep)
    if (isSplit) unmapFolio(kernel, inode, lastFolio.first)
    unmapFrom(kernel, inode, keep)
  }
  kernel.parts.cache.truncate(inode, size)
  kernel.parts.tlb.flushAll()
}

/**
 * Writes a file's dirty folios back that have a page among `first` to `last`: they are clean, and so are the entries, which
 * have to ask again before the next write.
 * @mm file_write_and_wait_range mm/filemap.c, page_mkclean mm/rmap.c
 * Left out: pages that nobody syncs stay dirty (no flusher thread).
 */
export function syncInode(kernel: Kernel, inode: Inode, first = 0, last = Infinity): void {
  if (inode.shmem) return
  const { cache, tables, tlb, map } = kernel.parts
  const from = alignDown(first, MAX_FOLIO_PAGES)
  const to = Math.ceil((last + 1) / MAX_FOLIO_PAGES) * MAX_FOLIO_PAGES - 1
  for (const { mm, vma } of mappingsOf(kernel, inode, from, to)) {
    if (!(vma.flags & VM_SHARED)) continue
    const { start, end } = rangeOf(vma, from, to)
    tables.forEach(mm.pgd, start, end, (entry) => {
      const frame = tables.pfnOf(entry)
      if (map.has(frame, PG_ANON)) return
      const folio = cache.folioAt(inode, map.index[frame])
      if (!folio || folio.first > last || folio.first + folio.pages <= first) return
      tables.setPte(mm.pgd, entry, tables.low(entry) & ~(PTE_RW | PTE_DIRTY), tables.high(entry))
    })
  }
  cache.writeback(inode, first, last)
  tlb.flushAll()
}

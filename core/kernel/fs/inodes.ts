/**
 * Inodes and the mappings of them: what reaches from a file into address spaces (i_mmap) and back.
 *
 * Left out: a tree that finds the mappings; all address spaces are searched.
 */
import { PAGE_SIZE, pagesIn } from '../../base/index.js'
import { PTE_DIRTY, PTE_RW } from '../../arch/x86/index.js'
import type { Inode } from '../../mm/backing/index.js'
import { PG_ANON } from '../../mm/phys/index.js'
import { noteHiwaterRss, VM_SHARED, zapRange, type Mm, type Vma } from '../../mm/vma/index.js'
import type { Kernel } from '../kernel.js'

function eachMapping(kernel: Kernel, ino: number, visit: (mm: Mm, vma: Vma) => void): void {
  for (const mm of kernel.tasks.mms) for (const vma of mm.vmas) if (vma.file === ino) visit(mm, vma)
}

/** Gives up inodes that no name, descriptor or mapping leads to. @mm iput_final fs/inode.c */
export function dropUnused(kernel: Kernel): void {
  const { cache } = kernel.parts
  for (const inode of cache.all) {
    if (inode.links > 0 || kernel.files.isOpen(inode.ino)) continue
    let mapped = false
    eachMapping(kernel, inode.ino, () => (mapped = true))
    if (!mapped) cache.evict(inode)
  }
}

/**
 * Takes the pages from `first` on out of all mappings, private copies included.
 * @mm unmap_mapping_range mm/memory.c
 */
function unmapFrom(kernel: Kernel, inode: Inode, first: number): void {
  eachMapping(kernel, inode.ino, (mm, vma) => {
    const start = Math.max(vma.start, vma.start + (first - vma.pgoff) * PAGE_SIZE)
    if (start >= vma.end) return
    noteHiwaterRss(mm)
    zapRange(kernel.parts.mm, mm, start, vma.end)
  })
}

/** A folio that is split leaves all mappings as a whole. @mm unmap_folio mm/huge_memory.c */
function unmapFolio(kernel: Kernel, inode: Inode, index: number): void {
  const folio = kernel.parts.cache.folioAt(inode, index)
  if (!folio || folio.pages === 1) return
  const { tables, map } = kernel.parts
  eachMapping(kernel, inode.ino, (mm, vma) => {
    for (let i = folio.first; i < folio.first + folio.pages; i++) {
      const at = vma.start + (i - vma.pgoff) * PAGE_SIZE
      if (at < vma.start || at >= vma.end) continue
      const entry = tables.find(mm.pgd, at)
      if (entry === 0 || !tables.isPresent(entry) || map.has(tables.pfnOf(entry), PG_ANON)) continue
      zapRange(kernel.parts.mm, mm, at, at + PAGE_SIZE)
    }
  })
}

/** Sets the size of a file. @mm truncate_setsize mm/truncate.c */
export function setSize(kernel: Kernel, inode: Inode, size: number): void {
  if (size < inode.size) {
    const keep = pagesIn(size)
    const lastFolio = kernel.parts.cache.folioAt(inode, Math.max(0, keep - 1))
    if (lastFolio && lastFolio.first + lastFolio.pages > keep) unmapFolio(kernel, inode, lastFolio.first)
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
  eachMapping(kernel, inode.ino, (mm, vma) => {
    if (!(vma.flags & VM_SHARED)) return
    tables.forEach(mm.pgd, vma.start, vma.end, (entry) => {
      const frame = tables.pfnOf(entry)
      if (map.has(frame, PG_ANON)) return
      const folio = cache.folioAt(inode, map.index[frame])
      if (!folio || folio.first > last || folio.first + folio.pages <= first) return
      tables.setPte(mm.pgd, entry, tables.low(entry) & ~(PTE_RW | PTE_DIRTY), tables.high(entry))
    })
  })
  cache.writeback(inode, first, last)
  tlb.flushAll()
}

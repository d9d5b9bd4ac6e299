/**
 * Faults on files and shared memory (mm/memory.c, mm/filemap.c): reads map what is cached around the address, the first
 * write to a shared page tells the file system (page_mkwrite), and whole folios are mapped where they fit.
 *
 *   window of fault-around          |<---- 64 KiB, aligned ---->|
 *   folios in the page cache    [ 0 ........ 15 ][ 16 ........ 31 ][32]
 *   mapped by one read          [###############][################]      (a folio that leaves the VMA: only the window)
 *
 * A folio of 2 MiB that fits is mapped by one PMD entry: file-huge.ts.
 *
 * Left out: write-notification of file systems but for dirtying.
 */
import { alignDown, NO_PFN, PAGE_SIZE, pageDown, pagesIn } from '../../base/index.js'
import { PMD_SIZE, PTE_RW, pteLow } from '../../arch/x86/index.js'
import { ENTRY_BYTES } from '../pgtable/index.js'
import type { Folio, Inode, PageCache } from '../backing/index.js'
import {
  countRss,
  linearPageIndex,
  VM_HUGEPAGE,
  VM_SHARED,
  VM_WRITE,
  type Mm,
  type Vma,
  type VmaContext,
} from '../vma/index.js'
import { highFor, readFlags, writeFlags } from './entry.js'
import { mapsHuge, readHuge } from './file-huge.js'
import { FaultOutOfMemory } from './out-of-memory.js'

/** What differs between kernels in this part. */
export interface FileRules {
  /** Writes make folios of more than one page, and faults map them whole (6.18). */
  readonly largeFolios: boolean
  /** Pages that a miss reads from disk around the address (read_ahead_kb). */
  readonly readAheadPages: number
}

export interface FileFaultContext extends VmaContext {
  readonly cache: PageCache
  /** fault_around_bytes in pages (16: 64 KiB). */
  readonly faultAroundPages: number
  readonly files: FileRules
}

/** The place of a fault on a file. */
export interface FileFault {
  readonly vma: Vma
  readonly inode: Inode
  readonly address: number
  readonly entry: number
  /** The page table was missing before this fault. */
  readonly freshTable: boolean
}

/**
 * Makes sure that the page is cached: from disk with what lies around it, which is a major fault, or for shared memory a
 * fresh page of zeros, which is not. Returns whether the fault is a major one.
 * @mm filemap_fault mm/filemap.c, shmem_fault mm/shmem.c
 * Left out: recognising sequential access, PG_readahead.
 */
export function bringIn(ctx: FileFaultContext, vma: Vma, inode: Inode, index: number): boolean {
  if (ctx.cache.find(inode, index) !== NO_PFN) return false
  const huge = ctx.files.largeFolios && !inode.shmem && (vma.flags & VM_HUGEPAGE) !== 0
  if (huge) readHuge(ctx, vma, inode, index)
  if (ctx.cache.read(inode, index) === NO_PFN) throw new FaultOutOfMemory('out of memory reading a file')
  if (!huge && !inode.shmem) readAround(ctx, inode, index)
  return !inode.shmem
}

/** @mm do_sync_mmap_readahead mm/filemap.c */
function readAround(ctx: FileFaultContext, inode: Inode, index: number): void {
  const start = Math.max(0, index - ctx.files.readAheadPages / 2)
  const end = Math.min(start + ctx.files.readAheadPages, pagesIn(inode.size))
  for (let i = start; i < end; i++) if (ctx.cache.read(inode, i) === NO_PFN) break
}

/** Returns whether it was a major fault. @mm do_read_fault mm/memory.c */
export function fileRead(ctx: FileFaultContext, mm: Mm, fault: FileFault): boolean {
  const { vma, inode, address } = fault
  const major = bringIn(ctx, vma, inode, linearPageIndex(vma, address))
  const flags = writableAtOnce(vma, inode) ? readFlags | PTE_RW : readFlags
  if (!faultAround(ctx, mm, fault, flags)) finishFault(ctx, mm, fault, flags)
  return major
}

/** Shared memory need not be told of writes: its entries are writable from the start. @mm vma_wants_writenotify mm/vma.c */
const writableAtOnce = (vma: Vma, inode: Inode): boolean =>
  inode.shmem && (vma.flags & (VM_SHARED | VM_WRITE)) === (VM_SHARED | VM_WRITE)

/**
 * Maps the cached pages around the address: fault_around_bytes from the start of the aligned window or of the mapping,
 * whichever is later, up to the mapping's and the table's ends; folios whole when they fit into both and are not the
 * file's last one. Returns false when nothing was done: 6.18 gives up where the page table is missing and the first folio
 * is the last one.
 * @mm filemap_map_pages mm/filemap.c
 */
function faultAround(ctx: FileFaultContext, mm: Mm, fault: FileFault, flags: number): boolean {
  const { vma, inode } = fault
  const touched = pageDown(fault.address)
  const window = ctx.faultAroundPages * PAGE_SIZE
  const first = Math.max(vma.start, alignDown(touched, window))
  const fileEnd = vma.start + (pagesIn(inode.size) - vma.pgoff) * PAGE_SIZE
  const end = Math.min(first + window, vma.end, fileEnd, alignDown(touched, PMD_SIZE) + PMD_SIZE)
  let found = false
  for (let at: number = first; at < end;) {
    const folio = ctx.cache.folioAt(inode, linearPageIndex(vma, at))
    if (!folio) {
      at += PAGE_SIZE
      continue
    }
    const whole = inode.shmem || pagesIn(inode.size) > folio.first + folio.pages
    if (whole && !found && mapsHuge(ctx, mm, fault, folio, flags)) return true
    if (ctx.files.largeFolios && fault.freshTable && !whole && !found) return false
    found = true
    const place = folioPlace(vma, folio)
    const all = ctx.files.largeFolios && whole && fits(vma, place, touched)
    mapPages(ctx, mm, fault, all ? place.start : at, all ? place.end : Math.min(place.end, end), flags)
    at = place.end
  }
  return true
}

interface Place {
  readonly start: number
  readonly end: number
}

/** Where the folio would lie in the mapping. */
const folioPlace = (vma: Vma, { first, pages }: Folio): Place => {
  const start = vma.start + (first - vma.pgoff) * PAGE_SIZE
  return { start, end: start + pages * PAGE_SIZE }
}

/** Inside the mapping and in the same page table as `address`. */
const fits = (vma: Vma, { start, end }: Place, address: number): boolean => {
  const table = alignDown(address, PMD_SIZE)
  return start >= vma.start && end <= vma.end && start >= table && end <= table + PMD_SIZE
}

/** The entry of another address in the fault's page table. */
const entryOf = (fault: FileFault, at: number): number =>
  fault.entry + ((at - pageDown(fault.address)) / PAGE_SIZE) * ENTRY_BYTES

/** Enters the cached pages of a range, where there is no entry yet. @mm set_pte_range mm/memory.c */
function mapPages(ctx: FileFaultContext, mm: Mm, fault: FileFault, start: number, end: number, flags: number): void {
  const { vma, inode } = fault
  for (let at = start; at < end; at += PAGE_SIZE) {
    const entry = entryOf(fault, at)
    const frame = ctx.cache.find(inode, linearPageIndex(vma, at))
    if (frame === NO_PFN || ctx.tables.low(entry) !== 0) continue
    ctx.map.refcount[frame]++
    ctx.tables.setPte(mm.pgd, entry, pteLow(frame, flags), highFor(vma, frame))
    countRss(mm, ctx.map, frame, 1)
  }
}

/**
 * Maps the touched page, or its whole folio where that fits, does not reach over the file's end, and nothing of it is mapped
 * yet.
 * @mm finish_fault mm/memory.c
 */
function finishFault(ctx: FileFaultContext, mm: Mm, fault: FileFault, flags: number): void {
  const { vma, inode, address } = fault
  const touched = pageDown(address)
  const folio = ctx.cache.folioAt(inode, linearPageIndex(vma, address))
  const inFile = inode.shmem || (folio && pagesIn(inode.size) >= folio.first + folio.pages)
  if (inFile && folio && mapsHuge(ctx, mm, fault, folio, flags)) return
  const place = inFile && ctx.files.largeFolios && folio && folioPlace(vma, folio)
  const all = place && fits(vma, place, touched) && noneMapped(ctx, fault, place)
  mapPages(ctx, mm, fault, all ? place.start : touched, all ? place.end : touched + PAGE_SIZE, flags)
}

function noneMapped(ctx: FileFaultContext, fault: FileFault, { start, end }: Place): boolean {
  for (let at = start; at < end; at += PAGE_SIZE) if (ctx.tables.low(entryOf(fault, at)) !== 0) return false
  return true
}

/** A shared page that is written before it was read. Returns whether it was major. @mm do_shared_fault mm/memory.c */
export function sharedWrite(ctx: FileFaultContext, mm: Mm, fault: FileFault): boolean {
  const index = linearPageIndex(fault.vma, fault.address)
  const major = bringIn(ctx, fault.vma, fault.inode, index)
  ctx.cache.dirty(fault.inode, index)
  finishFault(ctx, mm, fault, writeFlags)
  return major
}

/** A write to a shared page that is mapped read-only: its folio is dirty, its entry writable. @mm wp_page_shared mm/memory.c */
export function sharedProtected(ctx: FileFaultContext, mm: Mm, fault: FileFault): void {
  ctx.cache.dirty(fault.inode, linearPageIndex(fault.vma, fault.address))
  const low = ctx.tables.low(fault.entry)
  ctx.tables.setPte(mm.pgd, fault.entry, low | writeFlags, ctx.tables.high(fault.entry))
}

/**
 * vm_area_struct and mm_struct (include/linux/mm_types.h) as plain data, but for the index of mappings.
 *
 * Left out: NUMA policies, userfaultfd; the anon_vmas' trees of mappings.
 */
import { PAGE_SIZE, type VAddr } from '../../base/index.js'
import type { AnonPart } from './anon-vma.js'
import type { Pgd } from '../pgtable/index.js'
import type { VmaTree } from './vma-tree.js'

/** vm_flags of a mapping: the bits below. */
export type VmaFlags = number

// vma->vm_flags (include/linux/mm.h)
export const VM_READ = 0x1
export const VM_WRITE = 0x2
export const VM_EXEC = 0x4
export const VM_SHARED = 0x8
export const VM_MAYREAD = 0x10
export const VM_MAYWRITE = 0x20
export const VM_MAYEXEC = 0x40
export const VM_MAYSHARE = 0x80
export const VM_GROWSDOWN = 0x100
export const VM_PFNMAP = 0x400
/** Only shown by old kernels: writing to the file is refused while it is mapped. */
export const VM_DENYWRITE = 0x800
export const VM_LOCKED = 0x2000
export const VM_IO = 0x4000
export const VM_SEQ_READ = 0x8000
export const VM_RAND_READ = 0x1_0000
export const VM_DONTCOPY = 0x2_0000
export const VM_DONTEXPAND = 0x40000
export const VM_LOCKONFAULT = 0x80000
export const VM_ACCOUNT = 0x100000
export const VM_NORESERVE = 0x200000
export const VM_WIPEONFORK = 0x200_0000
export const VM_DONTDUMP = 0x4000000
export const VM_SOFTDIRTY = 0x8000000
export const VM_MIXEDMAP = 0x1000_0000
export const VM_HUGEPAGE = 0x2000_0000
export const VM_NOHUGEPAGE = 0x4000_0000

/** Flags that do not keep two mappings from merging (VM_IGNORE_MERGE). */
export const VM_IGNORE_MERGE = VM_SOFTDIRTY
export const VM_LOCKED_MASK = VM_LOCKED | VM_LOCKONFAULT
/** Not ordinary memory: what cannot be locked or made huge. */
export const VM_SPECIAL = VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP
export const VM_ACCESS_FLAGS = VM_READ | VM_WRITE | VM_EXEC

/** Mappings that the kernel makes itself and names in maps. */
export type SpecialName = '[vdso]' | '[vvar]' | '[vvar_vclock]'

/** A mapping. Immutable: whoever changes one puts another in its place ({@link VmaTree.replace}). */
export interface Vma extends AnonPart {
  /** Inclusive start and exclusive end, page aligned. */
  readonly start: VAddr
  readonly end: VAddr
  readonly flags: number
  /** Offset in the file in pages; for anonymous memory start / PAGE_SIZE, as the kernel keeps it. */
  readonly pgoff: number
  /** Inode number of the mapped file, 0 for anonymous memory. */
  readonly file: number
  readonly special: SpecialName | undefined
  /** Page of the kernel's image behind a special mapping, by index; empty when it has none to show (vvar). */
  readonly specialPages: readonly number[]
  /** What the program calls it (prctl); mappings of different names do not merge. */
  readonly anonName?: string | undefined
  /** The vm_area_struct: given when it enters an index. */
  readonly object?: number
}

/** Where in its file, or among anonymous pages, the page of an address lies. @mm linear_page_index include/linux/pagemap.h */
export const linearPageIndex = (vma: Vma, address: number): number =>
  vma.pgoff + Math.floor((address - vma.start) / PAGE_SIZE)

/**
 * The addresses at which a mapping shows pages `first` to `last` of its file, or of anonymous memory; `end` is not above
 * `start` where it shows none.
 * @mm vma_address mm/internal.h
 */
export const rangeOf = (vma: Vma, first: number, last: number): { readonly start: number; readonly end: number } => ({
  start: Math.max(vma.start, vma.start + (first - vma.pgoff) * PAGE_SIZE),
  end: Math.min(vma.end, vma.start + (last + 1 - vma.pgoff) * PAGE_SIZE),
})

/** Pages mapped, by kind (mm->rss_stat). */
export interface RssStat {
  file: number
  anon: number
  shmem: number
}

export interface Mm {
  readonly pgd: Pgd
  /** All mappings (mm_mt). */
  readonly vmas: VmaTree
  readonly rss: RssStat
  /** Peaks in pages: VmHWM and VmPeak. */
  hiwaterRss: number
  hiwaterVm: number
  /** Pages of all mappings (VmSize), of private writable ones (VmData), executable, stack. */
  totalVm: number
  dataVm: number
  execVm: number
  stackVm: number
  lockedVm: number
  /** Pages charged against the commit limit (VM_ACCOUNT). */
  committedVm: number
  /** VM_LOCKED and VM_LOCKONFAULT for what is mapped from now on (mlockall(MCL_FUTURE)). */
  defFlags: number
  /** Highest address mmap uses; it searches downwards from here. */
  mmapBase: VAddr
  startBrk: VAddr
  brk: VAddr
  startStack: VAddr
  startCode: VAddr
  endCode: VAddr
  startData: VAddr
  endData: VAddr
  argStart: VAddr
  argEnd: VAddr
  /** The mm_struct. */
  readonly object: number
}

export const rssPages = (mm: Mm): number => mm.rss.file + mm.rss.anon + mm.rss.shmem

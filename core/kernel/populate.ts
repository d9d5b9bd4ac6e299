/**
 * Bringing pages in without an access of the program: MAP_POPULATE, locking, MADV_POPULATE_* (mm/gup.c). Each page that
 * is not there yet is one fault, counted as any other, though nothing traps.
 */
import { PAGE_SIZE, TASK_SIZE, vaddr } from '../base/index.js'
import { PMD_SIZE, PTE_ACCESSED, PTE_DIRTY, PTE_PRESENT, PTE_RW, PTE_SPECIAL } from '../arch/x86/index.js'
import { Access } from '../mm/fault/index.js'
import { PG_REFERENCED } from '../mm/phys/index.js'
import {
  isMlocked,
  markAccessed,
  VM_ACCESS_FLAGS,
  VM_LOCKONFAULT,
  VM_SHARED,
  VM_SPECIAL,
  VM_WRITE,
  type Vma,
} from '../mm/vma/index.js'
import type { Kernel } from './kernel.js'
import { orEfault } from './or-efault.js'
import { Errno } from './uapi/index.js'

/**
 * Makes the pages of a range inside one mapping present (and writable, for writing).
 * @mm __get_user_pages mm/gup.c (without pages to return)
 * @param givesUp an attempt that waits for the disk is not gone on with but made anew (see Kernel.fault)
 * @returns 0, or -EFAULT where a fault ends in a signal
 */
function faultIn(kernel: Kernel, vma: Vma, start: number, end: number, access: Access, givesUp: boolean): number {
  const { tables } = kernel.parts
  const needed = PTE_PRESENT | (access === Access.Write ? PTE_RW : 0)
  return orEfault(() => {
    for (let at = start; at < end;) {
      const entry = tables.find(kernel.mm.pgd, at)
      if (entry === 0 || (tables.low(entry) & needed) !== needed) kernel.fault(vaddr(at), access, givesUp)
      const leaf = tables.find(kernel.mm.pgd, at)
      at += leaf === 0 ? PAGE_SIZE : follow(kernel, vma, leaf, at, access)
    }
  })
}

/**
 * The page behind an entry counts as used, and as written when that was wanted: a small one by its own flags, a huge one by
 * its entry's.
 * @mm follow_page_pte mm/gup.c, touch_pmd mm/huge_memory.c (FOLL_TOUCH)
 * @returns bytes to go on by
 */
function follow(kernel: Kernel, vma: Vma, entry: number, address: number, access: Access): number {
  const { tables, map, mm } = kernel.parts
  const low = tables.low(entry)
  if (tables.isHuge(entry)) {
    const touched = PTE_ACCESSED | (access === Access.Write ? PTE_DIRTY : 0)
    tables.setPte(kernel.mm.pgd, entry, low | touched, tables.high(entry))
    return PMD_SIZE - (address % PMD_SIZE)
  }
  if (low & PTE_SPECIAL) return PAGE_SIZE
  const page = tables.pageAt(entry, address)
  if (access === Access.Write && !(low & PTE_DIRTY)) mm.marks.markDirty(page)
  markAccessed(map, page, !map.has(page, PG_REFERENCED) || !isMlocked(mm, vma, page))
  return PAGE_SIZE
}

/** Private writable memory is written to, all other only read. @mm populate_vma_page_range mm/gup.c */
function populateVma(kernel: Kernel, vma: Vma, start: number, end: number): number {
  if (vma.flags & VM_LOCKONFAULT) return 0
  if (!(vma.flags & VM_ACCESS_FLAGS)) return -Errno.EFAULT
  const write = (vma.flags & (VM_WRITE | VM_SHARED)) === VM_WRITE
  return faultIn(kernel, vma, start, end, write ? Access.Write : Access.Read, true)
}

/**
 * Populates every mapping in the range.
 * @mm __mm_populate mm/gup.c
 * @param strict stop at the first page that cannot be had (mlock) instead of going on with the next mapping (mmap)
 */
export function populate(kernel: Kernel, start: number, end: number, strict: boolean): number {
  const { mm } = kernel
  for (let at = start; at < end;) {
    const vma = mm.vmas.find(at)
    if (!vma || vma.start >= end) return 0
    const to = Math.min(end, vma.end)
    if (!vma.special && !(vma.flags & VM_SPECIAL)) {
      const error = populateVma(kernel, vma, Math.max(at, vma.start), to)
      if (error < 0 && strict) return error
    }
    at = to
  }
  return 0
}

/** What mlockall(MCL_CURRENT) brings in: all there is. */
export const populateAll = (kernel: Kernel): number => populate(kernel, 0, TASK_SIZE, false)

/**
 * MADV_POPULATE_READ and MADV_POPULATE_WRITE: no flag decides, only whether the access is allowed. A fault that waits for
 * the disk is tried again as the same fault (FOLL_TRIED), and so is a major one.
 * @mm madvise_populate mm/madvise.c
 */
export function populateAdvised(kernel: Kernel, start: number, end: number, write: boolean): number {
  const { mm } = kernel
  for (let at = start; at < end;) {
    const vma = mm.vmas.find(at)
    if (!vma || vma.start > at) return -Errno.ENOMEM
    const needed = write ? VM_WRITE : VM_ACCESS_FLAGS
    if (vma.special || vma.flags & VM_SPECIAL || !(vma.flags & needed)) return -Errno.EINVAL
    const to = Math.min(end, vma.end)
    const error = faultIn(kernel, vma, at, to, write ? Access.Write : Access.Read, false)
    if (error < 0) return error
    at = to
  }
  return 0
}

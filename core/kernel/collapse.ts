/**
 * MADV_COLLAPSE: small pages become a huge one (mm/khugepaged.c), at once and whether or not huge pages were asked for.
 *
 * khugepaged.ts does the same in the background.
 *
 * Left out: files and shared memory.
 */
import { alignDown, NO_PFN, pfn, type Pfn } from '../base/index.js'
import { PMD_SIZE } from '../arch/x86/index.js'
import { mapHuge, newHugePage } from '../mm/fault/index.js'
import { hugeAllowed, zapRange, type Mm, type Vma } from '../mm/vma/index.js'
import type { Kernel } from './kernel.js'
import { Errno } from './uapi/index.js'

/** @mm madvise_collapse mm/khugepaged.c */
export function collapse(kernel: Kernel, start: number, end: number): number {
  const { mm } = kernel
  for (let at = start; at < end;) {
    const vma = mm.vmas.find(at)!
    const to = Math.min(end, vma.end)
    if (!hugeAllowed('always', vma)) return -Errno.EINVAL
    const first = Math.ceil(at / PMD_SIZE) * PMD_SIZE
    let failed = first > alignDown(to, PMD_SIZE) ? -Errno.EINVAL : 0
    for (let region = first; region + PMD_SIZE <= to; region += PMD_SIZE) {
      const error = collapseRegion(kernel, vma, region)
      if (error < 0) failed = error
    }
    if (failed < 0) return failed
    at = to
  }
  return 0
}

function collapseRegion(kernel: Kernel, vma: Vma, start: number): number {
  const { mm, parts } = kernel
  const { tables } = parts
  const first = tables.find(mm.pgd, start)
  if (first === 0) return -Errno.EINVAL
  if (tables.isHuge(first)) return 0
  if (vma.anonVma === 0) return -Errno.EINVAL
  return replaceByHuge(kernel, mm, vma, start) === NO_PFN ? -Errno.ENOMEM : 0
}

/**
 * Copies the small pages of 2 MiB into a huge one, zeros where there are none, and maps that.
 * @mm collapse_huge_page mm/khugepaged.c
 * @returns NO_PFN when there is no huge page to be had
 */
export function replaceByHuge(kernel: Kernel, mm: Mm, vma: Vma, start: number): Pfn {
  const { parts } = kernel
  const { tables, contents } = parts
  const frame = newHugePage(parts.mm, mm, vma, start)
  if (frame === NO_PFN) return NO_PFN
  for (let i = 0; i < PMD_SIZE / 4096; i++) contents.fill(pfn(frame + i), 0)
  tables.forEach(mm.pgd, start, start + PMD_SIZE, (entry, address) => {
    contents.copy(pfn(frame + (address - start) / 4096), tables.pfnOf(entry))
  })
  zapRange(parts.mm, mm, start, start + PMD_SIZE)
  tables.freeTables(mm.pgd, start, start + PMD_SIZE, start, start + PMD_SIZE)
  mapHuge(parts.mm, mm, vma, start, frame)
  return frame
}

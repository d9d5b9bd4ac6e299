/** mremap: a mapping becomes shorter or longer, where it is or, with its pages, elsewhere (mm/mremap.c). */
import { PAGE_SIZE, pageUp, TASK_SIZE, type VAddr } from '../../base/index.js'
import { Errno, MREMAP_MAYMOVE } from '../../kernel/uapi/index.js'
import { anyVmaIn, getUnmappedArea, vmaAt } from './find.js'
import { insertMapping, munmap, type VmaContext } from './mmap.js'
import type { Mm, Vma } from './types.js'

/**
 * @mm SYSCALL_DEFINE5(mremap) mm/mremap.c
 * Left out: MREMAP_FIXED, MREMAP_DONTUNMAP, duplicating shared mappings, locked and special mappings.
 */
export function mremap(
  ctx: VmaContext,
  mm: Mm,
  addr: number,
  oldBytes: number,
  newBytes: number,
  flags: number,
): number {
  if (flags & ~MREMAP_MAYMOVE || addr % PAGE_SIZE !== 0 || newBytes <= 0) return -Errno.EINVAL
  const oldLength = pageUp(oldBytes)
  const newLength = pageUp(newBytes)
  if (newLength > TASK_SIZE) return -Errno.ENOMEM
  if (newLength <= oldLength) {
    if (!vmaAt(mm, addr)) return -Errno.EFAULT
    if (newLength < oldLength) munmap(ctx, mm, addr + newLength, oldLength - newLength)
    return addr
  }
  const vma = vmaAt(mm, addr)
  if (!vma || addr + oldLength > vma.end || oldLength === 0) return -Errno.EFAULT
  if (addr + oldLength === vma.end && growsInPlace(mm, vma, newLength - oldLength)) {
    insertMapping(ctx, mm, extension(vma, newLength - oldLength))
    return addr
  }
  if (!(flags & MREMAP_MAYMOVE)) return -Errno.ENOMEM
  const to = getUnmappedArea(mm, 0, newLength, ctx.rules.alignHugeAnon && vma.file === 0)
  return to === undefined ? -Errno.ENOMEM : move(ctx, mm, vma, addr, oldLength, to, newLength)
}

/** @mm vma_expandable mm/mremap.c */
const growsInPlace = (mm: Mm, vma: Vma, by: number): boolean =>
  vma.end + by <= TASK_SIZE && !anyVmaIn(mm, vma.end, vma.end + by)

/** The new piece; it merges with the mapping it continues. */
const extension = (vma: Vma, by: number): Vma => ({
  ...vma,
  start: vma.end,
  end: (vma.end + by) as VAddr,
  pgoff: vma.pgoff + (vma.end - vma.start) / PAGE_SIZE,
})

/**
 * The same mapping at another place, with the pages it has. Peaks are not raised by the moment both places exist.
 * @mm move_vma mm/mremap.c
 */
function move(
  ctx: VmaContext,
  mm: Mm,
  vma: Vma,
  from: number,
  oldLength: number,
  to: VAddr,
  newLength: number,
): number {
  const { hiwaterVm } = mm
  const untouched = vma.file === 0 && vma.anonVma === 0
  const pgoff = untouched ? to / PAGE_SIZE : vma.pgoff + (from - vma.start) / PAGE_SIZE
  insertMapping(ctx, mm, { ...vma, start: to, end: (to + newLength) as VAddr, pgoff })
  movePages(ctx, mm, from, oldLength, to)
  munmap(ctx, mm, from, oldLength)
  mm.hiwaterVm = Math.max(hiwaterVm, mm.totalVm)
  return to
}

/** @mm move_page_tables mm/mremap.c */
function movePages(ctx: VmaContext, mm: Mm, from: number, length: number, to: number): void {
  const { tables, tlb } = ctx
  tables.forEach(mm.pgd, from, from + length, (entry, address) => {
    const target = tables.ensure(mm.pgd, to + (address - from))
    const low = tables.low(entry)
    const high = tables.high(entry)
    tables.setPte(mm.pgd, entry, 0, 0)
    tables.setPte(mm.pgd, target, low, high)
  })
  tlb.flushRange(from / PAGE_SIZE, length / PAGE_SIZE)
}

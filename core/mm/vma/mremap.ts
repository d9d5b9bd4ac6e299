/** mremap: a mapping becomes shorter or longer, where it is or, with its pages, elsewhere (mm/mremap.c). */
import { alignDown, PAGE_SIZE, pageUp, TASK_SIZE, type VAddr } from '../../base/index.js'
import { PMD_SIZE } from '../../arch/x86/index.js'
import { Errno, MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from '../../kernel/uapi/index.js'
import { MmBranch } from '../../trace/index.js'
import { placeBranch } from './events.js'
import { anyVmaIn, getUnmappedArea, vmaAt } from './find.js'
import { hugeOffset } from './huge-place.js'
import { splitHugeAt, splitHugePmd } from './huge.js'
import { enoughMemory, mapCountFull, mayExpandVm, mlockFutureOk } from './limits.js'
import { mergeAround } from './merge.js'
import { insertMapping, munmap, type VmaContext } from './mmap.js'
import { modifyFlags } from './modify.js'
import {
  VM_ACCOUNT,
  VM_DONTEXPAND,
  VM_LOCKED_MASK,
  VM_MAYSHARE,
  VM_PFNMAP,
  VM_SHARED,
  type Mm,
  type Vma,
} from './types.js'

interface Remap {
  readonly addr: number
  readonly oldLength: number
  readonly newLength: number
  readonly flags: number
  readonly newAddr: number
}

/**
 * @mm SYSCALL_DEFINE5(mremap) mm/mremap.c
 * Left out: duplicating shared mappings by an old length of 0.
 * @returns the address, or -errno; pages of locked mappings are brought in by the caller
 */
export function mremap(
  ctx: VmaContext,
  mm: Mm,
  addr: number,
  oldBytes: number,
  newBytes: number,
  flags: number,
  newAddr = 0,
): number {
  const request: Remap = { addr, oldLength: pageUp(oldBytes), newLength: pageUp(newBytes), flags, newAddr }
  const invalid = checkParameters(ctx, mm, request)
  if (invalid < 0) return invalid
  const vma = vmaAt(mm, addr)
  if (!vma) return -Errno.EFAULT
  const same = request.oldLength === request.newLength
  if (same && ctx.rules.remapsMany && addr + request.oldLength > vma.end) return remapMany(ctx, mm, request)
  const refused = checkVma(ctx, mm, vma, request)
  if (refused < 0) return refused
  return flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) ? remapTo(ctx, mm, request) : remapAt(ctx, mm, vma, request)
}

/** @mm check_mremap_params mm/mremap.c */
function checkParameters(ctx: VmaContext, mm: Mm, request: Remap): number {
  const { addr, oldLength, newLength, flags, newAddr } = request
  if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP) || addr % PAGE_SIZE !== 0) return -Errno.EINVAL
  if (newLength <= 0 || newLength > TASK_SIZE) return -Errno.EINVAL
  if (!(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))) return 0
  if (newAddr > TASK_SIZE - newLength || newAddr % PAGE_SIZE !== 0) return -Errno.EINVAL
  if (!(flags & MREMAP_MAYMOVE)) return -Errno.EINVAL
  if (flags & MREMAP_DONTUNMAP && oldLength !== newLength) return -Errno.EINVAL
  if (addr + oldLength > newAddr && newAddr + newLength > addr) return -Errno.EINVAL
  return mapCountFull(ctx, mm, 2) ? -Errno.ENOMEM : 0
}

/**
 * What becomes shorter where it is need not be one mapping: nothing but munmap happens then.
 * @mm check_prep_vma mm/mremap.c
 */
function checkVma(ctx: VmaContext, mm: Mm, vma: Vma, { addr, oldLength, newLength, flags }: Remap): number {
  if (newLength <= oldLength && oldLength > 0 && !(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))) return 0
  if (oldLength === 0 && !(vma.flags & (VM_SHARED | VM_MAYSHARE))) return -Errno.EINVAL
  const special = (vma.flags & (VM_DONTEXPAND | VM_PFNMAP)) !== 0
  if (flags & MREMAP_DONTUNMAP && special) return -Errno.EINVAL
  if (Math.min(oldLength, newLength) > vma.end - addr) return -Errno.EFAULT
  if (newLength <= oldLength) return 0
  if (oldLength > vma.end - addr || special) return -Errno.EFAULT
  const pages = (newLength - oldLength) / PAGE_SIZE
  if (!mlockFutureOk(ctx, mm, vma.flags, pages)) return -Errno.EAGAIN
  return mayExpandVm(ctx, mm, vma.flags, pages) ? 0 : -Errno.ENOMEM
}

/** Stays, shrinks, grows in place, or moves where there is room. @mm mremap_at mm/mremap.c */
function remapAt(ctx: VmaContext, mm: Mm, vma: Vma, request: Remap): number {
  const { addr, oldLength, newLength, flags } = request
  if (newLength === oldLength) {
    ctx.events.took(MmBranch.Nothing)
    return addr
  }
  if (newLength < oldLength) {
    ctx.events.took(MmBranch.Shrank)
    const error = munmap(ctx, mm, addr + newLength, oldLength - newLength)
    return error < 0 ? error : addr
  }
  const by = newLength - oldLength
  if (addr + oldLength === vma.end && growsInPlace(mm, vma, by)) {
    if (vma.flags & VM_ACCOUNT && !enoughMemory(ctx, by / PAGE_SIZE)) return -Errno.ENOMEM
    if (!ctx.structures.roomFor(1)) return -Errno.ENOMEM
    ctx.events.took(MmBranch.Grew)
    insertMapping(ctx, mm, extension(vma, by))
    return addr
  }
  if (!(flags & MREMAP_MAYMOVE)) return -Errno.ENOMEM
  const huge = hugeOffset(ctx, { ...placeInFile(vma, addr), hint: 0, length: newLength })
  const to = getUnmappedArea(mm, 0, newLength, huge)
  ctx.events.took(placeBranch(0, huge, to))
  return to === undefined ? -Errno.ENOMEM : move(ctx, mm, vma, request, to)
}

/**
 * Several mappings keep their distances; holes between them stay holes. Without a place to go nothing is to do.
 * @mm remap_move mm/mremap.c
 */
function remapMany(ctx: VmaContext, mm: Mm, request: Remap): number {
  const { addr, oldLength, flags, newAddr } = request
  if (!(flags & MREMAP_FIXED)) return flags & MREMAP_DONTUNMAP ? -Errno.EFAULT : addr
  for (let at = addr; at < addr + oldLength;) {
    const vma = mm.vmas.find(at)
    if (!vma || vma.start >= addr + oldLength) break
    const from = Math.max(at, vma.start)
    at = Math.min(addr + oldLength, vma.end)
    const piece = { addr: from, oldLength: at - from, newLength: at - from, flags, newAddr: newAddr + from - addr }
    const refused = checkVma(ctx, mm, vma, piece)
    const result = refused < 0 ? refused : remapTo(ctx, mm, piece)
    if (result < 0) return result
  }
  return newAddr
}

/** To a place of the caller's choice, or leaving the old place mapped. @mm mremap_to mm/mremap.c */
function remapTo(ctx: VmaContext, mm: Mm, request: Remap): number {
  const { addr, oldLength, newLength, flags, newAddr } = request
  if (flags & MREMAP_FIXED) {
    const error = munmap(ctx, mm, newAddr, newLength)
    if (error < 0) return error
  }
  if (newLength < oldLength) {
    const error = munmap(ctx, mm, addr + newLength, oldLength - newLength)
    if (error < 0) return error
  }
  const vma = vmaAt(mm, addr)
  if (!vma) return -Errno.EFAULT
  if (flags & MREMAP_DONTUNMAP && !mayExpandVm(ctx, mm, vma.flags, oldLength / PAGE_SIZE)) return -Errno.ENOMEM
  const huge = hugeOffset(ctx, { ...placeInFile(vma, addr), hint: newAddr, length: newLength })
  const to = flags & MREMAP_FIXED ? (newAddr as VAddr) : getUnmappedArea(mm, newAddr, newLength, huge)
  if (to === undefined) return -Errno.ENOMEM
  return move(ctx, mm, vma, { ...request, oldLength: Math.min(oldLength, newLength) }, to)
}

const placeInFile = ({ file, pgoff, start }: Vma, addr: number): { file: number; offset: number } => ({
  file,
  offset: pgoff * PAGE_SIZE + addr - start,
})

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
 * The same mapping at another place, with the pages it has. Peaks are not raised by the moment both places exist. A
 * mapping that never had a page is renumbered, so that it can merge where it comes to; others keep their numbers.
 * @mm move_vma mm/mremap.c
 */
function move(ctx: VmaContext, mm: Mm, vma: Vma, request: Remap, to: VAddr): number {
  const { addr, oldLength, newLength, flags } = request
  const keep = (flags & MREMAP_DONTUNMAP) !== 0
  if (mapCountFull(ctx, mm, 3) || !ctx.structures.roomFor(3)) return -Errno.ENOMEM
  const charge = newLength - (keep ? 0 : oldLength)
  if (vma.flags & VM_ACCOUNT && !enoughMemory(ctx, charge / PAGE_SIZE)) return -Errno.ENOMEM
  const { hiwaterVm } = mm
  const untouched = vma.file === 0 && vma.anonVma === 0
  const pgoff = untouched ? to / PAGE_SIZE : vma.pgoff + (addr - vma.start) / PAGE_SIZE
  ctx.events.took(MmBranch.Moved | (flags & MREMAP_FIXED ? MmBranch.Fixed : 0))
  insertMapping(ctx, mm, { ...vma, start: to, end: (to + newLength) as VAddr, pgoff })
  movePages(ctx, mm, addr, oldLength, to)
  ctx.events.moved(addr, to, oldLength)
  if (keep) leaveEmpty(ctx, mm, addr, oldLength)
  else {
    munmap(ctx, mm, addr, oldLength)
    mm.hiwaterVm = Math.max(hiwaterVm, mm.totalVm)
  }
  return to
}

/**
 * The old place stays mapped, without pages, and the whole mapping it is in becomes unlocked; emptied as a whole it forgets
 * that it ever had pages.
 * @mm dontunmap_complete mm/mremap.c
 */
function leaveEmpty(ctx: VmaContext, mm: Mm, start: number, length: number): void {
  const before = mm.vmas.find(start)!
  const whole = before.start === start && before.end === start + length
  modifyFlags(ctx, mm, before.start, before.end, before.flags & ~VM_LOCKED_MASK)
  const vma = mm.vmas.find(start)!
  if (!whole || vma.start !== start || vma.end !== start + length) return
  mergeAround(mm, mm.vmas.forgetAnon(vma))
}

/**
 * Entries move; a huge page moves as one when both places are aligned and it moves whole, else it is split.
 * @mm move_page_tables mm/mremap.c
 */
function movePages(ctx: VmaContext, mm: Mm, from: number, length: number, to: number): void {
  const { tables, tlb } = ctx
  splitHugeAt(ctx, mm, from)
  splitHugeAt(ctx, mm, from + length)
  for (let at = alignDown(from, PMD_SIZE); at < from + length; at += PMD_SIZE) moveHuge(ctx, mm, at, at + to - from)
  tables.forEach(mm.pgd, from, from + length, (entry, address) => {
    const target = tables.ensure(mm.pgd, to + (address - from))
    const low = tables.low(entry)
    const high = tables.high(entry)
    tables.setPte(mm.pgd, entry, 0, 0)
    tables.setPte(mm.pgd, target, low, high)
  })
  tlb.flushRange(from / PAGE_SIZE, length / PAGE_SIZE)
}

/** @mm move_huge_pmd mm/huge_memory.c */
function moveHuge(ctx: VmaContext, mm: Mm, from: number, to: number): void {
  const { tables } = ctx
  const entry = tables.find(mm.pgd, from)
  if (entry === 0 || !tables.isHuge(entry)) return
  const low = tables.low(entry)
  const high = tables.high(entry)
  const target = to % PMD_SIZE === 0 ? tables.ensurePmd(mm.pgd, to) : 0
  if (target === 0 || tables.low(target) !== 0) return splitHugePmd(ctx, mm, from)
  tables.removeHuge(mm.pgd, from)
  tables.installHuge(mm.pgd, to, low, high)
}

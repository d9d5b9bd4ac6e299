/**
 * madvise: what a program says it will do with a range (mm/madvise.c). Some advice is a flag of the mapping, some works
 * on the pages at once. Bringing pages in (MADV_POPULATE_*) and making them huge (MADV_COLLAPSE) is up to the caller.
 */
import { alignUp, PAGE_SIZE, pageUp } from '../../base/index.js'
import { PMD_SIZE } from '../../arch/x86/index.js'
import {
  Errno,
  MADV_COLD,
  MADV_COLLAPSE,
  MADV_DODUMP,
  MADV_DOFORK,
  MADV_DONTDUMP,
  MADV_DONTFORK,
  MADV_DONTNEED,
  MADV_DONTNEED_LOCKED,
  MADV_FREE,
  MADV_HUGEPAGE,
  MADV_KEEPONFORK,
  MADV_NOHUGEPAGE,
  MADV_NORMAL,
  MADV_PAGEOUT,
  MADV_POPULATE_READ,
  MADV_POPULATE_WRITE,
  MADV_RANDOM,
  MADV_SEQUENTIAL,
  MADV_WILLNEED,
  MADV_WIPEONFORK,
} from '../../kernel/uapi/index.js'
import { MmBranch } from '../../trace/index.js'
import { freeLazily, makeCold, pageOut } from './age.js'
import { noteHiwaterRss, type VmaContext } from './mmap.js'
import { modifyFlags } from './modify.js'
import {
  VM_DONTCOPY,
  VM_DONTDUMP,
  VM_HUGEPAGE,
  VM_IO,
  VM_LOCKED,
  VM_NOHUGEPAGE,
  VM_PFNMAP,
  VM_RAND_READ,
  VM_SEQ_READ,
  VM_SHARED,
  VM_SPECIAL,
  VM_WIPEONFORK,
  type Mm,
  type Vma,
  type VmaFlags,
} from './types.js'
import { zapRange } from './zap.js'

/** What an advice does to the flags of a mapping: bits off, bits on. */
const FLAG_CHANGES: ReadonlyMap<number, readonly [off: VmaFlags, on: VmaFlags]> = new Map([
  [MADV_NORMAL, [VM_RAND_READ | VM_SEQ_READ, 0]],
  [MADV_SEQUENTIAL, [VM_RAND_READ, VM_SEQ_READ]],
  [MADV_RANDOM, [VM_SEQ_READ, VM_RAND_READ]],
  [MADV_DONTFORK, [0, VM_DONTCOPY]],
  [MADV_DOFORK, [VM_DONTCOPY, 0]],
  [MADV_WIPEONFORK, [0, VM_WIPEONFORK]],
  [MADV_KEEPONFORK, [VM_WIPEONFORK, 0]],
  [MADV_DONTDUMP, [0, VM_DONTDUMP]],
  [MADV_DODUMP, [VM_DONTDUMP, 0]],
  [MADV_HUGEPAGE, [VM_NOHUGEPAGE, VM_HUGEPAGE]],
  [MADV_NOHUGEPAGE, [VM_HUGEPAGE, VM_NOHUGEPAGE]],
])

/** What the caller does with the pages; here the advice is only known to be one. */
const CALLERS_ADVICE: readonly number[] = [MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_COLLAPSE, MADV_WILLNEED]

const PAGE_ADVICE: readonly number[] = [MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE, MADV_COLD, MADV_PAGEOUT]

/** @mm madvise_behavior_valid mm/madvise.c Left out: REMOVE, MERGEABLE, HWPOISON and the guard pages. */
const isAdvice = (advice: number): boolean =>
  FLAG_CHANGES.has(advice) || CALLERS_ADVICE.includes(advice) || PAGE_ADVICE.includes(advice)

/**
 * @mm do_madvise mm/madvise.c
 * @returns 0, or -ENOMEM if part of the range is not mapped: the mapped parts are treated all the same
 */
export function madvise(ctx: VmaContext, mm: Mm, addr: number, bytes: number, advice: number): number {
  if (!isAdvice(advice) || addr % PAGE_SIZE !== 0) return -Errno.EINVAL
  const end = pageUp(addr + bytes)
  if (end > 2 ** 64) return -Errno.EINVAL
  if (end === addr) return 0
  let holes = false
  for (let at = addr; at < end;) {
    const vma = mm.vmas.find(at)
    if (!vma || vma.start >= end) return -Errno.ENOMEM
    holes ||= vma.start > at
    const from = Math.max(at, vma.start)
    at = Math.min(end, vma.end)
    const error = adviseRange(ctx, mm, vma, from, at, advice)
    if (error < 0) return error
  }
  return holes ? -Errno.ENOMEM : 0
}

/** @mm madvise_vma_behavior mm/madvise.c */
function adviseRange(ctx: VmaContext, mm: Mm, vma: Vma, start: number, end: number, advice: number): number {
  const change = FLAG_CHANGES.get(advice)
  if (change) {
    const refused = flagRefused(vma, advice)
    if (refused < 0) return refused
    const [off, on] = change
    const error = modifyFlags(ctx, mm, start, end, (vma.flags & ~off) | on)
    return error === -Errno.ENOMEM ? -Errno.EAGAIN : error
  }
  if (CALLERS_ADVICE.includes(advice)) return 0
  return pageAdvice(ctx, mm, vma, start, end, advice)
}

function flagRefused(vma: Vma, advice: number): number {
  const special = vma.special !== undefined || (vma.flags & VM_SPECIAL) !== 0
  const invalid =
    (advice === MADV_DOFORK && (vma.flags & VM_IO) !== 0) ||
    (advice === MADV_DODUMP && special) ||
    ((advice === MADV_HUGEPAGE || advice === MADV_NOHUGEPAGE) && special) ||
    (advice === MADV_WIPEONFORK && (vma.file !== 0 || (vma.flags & VM_SHARED) !== 0))
  return invalid ? -Errno.EINVAL : 0
}

function pageAdvice(ctx: VmaContext, mm: Mm, vma: Vma, start: number, end: number, advice: number): number {
  const locked = advice !== MADV_DONTNEED_LOCKED && (vma.flags & VM_LOCKED) !== 0
  if (locked || vma.flags & VM_PFNMAP) return -Errno.EINVAL
  if (advice === MADV_FREE) return vma.file === 0 && !vma.special ? freeLazily(ctx, mm, start, end) : -Errno.EINVAL
  ctx.events.took(advice === MADV_COLD ? MmBranch.Cold : advice === MADV_PAGEOUT ? MmBranch.Nothing : MmBranch.Dropped)
  if (advice === MADV_COLD) return makeCold(ctx, mm, start, end)
  if (advice === MADV_PAGEOUT) return pageOut(ctx, mm, vma, start, end)
  noteHiwaterRss(mm)
  zapRange(ctx, mm, start, end)
  if (ctx.rules.reclaimsTables) freeEmptyTables(ctx, mm, start, end)
  return 0
}

/** Tables of whole 2 MiB that were emptied go, so that a huge page can come. @mm try_to_free_pte mm/pt_reclaim.c */
function freeEmptyTables(ctx: VmaContext, mm: Mm, start: number, end: number): void {
  const first = alignUp(start, PMD_SIZE)
  for (let at = first; at + PMD_SIZE <= end; at += PMD_SIZE)
    ctx.tables.freeTables(mm.pgd, at, at + PMD_SIZE, at, at + PMD_SIZE)
}

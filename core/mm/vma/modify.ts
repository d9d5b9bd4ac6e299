/** Changing a part of a mapping: its totals, its flags, its bounds (mm/vma.c). */
import { PAGE_SIZE } from '../../base/index.js'
import { Errno } from '../../kernel/uapi/index.js'
import { MmBranch } from '../../trace/index.js'
import { mergedWith } from './events.js'
import { splitHugeAt } from './huge.js'
import { isDataMapping, isExecMapping, type LimitContext } from './limits.js'
import { mergeAround, splitAt } from './merge.js'
import { VM_ACCOUNT, VM_GROWSDOWN, VM_LOCKED, type Mm, type VmaFlags } from './types.js'
import type { MmContext } from './zap.js'

/** The totals of an address space without mappings; {@link account} adds each. */
export const noTotals = (): Pick<
  Mm,
  'rss' | 'totalVm' | 'dataVm' | 'execVm' | 'stackVm' | 'lockedVm' | 'committedVm'
> => ({
  rss: { file: 0, anon: 0, shmem: 0 },
  totalVm: 0,
  dataVm: 0,
  execVm: 0,
  stackVm: 0,
  lockedVm: 0,
  committedVm: 0,
})

/**
 * Adds or removes a mapping's pages from the mm's totals.
 * @mm vm_stat_account mm/mmap.c
 * The charge (vm_acct_memory) and the locked pages, which the kernel counts at each place, are counted here too.
 */
export function account(mm: Mm, flags: VmaFlags, pages: number): void {
  mm.totalVm += pages
  if (isExecMapping(flags)) mm.execVm += pages
  else if (flags & VM_GROWSDOWN) mm.stackVm += pages
  else if (isDataMapping(flags)) mm.dataVm += pages
  if (flags & VM_LOCKED) mm.lockedVm += pages
  if (flags & VM_ACCOUNT) mm.committedVm += pages
  mm.hiwaterVm = Math.max(mm.hiwaterVm, mm.totalVm)
}

/** Makes `address` a boundary between mappings; a huge page across it is split too. @mm __split_vma mm/vma.c */
export function splitVma(ctx: MmContext, mm: Mm, address: number): void {
  const vma = mm.vmas.find(address)
  if (vma && vma.start < address) ctx.events.split(address, vma)
  splitAt(mm, address)
  splitHugeAt(ctx, mm, address)
}

/**
 * Gives a range inside one mapping other flags: splits off what keeps the old ones, merges with what has the same.
 * @mm vma_modify_flags mm/vma.c
 * @returns 0, or -ENOMEM when that would make too many mappings
 */
export function modifyFlags(
  ctx: MmContext & LimitContext,
  mm: Mm,
  start: number,
  end: number,
  flags: VmaFlags,
): number {
  const before = mm.vmas.find(start)!
  if (before.flags === flags) {
    ctx.events.took(MmBranch.Nothing)
    return 0
  }
  const pieces = (before.start < start ? 1 : 0) + (before.end > end ? 1 : 0)
  if (pieces > 0 && mm.vmas.size + pieces > ctx.rules.maxMapCount) return -Errno.ENOMEM
  if (!ctx.structures.roomFor(pieces)) return -Errno.ENOMEM
  const pages = (end - start) / PAGE_SIZE
  const old = before.flags
  account(mm, old, -pages)
  account(mm, flags, pages)
  splitVma(ctx, mm, start)
  splitVma(ctx, mm, end)
  const vma = mm.vmas.find(start)!
  const changed = { ...vma, flags }
  mm.vmas.replace(vma, changed)
  mergeAround(mm, changed)
  ctx.events.changed(start, end, old, flags, mergedWith(mm, start, end))
  return 0
}

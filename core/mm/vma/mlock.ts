/**
 * Locking: flags on mappings (mm/mlock.c). Bringing the pages in is the caller's next step, as the kernel's mm_populate
 * is; without reclaim nothing else follows from the flag.
 */
import { PAGE_SIZE, pageDown, pageUp, TASK_SIZE } from '../../base/index.js'
import { Errno, MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT } from '../../kernel/uapi/index.js'
import type { LimitContext } from './limits.js'
import { modifyFlags } from './modify.js'
import { VM_LOCKED, VM_LOCKED_MASK, VM_LOCKONFAULT, VM_SPECIAL, type Mm, type Vma, type VmaFlags } from './types.js'
import type { MmContext } from './zap.js'

type LockContext = MmContext & LimitContext

/** @mm mlock_fixup mm/mlock.c */
function lockRange(ctx: LockContext, mm: Mm, vma: Vma, start: number, end: number, lock: VmaFlags): number {
  if (vma.flags & VM_SPECIAL || vma.special) return 0
  return modifyFlags(ctx, mm, start, end, (vma.flags & ~VM_LOCKED_MASK) | lock)
}

/** Sets the lock flags on [start, end). @mm apply_vma_lock_flags mm/mlock.c */
function applyLock(ctx: LockContext, mm: Mm, start: number, end: number, lock: VmaFlags): number {
  for (let at = start; at < end;) {
    const vma = mm.vmas.find(at)
    if (!vma || vma.start > at) return -Errno.ENOMEM
    const to = Math.min(end, vma.end)
    const error = lockRange(ctx, mm, vma, at, to, lock)
    if (error < 0) return error
    at = to
  }
  return 0
}

/** Pages in the range that are locked already. @mm count_mm_mlocked_page_nr mm/mlock.c */
function lockedPages(mm: Mm, start: number, end: number): number {
  let bytes = 0
  for (const vma of mm.vmas.from(start)) {
    if (vma.start >= end) break
    if (vma.flags & VM_LOCKED) bytes += Math.min(end, vma.end) - Math.max(start, vma.start)
  }
  return bytes / PAGE_SIZE
}

/** The pages of a byte range, or undefined if it leaves the address space. */
export function pageRange(addr: number, bytes: number): { readonly start: number; readonly end: number } | undefined {
  const start = pageDown(addr)
  const end = pageUp(addr + bytes)
  return end > 2 ** 64 ? undefined : { start, end }
}

/** @mm do_mlock mm/mlock.c (up to the populating) */
export function mlock(ctx: LockContext, mm: Mm, addr: number, bytes: number, onFault: boolean): number {
  const limit = Math.floor(ctx.limits().memlock / PAGE_SIZE)
  if (limit === 0) return -Errno.EPERM
  const range = pageRange(addr, bytes)
  if (!range) return -Errno.EINVAL
  const { start, end } = range
  const pages = (end - start) / PAGE_SIZE
  let locked = mm.lockedVm + pages
  if (locked > limit) locked -= lockedPages(mm, start, end)
  if (locked > limit) return -Errno.ENOMEM
  return applyLock(ctx, mm, start, end, VM_LOCKED | (onFault ? VM_LOCKONFAULT : 0))
}

/** @mm SYSCALL_DEFINE2(munlock) mm/mlock.c */
export function munlock(ctx: LockContext, mm: Mm, addr: number, bytes: number): number {
  const range = pageRange(addr, bytes)
  return range ? applyLock(ctx, mm, range.start, range.end, 0) : -Errno.EINVAL
}

/** @mm SYSCALL_DEFINE1(mlockall) mm/mlock.c */
export function mlockall(ctx: LockContext, mm: Mm, flags: number): number {
  if (flags === 0 || flags === MCL_ONFAULT || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) return -Errno.EINVAL
  const { memlock } = ctx.limits()
  if (memlock < PAGE_SIZE) return -Errno.EPERM
  if (flags & MCL_CURRENT && mm.totalVm * PAGE_SIZE > memlock) return -Errno.ENOMEM
  const lock = VM_LOCKED | (flags & MCL_ONFAULT ? VM_LOCKONFAULT : 0)
  mm.defFlags = flags & MCL_FUTURE ? lock : 0
  if (flags & MCL_CURRENT) lockAll(ctx, mm, lock)
  return 0
}

/** @mm SYSCALL_DEFINE0(munlockall) mm/mlock.c */
export function munlockall(ctx: LockContext, mm: Mm): number {
  mm.defFlags = 0
  lockAll(ctx, mm, 0)
  return 0
}

/** Errors are ignored, as apply_mlockall_flags does. */
function lockAll(ctx: LockContext, mm: Mm, lock: VmaFlags): void {
  for (const vma of mm.vmas.clone()) {
    if (vma.start >= TASK_SIZE) break
    lockRange(ctx, mm, vma, vma.start, vma.end, lock)
  }
}

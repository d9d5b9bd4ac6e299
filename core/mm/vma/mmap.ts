/**
 * The system calls that make and change mappings: mmap, munmap, mprotect, brk (mm/mmap.c, mm/mprotect.c, mm/vma.c).
 * They return an address or 0, or -errno.
 *
 * Left out: userfaultfd, hugetlb, protection keys.
 */
import { PAGE_SIZE, pageDown, pageUp, TASK_SIZE, type VAddr } from '../../base/index.js'
import {
  MMAP_MIN_ADDR,
  PTE_NX_HIGH,
  PTE_PRESENT,
  PTE_PROTNONE,
  PTE_RW,
  PTE_SPECIAL,
  ptePfn,
  STACK_GUARD_GAP,
} from '../../arch/x86/index.js'
import {
  Errno,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_LOCKED,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_STACK,
  MAP_TYPE,
  PROT_EXEC,
  PROT_GROWSDOWN,
  PROT_GROWSUP,
  PROT_READ,
  PROT_SEM,
  PROT_WRITE,
} from '../../kernel/uapi/index.js'
import { MmBranch } from '../../trace/index.js'
import { PG_ANON } from '../phys/index.js'
import { NO_ANON } from './anon-vma.js'
import { mergedWith, placeBranch } from './events.js'
import { anyVmaIn, getUnmappedArea } from './find.js'
import { hugeOffset } from './huge-place.js'
import type { ThpSetting } from './huge.js'
import {
  accountable,
  enoughMemory,
  isDataMapping,
  mapCountFull,
  mayExpandVm,
  mlockFutureOk,
  type LimitContext,
} from './limits.js'
import { insertVma } from './merge.js'
import { account, modifyFlags, splitVma } from './modify.js'
import {
  rssPages,
  VM_ACCOUNT,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_MAYEXEC,
  VM_MAYREAD,
  VM_MAYWRITE,
  VM_NOHUGEPAGE,
  VM_NORESERVE,
  VM_READ,
  VM_SHARED,
  VM_SOFTDIRTY,
  VM_WRITE,
  type Mm,
  type Vma,
} from './types.js'
import { isShared, sharedFlags, sharedIsWritable } from './shared.js'
import { zapRange, type MmContext } from './zap.js'

/** What differs between kernels in this part. */
export interface VmaRules {
  /** Anonymous mappings of whole huge pages are aligned to them (since 6.7). */
  readonly alignHugeAnon: boolean
  /** Mappings of a file on a disk that could hold a whole huge page are laid so that it could be mapped (since 5.18). */
  readonly alignHugeFiles: boolean
  /** mprotect makes anonymous pages that nobody shares writable at once instead of by a fault each (since 5.19). */
  readonly protectKeepsWritable: boolean
  /** mprotect to read-only gives the charge for anonymous memory back if it was never touched (since 6.7). */
  readonly protectUncharges: boolean
  /** New mappings are marked soft-dirty (CONFIG_MEM_SOFT_DIRTY). */
  readonly softDirty: boolean
  /** MAP_STACK keeps huge pages away (since 6.7). */
  readonly stackNoHuge: boolean
  /** MADV_DONTNEED of whole 2 MiB also frees their page tables (CONFIG_PT_RECLAIM, since 6.14). */
  readonly reclaimsTables: boolean
  /** mremap moves several mappings in one call when their length stays (since 6.17). */
  readonly remapsMany: boolean
  readonly thp: ThpSetting
  readonly maxMapCount: number
  readonly overcommitMemory: 0 | 1 | 2
  readonly overcommitRatio: number
}

export interface VmaContext extends MmContext, LimitContext {
  readonly rules: VmaRules
  /** Whether an inode is one of shared memory. */
  isShmem(file: number): boolean
}

/** @mm calc_vm_prot_bits include/linux/mman.h */
export const protFlags = (prot: number): number =>
  (prot & PROT_READ ? VM_READ : 0) | (prot & PROT_WRITE ? VM_WRITE : 0) | (prot & PROT_EXEC ? VM_EXEC : 0)

export const MAY_ALL = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC

export interface MmapRequest {
  readonly addr: number
  readonly length: number
  readonly prot: number
  readonly flags: number
  /** Inode number, 0 for anonymous memory. */
  readonly file: number
  /** Bytes. */
  readonly offset: number
  /** The file is not open for writing: a shared mapping of it can never be written. */
  readonly readOnlyFile?: boolean
}

/** @mm do_mmap mm/mmap.c */
export function mmap(ctx: VmaContext, mm: Mm, request: MmapRequest): number {
  const { flags, offset } = request
  if (request.length <= 0 || offset % PAGE_SIZE !== 0) return -Errno.EINVAL
  const length = pageUp(request.length)
  if (length > TASK_SIZE) return -Errno.ENOMEM
  const sharing = flags & MAP_TYPE
  if (sharing !== MAP_PRIVATE && !isShared(request)) return -Errno.EINVAL
  if (mm.vmas.size > ctx.rules.maxMapCount) return limited(ctx, -Errno.ENOMEM)
  const address = placeFor(ctx, mm, request, length)
  if (address < 0) return address
  const vma = newVma(ctx, mm, request, address as VAddr, length)
  const refused = refusal(ctx, mm, vma, flags)
  if (refused < 0) return limited(ctx, refused)
  if (!ctx.structures.roomFor(flags & MAP_FIXED ? 3 : 1)) return -Errno.ENOMEM
  if (flags & MAP_FIXED) munmap(ctx, mm, address, length)
  insertMapping(ctx, mm, vma)
  return address
}

/** Notes that a limit is the reason. */
function limited(ctx: VmaContext, error: number): number {
  ctx.events.took(MmBranch.Limit)
  return error
}

/**
 * Limits, in the order the kernel asks for them. What the new mapping replaces makes room for it.
 * @mm mmap_region mm/vma.c (its checks)
 */
function refusal(ctx: VmaContext, mm: Mm, vma: Vma, flags: number): number {
  const pages = (vma.end - vma.start) / PAGE_SIZE
  if (flags & MAP_LOCKED && ctx.limits().memlock === 0) return -Errno.EPERM
  if (!mlockFutureOk(ctx, mm, vma.flags, pages)) return -Errno.EAGAIN
  const replaced = flags & MAP_FIXED ? pagesIn(mm, vma.start, vma.end) : NOTHING
  if (!mayExpandVm(ctx, mm, vma.flags, pages - replaced.all)) return -Errno.ENOMEM
  if (vma.flags & VM_ACCOUNT && !enoughMemory(ctx, pages - replaced.accounted)) return -Errno.ENOMEM
  return 0
}

const NOTHING = { all: 0, accounted: 0 } as const

/** Pages mapped in a range, and how many of them are charged. */
function pagesIn(mm: Mm, start: number, end: number): { readonly all: number; readonly accounted: number } {
  let all = 0
  let accounted = 0
  for (const vma of mm.vmas.from(start)) {
    if (vma.start >= end) break
    const pages = (Math.min(end, vma.end) - Math.max(start, vma.start)) / PAGE_SIZE
    all += pages
    if (vma.flags & VM_ACCOUNT) accounted += pages
  }
  return { all, accounted }
}

function placeFor(ctx: VmaContext, mm: Mm, request: MmapRequest, length: number): number {
  const { addr, flags } = request
  if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
    if (addr + length > TASK_SIZE) return -Errno.ENOMEM
    if (addr % PAGE_SIZE !== 0) return -Errno.EINVAL
    if (addr < MMAP_MIN_ADDR) return -Errno.EPERM
    if (flags & MAP_FIXED_NOREPLACE && anyVmaIn(mm, addr, addr + length)) return -Errno.EEXIST
    const replaced = anyVmaIn(mm, addr, addr + length) ? MmBranch.Replaced : 0
    ctx.events.took(MmBranch.Fixed | replaced)
    return addr
  }
  const { file, offset } = request
  const huge = hugeOffset(ctx, { file, offset, hint: addr, length })
  const place = getUnmappedArea(mm, addr, length, huge)
  ctx.events.took(placeBranch(addr, huge, place))
  return place ?? -Errno.ENOMEM
}

function newVma(ctx: VmaContext, mm: Mm, request: MmapRequest, start: VAddr, length: number): Vma {
  let flags = protFlags(request.prot) | MAY_ALL | mm.defFlags
  if (request.flags & MAP_GROWSDOWN) flags |= VM_GROWSDOWN
  if (request.flags & MAP_LOCKED) flags |= VM_LOCKED
  if (request.flags & MAP_STACK && ctx.rules.stackNoHuge) flags |= VM_NOHUGEPAGE
  if (request.flags & MAP_NORESERVE && ctx.rules.overcommitMemory !== 2) flags |= VM_NORESERVE
  if (accountable(flags)) flags |= VM_ACCOUNT
  if (ctx.rules.softDirty) flags |= VM_SOFTDIRTY
  if (isShared(request)) flags = sharedFlags(flags, request)
  const anonymous = (request.flags & MAP_ANONYMOUS) !== 0
  return {
    start,
    end: (start + length) as VAddr,
    flags,
    pgoff: anonymous ? start / PAGE_SIZE : request.offset / PAGE_SIZE,
    file: anonymous ? 0 : request.file,
    special: undefined,
    specialPages: [],
    ...NO_ANON,
  }
}

/** Enters a finished mapping: list, totals, events. Used by exec for what is not made by mmap. @param floor see insertVma */
export function insertMapping(ctx: VmaContext, mm: Mm, vma: Vma, floor = 0): void {
  const { start, end, flags } = vma
  insertVma(mm, vma, floor)
  account(mm, flags, (end - start) / PAGE_SIZE)
  ctx.events.inserted(start, end, vma, mergedWith(mm, start, end))
}

/** @mm do_vmi_munmap mm/vma.c */
export function munmap(ctx: VmaContext, mm: Mm, addr: number, length: number): number {
  if (addr % PAGE_SIZE !== 0 || length <= 0 || addr + length > TASK_SIZE) return -Errno.EINVAL
  const end = pageUp(addr + length)
  if (splitsInTwo(mm, addr, end) && mapCountFull(ctx, mm)) return -Errno.ENOMEM
  if (!ctx.structures.roomFor(2)) return -Errno.ENOMEM
  splitVma(ctx, mm, addr)
  splitVma(ctx, mm, end)
  const gone = vmasIn(mm, addr, end)
  if (gone.length === 0) {
    ctx.events.took(MmBranch.Nothing)
    return 0
  }
  noteHiwaterRss(mm)
  for (const vma of gone) mm.vmas.takeOut(vma)
  const floor = mm.vmas.below(addr)?.end ?? 0
  const ceiling = mm.vmas.find(addr)?.start ?? Infinity
  for (const vma of gone) {
    zapRange(ctx, mm, vma.start, vma.end)
    mm.vmas.unlink(vma)
    account(mm, vma.flags, -(vma.end - vma.start) / PAGE_SIZE)
    ctx.events.removed(vma)
  }
  ctx.tables.freeTables(mm.pgd, gone[0].start, gone[gone.length - 1].end, floor, ceiling)
  return 0
}

/** Mappings that start in the range. */
function vmasIn(mm: Mm, start: number, end: number): readonly Vma[] {
  const found: Vma[] = []
  for (let vma = mm.vmas.find(start); vma && vma.start < end; vma = mm.vmas.find(vma.end)) found.push(vma)
  return found
}

const splitsInTwo = (mm: Mm, start: number, end: number): boolean => {
  const vma = mm.vmas.find(start)
  return vma !== undefined && vma.start < start && vma.end > end
}

/** Remembers the peak before pages go away. @mm update_hiwater_rss include/linux/mm.h */
export function noteHiwaterRss(mm: Mm): void {
  mm.hiwaterRss = Math.max(mm.hiwaterRss, rssPages(mm))
}

const PROT_BITS = PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM

/** Brings in the pages of a range inside one mapping. */
type BringIn = (start: number, end: number) => void

/**
 * @mm do_mprotect_pkey mm/mprotect.c
 * @param bringIn called for what is locked and private and can be written from now on
 * Left out: PROT_GROWSUP (no mapping grows up here), READ_IMPLIES_EXEC.
 */
export function mprotect(
  ctx: VmaContext,
  mm: Mm,
  addr: number,
  length: number,
  prot: number,
  bringIn?: BringIn,
): number {
  const grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP)
  if (grows === (PROT_GROWSDOWN | PROT_GROWSUP) || addr % PAGE_SIZE !== 0) return -Errno.EINVAL
  if (length === 0) return 0
  const end = pageUp(addr + length)
  if (end > 2 ** 64) return -Errno.ENOMEM
  if (prot & ~(PROT_BITS | grows)) return -Errno.EINVAL
  let at = addr
  if (grows) {
    const first = mm.vmas.find(addr)
    if (!first || first.start >= end) return -Errno.ENOMEM
    if (grows !== PROT_GROWSDOWN || !(first.flags & VM_GROWSDOWN)) return -Errno.EINVAL
    at = first.start
  }
  while (at < end) {
    const vma = mm.vmas.find(at)
    if (!vma || vma.start > at) return -Errno.ENOMEM
    const to = Math.min(end, vma.end)
    const wanted = protFlags(prot)
    if (wanted & ~(vma.flags >> 4) & 0x7) return -Errno.EACCES
    const waits = (vma.flags & (VM_WRITE | VM_SHARED | VM_LOCKED)) === VM_LOCKED && (wanted & VM_WRITE) !== 0
    const error = protectRange(ctx, mm, at, to, wanted)
    if (error < 0) return error
    if (waits) bringIn?.(at, to)
    at = to
  }
  return 0
}

/**
 * Changes the protection of a range inside one mapping, splitting and merging as needed.
 * @mm mprotect_fixup mm/mprotect.c
 */
function protectRange(ctx: VmaContext, mm: Mm, start: number, end: number, access: number): number {
  const before = mm.vmas.find(start)!
  const pages = (end - start) / PAGE_SIZE
  let flags = (before.flags & ~0x7) | access
  if (flags === before.flags) {
    ctx.events.took(MmBranch.Nothing)
    return 0
  }
  if (accountable(flags)) flags |= VM_ACCOUNT
  else if (ctx.rules.protectUncharges && isUntouchedAnon(before)) flags &= ~VM_ACCOUNT
  const grows = isDataMapping(flags) && !isDataMapping(before.flags)
  if (grows && !mayExpandVm(ctx, mm, flags, pages) && mayExpandVm(ctx, mm, before.flags, pages)) return -Errno.ENOMEM
  if (flags & VM_ACCOUNT && !(before.flags & VM_ACCOUNT) && !enoughMemory(ctx, pages)) return -Errno.ENOMEM
  const error = modifyFlags(ctx, mm, start, end, flags)
  if (error === 0) changeProtection(ctx, mm, start, end, access)
  return error
}

const isUntouchedAnon = (vma: Vma): boolean => vma.file === 0 && vma.special === undefined && vma.anonVma === 0

/**
 * Applies new permissions to the entries there are. PROT_NONE hides the pages and keeps them. Writability comes back
 * by a fault, except, on newer kernels, for an anonymous page that belongs to nobody else.
 * @mm change_pte_range mm/mprotect.c
 */
function changeProtection(ctx: VmaContext, mm: Mm, start: number, end: number, access: number): void {
  const writable = access & VM_WRITE && ctx.rules.protectKeepsWritable
  const shared = access & VM_WRITE && (mm.vmas.find(start)!.flags & VM_SHARED) !== 0
  ctx.tables.forEach(mm.pgd, start, end, (entry) => {
    const old = ctx.tables.high(entry)
    const high = access & VM_EXEC ? old & ~PTE_NX_HIGH : old | PTE_NX_HIGH
    let low = ctx.tables.low(entry) & ~(PTE_RW | PTE_PRESENT | PTE_PROTNONE)
    low |= access === 0 ? PTE_PROTNONE : PTE_PRESENT
    if (writable && isExclusiveAnon(ctx, low, high)) low |= PTE_RW
    if (shared && sharedIsWritable(ctx.map, low, high)) low |= PTE_RW
    ctx.tables.setPte(mm.pgd, entry, low, high)
  })
  ctx.tlb.flushRange(start / PAGE_SIZE, (end - start) / PAGE_SIZE)
}

/** @mm can_change_pte_writable mm/mprotect.c */
function isExclusiveAnon(ctx: VmaContext, low: number, high: number): boolean {
  if (low & PTE_SPECIAL) return false
  const frame = ptePfn(low, high)
  return ctx.map.has(frame, PG_ANON) && ctx.map.mapcount[frame] === 1
}

/**
 * Sets the program break. Returns the break in force: the old one when the request cannot be met.
 * @mm SYSCALL_DEFINE1(brk) mm/mmap.c
 */
export function brk(ctx: VmaContext, mm: Mm, wanted: number): VAddr {
  if (wanted < mm.startBrk || wanted > TASK_SIZE) return refusedBrk(ctx, mm, MmBranch.Nothing)
  if (wanted - mm.startBrk + (mm.endData - mm.startData) > ctx.limits().data) return refusedBrk(ctx, mm, MmBranch.Limit)
  const newEnd = pageUp(wanted)
  const oldEnd = pageUp(mm.brk)
  ctx.events.took(newEnd < oldEnd ? MmBranch.Shrank : newEnd > oldEnd ? MmBranch.Grew : MmBranch.Nothing)
  if (newEnd < oldEnd && munmap(ctx, mm, newEnd, oldEnd - newEnd) < 0) return mm.brk
  if (newEnd > oldEnd) {
    const next = mm.vmas.find(oldEnd)
    const limit = next ? (next.flags & VM_GROWSDOWN ? next.start - STACK_GUARD_GAP : next.start) : TASK_SIZE
    if (newEnd + PAGE_SIZE > limit) return refusedBrk(ctx, mm, MmBranch.NoRoom)
    const heap = heapVma(ctx, mm, oldEnd, newEnd)
    if (mapCountFull(ctx, mm, -1) || refusal(ctx, mm, heap, 0) < 0) return refusedBrk(ctx, mm, MmBranch.Limit)
    if (!ctx.structures.roomFor(1)) return refusedBrk(ctx, mm, MmBranch.Limit)
    insertMapping(ctx, mm, heap, mm.startBrk)
  }
  mm.brk = wanted as VAddr
  return mm.brk
}

function refusedBrk(ctx: VmaContext, mm: Mm, why: number): VAddr {
  ctx.events.took(why)
  return mm.brk
}

/** @mm do_brk_flags mm/vma.c */
function heapVma(ctx: VmaContext, mm: Mm, start: VAddr, end: VAddr): Vma {
  const flags = VM_READ | VM_WRITE | MAY_ALL | VM_ACCOUNT | mm.defFlags | (ctx.rules.softDirty ? VM_SOFTDIRTY : 0)
  const pgoff = start / PAGE_SIZE
  return { start, end, flags, pgoff, file: 0, special: undefined, specialPages: [], ...NO_ANON }
}

/** Unmaps everything and frees all tables: the end of an address space. @mm exit_mmap mm/mmap.c */
export function exitMmap(ctx: VmaContext, mm: Mm): void {
  noteHiwaterRss(mm)
  const gone = [...mm.vmas]
  mm.vmas.clear()
  for (const vma of gone) {
    zapRange(ctx, mm, vma.start, vma.end)
    mm.vmas.unlink(vma)
  }
  if (gone.length > 0) ctx.tables.freeTables(mm.pgd, pageDown(gone[0].start), gone[gone.length - 1].end, 0, Infinity)
  ctx.tables.destroyPgd(mm.pgd)
  ctx.structures.rmap.leave(mm)
  ctx.objects.freeAll([mm.object])
}

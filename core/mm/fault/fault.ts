/**
 * Page faults (mm/memory.c): what happens when the hardware's walk finds no usable entry.
 *
 *   find the VMA -> may it be accessed so? -> look at the entry:
 *     empty, anonymous   read: zero page          write: fresh zeroed page
 *     empty, file        read: map cached pages around the address     write to private: copy at once (see file.ts)
 *     present, read-only, written to: zero page -> fresh page; own page -> reuse; else copy
 *
 * Left out: swap-in, NUMA hints, userfaultfd. Huge entries: huge.ts.
 */
import {
  assert,
  NO_PFN,
  order,
  PAGE_SIZE,
  pageDown,
  pageOf,
  pfn,
  TASK_SIZE,
  type Pfn,
  type VAddr,
} from '../../base/index.js'
import { PTE_PRESENT, PTE_RW, PTE_SPECIAL, pteLow, STACK_GUARD_GAP } from '../../arch/x86/index.js'
import { Backing, FaultAction, PteState, VmaFound } from '../../trace/index.js'
import { BUS_ADRERR, SEGV_ACCERR, SEGV_MAPERR, SIGBUS, SIGSEGV } from '../../kernel/uapi/index.js'
import {
  MigrateType,
  PG_ANON,
  PG_ANON_EXCLUSIVE,
  PG_SWAPBACKED,
  type FrameContents,
  type HugeZeroPage,
} from '../phys/index.js'
import {
  account,
  countRss,
  enoughMemory,
  mayExpandVm,
  mlockFutureOk,
  prepareAnonVma,
  VM_ACCESS_FLAGS,
  VM_EXEC,
  VM_GROWSDOWN,
  linearPageIndex,
  VM_SHARED,
  VM_WRITE,
  vmaAt,
  type Mm,
  type Vma,
} from '../vma/index.js'
import { bringIn, fileRead, sharedProtected, sharedWrite, type FileFault, type FileFaultContext } from './file.js'
import { highFor, readFlags, writeFlags } from './entry.js'
import { hugeFault } from './huge.js'
import { FaultOutOfMemory } from './out-of-memory.js'

export interface FaultContext extends FileFaultContext {
  readonly contents: FrameContents
  readonly hugeZero: HugeZeroPage
}

export const Access = { Read: 0, Write: 1, Exec: 2 } as const
export type Access = (typeof Access)[keyof typeof Access]

/** How a fault ended. `signal` is 0 when the access can be retried. */
export interface FaultResult {
  action: FaultAction
  major: boolean
  signal: number
  code: number
  found: VmaFound
  permitted: boolean
  before: PteState
  backing: Backing
  /** Start of the mapping, 0 without one. */
  vmaStart: number
  /** The page entered, or NO_PFN. */
  frame: Pfn
}

/** To be reused for every fault. */
export const freshResult = (): FaultResult => ({
  action: FaultAction.Spurious,
  major: false,
  signal: 0,
  code: 0,
  found: VmaFound.Yes,
  permitted: false,
  before: PteState.NoTable,
  backing: Backing.Anonymous,
  vmaStart: 0,
  frame: NO_PFN,
})

function reset(result: FaultResult): void {
  result.action = FaultAction.Spurious
  result.major = false
  result.signal = 0
  result.code = 0
  result.found = VmaFound.Yes
  result.permitted = false
  result.before = PteState.NoTable
  result.backing = Backing.Anonymous
  result.vmaStart = 0
  result.frame = NO_PFN
}

/**
 * Resolves a fault or says which signal it deserves. `result` is the caller's, so that a fault allocates nothing.
 * @mm do_user_addr_fault arch/x86/mm/fault.c
 */
export function handleFault(ctx: FaultContext, mm: Mm, address: VAddr, access: Access, result: FaultResult): void {
  reset(result)
  const vma = address < TASK_SIZE ? (vmaAt(mm, address) ?? growStack(ctx, mm, address, result)) : undefined
  if (!vma) {
    result.found = VmaFound.No
    return refuse(result, SIGSEGV, SEGV_MAPERR)
  }
  result.vmaStart = vma.start
  result.backing = backingOf(ctx, vma)
  const old = ctx.tables.find(mm.pgd, address)
  result.before = stateOf(ctx, old)
  result.permitted = permits(vma, access)
  if (!result.permitted) return refuse(result, SIGSEGV, SEGV_ACCERR)
  if (hugeFault(ctx, mm, vma, address, access === Access.Write, result)) {
    result.frame = ctx.tables.pfnOf(ctx.tables.find(mm.pgd, address))
    return ctx.tlb.flushPage(pageOf(address))
  }
  const freshTable = vma.file !== 0 && ctx.tables.find(mm.pgd, address) === 0
  const entry = ctx.tables.ensure(mm.pgd, address)
  if (ctx.tables.low(entry) === 0) missingPage(ctx, mm, vma, address, access, entry, freshTable, result)
  else if (access === Access.Write && !(ctx.tables.low(entry) & PTE_RW))
    writeProtected(ctx, mm, vma, address, entry, result)
  if (result.signal === 0) result.frame = ctx.tables.pfnOf(freshTable ? ctx.tables.find(mm.pgd, address) : entry)
  ctx.tlb.flushPage(pageOf(address))
}

function backingOf(ctx: FaultContext, vma: Vma): Backing {
  if (vma.special) return Backing.Special
  if (vma.file === 0) return Backing.Anonymous
  if (ctx.cache.inode(vma.file).shmem) return Backing.Shmem
  return vma.flags & VM_SHARED ? Backing.SharedFile : Backing.PrivateFile
}

/** What the entry says; 0 is none for want of a table. */
function stateOf(ctx: FaultContext, entry: number): PteState {
  if (entry === 0) return PteState.NoTable
  const low = ctx.tables.low(entry)
  if (low === 0) return PteState.None
  if (!(low & PTE_PRESENT)) return PteState.ProtNone
  if (ctx.tables.isHuge(entry)) return low & PTE_SPECIAL ? PteState.HugeZero : PteState.Huge
  if (low & PTE_SPECIAL) return PteState.ZeroPage
  return low & PTE_RW ? PteState.Writable : PteState.ReadOnly
}

function refuse(result: FaultResult, signal: number, code: number): void {
  result.action = FaultAction.Bad
  result.signal = signal
  result.code = code
}

/** @mm access_error arch/x86/mm/fault.c */
function permits(vma: Vma, access: Access): boolean {
  if (access === Access.Write) return (vma.flags & VM_WRITE) !== 0
  if (access === Access.Exec) return (vma.flags & VM_EXEC) !== 0
  return (vma.flags & VM_ACCESS_FLAGS) !== 0
}

function growStack(ctx: FaultContext, mm: Mm, address: VAddr, result: FaultResult): Vma | undefined {
  const before = mm.vmas.find(address)?.start ?? 0
  const stack = expandStack(ctx, mm, address)
  if (!stack) return undefined
  result.found = VmaFound.Grown
  ctx.events.grown(stack, before)
  return stack
}

/**
 * Grows a stack down to the touched page when the gap to the accessible mapping below and the limit allow.
 * @mm expand_stack mm/vma.c
 * Left out: until 4.19 an access more than 64 KiB below the stack pointer did not grow the stack.
 */
function expandStack(ctx: FaultContext, mm: Mm, address: VAddr): Vma | undefined {
  const stack = mm.vmas.find(address)
  if (!stack || !(stack.flags & VM_GROWSDOWN)) return undefined
  const start = pageDown(address)
  if (stack.end - start > ctx.limits().stack) return undefined
  const below = mm.vmas.below(address)
  const guarded = below && !(below.flags & VM_GROWSDOWN) && (below.flags & VM_ACCESS_FLAGS) !== 0
  if (guarded && start - below.end < STACK_GUARD_GAP) return undefined
  const pages = (stack.start - start) / PAGE_SIZE
  if (!mayExpandVm(ctx, mm, stack.flags, pages) || !mlockFutureOk(ctx, mm, stack.flags, pages)) return undefined
  if (!enoughMemory(ctx, pages)) return undefined
  const grown = { ...stack, start, pgoff: stack.pgoff - pages }
  mm.vmas.replace(stack, grown)
  account(mm, stack.flags, pages)
  return grown
}

function missingPage(
  ctx: FaultContext,
  mm: Mm,
  vma: Vma,
  address: VAddr,
  access: Access,
  entry: number,
  freshTable: boolean,
  result: FaultResult,
): void {
  if (vma.special) return specialPage(ctx, mm, vma, address, entry, result)
  if (vma.file === 0) {
    if (access === Access.Write) anonymousWrite(ctx, mm, vma, address, entry, result)
    else zeroPageRead(ctx, mm, vma, entry, result)
    return
  }
  const inode = ctx.cache.inode(vma.file)
  if (linearPageIndex(vma, address) * PAGE_SIZE >= inode.size) return refuse(result, SIGBUS, BUS_ADRERR)
  fileFault(ctx, mm, { vma, inode, address, entry, freshTable }, access, result)
}

/** @mm do_fault mm/memory.c */
function fileFault(ctx: FaultContext, mm: Mm, fault: FileFault, access: Access, result: FaultResult): void {
  if (access !== Access.Write) {
    result.action = FaultAction.FileMap
    result.major = fileRead(ctx, mm, fault)
  } else if (fault.vma.flags & VM_SHARED) {
    result.action = FaultAction.SharedWrite
    result.major = sharedWrite(ctx, mm, fault)
  } else fileCow(ctx, mm, fault, result)
}

/** @mm do_anonymous_page mm/memory.c (read side) */
function zeroPageRead(ctx: FaultContext, mm: Mm, vma: Vma, entry: number, result: FaultResult): void {
  result.action = FaultAction.ZeroPage
  ctx.tables.setPte(mm.pgd, entry, pteLow(ctx.zeroPage, readFlags | PTE_SPECIAL), highFor(vma, ctx.zeroPage))
}

/** @mm do_anonymous_page mm/memory.c (write side) */
function anonymousWrite(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, entry: number, result: FaultResult): void {
  result.action = FaultAction.AnonPage
  const frame = newAnonPage(ctx, mm, vma, address)
  ctx.contents.fill(frame, 0)
  mapAnon(ctx, mm, vma, entry, frame)
}

/** Where it belongs is kept with the page, so that its entries can be found from it (rmap). */
function newAnonPage(ctx: FaultContext, mm: Mm, vma: Vma, address: number): Pfn {
  const anonVma = prepareAnonVma(mm, vma)
  const frame = ctx.buddy.alloc(order(0), MigrateType.Movable)
  if (frame === NO_PFN) throw new FaultOutOfMemory('out of memory in a page fault')
  ctx.map.flags[frame] = PG_ANON | PG_SWAPBACKED | PG_ANON_EXCLUSIVE
  ctx.map.mapping[frame] = anonVma
  ctx.map.index[frame] = linearPageIndex(vma, address)
  return frame
}

/** Enters an anonymous page, writable and dirty. @mm folio_add_new_anon_rmap mm/rmap.c */
function mapAnon(ctx: FaultContext, mm: Mm, vma: Vma, entry: number, frame: Pfn): void {
  ctx.tables.setPte(mm.pgd, entry, pteLow(frame, writeFlags), highFor(vma, frame))
  countRss(mm, ctx.map, frame, 1)
}

/** A private page that is written before it was read: only the copy is mapped. @mm do_cow_fault mm/memory.c */
function fileCow(ctx: FaultContext, mm: Mm, { vma, inode, address, entry }: FileFault, result: FaultResult): void {
  result.action = FaultAction.FileCow
  const index = linearPageIndex(vma, address)
  result.major = bringIn(ctx, vma, inode, index)
  const frame = newAnonPage(ctx, mm, vma, address)
  ctx.contents.copy(frame, ctx.cache.find(inode, index))
  mapAnon(ctx, mm, vma, entry, frame)
}

/** A page of the kernel's own image. @mm special_mapping_fault mm/mmap.c */
function specialPage(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, entry: number, result: FaultResult): void {
  const frame = vma.specialPages[linearPageIndex(vma, address)]
  if (frame === undefined) return refuse(result, SIGBUS, BUS_ADRERR)
  result.action = FaultAction.Special
  ctx.map.refcount[frame]++
  ctx.tables.setPte(mm.pgd, entry, pteLow(pfn(frame), readFlags), highFor(vma, pfn(frame)))
  countRss(mm, ctx.map, pfn(frame), 1)
}

/**
 * A write to a present read-only entry of a writable mapping.
 * @mm do_wp_page mm/memory.c
 */
function writeProtected(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, entry: number, result: FaultResult): void {
  if (vma.flags & VM_SHARED) {
    result.action = FaultAction.SharedWrite
    return sharedProtected(ctx, mm, { vma, inode: ctx.cache.inode(vma.file), address, entry, freshTable: false })
  }
  const low = ctx.tables.low(entry)
  const old = ctx.tables.pfnOf(entry)
  if (low & PTE_SPECIAL) {
    result.action = FaultAction.ZeroPageCow
    anonymousReplace(ctx, mm, vma, address, entry)
    return
  }
  if (ctx.map.has(old, PG_ANON) && ctx.map.mapcount[old] === 1) {
    result.action = FaultAction.Reuse
    // folio_move_anon_rmap: nobody else has it, so it is this mapping's own from now on.
    ctx.map.mapping[old] = vma.anonVma
    ctx.tables.setPte(mm.pgd, entry, low | writeFlags, ctx.tables.high(entry))
    return
  }
  result.action = FaultAction.PageCow
  const frame = newAnonPage(ctx, mm, vma, address)
  ctx.contents.copy(frame, old)
  countRss(mm, ctx.map, old, -1)
  ctx.tables.setPte(mm.pgd, entry, 0, 0)
  ctx.buddy.putPage(old)
  mapAnon(ctx, mm, vma, entry, frame)
}

function anonymousReplace(ctx: FaultContext, mm: Mm, vma: Vma, address: VAddr, entry: number): void {
  const frame = newAnonPage(ctx, mm, vma, address)
  ctx.contents.fill(frame, 0)
  assert(ctx.tables.low(entry) & PTE_SPECIAL, 'only the zero page is replaced without being unmapped')
  mapAnon(ctx, mm, vma, entry, frame)
}

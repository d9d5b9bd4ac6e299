/**
 * The child's address space (kernel/fork.c dup_mmap, mm/memory.c copy_page_range): the same mappings, and entries that
 * point to the same pages. What a fault can fill in again from a file is not copied; private pages become read-only
 * on both sides, so that the first to write takes a copy.
 *
 *   parent  A D RW -> frame        becomes   parent  A D R- -> frame
 *                                            child   - D R- -> frame (mapcount 2)
 *
 * Left out: pinned pages (copied at once in the kernel), userfaultfd.
 */
import { assert, PAGE_SIZE } from '../../base/index.js'
import { PTE_ACCESSED, PTE_DIRTY, PTE_RW, PTE_SPECIAL, ptePresent } from '../../arch/x86/index.js'
import { countHuge } from './huge.js'
import { NO_ANON } from './anon-vma.js'
import { OutOfMemory } from '../pgtable/index.js'
import { enoughMemory } from './limits.js'
import { exitMmap, type VmaContext } from './mmap.js'
import { account, noTotals } from './modify.js'
import {
  VM_ACCOUNT,
  VM_DONTCOPY,
  VM_LOCKED_MASK,
  VM_MIXEDMAP,
  VM_PFNMAP,
  VM_SHARED,
  VM_WIPEONFORK,
  type Mm,
  type Vma,
} from './types.js'
import { countRss, type MmContext } from './zap.js'

const pagesOf = (vma: Vma): number => (vma.end - vma.start) / PAGE_SIZE

/** Whether the entries have to be copied: no fault could make them again. @mm vma_needs_copy mm/memory.c */
const needsCopy = (vma: Vma): boolean => (vma.flags & (VM_PFNMAP | VM_MIXEDMAP)) !== 0 || vma.anonVma !== 0

/**
 * A copy of the address space, or undefined when the copy may not be promised.
 * @throws OutOfMemory when there is no memory for it; nothing is left of it then
 * @mm dup_mmap kernel/fork.c
 */
export function forkMm(ctx: VmaContext, parent: Mm): Mm | undefined {
  if (!mayPromiseCopy(ctx, parent)) return undefined
  const object = ctx.objects.alloc('mm_struct')
  if (object === 0) throw new OutOfMemory('no mm_struct')
  const child: Mm = {
    ...parent,
    object,
    pgd: newPgd(ctx, object),
    vmas: parent.vmas.clone(ctx.structures),
    ...noTotals(),
    defFlags: 0,
  }
  child.vmas.belongsTo(child)
  copyMappings(ctx, parent, child)
  child.hiwaterRss = child.rss.file + child.rss.anon + child.rss.shmem
  child.hiwaterVm = child.totalVm
  ctx.tlb.flushAll()
  return child
}

/** Each mapping is asked for by itself: mode 0 refuses one that is larger than the machine, but not their sum. */
function mayPromiseCopy(ctx: VmaContext, parent: Mm): boolean {
  let charged = 0
  for (const vma of parent.vmas) {
    if ((vma.flags & (VM_DONTCOPY | VM_ACCOUNT)) !== VM_ACCOUNT) continue
    if (!enoughMemory(ctx, pagesOf(vma), charged)) return false
    charged += pagesOf(vma)
  }
  return true
}

function newPgd(ctx: MmContext, object: number): Mm['pgd'] {
  try {
    return ctx.tables.createPgd()
  } catch (error) {
    ctx.objects.freeAll([object])
    throw error
  }
}

/** All or nothing: when memory runs out, what was copied goes again. @mm dup_mmap kernel/fork.c */
function copyMappings(ctx: VmaContext, parent: Mm, child: Mm): void {
  const all = [...parent.vmas]
  let done = 0
  try {
    for (const vma of all) {
      if (vma.flags & VM_DONTCOPY) child.vmas.forget(vma)
      else adoptMapping(child, vma)
      done++
      if (!(vma.flags & VM_DONTCOPY)) copyPages(ctx, parent, child, vma)
    }
  } catch (error) {
    for (const vma of all.slice(done)) child.vmas.forget(vma)
    exitMmap(ctx, child)
    ctx.tlb.flushAll()
    throw error
  }
}

/** Enters the child's copy of a mapping, with an anon_vma of its own where there are anonymous pages. */
function adoptMapping(child: Mm, vma: Vma): void {
  const wiped = (vma.flags & VM_WIPEONFORK) !== 0
  const anon = wiped ? NO_ANON : { anonVma: vma.anonVma, anonChain: vma.anonChain }
  const copy: Vma = { ...vma, ...anon, flags: vma.flags & ~VM_LOCKED_MASK }
  child.vmas.adopt(vma, copy)
  account(child, copy.flags, pagesOf(copy))
}

function copyPages(ctx: MmContext, parent: Mm, child: Mm, vma: Vma): void {
  if (!(vma.flags & VM_WIPEONFORK) && needsCopy(vma)) copyEntries(ctx, parent, child, vma)
}

/** @mm copy_page_range mm/memory.c */
function copyEntries(ctx: MmContext, parent: Mm, child: Mm, vma: Vma): void {
  ctx.tables.forEach(parent.pgd, vma.start, vma.end, (entry, address) => {
    if (!ctx.tables.isHuge(entry)) copyEntry(ctx, parent, child, vma, address, entry)
    else if (vma.file === 0) copyHuge(ctx, parent, child, address, entry)
  })
}

/** @mm copy_present_ptes mm/memory.c */
function copyEntry(ctx: MmContext, parent: Mm, child: Mm, vma: Vma, address: number, entry: number): void {
  const { tables, map } = ctx
  let low = tables.low(entry)
  const high = tables.high(entry)
  assert(ptePresent(low), 'every entry stands for a page')
  const shared = (vma.flags & VM_SHARED) !== 0
  if (!shared && low & PTE_RW) {
    low &= ~PTE_RW
    tables.setPte(parent.pgd, entry, low, high)
  }
  if (shared) low &= ~PTE_DIRTY
  const frame = tables.pfnOf(entry)
  tables.setPte(child.pgd, tables.ensure(child.pgd, address), low & ~PTE_ACCESSED, high)
  if (low & PTE_SPECIAL) return
  ctx.buddy.getPage(frame)
  countRss(child, map, frame, 1)
}

/** Of anonymous memory only: a fault maps a file's folio again. @mm copy_huge_pmd mm/huge_memory.c */
function copyHuge(ctx: MmContext, parent: Mm, child: Mm, address: number, entry: number): void {
  const { tables } = ctx
  const low = tables.low(entry) & ~PTE_RW
  const high = tables.high(entry)
  tables.setPte(parent.pgd, entry, low, high)
  tables.installHuge(child.pgd, address, low & ~PTE_ACCESSED, high)
  if (low & PTE_SPECIAL) return
  const head = tables.pfnOf(entry)
  ctx.buddy.getPage(head)
  countHuge(ctx, child, head, 1)
}

/**
 * What /proc/PID/smaps says about a mapping: a walk over its page-table entries, each counted by what stands behind it
 * (fs/proc/task_mmu.c). Entries that are special (the page of zeros) stand for no page and count nowhere.
 *
 * Left out: swap entries, hugetlb, KSM, idle-page tracking, shared memory's pages in swap.
 */
import { PAGE_SIZE } from '../base/index.js'
import {
  PMD_SIZE,
  PTE_ACCESSED,
  PTE_DIRTY,
  PTE_PSE,
  PTE_SPECIAL,
  ptePresent,
  PTRS_PER_TABLE,
} from '../arch/x86/index.js'
import { PG_ANON, PG_DIRTY, PG_REFERENCED, PG_SWAPBACKED } from '../mm/phys/index.js'
import { hugeAllowed, VM_LOCKED } from '../mm/vma/index.js'
import type { Kernel } from '../kernel/index.js'
import { mappingsOf, type Mapping } from './mappings.js'

/** Every numeric field that any modelled kernel prints, in the order of the newest. */
export const SMAPS_FIELDS = [
  'Size',
  'KernelPageSize',
  'MMUPageSize',
  'Rss',
  'Pss',
  'Pss_Dirty',
  'Shared_Clean',
  'Shared_Dirty',
  'Private_Clean',
  'Private_Dirty',
  'Referenced',
  'Anonymous',
  'KSM',
  'LazyFree',
  'AnonHugePages',
  'ShmemPmdMapped',
  'FilePmdMapped',
  'Shared_Hugetlb',
  'Private_Hugetlb',
  'Swap',
  'SwapPss',
  'Locked',
  'THPeligible',
] as const
export type SmapsField = (typeof SMAPS_FIELDS)[number]
/** kB, but for THPeligible, which is 0 or 1. */
export type SmapsValues = Readonly<Record<SmapsField, number>>

/** Bits behind the point of proportional shares, so that thirds of pages add up (PSS_SHIFT). */
const PSS_UNIT = 4096
const PAGE_SHARE = PAGE_SIZE * PSS_UNIT

/** Sums of a walk: bytes, proportional shares in 1/4096 bytes (struct mem_size_stats). */
export interface MemSizeStats {
  resident: number
  sharedClean: number
  sharedDirty: number
  privateClean: number
  privateDirty: number
  referenced: number
  anonymous: number
  lazyFree: number
  anonHuge: number
  shmemHuge: number
  fileHuge: number
  pss: number
  pssAnon: number
  pssFile: number
  pssShmem: number
  pssDirty: number
  pssLocked: number
}

export const emptyStats = (): MemSizeStats => ({
  resident: 0,
  sharedClean: 0,
  sharedDirty: 0,
  privateClean: 0,
  privateDirty: 0,
  referenced: 0,
  anonymous: 0,
  lazyFree: 0,
  anonHuge: 0,
  shmemHuge: 0,
  fileHuge: 0,
  pss: 0,
  pssAnon: 0,
  pssFile: 0,
  pssShmem: 0,
  pssDirty: 0,
  pssLocked: 0,
})

/** What smaps tells pages apart by, as bits. */
const ANON = 1
const SWAPBACKED = 2
const DIRTY = 4
const REFERENCED = 8
const SHARED = 16
const KINDS = 32

/**
 * Adds a mapping's pages to `stats`: counted by their kind first, because there may be a million of them.
 * @mm smap_gather_stats fs/proc/task_mmu.c
 */
export function gatherStats(kernel: Kernel, pid: number, mapping: Mapping, stats: MemSizeStats): void {
  const mm = kernel.tasks.get(pid)?.mm
  const { vma } = mapping
  if (!mm || !vma) return
  const { tables, map } = kernel.parts
  const { flags, mapcount } = map
  const pages = new Array<number>(KINDS).fill(0)
  const shares = new Array<number>(KINDS).fill(0)
  tables.forEach(mm.pgd, vma.start, vma.end, (entry) => {
    const low = tables.low(entry)
    if (!ptePresent(low) || low & PTE_SPECIAL) return
    const first = tables.pfnOf(entry)
    const huge = (low & PTE_PSE) !== 0
    const end = first + (huge ? PTRS_PER_TABLE : 1)
    for (let page: number = first; page < end; page++) {
      const sharers = mapcount[page]
      const kind = kindOf(flags[page], low, sharers)
      pages[kind]++
      if (kind & SHARED) shares[kind] += Math.floor(PAGE_SHARE / sharers)
    }
    if (huge) stats[hugeKind(flags[first])] += PTRS_PER_TABLE * PAGE_SIZE
  })
  const locked = (vma.flags & VM_LOCKED) !== 0
  pages.forEach((count, kind) => {
    if (count > 0) account(stats, kind, count, kind & SHARED ? shares[kind] : count * PAGE_SHARE, locked)
  })
}

/** @mm smaps_pmd_entry fs/proc/task_mmu.c */
const hugeKind = (flags: number): 'anonHuge' | 'shmemHuge' | 'fileHuge' =>
  flags & PG_ANON ? 'anonHuge' : flags & PG_SWAPBACKED ? 'shmemHuge' : 'fileHuge'

/** Dirty and referenced when the entry or the page says so, shared when more than one entry maps it. */
const kindOf = (flags: number, entry: number, sharers: number): number =>
  (flags & PG_ANON ? ANON : 0) |
  (flags & PG_SWAPBACKED ? SWAPBACKED : 0) |
  (flags & PG_DIRTY || entry & PTE_DIRTY ? DIRTY : 0) |
  (flags & PG_REFERENCED || entry & PTE_ACCESSED ? REFERENCED : 0) |
  (sharers >= 2 ? SHARED : 0)

/**
 * Counts mapped pages of a kind.
 * @param share of all of them: each page's is divided by how many entries map it
 * @mm smaps_account fs/proc/task_mmu.c
 * Left out: device pages, estimates for folios whose map counts are not exact.
 */
function account(stats: MemSizeStats, kind: number, count: number, share: number, locked: boolean): void {
  const bytes = count * PAGE_SIZE
  const dirty = (kind & DIRTY) !== 0
  stats.resident += bytes
  if (kind & REFERENCED) stats.referenced += bytes
  if (kind & ANON) {
    stats.anonymous += bytes
    if (!(kind & SWAPBACKED) && !dirty) stats.lazyFree += bytes
  }
  stats[kind & SHARED ? (dirty ? 'sharedDirty' : 'sharedClean') : dirty ? 'privateDirty' : 'privateClean'] += bytes
  stats.pss += share
  stats[kind & ANON ? 'pssAnon' : kind & SWAPBACKED ? 'pssShmem' : 'pssFile'] += share
  if (dirty) stats.pssDirty += share
  if (locked) stats.pssLocked += share
}

const kb = (bytes: number): number => Math.floor(bytes / 1024)
const pssKb = (share: number): number => Math.floor(share / PSS_UNIT / 1024)

/** The sums as smaps prints them. Size and page sizes are the mapping's, not the walk's. */
export const fieldsOf = (stats: MemSizeStats, sizeKb: number, thpEligible: boolean): SmapsValues => ({
  Size: sizeKb,
  KernelPageSize: kb(PAGE_SIZE),
  MMUPageSize: kb(PAGE_SIZE),
  Rss: kb(stats.resident),
  Pss: pssKb(stats.pss),
  Pss_Dirty: pssKb(stats.pssDirty),
  Shared_Clean: kb(stats.sharedClean),
  Shared_Dirty: kb(stats.sharedDirty),
  Private_Clean: kb(stats.privateClean),
  Private_Dirty: kb(stats.privateDirty),
  Referenced: kb(stats.referenced),
  Anonymous: kb(stats.anonymous),
  KSM: 0,
  LazyFree: kb(stats.lazyFree),
  AnonHugePages: kb(stats.anonHuge),
  ShmemPmdMapped: kb(stats.shmemHuge),
  FilePmdMapped: kb(stats.fileHuge),
  Shared_Hugetlb: 0,
  Private_Hugetlb: 0,
  Swap: 0,
  SwapPss: 0,
  Locked: pssKb(stats.pssLocked),
  THPeligible: thpEligible ? 1 : 0,
})

/** All fields of one mapping. @mm show_smap fs/proc/task_mmu.c */
export function smapsOf(kernel: Kernel, pid: number, mapping: Mapping): SmapsValues {
  const stats = emptyStats()
  gatherStats(kernel, pid, mapping, stats)
  return fieldsOf(stats, mapping.sizeKb, thpEligible(kernel, mapping))
}

/**
 * Whether a 2 MiB page could be put somewhere in the mapping.
 * @mm thp_vma_allowable_orders mm/huge_memory.c
 * Left out: file mappings, sizes between 4 kB and 2 MiB.
 */
function thpEligible(kernel: Kernel, { vma }: Mapping): boolean {
  if (!vma || !hugeAllowed(kernel.profile.thp, vma)) return false
  return Math.ceil(vma.start / PMD_SIZE) * PMD_SIZE + PMD_SIZE <= vma.end
}

/** Sums over all mappings, as smaps_rollup has them. */
export function rollupOf(kernel: Kernel, pid: number): MemSizeStats {
  const stats = emptyStats()
  for (const mapping of mappingsOf(kernel, pid)) gatherStats(kernel, pid, mapping, stats)
  return stats
}

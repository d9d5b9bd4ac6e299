/**
 * What /proc/PID/smaps says about a mapping: a walk over its page-table entries, each counted by what stands behind it
 * (fs/proc/task_mmu.c). Entries that are special (the page of zeros) stand for no page and count nowhere.
 *
 * Left out: swap entries, hugetlb, KSM, idle-page tracking, shared memory's pages in swap.
 */
import { PAGE_SIZE } from '../base/index.js'
import { PMD_SIZE, PTE_ACCESSED, PTE_DIRTY, PTE_SPECIAL, PTRS_PER_TABLE } from '../arch/x86/index.js'
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

/** Adds a mapping's pages to `stats`. @mm smap_gather_stats fs/proc/task_mmu.c */
export function gatherStats(kernel: Kernel, pid: number, mapping: Mapping, stats: MemSizeStats): void {
  const mm = kernel.tasks.get(pid)?.mm
  const { vma } = mapping
  if (!mm || !vma) return
  const { tables } = kernel.parts
  const locked = (vma.flags & VM_LOCKED) !== 0
  tables.forEach(mm.pgd, vma.start, vma.end, (entry) => {
    const low = tables.low(entry)
    if (!tables.isPresent(entry) || low & PTE_SPECIAL) return
    const first = tables.pfnOf(entry)
    const pages = tables.isHuge(entry) ? PTRS_PER_TABLE : 1
    for (let page: number = first; page < first + pages; page++) account(kernel, page, low, locked, stats)
    if (pages > 1) stats[hugeKind(kernel.parts.map.flags[first])] += pages * PAGE_SIZE
  })
}

/** @mm smaps_pmd_entry fs/proc/task_mmu.c */
const hugeKind = (flags: number): 'anonHuge' | 'shmemHuge' | 'fileHuge' =>
  flags & PG_ANON ? 'anonHuge' : flags & PG_SWAPBACKED ? 'shmemHuge' : 'fileHuge'

/**
 * Counts one mapped page: dirty and referenced when the entry or the page says so, shared when more than one entry maps
 * it, its share divided by as many.
 * @mm smaps_account fs/proc/task_mmu.c
 * Left out: device pages, estimates for folios whose map counts are not exact.
 */
function account(kernel: Kernel, frame: number, entry: number, locked: boolean, stats: MemSizeStats): void {
  const { flags: pageFlags, mapcount } = kernel.parts.map
  const flags = pageFlags[frame]
  const dirty = (entry & PTE_DIRTY) !== 0 || (flags & PG_DIRTY) !== 0
  const sharers = mapcount[frame]
  const shared = sharers >= 2
  const share = shared ? Math.floor(PAGE_SHARE / sharers) : PAGE_SHARE
  stats.resident += PAGE_SIZE
  if (entry & PTE_ACCESSED || flags & PG_REFERENCED) stats.referenced += PAGE_SIZE
  if (flags & PG_ANON) {
    stats.anonymous += PAGE_SIZE
    if (!(flags & PG_SWAPBACKED) && !dirty) stats.lazyFree += PAGE_SIZE
  }
  stats[shared ? (dirty ? 'sharedDirty' : 'sharedClean') : dirty ? 'privateDirty' : 'privateClean'] += PAGE_SIZE
  stats.pss += share
  stats[flags & PG_ANON ? 'pssAnon' : flags & PG_SWAPBACKED ? 'pssShmem' : 'pssFile'] += share
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

/**
 * What a mapping may be refused for although there is an address for it: the process's limits, the number of mappings,
 * and the commit limit (mm/mmap.c, mm/util.c).
 *
 * Left out: capabilities (nobody has CAP_IPC_LOCK or CAP_SYS_ADMIN), hugetlb pages, the reserves kept for root.
 */
import { PAGE_SIZE } from '../../base/index.js'
import { VM_EXEC, VM_GROWSDOWN, VM_LOCKED, VM_NORESERVE, VM_SHARED, VM_WRITE, type Mm, type VmaFlags } from './types.js'

/** Soft limits of the running process in bytes; RLIM_INFINITY where there is none. */
export interface MemoryLimits {
  readonly as: number
  readonly data: number
  readonly stack: number
  readonly memlock: number
}

/** The machine's side of commit accounting, in pages. */
export interface CommitState {
  /** totalram_pages. */
  readonly totalPages: number
  /** vm_committed_as: pages charged by all address spaces. */
  committed(): number
}

export interface LimitContext {
  readonly limits: () => MemoryLimits
  readonly commit: CommitState
  readonly rules: {
    readonly maxMapCount: number
    readonly overcommitMemory: 0 | 1 | 2
    readonly overcommitRatio: number
  }
}

/** Private writable memory is charged against the commit limit. @mm accountable_mapping mm/vma.c */
export const accountable = (flags: VmaFlags): boolean => (flags & (VM_NORESERVE | VM_SHARED | VM_WRITE)) === VM_WRITE

/** Counted as data: VmData, RLIMIT_DATA. @mm is_data_mapping mm/internal.h */
export const isDataMapping = (flags: VmaFlags): boolean => (flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) === VM_WRITE

export const isExecMapping = (flags: VmaFlags): boolean => (flags & (VM_EXEC | VM_WRITE | VM_GROWSDOWN)) === VM_EXEC

/** RLIMIT_AS and, for data, RLIMIT_DATA. @mm may_expand_vm mm/vma.c */
export function mayExpandVm(ctx: LimitContext, mm: Mm, flags: VmaFlags, pages: number): boolean {
  const { as, data } = ctx.limits()
  if ((mm.totalVm + pages) * PAGE_SIZE > as) return false
  return !isDataMapping(flags) || (mm.dataVm + pages) * PAGE_SIZE <= data
}

/** RLIMIT_MEMLOCK for locked mappings. @mm mlock_future_ok mm/mmap.c */
export const mlockFutureOk = (ctx: LimitContext, mm: Mm, flags: VmaFlags, pages: number): boolean =>
  !(flags & VM_LOCKED) || (mm.lockedVm + pages) * PAGE_SIZE <= ctx.limits().memlock

/**
 * Whether so many pages more may be promised. Mode 0 refuses only what could never be there; 1 nothing; 2 what goes
 * beyond the commit limit.
 * @param charged pages that the same call was promised before and no address space has yet
 * @mm __vm_enough_memory mm/util.c
 * Left out: admin_reserve_kbytes and user_reserve_kbytes.
 */
export function enoughMemory(ctx: LimitContext, pages: number, charged = 0): boolean {
  const { overcommitMemory } = ctx.rules
  if (pages <= 0 || overcommitMemory === 1) return true
  if (overcommitMemory === 0) return pages <= ctx.commit.totalPages
  return ctx.commit.committed() + charged + pages <= commitLimit(ctx)
}

/** Pages that may be promised in mode 2 (without swap and huge pages). @mm vm_commit_limit mm/util.c */
export const commitLimit = (ctx: Pick<LimitContext, 'commit' | 'rules'>): number =>
  Math.floor((ctx.commit.totalPages * ctx.rules.overcommitRatio) / 100)

/** One mapping more would be one too many. */
export const mapCountFull = (ctx: LimitContext, mm: Mm, spare = 0): boolean =>
  mm.vmas.size + spare >= ctx.rules.maxMapCount

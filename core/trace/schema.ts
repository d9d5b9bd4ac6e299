/**
 * What the events of the trace mean: the ids, and the numbers that come with each. Names follow the kernel's tracepoints
 * where there is one (events/exceptions, events/kmem, events/syscalls). Ids are data: the words are said elsewhere.
 */

/** Behind each point what its numbers are, in order; the rest of the eight are 0. Addresses and lengths in bytes. */
export const Tracepoint = {
  /** address, how it went ({@link faultWord}), start of the mapping (0: none), pfn entered (-1: none), then what moved: anonymous, file, shmem pages of rss, dirty entries */
  PageFault: 1,
  /** system call number (x86-64), result, {@link MmBranch} bits, first five arguments (0 for one that is not a number) */
  SysExit: 2,
  /** start, end, flags, inode or 0, offset in pages, {@link MmBranch} bits of the neighbours it was merged with */
  VmaInsert: 3,
  /** start, end, flags, inode or 0 */
  VmaRemove: 4,
  /** pfn, order, migratetype */
  PageAlloc: 5,
  /** pfn, order */
  PageFree: 6,
  /** entry address low */
  Exec: 7,
  /** code, signal */
  Exit: 8,
  /** signal, si_code, address low, address high */
  Signal: 9,
  /** the program waits for input: fd */
  Wait: 10,
  /** One mapping becomes two: where, start, end, flags */
  VmaSplit: 11,
  /** Other flags for a range: start, end, flags before, flags now, {@link MmBranch} bits of merges */
  VmaFlags: 12,
  /** A stack grows: start before, start now, end, flags */
  VmaGrow: 13,
  /** Pages move with their entries: from, to, length */
  PagesMoved: 14,
  /** What the address space has after a system call that changed it: anonymous, file, shmem pages of rss, page-table pages, dirty entries, dirty entries before the call */
  RssStat: 15,
  /** a new task: pid, tgid */
  Fork: 40,
  /** another task runs: pid before, pid now */
  SchedSwitch: 41,
} as const
export type Tracepoint = (typeof Tracepoint)[keyof typeof Tracepoint]

/** Which branch of the fault path was taken. */
export const FaultAction = {
  /** No table entry existed and nothing had to be done but to note the access. */
  Spurious: 0,
  /** Read of untouched anonymous memory: the shared zero page, read-only. */
  ZeroPage: 1,
  /** Write to untouched anonymous memory: a fresh zeroed page. */
  AnonPage: 2,
  /** Write to the zero page: replaced by a fresh zeroed page. */
  ZeroPageCow: 3,
  /** Read of a file page found in the page cache, with its neighbours (fault-around). */
  FileMap: 4,
  /** Write to an untouched private file page: copied into an anonymous page at once. */
  FileCow: 5,
  /** Write to a read-only mapped private page: copied. */
  PageCow: 6,
  /** Write to a page that nobody else has: made writable in place. */
  Reuse: 7,
  /** Page of a special mapping (vdso). */
  Special: 8,
  /** No mapping, or not permitted: a signal follows. */
  Bad: 9,
  /** Read of an untouched huge region: the shared huge page of zeros. */
  HugeZeroPage: 20,
  /** Write to a huge region without a page: a fresh block of 2 MiB. */
  HugePage: 21,
  /** First write to a page of a shared mapping: its folio becomes dirty (page_mkwrite), its entry writable. */
  SharedWrite: 22,
} as const
export type FaultAction = (typeof FaultAction)[keyof typeof FaultAction]

/** What the page table said before the fault. */
export const PteState = {
  /** Not even a last-level table. */
  NoTable: 0,
  None: 1,
  /** Present, not writable. */
  ReadOnly: 2,
  /** Present and writable. */
  Writable: 3,
  /** The shared page of zeros. */
  ZeroPage: 4,
  /** Hidden by PROT_NONE; the page is kept. */
  ProtNone: 5,
  /** One entry for 2 MiB. */
  Huge: 6,
  /** The shared 2 MiB of zeros. */
  HugeZero: 7,
  Swap: 8,
} as const
export type PteState = (typeof PteState)[keyof typeof PteState]

/** Where the contents of a mapping come from. */
export const Backing = {
  Anonymous: 0,
  PrivateFile: 1,
  SharedFile: 2,
  /** Shared memory: tmpfs, memfd, MAP_SHARED|MAP_ANONYMOUS. */
  Shmem: 3,
  /** The kernel's own pages. */
  Special: 4,
} as const
export type Backing = (typeof Backing)[keyof typeof Backing]

/** Whether the address lies in a mapping. */
export const VmaFound = {
  Yes: 0,
  No: 1,
  /** A stack was grown down to it. */
  Grown: 2,
} as const
export type VmaFound = (typeof VmaFound)[keyof typeof VmaFound]

/** One column for all that is small about a fault. */
export interface FaultFacts {
  /** 0 read, 1 write, 2 execute. */
  access: number
  /** The kernel accessed it on behalf of a system call. */
  inCall: boolean
  found: VmaFound
  permitted: boolean
  before: PteState
  backing: Backing
  major: boolean
  /** Page-table pages taken. */
  tables: number
  action: FaultAction
}

export const faultWord = (f: Readonly<FaultFacts>): number =>
  f.access |
  (f.inCall ? 1 << 2 : 0) |
  (f.found << 3) |
  (f.permitted ? 1 << 5 : 0) |
  (f.before << 6) |
  (f.backing << 10) |
  (f.major ? 1 << 13 : 0) |
  (f.action << 14) |
  (f.tables << 20)

export const faultFacts = (word: number): FaultFacts => ({
  access: word & 3,
  inCall: (word & (1 << 2)) !== 0,
  found: ((word >> 3) & 3) as VmaFound,
  permitted: (word & (1 << 5)) !== 0,
  before: ((word >> 6) & 15) as PteState,
  backing: ((word >> 10) & 7) as Backing,
  major: faultIsMajor(word),
  action: faultAction(word),
  tables: faultTables(word),
})

/** Without taking the word apart. */
export const faultAction = (word: number): FaultAction => ((word >> 14) & 63) as FaultAction
export const faultIsMajor = (word: number): boolean => (word & (1 << 13)) !== 0
export const faultTables = (word: number): number => word >> 20

/** The same of two faults that differ only in the page-table pages they took. */
export const faultKind = (word: number): number =>
  (((word >> 6) & 15) === PteState.NoTable ? word | (PteState.None << 6) : word) & 0xf_ffff

/** Which ways a system call on memory took: bits, several at once. */
export const MmBranch = {
  /** The caller chose the place (MAP_FIXED and the like). */
  Fixed: 1 << 0,
  /** The hint was free. */
  Hint: 1 << 1,
  /** The hint was taken: searched as without. */
  HintTaken: 1 << 2,
  /** The highest hole below mmap_base. */
  TopHole: 1 << 3,
  /** Aligned to 2 MiB. */
  HugeAligned: 1 << 4,
  /** What was mapped there goes first. */
  Replaced: 1 << 5,
  MergedBelow: 1 << 6,
  MergedAbove: 1 << 7,
  Split: 1 << 8,
  /** Mappings, or pieces of them, go. */
  Removed: 1 << 9,
  /** Nothing to do. */
  Nothing: 1 << 10,
  /** A new mapping that stays by itself. */
  Inserted: 1 << 11,
  /** It becomes larger where it is. */
  Grew: 1 << 12,
  /** It becomes smaller where it is. */
  Shrank: 1 << 13,
  /** It goes elsewhere with its pages. */
  Moved: 1 << 14,
  FlagsChanged: 1 << 15,
  /** MADV_DONTNEED: pages taken out at once. */
  Dropped: 1 << 16,
  /** MADV_FREE: pages may go when memory is short. */
  FreedLazily: 1 << 17,
  /** Pages look unused (MADV_COLD). */
  Cold: 1 << 18,
  /** Refused by a limit: RLIMIT_*, the number of mappings or the commit limit. */
  Limit: 1 << 19,
  /** No hole is large enough, or what lies above is in the way. */
  NoRoom: 1 << 20,
} as const
export type MmBranch = (typeof MmBranch)[keyof typeof MmBranch]

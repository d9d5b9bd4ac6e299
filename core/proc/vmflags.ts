/**
 * The two-letter names of vm_flags on the VmFlags line of smaps. The kernel prints them in the order of their bits.
 *
 * Left out: bits above 31 (protection keys have no letters; shadow stacks, sealed mappings are not modelled).
 */
import {
  VM_ACCOUNT,
  VM_DENYWRITE,
  VM_DONTCOPY,
  VM_DONTDUMP,
  VM_DONTEXPAND,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_HUGEPAGE,
  VM_IO,
  VM_LOCKED,
  VM_LOCKONFAULT,
  VM_MAYEXEC,
  VM_MAYREAD,
  VM_MAYSHARE,
  VM_MAYWRITE,
  VM_MIXEDMAP,
  VM_NOHUGEPAGE,
  VM_NORESERVE,
  VM_PFNMAP,
  VM_RAND_READ,
  VM_READ,
  VM_SEQ_READ,
  VM_SHARED,
  VM_SOFTDIRTY,
  VM_WIPEONFORK,
  VM_WRITE,
} from '../mm/vma/index.js'

// Bits that nothing sets yet, by their values in include/linux/mm.h.
const VM_HUGETLB = 0x40_0000
const VM_SYNC = 0x80_0000
const VM_MERGEABLE = 0x8000_0000

const LETTERS: readonly (readonly [bit: number, letters: string])[] = [
  [VM_READ, 'rd'],
  [VM_WRITE, 'wr'],
  [VM_EXEC, 'ex'],
  [VM_SHARED, 'sh'],
  [VM_MAYREAD, 'mr'],
  [VM_MAYWRITE, 'mw'],
  [VM_MAYEXEC, 'me'],
  [VM_MAYSHARE, 'ms'],
  [VM_GROWSDOWN, 'gd'],
  [VM_PFNMAP, 'pf'],
  [VM_DENYWRITE, 'dw'],
  [VM_LOCKED, 'lo'],
  [VM_IO, 'io'],
  [VM_SEQ_READ, 'sr'],
  [VM_RAND_READ, 'rr'],
  [VM_DONTCOPY, 'dc'],
  [VM_DONTEXPAND, 'de'],
  [VM_LOCKONFAULT, 'lf'],
  [VM_ACCOUNT, 'ac'],
  [VM_NORESERVE, 'nr'],
  [VM_HUGETLB, 'ht'],
  [VM_SYNC, 'sf'],
  [VM_WIPEONFORK, 'wf'],
  [VM_DONTDUMP, 'dd'],
  [VM_SOFTDIRTY, 'sd'],
  [VM_MIXEDMAP, 'mm'],
  [VM_HUGEPAGE, 'hg'],
  [VM_NOHUGEPAGE, 'nh'],
  [VM_MERGEABLE, 'mg'],
]

/**
 * Letters of the flags that are set, in the kernel's order.
 * @mm show_smap_vma_flags fs/proc/task_mmu.c
 * Left out: flags without a bit in the simulation.
 */
export const vmFlagLetters = (flags: number): readonly string[] =>
  LETTERS.filter(([bit]) => (flags & bit) !== 0).map(([, letters]) => letters)

/** The bit behind each pair of letters. */
export const VMFLAG_BITS: ReadonlyMap<string, number> = new Map(LETTERS.map(([bit, letters]) => [letters, bit]))

/**
 * Splitting and merging of mappings (mm/vma.c). Neighbours become one when nothing tells them apart: flags, file and
 * offset, and an anon_vma that both can share.
 *
 *   AA*BB -> AAABB   the new range joins its lower neighbour
 *   AA*AA -> AAAAA   or closes the gap between two
 */
import { assert, PAGE_SIZE, type VAddr } from '../../base/index.js'
import type { AnonPart } from './anon-vma.js'
import { VM_IGNORE_MERGE, type Mm, type Vma } from './types.js'

/** @mm is_mergeable_vma mm/vma.c */
function alike(a: Vma, b: Vma): boolean {
  return (
    a.file === b.file &&
    a.anonName === b.anonName &&
    (a.flags & ~VM_IGNORE_MERGE) === (b.flags & ~VM_IGNORE_MERGE) &&
    a.special === undefined &&
    b.special === undefined
  )
}

/**
 * One side without anonymous pages takes the other's anon_vma, unless that is shared with a parent.
 * @mm is_mergeable_anon_vma mm/vma.c
 */
const anonVmasFit = (a: Vma, b: Vma): boolean =>
  a.anonVma === b.anonVma || (a.anonVma === 0 && !isInherited(b)) || (b.anonVma === 0 && !isInherited(a))

/** Its chain leads to a parent's anon_vma as well. @mm vma_had_uncowed_parents mm/vma.c */
const isInherited = ({ anonChain }: Vma): boolean => anonChain.length > 1

const vmaPages = (vma: Vma): number => (vma.end - vma.start) / PAGE_SIZE

/** Whether `low` and the mapping right above it can become one. @mm can_vma_merge_after mm/vma.c */
export function canMerge(low: Vma, high: Vma): boolean {
  return (
    low.end === high.start && alike(low, high) && anonVmasFit(low, high) && low.pgoff + vmaPages(low) === high.pgoff
  )
}

/** What two mappings that can merge become. */
const joined = (low: Vma, high: Vma, anon: AnonPart): Vma => ({
  ...low,
  ...anon,
  end: high.end,
  flags: low.flags | (high.flags & VM_IGNORE_MERGE),
})

/** Joins two mappings if they are alike. @returns what they became */
function tryMerge(mm: Mm, low: Vma | undefined, high: Vma | undefined): Vma | undefined {
  if (!low || !high || !canMerge(low, high)) return undefined
  const anon = mm.vmas.joinedAnon(low, high)
  if (!anon) return undefined
  const both = joined(low, high, anon)
  mm.vmas.remove(high)
  mm.vmas.replace(low, both)
  return both
}

/**
 * Merges a mapping with its neighbours where possible. The lower one comes first: it wins when both fit but their
 * anon_vmas do not fit each other.
 * @mm vma_merge_existing_range mm/vma.c
 */
export function mergeAround(mm: Mm, vma: Vma): void {
  const { vmas } = mm
  const low = tryMerge(mm, vmas.below(vma.start), vma) ?? vma
  tryMerge(mm, low, vmas.find(low.end))
}

/**
 * Enters a new mapping, as a part of its neighbours where it can merge with them, the lower one first.
 * @param floor a neighbour that lies below it is not merged with (brk never joins what lies below the heap)
 * @mm vma_merge_new_range mm/vma.c
 */
export function insertVma(mm: Mm, vma: Vma, floor = 0): void {
  const { vmas } = mm
  const above = vmas.find(vma.start)
  assert(!above || above.start >= vma.end, 'the new mapping is in a hole')
  const below = vmas.below(vma.start)
  const lower = below && below.end > floor && canMerge(below, vma) ? vmas.joinedAnon(below, vma) : undefined
  if (below && lower) {
    const both = joined(below, vma, lower)
    vmas.replace(below, both)
    tryMerge(mm, both, above)
    return
  }
  const upper = above && canMerge(vma, above) ? vmas.joinedAnon(above, vma) : undefined
  if (above && upper) vmas.replace(above, joined(vma, above, upper))
  else vmas.insert(vma)
}

/** Makes `address` a boundary between mappings. @mm split_vma mm/vma.c */
export function splitAt(mm: Mm, address: number): void {
  const vma = mm.vmas.find(address)
  if (!vma || vma.start >= address) return
  mm.vmas.replace(vma, { ...vma, end: address as VAddr })
  mm.vmas.insert({ ...vma, start: address as VAddr, pgoff: vma.pgoff + (address - vma.start) / PAGE_SIZE })
}

/**
 * Sees that a mapping that gets its first anonymous page has an anon_vma: a mergeable neighbour's, so that both can
 * merge later, else a new one.
 * @param vma as the fault found it: a huge page that could not be had may have prepared it since
 * @mm __anon_vma_prepare mm/rmap.c
 * @throws OutOfMemory when there is no memory for it
 * @returns its id
 */
export function prepareAnonVma(mm: Mm, vma: Vma): number {
  if (vma.anonVma !== 0) return vma.anonVma
  const now = mm.vmas.find(vma.start)!
  if (now.anonVma !== 0) return now.anonVma
  return mm.vmas.prepareAnon(now, mergeableAnonVma(mm, now)).anonVma
}

/** A neighbour's anon_vma, or 0. @mm find_mergeable_anon_vma mm/mmap.c */
function mergeableAnonVma(mm: Mm, vma: Vma): number {
  const above = mm.vmas.find(vma.end)
  const below = mm.vmas.below(vma.start)
  if (above && above.anonVma && compatible(vma, above)) return above.anonVma
  if (below && below.anonVma && compatible(below, vma)) return below.anonVma
  return 0
}

/** Flags may differ in what mprotect changes. @mm anon_vma_compatible mm/vma.c */
function compatible(low: Vma, high: Vma): boolean {
  const ignored = VM_IGNORE_MERGE | 0x7
  return (
    low.end === high.start &&
    low.file === high.file &&
    !isInherited(low) &&
    !isInherited(high) &&
    (low.flags & ~ignored) === (high.flags & ~ignored) &&
    low.pgoff + vmaPages(low) === high.pgoff
  )
}

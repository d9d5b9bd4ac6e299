/**
 * Splitting and merging of mappings (mm/vma.c). Neighbours become one when nothing tells them apart: flags, file and
 * offset, and an anon_vma that both can share.
 *
 *   AA*BB -> AAABB   the new range joins its lower neighbour
 *   AA*AA -> AAAAA   or closes the gap between two
 */
import { assert, PAGE_SIZE, type VAddr } from '../../base/index.js'
import { vmaIndexAt } from './find.js'
import { VM_IGNORE_MERGE, type Mm, type Vma } from './types.js'

/** @mm is_mergeable_vma mm/vma.c */
function alike(a: Vma, b: Vma): boolean {
  return (
    a.file === b.file &&
    (a.flags & ~VM_IGNORE_MERGE) === (b.flags & ~VM_IGNORE_MERGE) &&
    a.special === undefined &&
    b.special === undefined
  )
}

/**
 * One side without anonymous pages takes the other's anon_vma, unless that is shared with a parent.
 * @mm is_mergeable_anon_vma, vma_had_uncowed_parents mm/vma.c
 */
const anonVmasFit = (a: Vma, b: Vma): boolean =>
  a.anonVma === b.anonVma || (a.anonVma === 0 && !b.inherited) || (b.anonVma === 0 && !a.inherited)

const vmaPages = (vma: Vma): number => (vma.end - vma.start) / PAGE_SIZE

/** Whether `low` and the mapping right above it can become one. @mm can_vma_merge_after mm/vma.c */
export function canMerge(low: Vma, high: Vma): boolean {
  return (
    low.end === high.start && alike(low, high) && anonVmasFit(low, high) && low.pgoff + vmaPages(low) === high.pgoff
  )
}

/** Joins index and index + 1 when they are alike. */
function tryMerge(mm: Mm, index: number): boolean {
  const low = mm.vmas[index]
  const high = mm.vmas[index + 1]
  if (!low || !high || !canMerge(low, high)) return false
  low.end = high.end
  low.anonVma ||= high.anonVma
  low.inherited ||= high.inherited
  low.flags |= high.flags & VM_IGNORE_MERGE
  mm.vmas.splice(index + 1, 1)
  return true
}

/**
 * Merges the mapping at `index` with its neighbours where possible. The lower one comes first: it wins when both fit
 * but their anon_vmas do not fit each other.
 * @mm vma_merge_existing_range mm/vma.c
 */
export function mergeAround(mm: Mm, index: number): void {
  const joined = index > 0 && tryMerge(mm, index - 1)
  tryMerge(mm, joined ? index - 1 : index)
}

/**
 * Puts a new mapping in its place and merges it, with the lower neighbour first.
 * @param floor a neighbour that lies below it is not merged with (brk never joins what lies below the heap)
 * @mm vma_merge_new_range mm/vma.c
 */
export function insertVma(mm: Mm, vma: Vma, floor = 0): void {
  const index = vmaIndexAt(mm, vma.start)
  const above = mm.vmas[index]
  assert(!above || above.start >= vma.end, 'the new mapping is in a hole')
  mm.vmas.splice(index, 0, vma)
  const joined = index > 0 && mm.vmas[index - 1].end > floor && tryMerge(mm, index - 1)
  tryMerge(mm, joined ? index - 1 : index)
}

/** Makes `address` a boundary between mappings. @mm split_vma mm/vma.c */
export function splitAt(mm: Mm, address: number): void {
  const index = vmaIndexAt(mm, address)
  const vma = mm.vmas[index]
  if (!vma || vma.start >= address) return
  const upper: Vma = { ...vma, start: address as VAddr, pgoff: vma.pgoff + (address - vma.start) / PAGE_SIZE }
  vma.end = address as VAddr
  mm.vmas.splice(index + 1, 0, upper)
}

/**
 * The anon_vma for a mapping that gets its first anonymous page: a mergeable neighbour's, so that both can merge
 * later, else a new one.
 * @mm find_mergeable_anon_vma mm/mmap.c
 */
export function anonVmaFor(mm: Mm, vma: Vma): number {
  const index = vmaIndexAt(mm, vma.start)
  const above = mm.vmas[index + 1]
  const below = mm.vmas[index - 1]
  if (above && above.anonVma && compatible(vma, above)) return above.anonVma
  if (below && below.anonVma && compatible(below, vma)) return below.anonVma
  return mm.nextAnonVma++
}

/** Flags may differ in what mprotect changes. @mm anon_vma_compatible mm/vma.c */
function compatible(low: Vma, high: Vma): boolean {
  const ignored = VM_IGNORE_MERGE | 0x7
  return (
    low.end === high.start &&
    low.file === high.file &&
    !low.inherited &&
    !high.inherited &&
    (low.flags & ~ignored) === (high.flags & ~ignored) &&
    low.pgoff + vmaPages(low) === high.pgoff
  )
}

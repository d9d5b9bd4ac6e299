/** What mapping code tells of its work: one line of it each, for the trace. The ways taken are MmBranch bits. */
import { PAGE_SIZE, pageDown } from '../../base/index.js'
import { MMAP_MIN_ADDR, PMD_SIZE } from '../../arch/x86/index.js'
import { MmBranch } from '../../trace/index.js'
import { vmaAt } from './find.js'
import type { Mm, Vma } from './types.js'

export interface MmapEvents {
  /** The range as it was asked for; `vma` may have become part of a neighbour since. */
  inserted(start: number, end: number, vma: Vma, merged: number): void
  removed(vma: Vma): void
  split(at: number, vma: Vma): void
  changed(start: number, end: number, before: number, now: number, merged: number): void
  grown(stack: Vma, before: number): void
  moved(from: number, to: number, length: number): void
  took(branches: number): void
}

/** With which neighbours a range has become one: the mapping now there is larger than it. */
export function mergedWith(mm: Mm, start: number, end: number): number {
  const vma = vmaAt(mm, start)
  if (!vma) return 0
  return (vma.start < start ? MmBranch.MergedBelow : 0) | (vma.end > end ? MmBranch.MergedAbove : 0)
}

/** How getUnmappedArea came to its answer. */
export function placeBranch(hint: number, hugeOffset: number | undefined, place: number | undefined): number {
  if (place === undefined) return MmBranch.NoRoom
  const hinted = hint >= PAGE_SIZE
  if (hinted && place === pageDown(Math.max(hint, MMAP_MIN_ADDR))) return MmBranch.Hint
  if (hinted) return MmBranch.HintTaken | MmBranch.TopHole
  const aligned = hugeOffset !== undefined && (place - hugeOffset) % PMD_SIZE === 0
  return MmBranch.TopHole | (aligned ? MmBranch.HugeAligned : 0)
}

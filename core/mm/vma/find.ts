/** Finding mappings and holes (mm/mmap.c). */
import { PAGE_SIZE, pageDown, TASK_SIZE, type VAddr } from '../../base/index.js'
import { MMAP_MIN_ADDR, PMD_SIZE, STACK_GUARD_GAP } from '../../arch/x86/index.js'
import { VM_GROWSDOWN, type Mm, type Vma } from './types.js'

/** The mapping that holds the address. @mm vma_lookup include/linux/mm.h */
export function vmaAt(mm: Mm, address: number): Vma | undefined {
  const vma = mm.vmas.find(address)
  return vma && vma.start <= address ? vma : undefined
}

export function anyVmaIn(mm: Mm, start: number, end: number): boolean {
  const next = mm.vmas.find(start)
  return next !== undefined && next.start < end
}

/** Where a hole must end below a mapping: a growing stack keeps its guard gap. @mm vm_start_gap include/linux/mm.h */
const startWithGap = (vma: Vma): number =>
  vma.flags & VM_GROWSDOWN ? Math.max(0, vma.start - STACK_GUARD_GAP) : vma.start

/**
 * The highest hole of `length` bytes below mmap_base, or undefined. A hole below a growing stack is searched for again
 * below the stack's guard gap.
 * @mm vm_unmapped_area mm/mmap.c
 * Left out: the bottom-up search that follows when nothing is free below mmap_base.
 */
export function highestHole(mm: Mm, length: number): VAddr | undefined {
  for (let ceiling: number = mm.mmapBase; ;) {
    const top = mm.vmas.topOfHole(length, MMAP_MIN_ADDR, ceiling)
    if (top === undefined) return undefined
    const above = mm.vmas.find(top)
    if (!above || startWithGap(above) >= top) return (top - length) as VAddr
    ceiling = startWithGap(above)
  }
}

/**
 * Picks the address for a new mapping: the hint, rounded down, if it is free, else the highest hole; without a hint,
 * lengths of whole huge pages are aligned to them where the kernel does so.
 * @mm __get_unmapped_area mm/mmap.c
 * Left out: file-backed huge page alignment, MAP_32BIT, architecture-specific alignment of AMD family 15h.
 */
export function getUnmappedArea(mm: Mm, hint: number, length: number, alignHuge: boolean): VAddr | undefined {
  if (hint >= PAGE_SIZE) {
    const wanted = pageDown(Math.max(hint, MMAP_MIN_ADDR))
    const next = mm.vmas.find(wanted)
    const free = !next || wanted + length <= startWithGap(next)
    return wanted + length <= TASK_SIZE && free ? wanted : highestHole(mm, length)
  }
  if (alignHuge && length % PMD_SIZE === 0) {
    const padded = highestHole(mm, length + PMD_SIZE)
    if (padded !== undefined) return alignTopDown(padded)
  }
  return highestHole(mm, length)
}

/** @mm __thp_get_unmapped_area mm/huge_memory.c */
function alignTopDown(padded: VAddr): VAddr {
  const offset = (PMD_SIZE - (padded % PMD_SIZE)) % PMD_SIZE
  return (padded + (offset === 0 ? PMD_SIZE : offset)) as VAddr
}

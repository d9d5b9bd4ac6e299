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

/** The place that is asked for, rounded down, if it is free. */
function atHint(mm: Mm, hint: number, length: number): VAddr | undefined {
  if (hint < PAGE_SIZE) return undefined
  const wanted = pageDown(Math.max(hint, MMAP_MIN_ADDR))
  const next = mm.vmas.find(wanted)
  const free = !next || wanted + length <= startWithGap(next)
  return wanted + length <= TASK_SIZE && free ? wanted : undefined
}

/**
 * Picks the address for a new mapping: the hint, if it is free, else the highest hole; where huge pages could be used, at
 * the same distance from a multiple of 2 MiB as in the file.
 * @mm __get_unmapped_area mm/mmap.c, __thp_get_unmapped_area mm/huge_memory.c
 * @param hugeOffset that distance, see huge-place.ts; undefined when it does not matter
 * Left out: MAP_32BIT, architecture-specific alignment of AMD family 15h.
 */
export function getUnmappedArea(
  mm: Mm,
  hint: number,
  length: number,
  hugeOffset: number | undefined,
): VAddr | undefined {
  if (hugeOffset !== undefined) {
    // Room to shift it is looked for where the hint is, too.
    const wanted = atHint(mm, hint, length + PMD_SIZE)
    if (wanted !== undefined) return wanted
    const padded = highestHole(mm, length + PMD_SIZE)
    if (padded !== undefined) return alignTopDown(padded, hugeOffset)
  }
  return atHint(mm, hint, length) ?? highestHole(mm, length)
}

function alignTopDown(padded: VAddr, hugeOffset: number): VAddr {
  const shift = (((hugeOffset - padded) % PMD_SIZE) + PMD_SIZE) % PMD_SIZE
  return (padded + (shift === 0 ? PMD_SIZE : shift)) as VAddr
}

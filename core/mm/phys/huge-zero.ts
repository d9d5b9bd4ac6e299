/**
 * The huge page of zeros (mm/huge_memory.c): 2 MiB that all first reads of huge regions share. Taken at the first use.
 *
 * Left out: the shrinker that gives it back when memory is short and no address space uses it.
 */
import { NO_PFN, order, pfn, type Pfn, type StateRegistry } from '../../base/index.js'
import type { FrameContents } from './contents.js'
import { PG_RESERVED, type MemMap } from './memmap.js'
import { MigrateType, PAGEBLOCK_ORDER, type PageAllocator } from './page_alloc.js'

export class HugeZeroPage {
  /** First page, or -1 before the first use. */
  private readonly head: Int32Array

  constructor(
    registry: StateRegistry,
    private readonly buddy: PageAllocator,
    private readonly contents: FrameContents,
    private readonly map: MemMap,
  ) {
    this.head = registry.column('huge_zero_folio', Int32Array, 1).fill(NO_PFN)
  }

  /** Its first page, NO_PFN when it was never needed. */
  get frame(): Pfn {
    return this.head[0] as Pfn
  }

  /** Its first page, NO_PFN when there is no block of 2 MiB. @mm get_huge_zero_folio mm/huge_memory.c */
  get(): Pfn {
    if (this.head[0] >= 0) return this.frame
    const frame = this.buddy.alloc(order(PAGEBLOCK_ORDER), MigrateType.Unmovable)
    if (frame === NO_PFN) return NO_PFN
    for (let p = frame; p < frame + (1 << PAGEBLOCK_ORDER); p = pfn(p + 1)) {
      this.contents.fill(p, 0)
      this.map.flags[p] |= PG_RESERVED
    }
    this.head[0] = frame
    return frame
  }
}

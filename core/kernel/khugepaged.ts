/**
 * khugepaged (mm/khugepaged.c): the kernel thread that makes huge pages of small ones behind the programs' backs. It has a
 * list of address spaces; every ten seconds of the clock it looks at up to 4096 pages, going on where it had stopped. The
 * first address space on an empty list wakes it at once.
 *
 *   list  mm A -> mm B -> mm C        a pass: A's mappings, B's, C's; a region of 2 MiB counts 512, a mapping passed over 1
 *              ^ address 0x7f..200000
 *
 * Left out: files and shared memory, swap (there is none), pages somebody holds besides their entries, that an address space
 * comes on the list when a mapping that has pages grows at all (only when it is told: see {@link Khugepaged.enter}).
 */
import { NO_PFN, type StateTable } from '../base/index.js'
import { PMD_SIZE, PTE_ACCESSED, PTE_RW, PTE_SPECIAL, PTRS_PER_TABLE } from '../arch/x86/index.js'
import { PG_ANON, PG_REFERENCED } from '../mm/phys/index.js'
import { hugeAllowed, type Mm, type Vma } from '../mm/vma/index.js'
import { Tracepoint } from '../trace/index.js'
import { replaceByHuge } from './collapse.js'
import type { Kernel } from './kernel.js'

const MILLISECOND = 1e6

interface SavedScan {
  readonly list: readonly number[]
  readonly at: number
  readonly address: number
  readonly due: number
}

export class Khugepaged implements StateTable {
  /** Address spaces by the frame of their pgd, in the order they came (khugepaged_scan.mm_head). */
  private list: number[] = []
  /** Which one is being looked at, -1 between two passes, and where in it (khugepaged_scan.mm_slot, .address). */
  private at = -1
  private address = 0
  /** When it wakes next, Infinity while it has nothing to do. */
  private wakes = Infinity

  constructor(private readonly kernel: Kernel) {}

  get due(): number {
    return this.wakes
  }

  /** The address space has memory that may become huge, in this mapping. @mm khugepaged_enter_vma mm/khugepaged.c */
  enter(mm: Mm, vma: Vma | undefined): void {
    if (vma && this.mayCollapse(vma)) this.add(mm)
  }

  /** @mm khugepaged_fork include/linux/khugepaged.h */
  forked(parent: Mm, child: Mm): void {
    if (this.list.includes(parent.pgd.frame)) this.add(child)
  }

  private add(mm: Mm): void {
    const { frame } = mm.pgd
    if (this.list.includes(frame)) return
    if (this.list.length === 0) this.wakes = this.kernel.clock.now
    this.list.push(frame)
  }

  /** @mm __khugepaged_exit mm/khugepaged.c */
  exited(mm: Mm): void {
    const index = this.list.indexOf(mm.pgd.frame)
    if (index < 0) return
    this.list.splice(index, 1)
    if (index === this.at) this.address = 0
    if (index < this.at) this.at--
    if (this.at >= this.list.length) this.at = -1
  }

  /** Anonymous, asked for as the machine's setting wants it, had a page once, and 2 MiB fit. @mm thp_vma_allowable_order mm/huge_memory.c */
  private mayCollapse(vma: Vma): boolean {
    const { thp } = this.kernel.profile
    return vma.anonVma !== 0 && hugeAllowed(thp, vma) && firstRegion(vma) + PMD_SIZE <= vma.end
  }

  /** To be called when the clock has come to {@link due}. @mm khugepaged_do_scan mm/khugepaged.c */
  run(): void {
    const { khugepaged } = this.kernel.profile
    let sleep = khugepaged.scanSleepMs
    let passes = 0
    for (let progress = 0; progress < khugepaged.pagesToScan && this.list.length > 0;) {
      if (this.at < 0 && ++passes === 2) break
      const pages = this.scanSome(khugepaged.pagesToScan - progress)
      if (pages < 0) {
        sleep = khugepaged.allocSleepMs
        break
      }
      progress += pages
    }
    this.wakes = this.list.length > 0 ? this.kernel.clock.now + sleep * MILLISECOND : Infinity
  }

  /**
   * Looks on in one address space: up to so many pages, to a region that was collapsed, or to the end of it.
   * @mm khugepaged_scan_mm_slot mm/khugepaged.c
   * @returns how many pages that was, -1 when there was no huge page to be had
   */
  private scanSome(pages: number): number {
    if (this.at < 0) [this.at, this.address] = [0, 0]
    const frame = this.list[this.at]
    const mm = this.kernel.tasks.mms.find((one) => one.pgd.frame === frame)
    let progress = 1
    for (const vma of mm?.vmas ?? []) {
      if (vma.end <= this.address) continue
      if (!this.mayCollapse(vma)) {
        progress++
        continue
      }
      this.address = Math.max(this.address, firstRegion(vma))
      while (this.address + PMD_SIZE <= vma.end) {
        const start = this.address
        const found = this.isWorthIt(mm!, start)
        if (found && !this.collapse(mm!, vma, start)) return -1
        this.address += PMD_SIZE
        progress += PTRS_PER_TABLE
        if (found || progress >= pages) return progress
      }
    }
    this.address = 0
    this.at = this.at + 1 < this.list.length ? this.at + 1 : -1
    return progress
  }

  /**
   * Whether the small pages of a region are to become one: not too many are missing, not too many are others' too, and one at
   * least was used lately.
   * @mm hpage_collapse_scan_pmd mm/khugepaged.c
   */
  private isWorthIt(mm: Mm, start: number): boolean {
    const { parts, profile } = this.kernel
    const { tables, map } = parts
    const first = tables.find(mm.pgd, start)
    if (first === 0 || tables.isHuge(first)) return false
    let present = 0
    let shared = 0
    let used = 0
    let others = 0
    let writable = false
    tables.forEach(mm.pgd, start, start + PMD_SIZE, (entry) => {
      const low = tables.low(entry)
      if (low & PTE_SPECIAL) return
      const frame = tables.pfnOf(entry)
      if (!map.has(frame, PG_ANON)) others++
      present++
      if (low & PTE_RW) writable = true
      if (map.mapcount[frame] > 1) shared++
      if (low & PTE_ACCESSED || map.has(frame, PG_REFERENCED)) used++
    })
    const { maxPtesNone, maxPtesShared, collapsesReadOnly } = profile.khugepaged
    if (!writable && !collapsesReadOnly) return false
    return others === 0 && PTRS_PER_TABLE - present <= maxPtesNone && shared <= maxPtesShared && used > 0
  }

  private collapse(mm: Mm, vma: Vma, start: number): boolean {
    const { kernel } = this
    const dirtyBefore = mm.pgd.dirtyPages
    if (replaceByHuge(kernel, mm, vma, start) === NO_PFN) return false
    const { rss, pgd } = mm
    kernel.trace.emit(
      Tracepoint.RssStat,
      kernel.clock.now,
      kernel.tasks.inside(mm)?.pid ?? 0,
      rss.anon,
      rss.file,
      rss.shmem,
      pgd.tables,
      pgd.dirtyPages,
      dirtyBefore,
    )
    return true
  }

  save(): SavedScan {
    const { list, at, address, wakes } = this
    return { list: [...list], at, address, due: wakes === Infinity ? -1 : wakes }
  }
  load({ list, at, address, due }: SavedScan): void {
    this.list = [...list]
    this.at = at
    this.address = address
    this.wakes = due < 0 ? Infinity : due
  }
}

/** Where the first aligned 2 MiB of a mapping begin. */
const firstRegion = ({ start }: Vma): number => Math.ceil(start / PMD_SIZE) * PMD_SIZE

/**
 * Page tables: a radix tree of four levels whose nodes are pages of the buddy allocator (mm/memory.c, mm/pgalloc).
 *
 *   address  47      39 38      30 29      21 20      12 11       0
 *           +----------+----------+----------+----------+----------+
 *           |   pgd    |   pud    |   pmd    |   pte    |  offset  |
 *           +----------+----------+----------+----------+----------+
 *
 * Entries live in the table pages' own contents; an entry is named by its byte offset in the arena. All changes of
 * last-level entries go through {@link PageTables.setPte}, which keeps the dirty count.
 *
 * Left out: huge entries (PMD and PUD leaves), folded levels, split page-table locks, kernel half of the pgd.
 */
import { assert, NO_PFN, pfn, type Pfn } from '../../base/index.js'
import {
  PGDIR_SIZE,
  pgdIndex,
  PMD_SIZE,
  pmdIndex,
  PTE_DIRTY,
  PTE_PRESENT,
  PTE_RW,
  PTE_SPECIAL,
  PTE_USER,
  pteHigh,
  pteIndex,
  pteLow,
  ptePfn,
  ptePresent,
  PTRS_PER_TABLE,
  PUD_SIZE,
  pudIndex,
} from '../../arch/x86/index.js'
import {
  MigrateType,
  PG_TABLE,
  type Arena,
  type FrameContents,
  type MemMap,
  type PageAllocator,
} from '../phys/index.js'

/** The root of one address space and what is counted about it. Plain data: it is saved with its mm. */
export interface Pgd {
  frame: Pfn
  /** Table pages of the levels below the pgd: VmPTE counts these (mm->pgtables_bytes). */
  tables: number
  /** Present entries that are dirty and stand for a page of their own (not the zero page). */
  dirty: number
}

/** Bytes a page-table entry takes. */
export const ENTRY_BYTES = 8
const TABLE_FLAGS = PTE_PRESENT | PTE_RW | PTE_USER | 0x20

export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory'
}

export class PageTables {
  constructor(
    private readonly arena: Arena,
    private readonly contents: FrameContents,
    private readonly map: MemMap,
    private readonly buddy: PageAllocator,
  ) {}

  /** @mm pgd_alloc arch/x86/mm/pgtable.c */
  createPgd(): Pgd {
    return { frame: this.allocTable(), tables: 0, dirty: 0 }
  }

  destroyPgd(root: Pgd): void {
    assert(root.tables === 0, 'all page tables are freed before the pgd')
    this.freeTable(root.frame)
  }

  private allocTable(): Pfn {
    const frame = this.buddy.allocZeroed(MigrateType.Unmovable)
    if (frame === NO_PFN) throw new OutOfMemory('no page for a page table')
    this.map.flags[frame] |= PG_TABLE
    this.contents.writable(frame)
    return frame
  }

  private freeTable(frame: Pfn): void {
    this.buddy.putPage(frame)
  }

  low(entry: number): number {
    return this.arena.i32[entry >>> 2]
  }
  high(entry: number): number {
    return this.arena.i32[(entry >>> 2) + 1]
  }
  isPresent(entry: number): boolean {
    return ptePresent(this.low(entry))
  }
  pfnOf(entry: number): Pfn {
    return ptePfn(this.low(entry), this.high(entry))
  }

  /** Replaces a last-level entry. The caller flushes the TLB. @mm set_pte arch/x86/include/asm/pgtable_64.h */
  setPte(root: Pgd, entry: number, low: number, high: number): void {
    root.dirty += countsAsDirty(low) - countsAsDirty(this.low(entry))
    this.arena.i32[entry >>> 2] = low
    this.arena.i32[(entry >>> 2) + 1] = high
  }

  /** The last-level entry for an address, or 0 where a table is missing on the way. */
  find(root: Pgd, address: number): number {
    const pud = this.childOf(this.entryAt(root.frame, pgdIndex(address)))
    if (pud === NO_PFN) return 0
    const pmd = this.childOf(this.entryAt(pud, pudIndex(address)))
    if (pmd === NO_PFN) return 0
    const pte = this.childOf(this.entryAt(pmd, pmdIndex(address)))
    return pte === NO_PFN ? 0 : this.entryAt(pte, pteIndex(address))
  }

  /** The last-level entry for an address, allocating tables on the way. @mm pte_alloc mm/memory.c */
  ensure(root: Pgd, address: number): number {
    const pud = this.ensureChild(root, this.entryAt(root.frame, pgdIndex(address)))
    const pmd = this.ensureChild(root, this.entryAt(pud, pudIndex(address)))
    const pte = this.ensureChild(root, this.entryAt(pmd, pmdIndex(address)))
    return this.entryAt(pte, pteIndex(address))
  }

  private entryAt(table: Pfn, index: number): number {
    return this.contents.writable(table) + index * ENTRY_BYTES
  }

  private childOf(entry: number): Pfn {
    return this.isPresent(entry) ? this.pfnOf(entry) : NO_PFN
  }

  private ensureChild(root: Pgd, entry: number): Pfn {
    if (this.isPresent(entry)) return this.pfnOf(entry)
    const frame = this.allocTable()
    root.tables++
    this.arena.i32[entry >>> 2] = pteLow(frame, TABLE_FLAGS)
    this.arena.i32[(entry >>> 2) + 1] = pteHigh(frame)
    return frame
  }

  /**
   * Calls back for every last-level entry that is not empty in [start, end), skipping missing tables whole, so the
   * work is proportional to what is mapped. Entries may be changed meanwhile.
   */
  forEach(root: Pgd, start: number, end: number, visit: (entry: number, address: number) => void): void {
    let at = start
    while (at < end) {
      const entry = this.find(root, at)
      if (entry === 0) {
        at = this.nextCandidate(root, at)
        continue
      }
      const tableEnd = Math.min(end, (Math.floor(at / PMD_SIZE) + 1) * PMD_SIZE)
      for (let e = entry; at < tableEnd; at += 4096, e += ENTRY_BYTES) if (this.low(e) !== 0) visit(e, at)
    }
  }

  /** First address behind the largest missing table around `at`. */
  private nextCandidate(root: Pgd, at: number): number {
    const pud = this.childOf(this.entryAt(root.frame, pgdIndex(at)))
    if (pud === NO_PFN) return nextMultiple(at, PGDIR_SIZE)
    const pmd = this.childOf(this.entryAt(pud, pudIndex(at)))
    if (pmd === NO_PFN) return nextMultiple(at, PUD_SIZE)
    return nextMultiple(at, PMD_SIZE)
  }

  /**
   * Frees the tables that covered only [start, end) after it was unmapped. `floor` and `ceiling` are the ends of the
   * neighbouring mappings: a table that also covers one of them stays.
   * @mm free_pgd_range mm/memory.c
   */
  freeTables(root: Pgd, start: number, end: number, floor: number, ceiling: number): void {
    this.freeLevel(root, root.frame, 0, start, end, floor, ceiling)
  }

  private freeLevel(
    root: Pgd,
    table: Pfn,
    base: number,
    start: number,
    end: number,
    floor: number,
    ceiling: number,
    depth = 0,
  ): void {
    const size = SPANS[depth]
    const first = Math.max(0, Math.floor((start - base) / size))
    const last = Math.min(PTRS_PER_TABLE - 1, Math.floor((end - 1 - base) / size))
    for (let i = first; i <= last; i++) {
      const entry = this.entryAt(table, i)
      const child = this.childOf(entry)
      if (child === NO_PFN) continue
      const low = base + i * size
      if (depth < 2) this.freeLevel(root, child, low, start, end, floor, ceiling, depth + 1)
      if (low < floor || low + size > ceiling) continue
      this.arena.i32.fill(0, entry >>> 2, (entry >>> 2) + 2)
      this.freeTable(pfn(child))
      root.tables--
    }
  }
}

/** Bytes one entry covers at each level above the last. */
const SPANS = [PGDIR_SIZE, PUD_SIZE, PMD_SIZE]

const nextMultiple = (at: number, size: number): number => (Math.floor(at / size) + 1) * size

const countsAsDirty = (low: number): number =>
  ptePresent(low) && (low & (PTE_DIRTY | PTE_SPECIAL)) === PTE_DIRTY ? 1 : 0

/**
 * Page tables: a radix tree of four levels whose nodes are pages of the buddy allocator (mm/memory.c, mm/pgalloc).
 *
 *   address  47      39 38      30 29      21 20      12 11       0
 *           +----------+----------+----------+----------+----------+
 *           |   pgd    |   pud    |   pmd    |   pte    |  offset  |
 *           +----------+----------+----------+----------+----------+
 *
 * Entries live in the table pages' own contents; an entry is named by its byte offset in the arena. All changes of
 * last-level entries go through {@link PageTables.setPte}, which keeps the count of dirty pages.
 *
 * A PMD entry with the PSE bit is itself a leaf of 2 MiB. One of anonymous memory has a table kept in deposit for the
 * moment it is split; deposits are linked from the page of the PMD table. One of a file has none: it can be made again.
 *
 * Left out: PUD leaves, folded levels, split page-table locks, kernel half of the pgd.
 */
import { assert, NO_PFN, pfn, type Pfn } from '../../base/index.js'
import {
  PGDIR_SIZE,
  pgdIndex,
  PMD_SIZE,
  pmdIndex,
  PTE_DIRTY,
  PTE_PRESENT,
  PTE_PSE,
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
  PG_CACHE,
  PG_DIRTY,
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
  /**
   * Mapped pages that are dirty by their entry or by themselves: Shared_Dirty and Private_Dirty of all mappings. Changes
   * with the entries here and with the pages' own marks in vma/dirty.ts.
   */
  dirtyPages: number
}

/** A page that is a table. */
export interface TablePage {
  readonly frame: Pfn
  /** 0: the pgd, 3: a table of last-level entries. */
  readonly depth: number
  /** First address it covers. */
  readonly address: number
  /** Kept for the moment a huge entry is split. */
  readonly deposit: boolean
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
    return { frame: this.allocTable(), tables: 0, dirtyPages: 0 }
  }

  destroyPgd(root: Pgd): void {
    assert(root.tables === 0, 'all page tables are freed before the pgd')
    this.freeTable(root.frame)
  }

  private allocTable(): Pfn {
    const frame = this.buddy.allocZeroed(MigrateType.Unmovable)
    if (frame === NO_PFN) throw new OutOfMemory('no page for a page table')
    this.map.flags[frame] |= PG_TABLE
    this.contents.pin(frame)
    this.map.next[frame] = NO_PFN
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
  /** A leaf of 2 MiB. @mm pmd_trans_huge arch/x86/include/asm/pgtable.h */
  isHuge(entry: number): boolean {
    return (this.low(entry) & PTE_PSE) !== 0
  }
  /** The page behind an address that the leaf maps. */
  pageAt(entry: number, address: number): Pfn {
    const frame = this.pfnOf(entry)
    return this.isHuge(entry) ? pfn(frame + pteIndex(address)) : frame
  }

  /** Replaces a last-level entry. The caller flushes the TLB. @mm set_pte arch/x86/include/asm/pgtable_64.h */
  setPte(root: Pgd, entry: number, low: number, high: number): void {
    root.dirtyPages += this.dirtyPages(low, high) - this.dirtyPages(this.low(entry), this.high(entry))
    this.arena.i32[entry >>> 2] = low
    this.arena.i32[(entry >>> 2) + 1] = high
  }

  /** Pages that are dirty by the entry or by themselves. @mm smaps_account fs/proc/task_mmu.c */
  private dirtyPages(low: number, high: number): number {
    if (!ptePresent(low) || low & PTE_SPECIAL) return 0
    if (low & PTE_DIRTY) return low & PTE_PSE ? PTRS_PER_TABLE : 1
    const { flags } = this.map
    const first = ptePfn(low, high)
    if (!(low & PTE_PSE)) return flags[first] & PG_DIRTY ? 1 : 0
    let pages = 0
    for (let p: number = first; p < first + PTRS_PER_TABLE; p++) if (flags[p] & PG_DIRTY) pages++
    return pages
  }

  /** The last-level entry for an address, or the huge one above it, or 0 where a table is missing on the way. */
  find(root: Pgd, address: number): number {
    const pud = this.childOf(this.entryAt(root.frame, pgdIndex(address)))
    if (pud === NO_PFN) return 0
    const pmd = this.childOf(this.entryAt(pud, pudIndex(address)))
    if (pmd === NO_PFN) return 0
    const leaf = this.entryAt(pmd, pmdIndex(address))
    if (this.isHuge(leaf)) return leaf
    const pte = this.childOf(leaf)
    return pte === NO_PFN ? 0 : this.entryAt(pte, pteIndex(address))
  }

  /** The entries on the way to an address, from the pgd to the last level, a huge one or an empty one. For observers. */
  path(root: Pgd, address: number): readonly { readonly table: Pfn; readonly index: number; readonly entry: number }[] {
    const steps: { table: Pfn; index: number; entry: number }[] = []
    let table = root.frame
    for (const indexOf of [pgdIndex, pudIndex, pmdIndex, pteIndex]) {
      const index = indexOf(address)
      const entry = this.entryAt(table, index)
      steps.push({ table, index, entry })
      if (this.isHuge(entry) && indexOf === pmdIndex) break
      table = this.childOf(entry)
      if (table === NO_PFN) break
    }
    return steps
  }

  /** The last-level entry for an address, allocating tables on the way. @mm pte_alloc mm/memory.c */
  ensure(root: Pgd, address: number): number {
    const pte = this.ensureChild(root, this.ensurePmd(root, address))
    return this.entryAt(pte, pteIndex(address))
  }

  /** The PMD entry for an address, allocating tables on the way. @mm pmd_alloc include/linux/mm.h */
  ensurePmd(root: Pgd, address: number): number {
    const pud = this.ensureChild(root, this.entryAt(root.frame, pgdIndex(address)))
    const pmd = this.ensureChild(root, this.entryAt(pud, pudIndex(address)))
    return this.entryAt(pmd, pmdIndex(address))
  }

  // ---- huge entries -------------------------------------------------------------------------------------------

  /** Puts a huge entry in an empty place. */
  installHuge(root: Pgd, address: number, low: number, high: number): void {
    const entry = this.ensurePmd(root, address)
    assert(this.low(entry) === 0, 'the place of a huge entry is empty')
    if (!this.mapsFile(low, high)) this.deposit(root, address)
    this.setPte(root, entry, low | PTE_PSE, high)
  }

  /** Empties the place of a huge entry and frees its deposit. @mm zap_deposited_table mm/huge_memory.c */
  removeHuge(root: Pgd, address: number): void {
    const entry = this.find(root, address)
    const deposited = !this.mapsFile(this.low(entry), this.high(entry))
    this.setPte(root, entry, 0, 0)
    if (!deposited) return
    this.freeTable(this.withdraw(this.pmdTable(root, address)))
    root.tables--
  }

  /** Whether a leaf maps the page cache: then nothing is in deposit. @mm arch_needs_pgtable_deposit include/linux/pgtable.h */
  private mapsFile(low: number, high: number): boolean {
    return this.map.has(ptePfn(low, high), PG_CACHE)
  }

  /** @mm pgtable_trans_huge_deposit mm/pgtable-generic.c */
  private deposit(root: Pgd, address: number): void {
    const table = this.pmdTable(root, address)
    const deposit = this.allocTable()
    root.tables++
    this.map.next[deposit] = this.map.next[table]
    this.map.next[table] = deposit
  }

  /** Replaces a huge entry of anonymous memory by its deposited table with 512 entries. */
  splitHuge(root: Pgd, address: number, part: (index: number) => readonly [low: number, high: number]): void {
    const entry = this.find(root, address)
    const table = this.withdraw(this.pmdTable(root, address))
    for (let i = 0; i < PTRS_PER_TABLE; i++) this.setPte(root, this.entryAt(table, i), ...part(i))
    this.setPte(root, entry, pteLow(table, TABLE_FLAGS), pteHigh(table))
  }

  /** Tables kept in deposit below the PMD table that covers the address. */
  deposits(root: Pgd, address: number): Pfn[] {
    const all: Pfn[] = []
    for (let at = this.map.next[this.pmdTable(root, address)]; at >= 0; at = this.map.next[at]) all.push(pfn(at))
    return all
  }

  /**
   * Every table of an address space, with its depth (0: the pgd) and the first address it covers; those in deposit come
   * after the PMD table they belong to. For observers.
   */
  *all(root: Pgd): Generator<TablePage> {
    yield* this.below(root.frame, 0, 0)
  }

  private *below(table: Pfn, depth: number, base: number): Generator<TablePage> {
    yield { frame: table, depth, address: base, deposit: false }
    if (depth === SPANS.length) return
    for (let i = 0; i < PTRS_PER_TABLE; i++) {
      const entry = this.entryAt(table, i)
      const child = this.isHuge(entry) ? NO_PFN : this.childOf(entry)
      if (child !== NO_PFN) yield* this.below(child, depth + 1, base + i * SPANS[depth])
    }
    if (depth !== SPANS.length - 1) return
    for (let at = this.map.next[table]; at >= 0; at = this.map.next[at])
      yield { frame: pfn(at), depth: depth + 1, address: base, deposit: true }
  }

  private pmdTable(root: Pgd, address: number): Pfn {
    const pud = this.childOf(this.entryAt(root.frame, pgdIndex(address)))
    const table = pud === NO_PFN ? NO_PFN : this.childOf(this.entryAt(pud, pudIndex(address)))
    assert(table !== NO_PFN, 'there is a PMD table')
    return table
  }

  private withdraw(table: Pfn): Pfn {
    const deposit = this.map.next[table]
    assert(deposit >= 0, 'every huge entry of anonymous memory has a table in deposit')
    this.map.next[table] = this.map.next[deposit]
    this.map.next[deposit] = NO_PFN
    return pfn(deposit)
  }

  private entryAt(table: Pfn, index: number): number {
    return this.contents.pinned(table) + index * ENTRY_BYTES
  }

  private childOf(entry: number): Pfn {
    return this.isPresent(entry) ? this.pfnOf(entry) : NO_PFN
  }

  private ensureChild(root: Pgd, entry: number): Pfn {
    assert(!this.isHuge(entry), 'no table below a huge entry')
    if (this.isPresent(entry)) return this.pfnOf(entry)
    const frame = this.allocTable()
    root.tables++
    this.arena.i32[entry >>> 2] = pteLow(frame, TABLE_FLAGS)
    this.arena.i32[(entry >>> 2) + 1] = pteHigh(frame)
    return frame
  }

  /**
   * Calls back for every leaf that is not empty in [start, end), skipping missing tables whole, so the work is
   * proportional to what is mapped. Entries may be changed meanwhile. A huge one that overlaps the range comes once,
   * with the address it starts at.
   */
  forEach(root: Pgd, start: number, end: number, visit: (entry: number, address: number) => void): void {
    let at = start
    while (at < end) {
      const entry = this.find(root, at)
      if (entry === 0) {
        at = this.nextCandidate(root, at)
        continue
      }
      const tableEnd = Math.min(end, nextMultiple(at, PMD_SIZE))
      if (this.isHuge(entry)) {
        visit(entry, at - (at % PMD_SIZE))
        at = tableEnd
        continue
      }
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
      assert(!this.isHuge(entry), 'huge entries are unmapped before the tables')
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

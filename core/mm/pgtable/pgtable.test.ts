import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, pfn } from '../../base/index.js'
import {
  PGDIR_SIZE,
  PMD_SIZE,
  PTE_DIRTY,
  PTE_NX_HIGH,
  PTE_PRESENT,
  PTE_PROTNONE,
  PTE_SPECIAL,
  pteHigh,
  pteLow,
  ptePfn,
  PUD_SIZE,
} from '../../arch/x86/index.js'
import { bareMemory } from '../../testing/machine.js'
import { PG_TABLE } from '../phys/index.js'
import { OutOfMemory, PageTables } from './index.js'

function fresh(pages = 256) {
  const memory = bareMemory(pages)
  const { arena, contents, map, buddy } = memory
  const tables = new PageTables(arena, contents, map, buddy)
  const root = tables.createPgd()
  const set = (address: number, low = pteLow(pfn(99), PTE_PRESENT)): void =>
    tables.setPte(root, tables.ensure(root, address), low, 0)
  const clear = (address: number): void => tables.setPte(root, tables.find(root, address), 0, 0)
  const seen = (start: number, end: number): number[] => {
    const out: number[] = []
    tables.forEach(root, start, end, (_entry, address) => out.push(address))
    return out
  }
  return { ...memory, tables, root, set, clear, seen }
}

describe('entries', () => {
  it.each([0, 1, 0xfffff, 0x100000, 0x7fffff, 0x1234567])('hold page %d with flags and NX apart', (frame) => {
    const low = pteLow(pfn(frame), PTE_PRESENT | PTE_DIRTY)
    expect(ptePfn(low, pteHigh(pfn(frame)))).toBe(frame)
    expect(ptePfn(low, pteHigh(pfn(frame)) | PTE_NX_HIGH)).toBe(frame)
    expect(low & 0xfff).toBe(PTE_PRESENT | PTE_DIRTY)
  })
})

describe('the walk', () => {
  it('finds nothing in an empty tree, and makes three tables for one address', () => {
    const { tables, root, map } = fresh()
    expect(tables.find(root, 0x7fff_ffff_e000)).toBe(0)
    expect(root.tables).toBe(0)
    tables.ensure(root, 0x7fff_ffff_e000)
    expect(root.tables).toBe(3)
    expect([...map.flags].filter((f) => f & PG_TABLE)).toHaveLength(4)
  })

  it.each([
    ['the next page', PAGE_SIZE, 0],
    ['the next 2 MiB', PMD_SIZE, 1],
    ['the next 1 GiB', PUD_SIZE, 2],
    ['the next 512 GiB', PGDIR_SIZE, 3],
  ])('for %s takes %3$d more tables', (_what, distance, more) => {
    const { tables, root } = fresh()
    tables.ensure(root, 0x1000)
    tables.ensure(root, 0x1000 + distance)
    expect(root.tables).toBe(3 + more)
  })

  it('keeps every level apart', () => {
    const { tables, root } = fresh()
    const places = [0, PAGE_SIZE, PMD_SIZE, PUD_SIZE, PGDIR_SIZE, 0x7fff_ffff_f000 - PAGE_SIZE]
    const entries = places.map((at) => tables.ensure(root, at))
    expect(new Set(entries).size).toBe(places.length)
    expect(places.map((at) => tables.find(root, at))).toEqual(entries)
    expect(entries.every((entry) => entry % 8 === 0)).toBe(true)
  })

  it('visits what is mapped, in order, and only in the range', () => {
    const { set, seen } = fresh()
    const places = [0x5000, 0x6000, PMD_SIZE - PAGE_SIZE, PMD_SIZE, PUD_SIZE + 0x3000, 3 * PGDIR_SIZE]
    for (const at of [...places].reverse()) set(at)
    expect(seen(0, 0x7fff_ffff_f000)).toEqual(places)
    expect(seen(0x6000, PMD_SIZE)).toEqual([0x6000, PMD_SIZE - PAGE_SIZE])
    expect(seen(0x7000, 0x8000)).toEqual([])
  })

  it('says so when no page is left for a table', () => {
    const { tables, root, buddy } = fresh(4)
    expect(() => tables.ensure(root, 0)).not.toThrow()
    expect(buddy.totalFree).toBe(0)
    expect(() => tables.ensure(root, PMD_SIZE)).toThrow(OutOfMemory)
    expect(root.tables).toBe(3)
  })
})

describe('the count of dirty entries', () => {
  const of = (...lows: number[]): number => {
    const { root, set } = fresh()
    for (const low of lows) set(0x1000, pteLow(pfn(99), low))
    return root.dirtyPages
  }
  it('follows every change of an entry', () => {
    expect(of(PTE_PRESENT | PTE_DIRTY)).toBe(1)
    expect(of(PTE_PRESENT | PTE_DIRTY, PTE_PRESENT | PTE_DIRTY)).toBe(1)
    expect(of(PTE_PRESENT | PTE_DIRTY, PTE_PRESENT)).toBe(0)
    expect(of(PTE_PRESENT | PTE_DIRTY, 0)).toBe(0)
  })
  it('leaves the zero page out and keeps what PROT_NONE hides', () => {
    expect(of(PTE_PRESENT | PTE_DIRTY | PTE_SPECIAL)).toBe(0)
    expect(of(PTE_PROTNONE | PTE_DIRTY)).toBe(1)
  })
})

describe('freeing tables', () => {
  it('gives all of them back when nothing is around', () => {
    const { tables, root, set, clear, buddy } = fresh()
    const before = buddy.totalFree
    set(0x5000)
    clear(0x5000)
    tables.freeTables(root, 0x5000, 0x6000, 0, Infinity)
    expect(root.tables).toBe(0)
    expect(buddy.totalFree).toBe(before)
    tables.destroyPgd(root)
    expect(buddy.totalFree).toBe(before + 1)
  })

  it.each([
    ['a neighbour below in the same 2 MiB keeps all three', PMD_SIZE + 0x5000, Infinity, 3],
    ['a neighbour below that ends where the table starts keeps the upper two', PMD_SIZE, Infinity, 2],
    ['a neighbour above in the same 2 MiB keeps all three', 0, 2 * PMD_SIZE - PAGE_SIZE, 3],
    ['a neighbour above that starts where the table ends keeps the upper two', 0, 2 * PMD_SIZE, 2],
    ['a neighbour in the next 1 GiB keeps one', 0, PUD_SIZE, 1],
    ['a neighbour in the next 512 GiB keeps none', 0, PGDIR_SIZE, 0],
    ['neighbours on both sides keep what either needs', PMD_SIZE - 0x1000, PUD_SIZE, 2],
  ])('by floor and ceiling: %s', (_what, floor, ceiling, left) => {
    const { tables, root, set, clear } = fresh()
    const at = PMD_SIZE + 0x8000
    set(at)
    clear(at)
    tables.freeTables(root, at, at + PAGE_SIZE, floor, ceiling)
    expect(root.tables).toBe(left)
  })

  it('frees the tables in the middle of a long range whatever lies at its ends', () => {
    const { tables, root, set, clear } = fresh()
    const places = [0x1f_f000, 0x20_0000, 0x40_0000, 0x60_0000]
    for (const at of places) set(at)
    expect(root.tables).toBe(2 + 4)
    for (const at of places) clear(at)
    tables.freeTables(root, 0x1f_f000, 0x60_1000, 0x1f_f000, 0x60_1000)
    expect(root.tables).toBe(2 + 2)
  })

  it('refuses to destroy a tree that still has tables', () => {
    const { tables, root } = fresh()
    tables.ensure(root, 0)
    expect(() => tables.destroyPgd(root)).toThrow('all page tables are freed')
  })
})

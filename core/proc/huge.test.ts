/** Numbers as a real Linux 6.18 with THP=madvise shows them for the same steps. */
import { describe, expect, it } from 'vitest'
import { PAGE_SIZE } from '../base/index.js'
import { PMD_SIZE, PTE_PSE, PTE_SPECIAL } from '../arch/x86/index.js'
import {
  Errno,
  MADV_COLD,
  MADV_COLLAPSE,
  MADV_DONTNEED,
  MADV_FREE,
  MADV_HUGEPAGE,
  MADV_NOHUGEPAGE,
  MADV_PAGEOUT,
  MAP_FIXED,
} from '../kernel/uapi/index.js'
import { mappingsOf } from './mappings.js'
import { smapsOf, type SmapsValues } from './smaps.js'
import { assertInvariants, leaks } from '../testing/invariants.js'
import { TestMachine } from '../testing/machine.js'
import { Access } from '../mm/fault/index.js'

const AT = 0x100_0000_0000
const PAGES = PMD_SIZE / PAGE_SIZE
const RW = 3

function advised(pages = PAGES, prot = RW): TestMachine {
  const m = new TestMachine()
  m.map(pages, prot, AT, MAP_FIXED)
  m.sys.madvise(AT, pages * PAGE_SIZE, MADV_HUGEPAGE)
  return m
}

function smaps(m: TestMachine, at = AT): SmapsValues {
  const mapping = mappingsOf(m.kernel, m.task.pid).find(({ vma }) => vma && vma.start <= at && vma.end > at)
  if (!mapping) throw new Error('no mapping there')
  return smapsOf(m.kernel, m.task.pid, mapping)
}

const write = (m: TestMachine, at = AT): void => m.user.writeU8(at, 7)

describe('the first access to an aligned, advised 2 MiB', () => {
  it('brings all of it in by one fault when it writes', () => {
    const m = advised()
    expect(m.costOf(() => m.user.fill(AT, 1, PMD_SIZE))).toMatchObject({ minFlt: 1, anon: PAGES })
    expect(smaps(m)).toMatchObject({ Rss: 2048, AnonHugePages: 2048, Private_Dirty: 2048, THPeligible: 1 })
    assertInvariants(m.kernel)
  })

  it('maps the huge page of zeros when it reads, and the write then replaces it whole', () => {
    const m = advised()
    expect(m.costOf(() => m.user.readU8(AT + 5000))).toMatchObject({ minFlt: 1, anon: 0 })
    expect(m.pte(AT) & (PTE_PSE | PTE_SPECIAL)).toBe(PTE_PSE | PTE_SPECIAL)
    expect(m.costOf(() => m.user.readU8(AT + PMD_SIZE - 1)).minFlt).toBe(0)
    expect(m.costOf(() => write(m))).toMatchObject({ minFlt: 1, anon: PAGES })
    assertInvariants(m.kernel)
  })

  it('is an ordinary one where no whole 2 MiB fit, nobody asked, or somebody asked not to', () => {
    for (const prepare of [
      (): TestMachine => advised(PAGES - 1),
      (): TestMachine => {
        const m = advised()
        m.sys.madvise(AT, PMD_SIZE, MADV_NOHUGEPAGE)
        return m
      },
      (): TestMachine => {
        const m = new TestMachine()
        m.map(PAGES, RW, AT, MAP_FIXED)
        return m
      },
    ]) {
      const m = prepare()
      expect(m.costOf(() => write(m)).anon).toBe(1)
    }
  })

  it('takes small pages where a table is already in place', () => {
    const m = new TestMachine()
    m.map(PAGES, RW, AT, MAP_FIXED)
    write(m)
    m.sys.madvise(AT, PMD_SIZE, MADV_HUGEPAGE)
    expect(m.costOf(() => write(m, AT + PAGE_SIZE)).anon).toBe(1)
  })
})

describe('a huge page', () => {
  it('is split by what concerns a part of it, and loses only what went', () => {
    const m = advised()
    write(m)
    m.sys.munmap(AT + 8192, PAGE_SIZE)
    expect(smaps(m)).toMatchObject({ Rss: 8, AnonHugePages: 0 })
    expect(smaps(m, AT + 12288)).toMatchObject({ Rss: 2036, AnonHugePages: 0 })
    assertInvariants(m.kernel)
  })

  it('keeps its contents and permissions when mprotect splits it', () => {
    const m = advised()
    write(m, AT + 65536)
    m.sys.mprotect(AT + 65536, 65536, 1)
    expect(m.user.readU8(AT + 65536)).toBe(7)
    m.sys.mprotect(AT + 65536, 65536, RW)
    expect(m.costOf(() => write(m, AT + 65536)).minFlt).toBe(0)
    assertInvariants(m.kernel)
  })

  it('goes as a whole with MADV_DONTNEED, and a huge one comes again', () => {
    const m = advised()
    write(m)
    m.sys.madvise(AT, PMD_SIZE / 2, MADV_DONTNEED)
    expect(smaps(m)).toMatchObject({ Rss: 1024, AnonHugePages: 0 })
    m.sys.madvise(AT, PMD_SIZE, MADV_DONTNEED)
    expect(m.costOf(() => write(m)).anon).toBe(PAGES)
    assertInvariants(m.kernel)
  })

  it('is lazily free as a whole after MADV_FREE', () => {
    const m = advised()
    write(m)
    m.sys.madvise(AT, PMD_SIZE, MADV_FREE)
    expect(smaps(m)).toMatchObject({ AnonHugePages: 2048, LazyFree: 2048, Private_Clean: 2048 })
    write(m)
    expect(smaps(m)).toMatchObject({ LazyFree: 0, Private_Dirty: 2048 })
  })

  // __folio_split and try_to_map_unused_to_zeropage, mm/huge_memory.c and mm/migrate.c
  it.each([
    ['MADV_FREE', MADV_FREE, { Private_Dirty: 8, Private_Clean: 4, Referenced: 8 }],
    ['MADV_COLD', MADV_COLD, { Private_Dirty: 12, Private_Clean: 0, Referenced: 8 }],
    ['MADV_PAGEOUT', MADV_PAGEOUT, { Private_Dirty: 12, Private_Clean: 0, Referenced: 12 }],
  ])('is taken apart by %s of a part of it, and its pages of zeros are gone', (_name, advice, after) => {
    const m = advised()
    for (const page of [3, 100, 300]) write(m, AT + page * PAGE_SIZE)
    expect(m.sys.madvise(AT + 50 * PAGE_SIZE, 100 * PAGE_SIZE, advice)).toBe(0)
    expect(smaps(m)).toMatchObject({ Rss: 12, AnonHugePages: 0, ...after })
    expect(m.costOf(() => m.user.readU8(AT)).minFlt).toBe(0)
    expect(m.costOf(() => write(m))).toMatchObject({ minFlt: 1, anon: 1 })
    expect(m.user.readU8(AT + 100 * PAGE_SIZE)).toBe(7)
    assertInvariants(m.kernel)
  })

  it('keeps a page of zeros that is locked', () => {
    const m = advised()
    write(m)
    m.sys.mlock(AT + 4 * PAGE_SIZE, PAGE_SIZE, 0)
    m.sys.madvise(AT + 50 * PAGE_SIZE, PAGE_SIZE, MADV_COLD)
    expect(smaps(m, AT + 4 * PAGE_SIZE)).toMatchObject({ Size: 4, Rss: 4, Locked: 4 })
    expect(smaps(m).Rss).toBe(4)
    assertInvariants(m.kernel)
  })

  it('is taken apart by MADV_PAGEOUT as a whole: it cannot be swapped', () => {
    const m = advised()
    write(m)
    m.sys.madvise(AT, PMD_SIZE, MADV_PAGEOUT)
    expect(smaps(m)).toMatchObject({ Rss: 4, AnonHugePages: 0, Referenced: 4 })
    assertInvariants(m.kernel)
  })

  it('moves as one to an aligned place, split to any other', () => {
    const m = advised()
    write(m)
    expect(m.sys.mremap(AT, PMD_SIZE, PMD_SIZE, 3, AT + 8 * PMD_SIZE)).toBe(AT + 8 * PMD_SIZE)
    expect(smaps(m, AT + 8 * PMD_SIZE).AnonHugePages).toBe(2048)
    const odd = AT + 16 * PMD_SIZE + PAGE_SIZE
    m.sys.mremap(AT + 8 * PMD_SIZE, PMD_SIZE, PMD_SIZE, 3, odd)
    expect(smaps(m, odd)).toMatchObject({ Rss: 2048, AnonHugePages: 0 })
    expect(m.user.readU8(odd)).toBe(7)
    assertInvariants(m.kernel)
  })

  it('leaves nothing behind at exit', () => {
    const m = advised(3 * PAGES)
    write(m)
    m.user.touch(AT + PMD_SIZE, Access.Read)
    m.sys.munmap(AT + PAGE_SIZE, PAGE_SIZE)
    m.kernel.exit(m.task, 0, 0)
    assertInvariants(m.kernel)
    expect(leaks(m.kernel, m.freeAfterBoot)).toEqual([])
  })
})

describe('MADV_COLLAPSE', () => {
  it('makes small pages huge without advice and without faults', () => {
    const m = new TestMachine()
    m.map(PAGES, RW, AT, MAP_FIXED)
    write(m, AT + 3 * PAGE_SIZE)
    const cost = m.costOf(() => expect(m.sys.madvise(AT, PMD_SIZE, MADV_COLLAPSE)).toBe(0))
    expect(cost).toMatchObject({ minFlt: 0, anon: PAGES - 1 })
    expect(m.user.readU8(AT + 3 * PAGE_SIZE)).toBe(7)
    assertInvariants(m.kernel)
  })

  it('refuses what never had a page, what must not be huge, and ranges without whole 2 MiB', () => {
    const m = new TestMachine()
    m.map(PAGES, 1, AT, MAP_FIXED)
    m.user.readU8(AT)
    expect(m.sys.madvise(AT, PMD_SIZE, MADV_COLLAPSE)).toBe(-Errno.EINVAL)
    expect(m.sys.madvise(AT + PAGE_SIZE, PMD_SIZE / 2, MADV_COLLAPSE)).toBe(-Errno.EINVAL)
    m.sys.madvise(AT, PMD_SIZE, MADV_NOHUGEPAGE)
    expect(m.sys.madvise(AT, PMD_SIZE, MADV_COLLAPSE)).toBe(-Errno.EINVAL)
  })
})

/** Files by huge entries. Numbers as a real Linux 6.18 shows them for the same steps. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, vaddr } from '../base/index.js'
import { PMD_SIZE, PTE_DIRTY, PTE_PSE, PTE_RW } from '../arch/x86/index.js'
import {
  MADV_COLD,
  MADV_DONTNEED,
  MADV_HUGEPAGE,
  MADV_NOHUGEPAGE,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  MS_SYNC,
  O_CREAT,
  O_RDWR,
  O_TRUNC,
  PROT_READ,
  PROT_WRITE,
  UserFault,
} from '../kernel/uapi/index.js'
import { debian12, ubuntu1604 } from '../profiles/index.js'
import { assertInvariants, leaks } from '../testing/invariants.js'
import { TestMachine } from '../testing/machine.js'
import { mappingsOf } from './mappings.js'
import { memoryFacts } from './meminfo.js'
import { pagemapEntries } from './pagemap.js'
import { smapsOf, type SmapsValues } from './smaps.js'

const AT = 0x100_0000_0000
const OTHER = 0x110_0000_0000
/** Zeros, to write to files from. */
const BUFFER = 0x120_0000_0000
const RW = PROT_READ | PROT_WRITE
const PAGE = PAGE_SIZE
const HUGE = PMD_SIZE

class Machine extends TestMachine {
  constructor(profile = debian12) {
    super(profile)
    this.map((3 * HUGE) / PAGE, PROT_READ, BUFFER, MAP_FIXED)
  }

  /** A new file, written in pieces of so many bytes. */
  file(name: string, bytes: number, piece = bytes): number {
    const fd = this.sys.open(name, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    for (let at = 0; at < bytes; at += piece) this.sys.write(fd, vaddr(BUFFER), piece)
    this.sys.fsync(fd)
    return fd
  }

  mapFile(fd: number, bytes: number, how: number, at = AT): void {
    this.sys.mmap(at, bytes, RW, how | MAP_FIXED, fd, 0)
  }

  read(at: number): void {
    this.user.readU8(at)
  }
  write(at: number): void {
    this.user.writeU8(at, 7)
  }

  smaps(at = AT): SmapsValues {
    const mapping = mappingsOf(this.kernel, this.task.pid).find(({ vma }) => vma && vma.start <= at && vma.end > at)
    return smapsOf(this.kernel, this.task.pid, mapping!)
  }

  meminfo(name: string): number {
    return memoryFacts(this.kernel).find((fact) => fact.name === name)!.value
  }
}

describe('a file that was written in one piece', () => {
  it('is mapped by one entry for each 2 MiB, with no table below it', () => {
    const m = new Machine()
    m.mapFile(m.file('data', 2 * HUGE), 2 * HUGE, MAP_PRIVATE)
    const tables = m.mm.pgd.tables
    expect(m.costOf(() => m.read(AT + 5 * PAGE))).toMatchObject({ minFlt: 1, majFlt: 0, file: 512 })
    expect(m.costOf(() => m.read(AT + HUGE))).toMatchObject({ minFlt: 1, file: 512 })
    expect(m.pte(AT) & PTE_PSE).toBe(PTE_PSE)
    expect(m.smaps()).toMatchObject({ Rss: 4096, Private_Clean: 4096, FilePmdMapped: 4096, AnonHugePages: 0 })
    expect(m.smaps()).toMatchObject({ Referenced: 4096, THPeligible: 0 })
    // The table of PMD entries alone: one above it is there.
    expect(m.mm.pgd.tables - tables).toBe(1)
    expect(
      pagemapEntries(m.kernel, m.task).filter(({ address }) => address >= AT && address < AT + 2 * HUGE),
    ).toHaveLength(1024)
    assertInvariants(m.kernel)
  })

  it.each([
    ['in small pieces', debian12, 2 * HUGE, 16 * PAGE, 0],
    ['at an address that is not as far behind 2 MiB as in the file', debian12, 2 * HUGE, 2 * HUGE, PAGE],
    ['on a kernel whose files have single pages', ubuntu1604, 2 * HUGE, 2 * HUGE, 0],
  ] as const)('is not, %s', (_how, profile, bytes, piece, off) => {
    const m = new Machine(profile)
    m.mapFile(m.file('data', bytes, piece), bytes, MAP_SHARED, AT + off)
    m.read(AT + off)
    expect(m.pte(AT + off) & PTE_PSE).toBe(0)
    expect(m.smaps(AT + off).FilePmdMapped).toBe(0)
    assertInvariants(m.kernel)
  })

  it('is not where MADV_NOHUGEPAGE forbids it, nor in a mapping that holds a part of the folio', () => {
    const m = new Machine()
    const fd = m.file('data', 2 * HUGE)
    m.mapFile(fd, 2 * HUGE, MAP_SHARED)
    m.sys.madvise(AT, 2 * HUGE, MADV_NOHUGEPAGE)
    m.read(AT)
    m.mapFile(fd, HUGE - PAGE, MAP_SHARED, OTHER)
    m.read(OTHER)
    expect([m.smaps().FilePmdMapped, m.smaps(OTHER).FilePmdMapped]).toEqual([0, 0])
  })

  it('counts in meminfo once, however often it is mapped', () => {
    const m = new Machine()
    const seen = (): number[] => [m.meminfo('FileHugePages'), m.meminfo('FilePmdMapped')]
    const fd = m.file('data', 3 * HUGE)
    expect(seen()).toEqual([6144, 0])
    m.mapFile(fd, 3 * HUGE, MAP_SHARED)
    m.mapFile(fd, 3 * HUGE, MAP_SHARED, OTHER)
    m.read(AT)
    m.read(AT + HUGE)
    m.read(OTHER)
    expect(seen()).toEqual([6144, 4096])
    m.sys.munmap(AT, 3 * HUGE)
    expect(seen()).toEqual([6144, 2048])
    m.sys.ftruncate(fd, HUGE + HUGE / 2)
    expect(seen()).toEqual([2048, 2048])
    assertInvariants(m.kernel)
  })
})

describe('a mapping that asked for huge pages', () => {
  it('reads two folios of 2 MiB by one major fault', () => {
    const m = new Machine()
    const fd = m.sys.open('holes', O_RDWR | O_CREAT, 0o644)
    m.sys.ftruncate(fd, 3 * HUGE)
    m.mapFile(fd, 3 * HUGE, MAP_SHARED)
    m.sys.madvise(AT, 3 * HUGE, MADV_HUGEPAGE)
    expect(m.costOf(() => m.read(AT + 9 * PAGE))).toMatchObject({ majFlt: 1, minFlt: 0, file: 512 })
    expect(m.costOf(() => m.read(AT + HUGE))).toMatchObject({ majFlt: 0, minFlt: 1, file: 512 })
    expect([m.smaps().FilePmdMapped, m.meminfo('FileHugePages')]).toEqual([4096, 4096])
  })

  it('reads smaller ones where the file ends before', () => {
    const m = new Machine()
    const fd = m.sys.open('holes', O_RDWR | O_CREAT, 0o644)
    m.sys.ftruncate(fd, HUGE + 9 * PAGE)
    m.mapFile(fd, 2 * HUGE, MAP_SHARED)
    m.sys.madvise(AT, 2 * HUGE, MADV_HUGEPAGE)
    m.read(AT)
    const inode = m.kernel.parts.cache.all.find(({ path }) => path.endsWith('holes'))!
    expect([...inode.folios]).toEqual([
      [0, 9],
      [512, 3],
    ])
    expect(inode.pages.size).toBe(521)
  })
})

describe('a write to a huge entry of a file', () => {
  it('makes a shared one dirty as a whole, until it is synced', () => {
    const m = new Machine()
    m.mapFile(m.file('data', 2 * HUGE), 2 * HUGE, MAP_SHARED)
    m.read(AT)
    m.read(AT + HUGE)
    const first = { Rss: 4096, FilePmdMapped: 4096, Private_Dirty: 2048 }
    expect(m.costOf(() => m.write(AT + 7 * PAGE))).toMatchObject({ minFlt: 1, file: 0 })
    expect(m.costOf(() => m.write(AT + 8 * PAGE))).toMatchObject({ minFlt: 0 })
    expect(m.smaps()).toMatchObject(first)
    m.sys.msync(AT, 2 * HUGE, MS_SYNC)
    expect(m.pte(AT) & (PTE_RW | PTE_DIRTY)).toBe(0)
    expect(m.smaps()).toMatchObject({ ...first, Private_Dirty: 0 })
    m.write(AT + 9 * PAGE)
    expect(m.smaps()).toMatchObject(first)
    assertInvariants(m.kernel)
  })

  it('takes a private one away: the copy of one page stays', () => {
    const m = new Machine()
    m.mapFile(m.file('data', 2 * HUGE), 2 * HUGE, MAP_PRIVATE)
    m.read(AT)
    m.read(AT + HUGE)
    m.write(AT + 7 * PAGE)
    expect(m.smaps()).toMatchObject({ Rss: 2052, Anonymous: 4, Private_Dirty: 4, FilePmdMapped: 2048 })
    assertInvariants(m.kernel)
  })
})

describe('a huge entry of a file goes', () => {
  const mapped = (): Machine => {
    const m = new Machine()
    m.mapFile(m.file('data', 2 * HUGE), 2 * HUGE, MAP_SHARED)
    m.read(AT)
    m.write(AT + HUGE)
    return m
  }
  it.each<[string, (m: Machine) => void, number]>([
    ['when a part of it gets another protection', (m) => m.sys.mprotect(AT + 20 * PAGE, PAGE, PROT_READ), 2048],
    ['when a part of it is unmapped', (m) => m.sys.munmap(AT + HUGE, PAGE), 2048],
    ['when a part of it is not needed', (m) => m.sys.madvise(AT, PAGE, MADV_DONTNEED), 2048],
    ['but not when all of it gets another protection', (m) => m.sys.mprotect(AT, HUGE, PROT_READ), 4096],
  ])('%s', (_how, act, left) => {
    const m = mapped()
    act(m)
    const kept = mappingsOf(m.kernel, m.task.pid)
      .filter(({ vma }) => vma && vma.start >= AT && vma.end <= AT + 2 * HUGE)
      .map((mapping) => smapsOf(m.kernel, m.task.pid, mapping).FilePmdMapped)
    expect(kept.reduce((sum, kb) => sum + kb, 0)).toBe(left)
    expect(m.mm.rss.file).toBeGreaterThanOrEqual(left / 4)
    assertInvariants(m.kernel)
  })

  it('in a child, which finds the folio by a fault of its own', () => {
    const m = mapped()
    const child = m.sys.fork()
    const rss = m.kernel.tasks.get(child)!.mm!.rss.file
    expect(rss).toBeLessThan(512)
    assertInvariants(m.kernel)
  })

  it('and moves as one where both places allow', () => {
    const m = mapped()
    m.sys.mremap(AT, 2 * HUGE, 2 * HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, OTHER)
    expect(m.smaps(OTHER).FilePmdMapped).toBe(4096)
    m.sys.mremap(OTHER, 2 * HUGE, 2 * HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, AT + PAGE)
    expect(m.smaps(AT + PAGE).Rss).toBe(0)
    assertInvariants(m.kernel)
  })

  it('with the address space, and nothing is missing then', () => {
    const m = mapped()
    m.kernel.exit(m.task, 0, 0)
    expect(leaks(m.kernel, m.freeAfterBoot)).toEqual([])
  })
})

describe('a file cut off inside a folio', () => {
  it('keeps the folio whole while it is dirty, with zeros behind the end', () => {
    const m = new Machine()
    const fd = m.file('data', HUGE)
    m.mapFile(fd, HUGE, MAP_SHARED)
    m.write(AT + 300 * PAGE)
    m.sys.ftruncate(fd, 10 * PAGE)
    expect([m.meminfo('FileHugePages'), m.smaps().Rss]).toEqual([2048, 0])
    assertInvariants(m.kernel)
    expect(m.costOf(() => m.read(AT))).toMatchObject({ minFlt: 1, file: 1 })
    m.sys.ftruncate(fd, HUGE)
    expect(m.user.readU8(AT + 300 * PAGE)).toBe(0)
    assertInvariants(m.kernel)
  })

  it('splits a clean one', () => {
    const m = new Machine()
    const fd = m.file('data', HUGE)
    m.mapFile(fd, HUGE, MAP_SHARED)
    m.read(AT)
    m.sys.ftruncate(fd, 10 * PAGE)
    expect([m.meminfo('FileHugePages'), m.smaps().Rss]).toEqual([0, 0])
    assertInvariants(m.kernel)
  })
})

// ---- whatever is done -----------------------------------------------------------------------------------------------

const page = fc.oneof(fc.constantFrom(0, 512, 1024, 1536), fc.nat(1535))
const pages = fc.oneof(fc.constantFrom(1, 512, 1024), fc.integer({ min: 1, max: 1536 }))
const call = fc.constantFrom(
  ...[
    'read',
    'read',
    'write',
    'write',
    'map',
    'msync',
    'munmap',
    'mprotect',
    'mremap',
    'madvise',
    'ftruncate',
    'pwrite',
    'fork',
  ],
)
const step = fc.record({ call, page, pages, choice: fc.nat(11) })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const PROTS = [0, PROT_READ, RW]
const ADVICE = [MADV_COLD, MADV_DONTNEED, MADV_HUGEPAGE, MADV_NOHUGEPAGE, 21, 22, 23]

/** Accesses that end in a signal are no business of this test. */
function attempt(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof UserFault)) throw error
  }
}

function play(m: Machine, fd: number, { call: what, page: first, pages: count, choice }: Step): void {
  const start = AT + first * PAGE
  const length = count * PAGE
  const how = choice % 2 === 0 ? MAP_SHARED : MAP_PRIVATE
  const { sys } = m
  if (what === 'read') return attempt(() => m.read(start))
  if (what === 'write') return attempt(() => m.write(start))
  if (what === 'map') return void sys.mmap(start, length, RW, how | MAP_FIXED, fd, choice > 2 ? first * PAGE : 0)
  if (what === 'msync') return void sys.msync(start, length, MS_SYNC)
  if (what === 'munmap') return void sys.munmap(start, length)
  if (what === 'mprotect') return void sys.mprotect(start, length, PROTS[choice % PROTS.length])
  if (what === 'madvise') return void sys.madvise(start, length, ADVICE[choice % ADVICE.length])
  if (what === 'ftruncate') return void sys.ftruncate(fd, first * PAGE + choice)
  if (what === 'pwrite') return void sys.pwrite(fd, vaddr(BUFFER), length, first * PAGE + (choice > 8 ? choice : 0))
  if (what === 'fork') return m.kernel.tasks.mms.length < 3 ? void sys.fork() : undefined
  const to = OTHER + (choice > 5 ? first : choice) * PAGE
  return void sys.mremap(start, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, to)
}

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 8)
const seed = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED'])

it('all invariants hold, whatever is done to a file of 6 MiB, and after going back', { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }), (steps) => {
      const m = new Machine()
      const fd = m.file('data', 3 * HUGE)
      m.mapFile(fd, 3 * HUGE, MAP_SHARED)
      const middle = steps.length >> 1
      const all = (some: readonly Step[]): void => {
        for (const each of some) {
          play(m, fd, each)
          assertInvariants(m.kernel)
        }
      }
      all(steps.slice(0, middle))
      const { registry, trace } = m.kernel
      const snapshot = registry.snapshot()
      all(steps.slice(middle))
      const end = registry.hash() + trace.hash
      registry.restore(snapshot)
      all(steps.slice(middle))
      expect(registry.hash() + trace.hash).toBe(end)
    }),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  )
})

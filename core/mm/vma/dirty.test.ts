import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, vaddr } from '../../base/index.js'
import { PMD_SIZE } from '../../arch/x86/index.js'
import {
  MADV_FREE,
  MADV_HUGEPAGE,
  MADV_PAGEOUT,
  MADV_POPULATE_WRITE,
  MAP_ANONYMOUS,
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
} from '../../kernel/uapi/index.js'
import { counters, runReadout } from '../../proc/index.js'
import { debian12, profiles, type Profile } from '../../profiles/index.js'
import { assertInvariants } from '../../testing/invariants.js'
import { DRAWING, TestMachine } from '../../testing/machine.js'

const RW = PROT_READ | PROT_WRITE
const PAGE = PAGE_SIZE
/** Zeros, to write to files from; and what programs of the property test map. */
const BUFFER = DRAWING + 0x1000_0000
const PAGES = 24

/** A machine whose processes take turns as the test wants. */
class Family extends TestMachine {
  constructor(profile: Profile = debian12) {
    super(profile)
    this.map(PAGES, RW, BUFFER, MAP_FIXED)
  }

  /** The process does something as the running one. */
  as<T>(pid: number, act: () => T): T {
    while (this.task.pid !== pid) {
      this.kernel.scheduler.yield()
      this.kernel.scheduler.pick()
    }
    return act()
  }

  read(at: number, pages: number): void {
    for (let i = 0; i < pages; i++) this.user.readU8(at + i * PAGE)
  }
  write(at: number, pages: number): void {
    for (let i = 0; i < pages; i++) this.user.writeU8(at + i * PAGE, 1)
  }

  /** A new file with so many pages that nobody has synced, made by one write(2). */
  file(name: string, pages: number): number {
    const fd = this.sys.open(name, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    this.sys.write(fd, vaddr(BUFFER), pages * PAGE)
    return fd
  }

  mapFile(fd: number, how: number, pages: number): number {
    return this.sys.mmap(0, pages * PAGE, how === MAP_SHARED ? RW : PROT_READ, how, fd, 0)
  }

  sharedMemory(pages: number): number {
    return this.sys.mmap(0, pages * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
  }

  /** Pages that smaps says are dirty, in its text. */
  smaps(pid: number): number {
    const { text } = runReadout(this.kernel, `cat /proc/${pid}/smaps`, pid)
    return (
      [...text.matchAll(/^(?:Shared|Private)_Dirty: +(\d+) kB$/gm)].reduce((sum, [, kb]) => sum + Number(kb), 0) / 4
    )
  }

  /** Pages the process has dirty, by its counter, which the text must bear out. */
  dirty(pid = this.task.pid): number {
    const counted = counters(this.kernel, pid).dirtyKb / 4
    expect(this.smaps(pid)).toBe(counted)
    return counted
  }

  /** What `act` adds to that. */
  adds(act: () => void, pid = this.task.pid): number {
    const before = this.dirty(pid)
    act()
    assertInvariants(this.kernel)
    return this.dirty(pid) - before
  }
}

describe('a page counts as dirty that the process did not write', () => {
  it('when it is read in a child after the parent wrote to shared memory', () => {
    const m = new Family()
    const at = m.sharedMemory(8)
    m.write(at, 4)
    const parent = m.task.pid
    const child = m.sys.fork()
    expect(m.adds(() => m.as(child, () => m.read(at, 8)), child)).toBe(4)
    expect(m.adds(() => m.as(parent, () => m.write(at + 4 * PAGE, 2)), child)).toBe(2)
  })

  it('when write(2) left it in the file that a private mapping shows, until it is synced', () => {
    const m = new Family()
    const fd = m.file('data', 16)
    const at = m.mapFile(fd, MAP_PRIVATE, 16)
    expect(m.adds(() => m.read(at, 16))).toBe(16)
    expect(m.adds(() => m.sys.fsync(fd))).toBe(-16)
    expect(m.adds(() => m.sys.pwrite(fd, vaddr(BUFFER), 1, 3 * PAGE))).toBe(16)
  })

  it('when one page of its folio was written, by whomever; where folios are single pages it does not', () => {
    const added = (profile: Profile): number[] => {
      const m = new Family(profile)
      const fd = m.file('data', 16)
      m.sys.fsync(fd)
      const shown = m.mapFile(fd, MAP_PRIVATE, 16)
      const shared = m.mapFile(fd, MAP_SHARED, 16)
      m.read(shown, 16)
      m.read(shared, 16)
      return [
        m.adds(() => m.write(shared + 5 * PAGE, 1)),
        m.adds(() => m.sys.msync(shared + 5 * PAGE, PAGE, MS_SYNC)),
        m.adds(() => m.sys.munmap(shown, 16 * PAGE)),
      ]
    }
    expect(profiles.map(added)).toEqual(profiles.map(({ largeFolios }) => (largeFolios ? [32, -32, 0] : [2, -2, 0])))
  })

  it('when another process has unmapped it with a dirty entry', () => {
    const m = new Family()
    const at = m.sharedMemory(8)
    const parent = m.task.pid
    m.read(at, 8)
    const child = m.sys.fork()
    m.as(child, () => m.read(at, 8))
    expect(m.adds(() => m.as(child, () => m.write(at + 2 * PAGE, 2)), parent)).toBe(0)
    expect(m.adds(() => m.as(child, () => m.sys.munmap(at, 3 * PAGE)), parent)).toBe(1)
    expect(m.adds(() => m.kernel.exit(m.task, 0, 0), parent)).toBe(1)
  })

  it('also when the same process maps it twice and takes one mapping away', () => {
    const m = new Family()
    const fd = m.sys.memfdCreate('x', 0)
    m.sys.ftruncate(fd, 4 * PAGE)
    const one = m.mapFile(fd, MAP_SHARED, 4)
    const two = m.sys.mmap(0, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0)
    m.read(one, 4)
    m.read(two, 4)
    expect(m.adds(() => m.write(one, 3))).toBe(3)
    expect(m.adds(() => m.sys.munmap(one, 4 * PAGE))).toBe(0)
    expect(m.adds(() => m.sys.munmap(two, 2 * PAGE))).toBe(-2)
  })

  it('or both at once', () => {
    const m = new Family()
    const fd = m.sys.memfdCreate('x', 0)
    m.sys.ftruncate(fd, 4 * PAGE)
    const map = (at: number): number => m.sys.mmap(at, 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0)
    const parent = m.task.pid
    map(DRAWING)
    m.read(DRAWING, 4)
    m.as(m.sys.fork(), () => {
      map(DRAWING + 4 * PAGE)
      m.read(DRAWING, 8)
      m.write(DRAWING, 3)
    })
    expect(m.adds(() => m.sys.munmap(DRAWING, 8 * PAGE))).toBe(-3)
    map(DRAWING)
    map(DRAWING + 4 * PAGE)
    m.read(DRAWING, 8)
    m.write(DRAWING + 3 * PAGE, 1)
    expect(m.adds(() => m.kernel.exit(m.task, 0, 0), parent)).toBe(1)
  })

  it('when it was populated for writing: then MADV_PAGEOUT keeps it, until MADV_FREE gives it up again', () => {
    const m = new Family()
    const at = m.map(4)
    m.write(at, 4)
    expect(m.adds(() => m.sys.madvise(at, 4 * PAGE, MADV_FREE))).toBe(-4)
    expect(m.adds(() => m.sys.madvise(at, 2 * PAGE, MADV_POPULATE_WRITE))).toBe(2)
    expect(m.costOf(() => m.sys.madvise(at, 4 * PAGE, MADV_PAGEOUT)).anon).toBe(-2)
    expect(m.adds(() => m.sys.madvise(at, 4 * PAGE, MADV_PAGEOUT))).toBe(0)
    expect(m.adds(() => m.sys.madvise(at, 4 * PAGE, MADV_FREE))).toBe(-2)
  })

  it('with all the pages of its huge page, however they are mapped', () => {
    const m = new Family()
    const at = Math.ceil(m.map(1024, RW) / PMD_SIZE) * PMD_SIZE
    m.sys.madvise(at, PMD_SIZE, MADV_HUGEPAGE)
    m.write(at, 1)
    m.sys.mprotect(at, PAGE, PROT_READ)
    m.sys.mprotect(at, PAGE, RW)
    const anon = m.mm.rss.anon
    expect(m.adds(() => m.sys.madvise(at, PMD_SIZE, MADV_FREE))).toBe(-512)
    expect(m.adds(() => m.sys.madvise(at + 7 * PAGE, PAGE, MADV_POPULATE_WRITE))).toBe(512)
    expect(m.mm.rss.anon).toBe(anon)
  })
})

describe('a page that was cut off its file', () => {
  it('leaves the count of all who mapped it', () => {
    const m = new Family()
    const fd = m.file('data', 8)
    const at = m.mapFile(fd, MAP_PRIVATE, 8)
    const before = m.dirty()
    m.read(at, 8)
    m.sys.ftruncate(fd, 2 * PAGE)
    m.read(at, 2)
    assertInvariants(m.kernel)
    expect(m.dirty() - before).toBe(2)
  })
})

// ---- whatever they do -----------------------------------------------------------------------------------------------

const page = fc.nat(PAGES - 1)
const pages = fc.integer({ min: 1, max: 9 })
const range = { page, pages }
const which = fc.constantFrom(0, 1)
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('map'), ...range, file: which, how: fc.constantFrom(1, 2), from: page }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mapShared'), ...range }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('read', 'write', 'write'), ...range }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pwrite'), ...range, file: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fsync'), file: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('msync', 'munmap'), ...range }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ftruncate'), page, file: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mremap'), ...range, to: page }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('mprotect'), ...range, prot: fc.constantFrom(0, PROT_READ, RW) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('madvise'), ...range, advice: fc.constantFrom(4, 8, 9, 20, 21, 22, 23) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('fork', 'exit'), page }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn'), page }) },
)
type Step = Partial<Record<'page' | 'pages' | 'file' | 'how' | 'from' | 'to' | 'prot' | 'advice', number>> & {
  do: string
}

const at = (of: number | undefined): number => DRAWING + (of ?? 0) * PAGE

/** Accesses that end in a signal are no business of this test. */
function attempt(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof UserFault)) throw error
  }
}

function play(m: Family, fds: readonly number[], { do: what, ...of }: Step): void {
  const start = at(of.page)
  const length = (of.pages ?? 0) * PAGE
  const fd = fds[of.file ?? 0]
  const living = m.kernel.tasks.processes.filter(({ state }) => state === 'R')
  const next = living[(of.page ?? 0) % living.length].pid
  switch (what) {
    case 'map':
      return void m.sys.mmap(start, length, RW, of.how! | MAP_FIXED, fd, of.from! * PAGE)
    case 'mapShared':
      return void m.sys.mmap(start, length, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
    case 'read':
      return attempt(() => m.read(start, of.pages!))
    case 'write':
      return attempt(() => m.write(start, of.pages!))
    case 'pwrite':
      return void m.sys.pwrite(fd, vaddr(BUFFER), length, of.page! * PAGE)
    case 'fsync':
      return void m.sys.fsync(fd)
    case 'msync':
      return void m.sys.msync(start, length, MS_SYNC)
    case 'munmap':
      return void m.sys.munmap(start, length)
    case 'ftruncate':
      return void m.sys.ftruncate(fd, of.page! * PAGE)
    case 'mremap':
      return void m.sys.mremap(start, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, at(of.to! + PAGES))
    case 'mprotect':
      return void m.sys.mprotect(start, length, of.prot!)
    case 'madvise':
      return void m.sys.madvise(start, length, of.advice!)
    case 'fork':
      return living.length < 4 ? void m.sys.fork() : undefined
    case 'exit':
      if (living.length === 1) return
      m.kernel.exit(m.task, 0, 0)
      return m.as(m.kernel.tasks.processes.find(({ state }) => state === 'R')!.pid, () => undefined)
    case 'turn':
      return m.as(next, () => undefined)
  }
}

/** Two synced files, and of the first one and of shared memory mappings that were read, in two processes. */
function furnished(m: Family): number[] {
  const fds = [m.file('one', PAGES), m.file('two', 5)]
  for (const fd of fds) m.sys.fsync(fd)
  m.sys.mmap(at(0), 8 * PAGE, RW, MAP_SHARED | MAP_FIXED, fds[0], 0)
  m.sys.mmap(at(8), 8 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fds[0], 4 * PAGE)
  m.sys.mmap(at(16), 8 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
  m.read(at(0), PAGES)
  m.as(m.sys.fork(), () => m.read(at(0), PAGES))
  return fds
}

function check(m: Family): void {
  assertInvariants(m.kernel)
  for (const { pid, mm } of m.kernel.tasks.processes) if (mm) m.dirty(pid)
}

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 8)
const seed = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED'])

describe.each(profiles.map((p) => [p.id, p] as const))(
  'processes that share files and memory on %s',
  (_id, profile) => {
    it('have dirty what smaps says, after every step and after going back', { timeout: 600_000 }, () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), (steps: Step[]) => {
          const m = new Family(profile)
          const fds = furnished(m)
          const middle = steps.length >> 1
          for (const each of steps.slice(0, middle)) {
            play(m, fds, each)
            check(m)
          }
          const { registry, trace } = m.kernel
          const snapshot = registry.snapshot()
          for (const each of steps.slice(middle)) {
            play(m, fds, each)
            check(m)
          }
          const end = registry.hash() + trace.hash
          registry.restore(snapshot)
          check(m)
          for (const each of steps.slice(middle)) play(m, fds, each)
          check(m)
          expect(registry.hash() + trace.hash).toBe(end)
        }),
        { numRuns, ...(seed === undefined ? {} : { seed }) },
      )
    })
  },
)

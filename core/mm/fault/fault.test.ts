import { describe, expect, it } from 'vitest'
import { PAGE_SIZE } from '../../base/index.js'
import {
  PMD_SIZE,
  PTE_ACCESSED,
  PTE_DIRTY,
  PTE_NX_HIGH,
  PTE_RW,
  PTE_SPECIAL,
  STACK_GUARD_GAP,
} from '../../arch/x86/index.js'
import {
  BUS_ADRERR,
  MAP_FIXED,
  MAP_NORESERVE,
  MAP_PRIVATE,
  ProcessEnded,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  SEGV_ACCERR,
  SEGV_MAPERR,
  SIGBUS,
  SIGSEGV,
  UserFault,
} from '../../kernel/uapi/index.js'
import { debian12, profiles } from '../../profiles/index.js'
import { assertInvariants } from '../../testing/invariants.js'
import { DRAWING, TestMachine } from '../../testing/machine.js'
import { thrown } from '../../testing/thrown.js'
import { FaultAction, faultFacts, Tracepoint } from '../../trace/index.js'
import type { Inode } from '../backing/index.js'
import { ZoneIndex } from '../phys/index.js'
import { mmap, VM_GROWSDOWN } from '../vma/index.js'
import { Access } from './index.js'

const RW = PROT_READ | PROT_WRITE

/** A file of so many pages, page i starting with the byte i + 1; `cached` of them (default all) in the page cache. */
function file(
  m: TestMachine,
  pages: number,
  cached = Array.from({ length: pages }, (_, i) => i),
  size = pages * PAGE_SIZE,
): Inode {
  const disk = Array.from({ length: pages }, (_, i) => ({ offset: i * PAGE_SIZE, bytes: Uint8Array.of(i + 1) }))
  const inode = m.kernel.parts.cache.create({ ino: 77, path: '/data', device: '08:01', size, disk })
  for (const index of cached) m.kernel.parts.cache.read(inode, index)
  return inode
}

const mapFile = (m: TestMachine, inode: Inode, addr: number, pages: number, prot = PROT_READ, firstPage = 0): number =>
  mmap(m.kernel.parts.mm, m.mm, {
    addr,
    length: pages * PAGE_SIZE,
    prot,
    flags: MAP_PRIVATE | MAP_FIXED,
    file: inode.ino,
    offset: firstPage * PAGE_SIZE,
  })

/** Which of the pages from `start` have an entry: '#' or '.'. */
const mapped = (m: TestMachine, start: number, pages: number): string =>
  Array.from({ length: pages }, (_, i) => (m.pte(start + i * PAGE_SIZE) === 0 ? '.' : '#')).join('')

const lastAction = (m: TestMachine): number =>
  faultFacts(m.kernel.trace.recent(20).findLast((event) => event.point === Tracepoint.PageFault)!.data[1]).action

const nothing = { minFlt: 0, majFlt: 0, anon: 0, file: 0 }

describe.each(profiles.map((p) => [p.id, p] as const))('anonymous memory on %s', (_id, profile) => {
  it('read first: the zero page, one minor fault, no rss; written then: one more and a page', () => {
    const m = new TestMachine(profile)
    const at = m.map(4, RW, DRAWING)
    expect(m.costOf(() => expect(m.user.readU32(at)).toBe(0))).toEqual({ ...nothing, minFlt: 1 })
    expect(lastAction(m)).toBe(FaultAction.ZeroPage)
    expect(m.frame(at)).toBe(m.kernel.parts.zeroPage)
    expect(m.pte(at) & (PTE_SPECIAL | PTE_ACCESSED | PTE_DIRTY | PTE_RW)).toBe(PTE_SPECIAL | PTE_ACCESSED)
    assertInvariants(m.kernel)
    expect(m.costOf(() => m.user.writeU32(at, 7))).toEqual({ ...nothing, minFlt: 1, anon: 1 })
    expect(lastAction(m)).toBe(FaultAction.ZeroPageCow)
    expect(m.pte(at) & (PTE_SPECIAL | PTE_DIRTY | PTE_RW)).toBe(PTE_DIRTY | PTE_RW)
    expect(m.user.readU32(at)).toBe(7)
    assertInvariants(m.kernel)
  })

  it('written first: one fault, a page of zeros, and no more faults', () => {
    const m = new TestMachine(profile)
    const at = m.map(4, RW, DRAWING)
    expect(m.costOf(() => m.user.writeU8(at + 5, 1))).toEqual({ ...nothing, minFlt: 1, anon: 1 })
    expect(lastAction(m)).toBe(FaultAction.AnonPage)
    expect(m.user.readU64(at)).toBe(0x0000_0100_0000_0000n)
    expect(m.costOf(() => m.user.writeU8(at + PAGE_SIZE - 1, 1))).toEqual(nothing)
  })

  it('costs one fault a page: 4096 pages, 4096 faults, 16 MiB of rss', () => {
    const m = new TestMachine(profile, { ramPages: 32768 })
    const at = m.map(4096, RW, DRAWING)
    const readAll = (): void => {
      for (let page = 0; page < 4096; page++) m.user.readU8(at + page * PAGE_SIZE)
    }
    const writeAll = (): void => {
      for (let page = 0; page < 4096; page++) m.user.writeU8(at + page * PAGE_SIZE, 1)
    }
    expect(m.costOf(readAll)).toEqual({ ...nothing, minFlt: 4096 })
    expect(m.costOf(writeAll)).toEqual({ ...nothing, minFlt: 4096, anon: 4096 })
    assertInvariants(m.kernel)
  })

  it('has NX unless the mapping is executable', () => {
    const m = new TestMachine(profile)
    const at = m.map(1, RW, DRAWING)
    const code = m.map(1, RW | PROT_EXEC, DRAWING + 8 * PAGE_SIZE)
    const { tables } = m.kernel.parts
    for (const address of [at, code]) m.user.writeU8(address, 0xc3)
    const high = (address: number): number => tables.high(tables.find(m.mm.pgd, address)) & PTE_NX_HIGH
    expect([high(at), high(code)]).toEqual([PTE_NX_HIGH, 0])
    expect(m.costOf(() => m.user.touch(code, Access.Exec))).toEqual(nothing)
  })
})

describe('private file memory', () => {
  it('is mapped with the cached pages of its 64 kB window by one read', () => {
    const m = new TestMachine()
    const at = mapFile(m, file(m, 64), DRAWING, 64)
    expect(m.costOf(() => expect(m.user.readU8(at + 20 * PAGE_SIZE)).toBe(21))).toEqual({
      ...nothing,
      minFlt: 1,
      file: 16,
    })
    expect(mapped(m, at, 64)).toBe('.'.repeat(16) + '#'.repeat(16) + '.'.repeat(32))
    expect(m.costOf(() => m.user.readU8(at + 31 * PAGE_SIZE))).toEqual(nothing)
    expect(m.pte(at + 31 * PAGE_SIZE) & (PTE_ACCESSED | PTE_DIRTY | PTE_RW)).toBe(PTE_ACCESSED)
    assertInvariants(m.kernel)
  })

  it('cuts the window at the end of the mapping, and starts it with the mapping', () => {
    const m = new TestMachine()
    const inode = file(m, 64)
    const at = mapFile(m, inode, DRAWING + 5 * PAGE_SIZE, 24)
    m.user.readU8(at)
    expect(mapped(m, at, 24)).toBe('#'.repeat(16) + '.'.repeat(8))
    m.user.readU8(at + 23 * PAGE_SIZE)
    expect(mapped(m, at, 24)).toBe('#'.repeat(24))
  })

  it('cuts the window at the end of the page table', () => {
    const m = new TestMachine()
    const start = DRAWING + PMD_SIZE - (DRAWING % PMD_SIZE) - 5 * PAGE_SIZE
    mapFile(m, file(m, 40), start, 40)
    m.user.readU8(start)
    expect(mapped(m, start, 40)).toBe('#'.repeat(5) + '.'.repeat(35))
    m.user.readU8(start + 6 * PAGE_SIZE)
    expect(mapped(m, start, 40)).toBe('#'.repeat(21) + '.'.repeat(19))
    assertInvariants(m.kernel)
  })

  it.each([0, 4, 15])(
    'is laid by address, not by file: the last page, %s pages into the window, brings those',
    (pages) => {
      // A mapping of 256 pages; Linux 6.18 showed 4, 20 and 64 kB for the last page of a MiB of shared memory.
      const m = new TestMachine()
      const first = DRAWING - (DRAWING % PMD_SIZE) + PMD_SIZE + (pages + 1) * PAGE_SIZE
      const at = mapFile(m, file(m, 300), first, 256)
      m.user.readU8(at + 255 * PAGE_SIZE)
      expect(mapped(m, at, 256)).toBe('.'.repeat(255 - pages) + '#'.repeat(pages + 1))
    },
  )

  it('maps what is in the page cache and nothing else around the touched page', () => {
    const m = new TestMachine()
    const at = mapFile(m, file(m, 16, [1, 3, 4, 5]), DRAWING, 16)
    expect(m.costOf(() => m.user.readU8(at + 4 * PAGE_SIZE))).toEqual({ ...nothing, minFlt: 1, file: 4 })
    expect(mapped(m, at, 16)).toBe('.#.###..........')
  })

  it('that is not cached costs a major fault, which reads what lies around it too', () => {
    const m = new TestMachine()
    const at = mapFile(m, file(m, 16, []), DRAWING, 16)
    expect(m.costOf(() => expect(m.user.readU8(at + 2 * PAGE_SIZE)).toBe(3))).toEqual({
      ...nothing,
      majFlt: 1,
      file: 16,
    })
    assertInvariants(m.kernel)
  })

  it('starts at the offset it was mapped with', () => {
    const m = new TestMachine()
    const at = mapFile(m, file(m, 16), DRAWING, 4, PROT_READ, 10)
    expect(m.user.readU8(at + PAGE_SIZE)).toBe(12)
    assertInvariants(m.kernel)
  })

  it('is copied at once by a write, and nothing around it is mapped', () => {
    const m = new TestMachine()
    const at = mapFile(m, file(m, 16), DRAWING, 16, RW)
    expect(m.costOf(() => m.user.writeU8(at + PAGE_SIZE + 1, 9))).toEqual({ ...nothing, minFlt: 1, anon: 1 })
    expect(lastAction(m)).toBe(FaultAction.FileCow)
    expect(mapped(m, at, 4)).toBe('.#..')
    expect(m.user.readU16(at + PAGE_SIZE)).toBe(0x0902)
    assertInvariants(m.kernel)
  })

  it('is copied by a write after a read: the file page leaves rss, the copy enters', () => {
    const m = new TestMachine()
    const inode = file(m, 16)
    const at = mapFile(m, inode, DRAWING, 16, RW)
    m.user.readU8(at)
    expect(m.costOf(() => m.user.writeU8(at, 200))).toEqual({ ...nothing, minFlt: 1, anon: 1, file: -1 })
    expect(lastAction(m)).toBe(FaultAction.PageCow)
    expect(m.user.readU8(at)).toBe(200)
    const cached = m.kernel.parts.cache.find(inode, 0)
    expect(m.kernel.parts.arena.u8[m.kernel.parts.contents.readable(cached)]).toBe(1)
    assertInvariants(m.kernel)
    m.sys.munmap(at, 16 * PAGE_SIZE)
    expect(m.kernel.parts.map.refcount[cached]).toBe(1)
    assertInvariants(m.kernel)
  })

  it('past the end of the file is SIGBUS, not counted; the rest of the last page is zeros', () => {
    const m = new TestMachine()
    const at = mapFile(m, file(m, 2, [0, 1], PAGE_SIZE + 1), DRAWING, 4)
    expect(m.user.readU16(at + PAGE_SIZE)).toBe(2)
    const cost = m.costOf(() => {
      const fault = thrown(() => m.user.readU8(at + 2 * PAGE_SIZE)) as UserFault
      expect([fault.signal, fault.code, fault.address]).toEqual([SIGBUS, BUS_ADRERR, at + 2 * PAGE_SIZE])
    })
    expect(cost).toEqual(nothing)
    assertInvariants(m.kernel)
  })
})

describe('refused accesses', () => {
  const refused = (m: TestMachine, act: () => unknown): [number, number, boolean] => {
    let fault: unknown
    expect(m.costOf(() => (fault = thrown(act)))).toEqual(nothing)
    expect(fault).toBeInstanceOf(UserFault)
    const { signal, code, write } = fault as UserFault
    return [signal, code, write]
  }

  it.each([
    ['no mapping at all', 0, SEGV_MAPERR],
    ['a hole', DRAWING - PAGE_SIZE, SEGV_MAPERR],
    ['the kernel half', 0xffff_8000_0000_0000, SEGV_MAPERR],
    ['the first byte past user space', 0x7fff_ffff_f000, SEGV_MAPERR],
  ])('%s: SIGSEGV, MAPERR, not counted', (_what, address, code) => {
    const m = new TestMachine()
    expect(refused(m, () => m.user.readU8(address))).toEqual([SIGSEGV, code, false])
    expect(refused(m, () => m.user.writeU8(address, 1))).toEqual([SIGSEGV, code, true])
    assertInvariants(m.kernel)
  })

  it('a mapping that forbids it: SIGSEGV, ACCERR, not counted', () => {
    const m = new TestMachine()
    const read = m.map(1, PROT_READ, DRAWING)
    const none = m.map(1, PROT_NONE, DRAWING + 4 * PAGE_SIZE)
    m.user.readU8(read)
    expect(refused(m, () => m.user.writeU8(read, 1))).toEqual([SIGSEGV, SEGV_ACCERR, true])
    expect(refused(m, () => m.user.readU8(none))).toEqual([SIGSEGV, SEGV_ACCERR, false])
    expect(refused(m, () => m.user.touch(read, Access.Exec))).toEqual([SIGSEGV, SEGV_ACCERR, false])
  })

  it('a write-only mapping can be read: x86 has no such protection', () => {
    const m = new TestMachine()
    const at = m.map(1, PROT_WRITE, DRAWING)
    m.user.writeU8(at, 3)
    expect(m.user.readU8(at)).toBe(3)
  })
})

describe('the stack', () => {
  const stackOf = (m: TestMachine) => [...m.mm.vmas].find((vma) => vma.flags & VM_GROWSDOWN)!

  it('grows down to exactly the touched page', () => {
    const m = new TestMachine()
    const stack = stackOf(m)
    const { start } = stack
    const { totalVm, stackVm } = m.mm
    expect(m.costOf(() => m.user.writeU8(start - 10 * PAGE_SIZE + 100, 1))).toEqual({ ...nothing, minFlt: 1, anon: 1 })
    expect(stackOf(m).start).toBe(start - 10 * PAGE_SIZE)
    expect([m.mm.totalVm - totalVm, m.mm.stackVm - stackVm]).toEqual([10, 10])
    assertInvariants(m.kernel)
  })

  it('grows up to its limit and not a byte further', () => {
    const m = new TestMachine(debian12, { stackLimit: 1024 * 1024 })
    const stack = stackOf(m)
    const lowest = stack.end - 1024 * 1024
    expect((thrown(() => m.user.writeU8(lowest - 1, 1)) as UserFault).code).toBe(SEGV_MAPERR)
    m.user.writeU8(lowest, 1)
    expect(stack.end - stackOf(m).start).toBe(1024 * 1024)
    expect((thrown(() => m.user.writeU8(lowest - 1, 1)) as UserFault).code).toBe(SEGV_MAPERR)
  })

  it('keeps 256 pages to an accessible mapping below, not to an inaccessible one', () => {
    for (const [prot, grows] of [
      [RW, false],
      [PROT_NONE, true],
    ] as const) {
      const m = new TestMachine()
      const stack = stackOf(m)
      m.map(1, prot, stack.start - STACK_GUARD_GAP - 8 * PAGE_SIZE, MAP_FIXED)
      const furthest = stack.start - 7 * PAGE_SIZE
      m.user.writeU8(furthest, 1)
      expect(stackOf(m).start).toBe(furthest)
      const fault = thrown(() => m.user.writeU8(furthest - 1, 1))
      expect(fault === undefined).toBe(grows)
    }
  })

  it('grows also when the access itself is refused', () => {
    const m = new TestMachine()
    const stack = stackOf(m)
    const below = stack.start - PAGE_SIZE
    expect((thrown(() => m.user.touch(below, Access.Exec)) as UserFault).code).toBe(SEGV_ACCERR)
    expect(stackOf(m).start).toBe(below)
  })
})

describe('out of memory', () => {
  it('kills the task and leaves a sound machine that has its pages back', () => {
    const m = new TestMachine(debian12, { ramPages: 16384 })
    const at = m.map(16384, RW, DRAWING, MAP_NORESERVE)
    const error = thrown(() => m.user.fill(at, 1, 16384 * PAGE_SIZE))
    expect(error).toBeInstanceOf(ProcessEnded)
    expect((error as ProcessEnded).signal).toBe(9)
    const { buddy } = m.kernel.parts
    expect(buddy.totalPcp).toBe(0)
    for (const zone of [ZoneIndex.DMA, ZoneIndex.DMA32]) {
      const marks = buddy.watermarks(zone)!
      expect(buddy.nrFree[zone]).toBe(marks.min + marks.reserve[ZoneIndex.Normal])
    }
    assertInvariants(m.kernel)
    m.kernel.exit(m.task, 0, 9)
    assertInvariants(m.kernel)
  })
})

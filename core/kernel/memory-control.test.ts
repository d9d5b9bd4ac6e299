/** Answers and fault counts as a real Linux 6.18 gives them for the same calls. */
import { describe, expect, it } from 'vitest'
import { PAGE_SIZE } from '../base/index.js'
import { debian12 } from '../profiles/index.js'
import { mappingsOf } from '../proc/mappings.js'
import { smapsOf } from '../proc/smaps.js'
import { VM_LOCKED, VM_NORESERVE, vmaAt } from '../mm/vma/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { DRAWING, drawMappings, mapDrawn, TestMachine } from '../testing/machine.js'
import { fork } from './process/fork.js'
import {
  Errno,
  MADV_DONTNEED,
  MADV_FREE,
  MADV_POPULATE_READ,
  MADV_POPULATE_WRITE,
  MADV_SEQUENTIAL,
  MAP_FIXED,
  MAP_LOCKED,
  MAP_NORESERVE,
  MAP_POPULATE,
  MCL_FUTURE,
  PROT_EXEC,
  PROT_READ,
  RLIMIT_AS,
  RLIMIT_DATA,
} from './uapi/index.js'

const RW = 3
const KB64 = 16

function mapped(pages = KB64, prot = RW): TestMachine {
  const m = new TestMachine()
  m.map(pages, prot, DRAWING, MAP_FIXED)
  return m
}

const page = (n: number): number => DRAWING + n * PAGE_SIZE

describe('populating', () => {
  it('costs a fault a page: written where it may be, else the page of zeros', () => {
    const m = new TestMachine()
    expect(m.costOf(() => m.map(10, RW, DRAWING, MAP_FIXED | MAP_POPULATE))).toMatchObject({ minFlt: 10, anon: 10 })
    expect(m.costOf(() => m.map(5, 1, page(20), MAP_FIXED | MAP_POPULATE))).toMatchObject({ minFlt: 5, anon: 0 })
  })

  it('by advice goes on over what is there, and stops at a hole or where it is not allowed', () => {
    const m = mapped()
    expect(m.costOf(() => m.sys.madvise(page(0), 8 * PAGE_SIZE, MADV_POPULATE_READ)).minFlt).toBe(8)
    expect(m.costOf(() => m.sys.madvise(page(4), 8 * PAGE_SIZE, MADV_POPULATE_WRITE)).anon).toBe(8)
    expect(m.sys.madvise(page(14), 4 * PAGE_SIZE, MADV_POPULATE_WRITE)).toBe(-Errno.ENOMEM)
    m.sys.mprotect(page(0), PAGE_SIZE, 1)
    expect(m.sys.madvise(page(0), PAGE_SIZE, MADV_POPULATE_WRITE)).toBe(-Errno.EINVAL)
  })
})

describe('what populating touches', () => {
  // follow_page_pte with FOLL_TOUCH, mm/gup.c: the page is marked, its entry is not
  it('counts as referenced when the entries forget it', () => {
    const m = mapped(2)
    m.user.fill(DRAWING, 1, 2 * PAGE_SIZE)
    m.sys.madvise(DRAWING, 2 * PAGE_SIZE, MADV_FREE)
    m.sys.mlock(DRAWING, PAGE_SIZE, 0)
    const referenced = (at: number): number =>
      smapsOf(
        m.kernel,
        m.task.pid,
        mappingsOf(m.kernel, m.task.pid).find(({ vma }) => vma?.start === at)!,
      ).Referenced
    expect([referenced(DRAWING), referenced(page(1))]).toEqual([4, 0])
  })
})

describe('locking', () => {
  // folio_mark_accessed, mm/swap.c: a page that may not be evicted is never made active, and so stays referenced
  it('by one process keeps a page referenced that another brings in', () => {
    for (const locked of [true, false]) {
      const m = mapped(2)
      m.sys.mlock(DRAWING, PAGE_SIZE, 0)
      const child = fork(m.kernel)
      if (typeof child === 'number') throw new Error('fork')
      if (!locked) m.sys.munlock(DRAWING, PAGE_SIZE)
      m.kernel.tasks.run(child)
      m.sys.madvise(DRAWING, PAGE_SIZE, MADV_POPULATE_READ)
      const [shown] = mappingsOf(m.kernel, child.pid).filter(({ vma }) => vma?.start === DRAWING)
      expect(smapsOf(m.kernel, child.pid, shown).Referenced).toBe(locked ? 4 : 0)
    }
  })

  it('splits, brings in, and merges again when unlocked', () => {
    const m = mapped()
    expect(m.costOf(() => m.sys.mlock(page(0) + 100, 2 * PAGE_SIZE, 0)).minFlt).toBe(3)
    expect(vmaAt(m.mm, page(0))).toMatchObject({ end: page(3) })
    expect(m.mm.lockedVm).toBe(3)
    m.sys.munlock(page(0), KB64 * PAGE_SIZE)
    expect(vmaAt(m.mm, page(0))).toMatchObject({ end: page(KB64) })
    assertInvariants(m.kernel)
  })

  it('refuses holes after locking what comes before, inaccessible pages, and more than the limit', () => {
    const m = mapped()
    expect(m.sys.mlock(page(15), 2 * PAGE_SIZE, 0)).toBe(-Errno.ENOMEM)
    expect((vmaAt(m.mm, page(15))?.flags ?? 0) & VM_LOCKED).toBe(VM_LOCKED)
    m.map(1, 0, page(20), MAP_FIXED)
    expect(m.sys.mlock(page(20), PAGE_SIZE, 0)).toBe(-Errno.ENOMEM)
    m.map(4096, RW, page(100), MAP_FIXED)
    expect(m.sys.mlock(page(100), 4096 * PAGE_SIZE, 0)).toBe(-Errno.ENOMEM)
    expect(m.sys.mlockall(0)).toBe(-Errno.EINVAL)
  })

  it('keeps MADV_DONTNEED and MADV_FREE away', () => {
    const m = mapped()
    m.sys.mlock(page(0), PAGE_SIZE, 0)
    for (const advice of [MADV_DONTNEED, MADV_FREE])
      expect(m.sys.madvise(page(0), PAGE_SIZE, advice)).toBe(-Errno.EINVAL)
  })

  it('brings in what becomes writable, and not what is so already', () => {
    const m = mapped()
    m.sys.mlock(page(0), 4 * PAGE_SIZE, 0)
    expect(fork(m.kernel)).toBeTypeOf('object')
    expect(m.costOf(() => m.sys.mprotect(page(0), 4 * PAGE_SIZE, RW)).minFlt).toBe(0)
    m.sys.mprotect(page(0), 2 * PAGE_SIZE, PROT_READ)
    expect(m.costOf(() => m.sys.mprotect(page(0), 4 * PAGE_SIZE, RW)).minFlt).toBe(2)
    assertInvariants(m.kernel)
  })

  it('of the future locks what is mapped, and what becomes writable', () => {
    const m = new TestMachine()
    m.sys.mlockall(MCL_FUTURE)
    expect(m.costOf(() => m.map(8, RW, DRAWING, MAP_FIXED)).anon).toBe(8)
    m.map(8, 0, page(8), MAP_FIXED)
    expect(m.costOf(() => m.sys.mprotect(page(8), 8 * PAGE_SIZE, RW)).anon).toBe(8)
    expect(m.map(4096)).toBe(-Errno.EAGAIN)
    m.sys.munlockall()
    expect(m.mm.lockedVm).toBe(0)
    assertInvariants(m.kernel)
  })

  it('comes with MAP_LOCKED', () => {
    const m = new TestMachine()
    expect(m.costOf(() => m.map(8, RW, DRAWING, MAP_FIXED | MAP_LOCKED)).anon).toBe(8)
  })
})

describe('limits', () => {
  const limited = (m: TestMachine, resource: number, bytes: number): void => {
    m.task.group.rlimits[resource] = { soft: bytes, hard: bytes }
  }

  it('on the address space and on data refuse what goes beyond', () => {
    const m = new TestMachine()
    limited(m, RLIMIT_DATA, 1024 * 1024)
    expect(m.map(512)).toBe(-Errno.ENOMEM)
    expect(m.map(512, 1)).toBeGreaterThan(0)
    limited(m, RLIMIT_AS, 8 * 1024 * 1024)
    expect(m.map(4096, 0)).toBe(-Errno.ENOMEM)
  })

  it('refuse a promise larger than the machine, but not without a reserve', () => {
    const m = new TestMachine()
    expect(m.map(2 ** 28)).toBe(-Errno.ENOMEM)
    const at = m.map(2 ** 28, RW, 0, MAP_NORESERVE)
    expect((vmaAt(m.mm, at)?.flags ?? 0) & VM_NORESERVE).toBe(VM_NORESERVE)
    const readOnly = m.map(2 ** 28, 1)
    expect(m.sys.mprotect(readOnly, 2 ** 40, RW)).toBe(-Errno.ENOMEM)
  })

  it('refuse fork the copy of a mapping larger than the machine, but not of many that are so together', () => {
    const m = new TestMachine()
    const half = Math.floor(m.kernel.parts.buddy.totalManaged * 0.6)
    m.map(half, RW, DRAWING, MAP_FIXED)
    m.map(half, RW | PROT_EXEC, page(half), MAP_FIXED)
    expect(fork(m.kernel)).toBeTypeOf('object')
    m.sys.mprotect(page(half), half * PAGE_SIZE, RW)
    expect(fork(m.kernel)).toBe(-Errno.ENOMEM)
    assertInvariants(m.kernel)
  })

  it('count all promises of a fork in mode 2', () => {
    const m = new TestMachine(debian12, { overcommitMemory: 2 })
    const part = Math.floor(m.kernel.parts.buddy.totalManaged / 12)
    m.map(part, RW, DRAWING, MAP_FIXED)
    m.map(part, RW | PROT_EXEC, page(part), MAP_FIXED)
    expect(fork(m.kernel)).toBeTypeOf('object')
    expect(fork(m.kernel)).toBe(-Errno.ENOMEM)
    assertInvariants(m.kernel)
  })

  it('count all promises in mode 2', () => {
    const m = new TestMachine(debian12, { overcommitMemory: 2 })
    expect(m.map(2000)).toBeGreaterThan(0)
    expect(m.map(2000, RW, 0, MAP_NORESERVE)).toBe(-Errno.ENOMEM)
  })

  it('hold for the number of mappings', () => {
    const m = new TestMachine(debian12, { maxMapCount: 40 })
    m.map(64, RW, DRAWING, MAP_FIXED)
    let result = 0
    for (let n = 1; n < 63 && result === 0; n += 2) result = m.sys.munmap(page(n), PAGE_SIZE)
    expect(result).toBe(-Errno.ENOMEM)
    expect(m.sys.madvise(page(60), PAGE_SIZE, MADV_SEQUENTIAL)).toBe(-Errno.EAGAIN)
    assertInvariants(m.kernel)
  })
})

describe('mremap', () => {
  it('keeps pages and contents at a place of the caller’s choice, and can leave the old one empty', () => {
    const m = mapped()
    m.user.writeU8(page(3), 9)
    expect(m.sys.mremap(page(0), KB64 * PAGE_SIZE, KB64 * PAGE_SIZE, 7, page(100))).toBe(page(100))
    expect([m.user.readU8(page(103)), m.user.readU8(page(3))]).toEqual([9, 0])
    assertInvariants(m.kernel)
  })

  it('unlocks the whole mapping of which it leaves a part empty', () => {
    const m = mapped()
    m.sys.mlock(DRAWING, KB64 * PAGE_SIZE, 0)
    m.sys.mremap(page(4), 2 * PAGE_SIZE, 2 * PAGE_SIZE, 5, 0)
    expect(vmaAt(m.mm, DRAWING)).toMatchObject({ start: DRAWING, end: page(KB64) })
    expect(vmaAt(m.mm, DRAWING)!.flags & VM_LOCKED).toBe(0)
    assertInvariants(m.kernel)
  })

  it('moves several mappings at once when the length stays', () => {
    const m = mapped(4)
    m.map(4, 1, page(4), MAP_FIXED)
    expect(m.sys.mremap(page(0), 8 * PAGE_SIZE, 8 * PAGE_SIZE, 3, page(100))).toBe(page(100))
    expect(vmaAt(m.mm, page(100))?.end).toBe(page(104))
    expect(vmaAt(m.mm, page(0))).toBeUndefined()
    assertInvariants(m.kernel)
  })

  it('makes a range shorter that is several mappings, but makes none longer', () => {
    const m = new TestMachine()
    mapDrawn(m, 'AARR')
    expect(m.sys.mremap(DRAWING, 4 * PAGE_SIZE, 5 * PAGE_SIZE, 1, 0)).toBe(-Errno.EFAULT)
    expect(m.sys.mremap(DRAWING, 4 * PAGE_SIZE, 3 * PAGE_SIZE, 0, 0)).toBe(DRAWING)
    expect(drawMappings(m.mm, 4)).toBe('AAR.')
  })

  it('has an errno for each mistake', () => {
    const m = mapped()
    const call = (addr: number, from: number, to: number, flags: number, place = 0): number =>
      -m.sys.mremap(addr, from * PAGE_SIZE, to * PAGE_SIZE, flags, place)
    expect(call(page(0), 1, 1, 8)).toBe(Errno.EINVAL)
    expect(call(page(0) + 1, 1, 1, 1)).toBe(Errno.EINVAL)
    expect(call(page(0), 1, 0, 1)).toBe(Errno.EINVAL)
    expect(call(page(0), 0, 1, 1)).toBe(Errno.EINVAL)
    expect(call(page(0), 1, 1, 2, page(100))).toBe(Errno.EINVAL)
    expect(call(page(0), 4, 4, 3, page(2))).toBe(Errno.EINVAL)
    expect(call(page(0), 1, 2, 5)).toBe(Errno.EINVAL)
    expect(call(page(64), 1, 2, 1)).toBe(Errno.EFAULT)
    expect(call(page(14), 4, 8, 1)).toBe(Errno.EFAULT)
    expect(call(page(0), 4, 8, 0)).toBe(Errno.ENOMEM)
  })
})

describe('mincore', () => {
  it('calls resident what is mapped, the page of zeros too', () => {
    const m = mapped(4)
    m.user.writeU8(page(0), 1)
    m.user.readU8(page(1))
    expect(m.sys.mincore(page(0), 3 * PAGE_SIZE, page(3))).toBe(0)
    expect([...m.user.readBytes(page(3), 3)]).toEqual([1, 1, 0])
    expect(m.sys.mincore(page(0) + 1, PAGE_SIZE, page(3))).toBe(-Errno.EINVAL)
    expect(m.sys.mincore(page(3), 2 * PAGE_SIZE, page(0))).toBe(-Errno.ENOMEM)
    expect(m.sys.mincore(page(0), PAGE_SIZE, 8)).toBe(-Errno.EFAULT)
  })
})

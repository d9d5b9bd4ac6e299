/** Without reclaim memory runs out for good: whoever asks is told so or killed, and nothing else is harmed. */
import { describe, expect, it } from 'vitest'
import { NO_PFN, order, PAGE_SIZE, type Pfn } from '../base/index.js'
import { MigrateType } from '../mm/phys/index.js'
import { debian12 } from '../profiles/index.js'
import { assertInvariants, leaks } from '../testing/invariants.js'
import { DRAWING, TestMachine } from '../testing/machine.js'
import { thrown } from '../testing/thrown.js'
import { fork, vfork } from './process/fork.js'
import {
  Errno,
  MADV_HUGEPAGE,
  MAP_FIXED,
  MAP_NORESERVE,
  MAP_POPULATE,
  O_CREAT,
  O_RDWR,
  ProcessEnded,
  PROT_READ,
  PROT_WRITE,
} from './uapi/index.js'

const RW = PROT_READ | PROT_WRITE
const HUGE = 2 * 1024 * 1024

/** 16 MiB, all of it in one zone. */
const small = (): TestMachine => new TestMachine(debian12, { ramPages: 4096 })

/** Takes every page there is, but for `left`, away from the machine. @returns what gives them back */
function hog(m: TestMachine, left = 0): () => void {
  const { buddy } = m.kernel.parts
  const held: Pfn[] = []
  for (let page = buddy.alloc(order(0), MigrateType.Movable); page !== NO_PFN;) {
    held.push(page)
    page = buddy.alloc(order(0), MigrateType.Movable)
  }
  const give = (): void => held.splice(-1).forEach((page) => buddy.putPage(page))
  for (let i = 0; i < left; i++) give()
  return () => {
    while (held.length > 0) give()
  }
}

/** Objects in use of every cache. */
const objects = ({ kernel }: TestMachine): readonly number[] => {
  const { slab } = kernel.parts.mm.objects
  return slab.caches.map((cache) => slab.counts(cache).used)
}

function isKilled(act: () => void): void {
  const error = thrown(act)
  expect(error).toBeInstanceOf(ProcessEnded)
  expect((error as ProcessEnded).signal).toBe(9)
}

function endsClean(m: TestMachine): void {
  assertInvariants(m.kernel)
  m.kernel.exit(m.task, 0, 9)
  assertInvariants(m.kernel)
  expect(leaks(m.kernel, m.freeAfterBoot)).toEqual([])
}

describe('memory runs out', () => {
  it('in a fault: the process is killed', () => {
    const m = small()
    const at = m.map(8192, RW, 0, MAP_NORESERVE)
    isKilled(() => m.user.fill(at, 1, 8192 * PAGE_SIZE))
    endsClean(m)
  })

  it('for a huge page: small ones are mapped', () => {
    const m = small()
    const at = m.map(1024, RW, DRAWING, MAP_FIXED | MAP_NORESERVE)
    m.sys.madvise(at, 2 * HUGE, MADV_HUGEPAGE)
    const release = hog(m, 20)
    expect(m.costOf(() => m.user.writeU8(at + HUGE - 1, 1)).anon).toBe(1)
    expect(m.costOf(() => m.user.writeU8(at + HUGE, 1)).anon).toBe(1)
    release()
    endsClean(m)
  })

  it('while a mapping is populated: the process is killed', () => {
    const m = small()
    isKilled(() => m.map(4096, RW, 0, MAP_NORESERVE | MAP_POPULATE))
    endsClean(m)
  })

  it('for page tables: reading one byte in each 2 MiB takes a page for each', () => {
    const m = small()
    const at = m.map(16384 * 512, RW, 0, MAP_NORESERVE)
    isKilled(() => {
      for (let i = 0; i < 16384; i++) m.user.readU8(at + i * HUGE)
    })
    expect(m.mm.pgd.tables).toBeGreaterThan(2000)
    endsClean(m)
  })

  it('for mappings: mmap answers ENOMEM and what there was stays', () => {
    const m = small()
    const release = hog(m)
    let result = 0
    let made = 0
    for (; made < 1000; made++) {
      result = m.map(1, made % 2 ? RW : PROT_READ)
      if (result < 0) break
    }
    expect(result).toBe(-Errno.ENOMEM)
    const { size } = m.mm.vmas
    expect(m.map(1, made % 2 ? RW : PROT_READ)).toBe(-Errno.ENOMEM)
    expect(m.mm.vmas.size).toBe(size)
    release()
    assertInvariants(m.kernel)
    expect(m.map(1, made % 2 ? RW : PROT_READ)).toBeGreaterThan(0)
    endsClean(m)
  })

  it('for the halves of a mapping: munmap and mprotect answer ENOMEM and change nothing', () => {
    const m = small()
    const at = m.map(4096, RW, 0, MAP_NORESERVE)
    const release = hog(m)
    let i = 1
    while (m.sys.mprotect(at + i * PAGE_SIZE, PAGE_SIZE, PROT_READ) === 0) i += 2
    expect(m.sys.mprotect(at + i * PAGE_SIZE, PAGE_SIZE, PROT_READ)).toBe(-Errno.ENOMEM)
    const { size } = m.mm.vmas
    expect(m.sys.munmap(at + (i + 2) * PAGE_SIZE, PAGE_SIZE)).toBe(-Errno.ENOMEM)
    expect(m.mm.vmas.size).toBe(size)
    release()
    endsClean(m)
  })

  it('for open files: open answers ENOMEM', () => {
    const m = small()
    const release = hog(m)
    let fd = 0
    for (let i = 0; fd >= 0 && i < 1000; i++) fd = m.sys.open(`/tmp/${i}`, O_CREAT | O_RDWR, 0o600)
    expect(fd).toBe(-Errno.ENOMEM)
    release()
    endsClean(m)
  })

  it('anywhere in fork: ENOMEM, and of the child nothing is left', () => {
    const m = small()
    for (let i = 0; i < 40; i++) m.user.writeU8(m.map(1, i % 2 ? RW : RW | 4), i)
    m.user.writeU8(m.map(16384, RW, 0, MAP_NORESERVE) + HUGE, 1)
    const before = objects(m)
    let failures = 0
    for (let left = 0; ; left++) {
      const release = hog(m, left)
      const { slab } = m.kernel.parts.mm.objects
      const child = fork(m.kernel)
      release()
      if (typeof child !== 'number') break
      failures++
      expect(child).toBe(-Errno.ENOMEM)
      expect(objects(m)).toEqual(before)
      expect(m.kernel.tasks.mms).toHaveLength(1)
      assertInvariants(m.kernel)
      slab.shrink()
    }
    expect(failures).toBeGreaterThan(10)
    assertInvariants(m.kernel)
  })

  it('in vfork: ENOMEM', () => {
    const m = small()
    m.kernel.parts.mm.objects.slab.shrink()
    const release = hog(m)
    let child: ReturnType<typeof vfork> = 0
    for (let i = 0; typeof child !== 'number' || child === 0; i++) child = i < 100 ? vfork(m.kernel) : 1
    expect(child).toBe(-Errno.ENOMEM)
    release()
    assertInvariants(m.kernel)
  })
})

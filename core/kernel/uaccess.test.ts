import { beforeEach, describe, expect, it } from 'vitest'
import { high32, low32, PAGE_SIZE, vaddr } from '../base/index.js'
import { PTE_ACCESSED, PTE_DIRTY, PTE_RW } from '../arch/x86/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { DRAWING, TestMachine } from '../testing/machine.js'
import { thrown } from '../testing/thrown.js'
import type { UserFault } from './uapi/index.js'
import { ARENA_BASE, MAP_FIXED, PROT_READ, REG_BOUNCE, TLB_ENTRIES } from './uapi/index.js'

const RW = 3

let m: TestMachine
let at: number
beforeEach(() => {
  m = new TestMachine()
  at = m.map(8, RW, DRAWING)
})

const hit = (address: number, write: boolean): boolean => m.kernel.parts.tlb.lookup(address / PAGE_SIZE, write) !== 0

describe('values', () => {
  const end = DRAWING + PAGE_SIZE
  it.each([DRAWING + 8, end - 1, end - 3, end - 7])('of every size come back, also across pages (%d)', (place) => {
    m.user.writeU8(place, 0x1ff)
    expect(m.user.readU8(place)).toBe(0xff)
    m.user.writeU16(place, 0x1234)
    expect(m.user.readU16(place)).toBe(0x1234)
    m.user.writeU32(place, 0xdeadbeef)
    expect(m.user.readU32(place)).toBe(0xdeadbeef)
    expect(m.user.readI32(place)).toBe(0xdeadbeef | 0)
    m.user.writeU64(place, 0xfedc_ba98_7654_3210n)
    expect(m.user.readU64(place)).toBe(0xfedc_ba98_7654_3210n)
    m.user.writePtr(place, 0x7fff_1234_5678)
    expect(m.user.readPtr(place)).toBe(0x7fff_1234_5678)
    m.user.writeF32(place, 1.5)
    expect(m.user.readF32(place)).toBe(1.5)
    m.user.writeF64(place, -Math.PI)
    expect(m.user.readF64(place)).toBe(-Math.PI)
    assertInvariants(m.kernel)
  })

  it('are little-endian', () => {
    m.user.writeU64(at, 0x0807_0605_0403_0201n)
    expect([...m.user.readBytes(at, 8)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('that cross into a bad page fault there, and nothing is stored in the good one', () => {
    const last = at + 8 * PAGE_SIZE - 2
    m.user.writeU16(last, 0x5555)
    const fault = thrown(() => m.user.readU32(last)) as UserFault
    expect(fault.address).toBe(at + 8 * PAGE_SIZE)
  })

  it('can be read and written while the arena grows under them', () => {
    const { arena } = m.kernel.parts
    const fill = (): void => {
      const before = arena.memory.buffer
      let slot = arena.alloc()
      while (slot + 4096 < before.byteLength) slot = arena.alloc()
    }
    const far = 0x20_0000_0000
    const { user } = m
    const reads = (['readU8', 'readU16', 'readU32', 'readPtr', 'readF32', 'readF64'] as const).map(
      (name) => (place: number) => user[name](place),
    )
    reads.forEach((read, i) => {
      const place = m.map(1, RW, far + i * 2 ** 31, MAP_FIXED)
      fill()
      const { buffer } = arena.memory
      expect(read(place)).toBe(0)
      expect(arena.memory.buffer).not.toBe(buffer)
    })
    const place = m.map(1, RW, far - 2 ** 31, MAP_FIXED)
    fill()
    m.user.writeU8(place, 5)
    expect(m.user.readU8(place)).toBe(5)
  })
})

describe('ranges', () => {
  it('are copied across pages', () => {
    const bytes = Uint8Array.from({ length: 10000 }, (_, i) => i % 251)
    m.user.writeBytes(at + 100, bytes)
    expect(m.user.readBytes(at + 100, 10000)).toEqual(bytes)
  })

  it.each([
    ['apart', 100, 12000, 9000],
    ['upwards over itself', 100, 1000, 9000],
    ['downwards over itself', 1000, 100, 9000],
    ['by one byte', 4095, 4096, 9000],
    ['by a page', 0, 4096, 9000],
    ['onto itself', 5, 5, 9000],
  ])('are moved as memmove does: %s', (_what, from, to, length) => {
    const model = new Uint8Array(8 * PAGE_SIZE)
    for (let i = 0; i < model.length; i++) model[i] = (i * 7) % 253
    m.user.writeBytes(at, model)
    model.copyWithin(to, from, from + length)
    m.user.copy(at + to, at + from, length)
    expect(m.user.readBytes(at, model.length)).toEqual(model)
    assertInvariants(m.kernel)
  })

  it('are moved between pages that share a set of the TLB', () => {
    const other = m.map(1, RW, at + TLB_ENTRIES * PAGE_SIZE, MAP_FIXED)
    m.user.writeU32(at, 77)
    m.user.copy(other, at, 4)
    expect(m.user.readU32(other)).toBe(77)
    expect(m.user.readU32(at)).toBe(77)
    assertInvariants(m.kernel)
  })

  it('are filled, whole pages without storage', () => {
    m.user.writeU8(at + PAGE_SIZE, 1)
    const { slotsInUse } = m.kernel.parts.arena
    const cost = m.costOf(() => m.user.fill(at + 10, 0x5a, 4 * PAGE_SIZE))
    expect(cost).toEqual({ minFlt: 4, majFlt: 0, anon: 4, file: 0 })
    // Two pages in part; the one that had storage gave it up.
    expect(m.kernel.parts.arena.slotsInUse).toBe(slotsInUse + 2 - 1)
    expect(new Set(m.user.readBytes(at + 10, 4 * PAGE_SIZE))).toEqual(new Set([0x5a]))
    expect([m.user.readU8(at + 9), m.user.readU8(at + 10 + 4 * PAGE_SIZE)]).toEqual([0, 0])
    assertInvariants(m.kernel)
    m.user.writeU8(at + PAGE_SIZE + 1, 7)
    expect([0, 1, 2].map((i) => m.user.readU8(at + PAGE_SIZE + i))).toEqual([0x5a, 7, 0x5a])
    assertInvariants(m.kernel)
  })

  it('are measured as strings up to their zero, across pages', () => {
    m.user.fill(at, 65, 2 * PAGE_SIZE)
    m.user.writeU8(at + 2 * PAGE_SIZE - 1, 0)
    expect(m.user.stringLength(at + 3)).toBe(2 * PAGE_SIZE - 4)
    expect(m.user.stringLength(at + 2 * PAGE_SIZE - 1)).toBe(0)
    m.user.fill(at, 65, 8 * PAGE_SIZE)
    expect((thrown(() => m.user.stringLength(at)) as UserFault).address).toBe(at + 8 * PAGE_SIZE)
  })

  it('of no length touch nothing', () => {
    const cost = m.costOf(() => {
      m.user.fill(0, 1, 0)
      m.user.copy(0, 8, 0)
      m.user.writeBytes(0, new Uint8Array(0))
      m.user.readBytes(0, 0)
    })
    expect(cost.minFlt).toBe(0)
  })
})

describe('the hardware’s walk', () => {
  const bits = (address: number): number => m.pte(address) & (PTE_ACCESSED | PTE_DIRTY | PTE_RW)

  it('sets accessed by a read and dirty by a write, without a fault', () => {
    m.user.writeU8(at, 1)
    const { tables, tlb } = m.kernel.parts
    const entry = tables.find(m.mm.pgd, at)
    tables.setPte(m.mm.pgd, entry, tables.low(entry) & ~(PTE_ACCESSED | PTE_DIRTY), tables.high(entry))
    tlb.flushAll()
    const cost = m.costOf(() => {
      m.user.readU8(at)
      expect(bits(at)).toBe(PTE_RW | PTE_ACCESSED)
      m.user.writeU8(at, 2)
      expect(bits(at)).toBe(PTE_RW | PTE_ACCESSED | PTE_DIRTY)
    })
    expect(cost.minFlt).toBe(0)
    assertInvariants(m.kernel)
  })

  it('fills the TLB: a read for reading, a write for both', () => {
    m.user.readU8(at)
    expect([hit(at, false), hit(at, true)]).toEqual([true, false])
    m.user.writeU8(at, 1)
    expect([hit(at, false), hit(at, true)]).toEqual([true, true])
  })

  it.each([
    ['munmap', () => m.sys.munmap(at, PAGE_SIZE)],
    ['mprotect', () => m.sys.mprotect(at, PAGE_SIZE, PROT_READ)],
    ['a mapping over it', () => m.map(1, RW, at, MAP_FIXED)],
    ['exit', () => m.kernel.exit(m.task, 0, 0)],
  ])('leaves nothing in the TLB after %s', (_what, act) => {
    m.user.writeU8(at, 1)
    act()
    expect(hit(at, true)).toBe(false)
    assertInvariants(m.kernel)
  })

  it('flushes only the range that changed', () => {
    m.user.writeU8(at, 1)
    m.user.writeU8(at + PAGE_SIZE, 1)
    m.sys.munmap(at, PAGE_SIZE)
    expect(hit(at + PAGE_SIZE, true)).toBe(true)
  })
})

describe('what compiled code calls on a TLB miss', () => {
  const load = (address: number, size: number): number => m.user.loadMiss(low32(address), high32(address), size)
  const store = (address: number, size: number, low: number, high = 0): void =>
    m.user.storeMiss(low32(address), high32(address), size, low, high)

  it('a load gets the place in memory, or the bounce buffer across pages', () => {
    m.user.writeU64(at + PAGE_SIZE - 4, 0x1122_3344_5566_7788n)
    const place = load(at + PAGE_SIZE - 4, 4)
    expect(place).toBeGreaterThanOrEqual(ARENA_BASE)
    expect(m.kernel.parts.arena.view.getUint32(place, true)).toBe(0x5566_7788)
    expect(load(at + PAGE_SIZE - 4, 8)).toBe(REG_BOUNCE)
    expect(m.kernel.parts.arena.view.getBigUint64(REG_BOUNCE, true)).toBe(0x1122_3344_5566_7788n)
  })

  it('a store of any size, also across pages', () => {
    for (const place of [at, at + PAGE_SIZE - 1]) {
      store(place, 8, 0x55667788, 0x11223344)
      expect(m.user.readU64(place)).toBe(0x1122_3344_5566_7788n)
      store(place, 4, -1)
      store(place, 2, 0)
      store(place, 1, 0x7f)
      expect(m.user.readU64(place)).toBe(0x1122_3344_ffff_007fn)
    }
  })

  it('a bad address throws with address and kind', () => {
    const fault = thrown(() => store(0x7fff_0000_0000, 4, 1)) as UserFault
    expect([fault.address, fault.write]).toEqual([vaddr(0x7fff_0000_0000), true])
  })
})

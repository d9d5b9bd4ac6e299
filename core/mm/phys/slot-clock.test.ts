import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, pfn, type Pfn } from '../../base/index.js'
import { Tlb } from '../../arch/x86/index.js'
import { bareMemory } from '../../testing/machine.js'

const HOT = 64
const PAGES = 512

/** A memory that keeps 64 slots, with a TLB in front. */
function memory() {
  const bare = bareMemory(PAGES, [], PAGES, HOT)
  const { arena, contents } = bare
  return {
    ...bare,
    tlb: new Tlb(arena),
    write: (frame: Pfn, byte: number): void => void (arena.u8[contents.writable(frame) + 100] = byte),
    read: (frame: Pfn): number => arena.u8[contents.readable(frame) + 100],
  }
}

const frames = (count: number): readonly Pfn[] => Array.from({ length: count }, (_, i) => pfn(i))
const byteFor = (frame: Pfn): number => 1 + (frame % 255)

describe('frames that are not used', () => {
  it('give their slots back, and hold the same bytes when they are used again', () => {
    const { arena, contents, write, read } = memory()
    for (const frame of frames(PAGES)) write(frame, byteFor(frame))
    expect(frames(PAGES).filter((frame) => contents.isPacked(frame)).length).toBeGreaterThan(PAGES - 2 * HOT)
    expect(arena.slotsInUse).toBeLessThan(2 * HOT)
    for (const frame of frames(PAGES)) expect(read(frame)).toBe(byteFor(frame))
  })

  it('take no more than 20 bytes each when one byte of them differs', () => {
    const { arena, contents, write } = memory()
    for (const frame of frames(PAGES)) write(frame, 1)
    expect(contents.packedSlots * PAGE_SIZE).toBeLessThan(20 * PAGES + PAGE_SIZE)
    expect(arena.slotsInUse).toBeLessThan(2 * HOT)
  })

  it('lose even the compact form when all their bytes are equal', () => {
    const { contents, write } = memory()
    write(pfn(0), 0)
    for (const frame of frames(PAGES).slice(1)) write(frame, 1)
    expect(contents.hasStorage(pfn(0))).toBe(false)
  })

  it('stay where they are when they cannot be packed', () => {
    const { arena, contents, read } = memory()
    for (const frame of frames(4 * HOT)) {
      const slot = contents.writable(frame)
      for (let i = 0; i < PAGE_SIZE; i++) arena.u8[slot + i] = (i * 7 + frame) & 0xff
    }
    expect(frames(4 * HOT).some((frame) => contents.isPacked(frame))).toBe(false)
    for (const frame of frames(4 * HOT)) expect(read(frame)).toBe((700 + frame) & 0xff)
  })

  it('are copied, filled and freed from their compact form', () => {
    const { arena, contents, write, read } = memory()
    for (const frame of frames(PAGES)) write(frame, byteFor(frame))
    contents.copy(pfn(1), pfn(0))
    contents.fill(pfn(2), 9)
    expect([contents.isPacked(pfn(0)), read(pfn(1)), read(pfn(2))]).toEqual([true, byteFor(pfn(0)), 9])
    for (const frame of frames(PAGES)) contents.fill(frame, 0)
    expect([contents.packedSlots, arena.slotsInUse]).toEqual([0, contents.patternSlots])
  })
})

describe('frames that stay where they are', () => {
  it('are those that the TLB holds', () => {
    const { contents, tlb, write } = memory()
    const slot = contents.writable(pfn(0))
    tlb.fill(77, slot, true)
    for (const frame of frames(PAGES).slice(1)) write(frame, 1)
    expect(contents.place(pfn(0))).toBe(slot)
    tlb.flushAll()
    for (const frame of frames(PAGES).slice(1)) write(frame, 1)
    expect(contents.hasStorage(pfn(0))).toBe(false)
  })

  it('are those that were pinned', () => {
    const { contents, write } = memory()
    contents.pin(pfn(0))
    const slot = contents.pinned(pfn(0))
    for (const frame of frames(PAGES).slice(1)) write(frame, 1)
    expect(contents.pinned(pfn(0))).toBe(slot)
  })

  it('are those that are walked to again and again', () => {
    const { contents, write } = memory()
    const slot = contents.writable(pfn(0))
    for (const frame of frames(PAGES).slice(1)) {
      write(frame, 1)
      expect(contents.writable(pfn(0))).toBe(slot)
    }
  })
})

describe('an observer', () => {
  it('reads a packed frame without changing anything', () => {
    const { contents, registry, write } = memory()
    for (const frame of frames(PAGES)) write(frame, byteFor(frame))
    const before = registry.hash()
    const words = new Int32Array(PAGE_SIZE / 4)
    contents.read(pfn(5), words)
    expect(contents.place(pfn(5))).toBe(0)
    expect(new Uint8Array(words.buffer)[100]).toBe(byteFor(pfn(5)))
    expect(registry.hash()).toBe(before)
  })
})

describe('a snapshot', () => {
  it('goes back to the same packed frames, and on to the same state', () => {
    const { registry, write, read } = memory()
    for (const frame of frames(300)) write(frame, byteFor(frame))
    const snapshot = registry.snapshot()
    const before = registry.hash()
    const goOn = (): string => {
      for (const frame of frames(PAGES)) write(frame, byteFor(frame) ^ 3)
      return registry.hash()
    }
    const after = goOn()
    registry.restore(snapshot)
    expect(registry.hash()).toBe(before)
    expect(goOn()).toBe(after)
    registry.restore(snapshot)
    for (const frame of frames(300)) expect(read(frame)).toBe(byteFor(frame))
  })
})

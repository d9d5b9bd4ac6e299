import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, pfn } from '../../base/index.js'
import { ARENA_BASE } from '../../kernel/uapi/index.js'
import { bareMemory } from '../../testing/machine.js'

const a = pfn(3)
const b = pfn(4)

function memory() {
  const { contents, arena, registry } = bareMemory(16)
  const bytes = (frame: typeof a): Uint8Array => {
    const at = contents.readable(frame)
    return arena.u8.slice(at, at + PAGE_SIZE)
  }
  const all = (frame: typeof a): Set<number> => new Set(bytes(frame))
  return { contents, arena, registry, bytes, all }
}

describe('the contents of frames', () => {
  it('are zeros without storage at first', () => {
    const { contents, all } = memory()
    expect(all(a)).toEqual(new Set([0]))
    expect(contents.hasStorage(a)).toBe(false)
  })

  it('get storage when they are written, and keep the byte they had', () => {
    const { contents, arena, bytes } = memory()
    contents.fill(a, 0xaa)
    arena.u8[contents.writable(a) + 5] = 1
    expect(contents.hasStorage(a)).toBe(true)
    expect([...bytes(a).slice(4, 7)]).toEqual([0xaa, 1, 0xaa])
    expect(contents.writable(a)).toBe(contents.readable(a))
  })

  it('give storage back when they are filled', () => {
    const { contents, arena, all } = memory()
    contents.writable(a)
    expect(arena.slotsInUse).toBe(1)
    contents.fill(a, 0xff)
    expect(arena.slotsInUse).toBe(0)
    expect(all(a)).toEqual(new Set([0xff]))
  })

  it('share one slot for each byte that is read without storage', () => {
    const { contents, arena } = memory()
    contents.fill(a, 7)
    contents.fill(b, 7)
    expect(contents.readable(a)).toBe(contents.readable(b))
    expect(contents.patternSlots).toBe(1)
    expect(arena.slotsInUse).toBe(1)
  })

  it('are copied with their storage, or without', () => {
    const { contents, arena, bytes, all } = memory()
    arena.u8[contents.writable(a)] = 9
    contents.copy(b, a)
    expect(bytes(b)).toEqual(bytes(a))
    arena.u8[contents.writable(a)] = 8
    expect(bytes(b)[0]).toBe(9)
    contents.fill(a, 3)
    contents.copy(b, a)
    expect(contents.hasStorage(b)).toBe(false)
    expect(all(b)).toEqual(new Set([3]))
  })
})

describe('the arena', () => {
  it('starts behind registers and TLB and uses freed slots again', () => {
    const { arena } = memory()
    const first = arena.alloc()
    const second = arena.alloc()
    expect([first, second]).toEqual([ARENA_BASE, ARENA_BASE + PAGE_SIZE])
    arena.free(first)
    expect(arena.alloc()).toBe(first)
    expect(arena.slotsInUse).toBe(2)
  })

  it('grows, and what was stored stays', () => {
    const { arena } = memory()
    const first = arena.alloc()
    arena.u8[first] = 42
    const before = arena.memory.buffer
    while (arena.memory.buffer === before) arena.alloc()
    expect(arena.u8.buffer).toBe(arena.memory.buffer)
    expect(arena.u8[first]).toBe(42)
  })

  it('goes back with a snapshot, also to when it was smaller', () => {
    const { arena, registry } = memory()
    const first = arena.alloc()
    arena.u8[first] = 1
    const snapshot = registry.snapshot()
    const hash = registry.hash()
    arena.u8[first] = 2
    for (let i = 0; i < 2000; i++) {
      const slot = arena.alloc()
      arena.u8.fill(3, slot, slot + PAGE_SIZE)
    }
    registry.restore(snapshot)
    expect(arena.u8[first]).toBe(1)
    expect(arena.slotsInUse).toBe(1)
    expect(registry.hash()).toBe(hash)
  })

  it('refuses to free what is no slot', () => {
    expect(() => memory().arena.free(ARENA_BASE + 8)).toThrow('slot of the arena')
  })
})

import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, type VAddr } from '../../base/index.js'
import { PMD_SIZE, STACK_GUARD_GAP } from '../../arch/x86/index.js'
import { getUnmappedArea, highestHole } from './find.js'
import { VM_GROWSDOWN, type Mm, type Vma } from './types.js'
import { VmaTree } from './vma-tree.js'

const BASE = 0x7000_0000
const GUARD = STACK_GUARD_GAP / PAGE_SIZE

/** A mapping of pages [from, to), counted downwards from mmap_base. */
const below = (from: number, to: number, flags = 0): Vma => ({
  start: (BASE - to * PAGE_SIZE) as VAddr,
  end: (BASE - from * PAGE_SIZE) as VAddr,
  flags,
  pgoff: 0,
  file: 0,
  special: undefined,
  specialPages: [],
  anonVma: 0,
  anonChain: [],
})

/** How many pages below mmap_base the highest hole of so many pages ends. */
function holeAmong(vmas: readonly Vma[], pages: number): number | undefined {
  const mm = { vmas: new VmaTree(vmas), mmapBase: BASE } as unknown as Mm
  const start = highestHole(mm, pages * PAGE_SIZE)
  return start === undefined ? undefined : (BASE - start) / PAGE_SIZE - pages
}

describe('the highest hole', () => {
  it('is right below mmap_base when nothing is mapped there', () => {
    expect(holeAmong([], 5)).toBe(0)
    expect(holeAmong([below(5, 6)], 5)).toBe(0)
    expect(holeAmong([below(4, 6)], 5)).toBe(6)
  })

  it('may be cut by mmap_base', () => {
    expect(holeAmong([below(-10, -9), below(3, 4)], 3)).toBe(0)
    expect(holeAmong([below(-10, 2), below(3, 4)], 1)).toBe(2)
  })

  it('leaves 256 pages to a stack that grows', () => {
    const stack = below(0, 10, VM_GROWSDOWN)
    expect(holeAmong([stack], 5)).toBe(10 + GUARD)
    expect(holeAmong([stack, below(10 + GUARD + 5, 2000)], 5)).toBe(10 + GUARD)
    expect(holeAmong([stack, below(10 + GUARD + 4, 2000)], 5)).toBe(2000)
  })

  it('is below the guard gap even where a small mapping lies inside of it', () => {
    const stack = below(0, 10, VM_GROWSDOWN)
    expect(holeAmong([stack, below(20, 21)], 5)).toBe(10 + GUARD)
  })

  it('does not exist when the address space is full', () => {
    const all = { ...below(0, 1), start: PAGE_SIZE as VAddr }
    expect(holeAmong([all], 1)).toBeUndefined()
  })
})

describe('a place for huge pages', () => {
  const HUGE = PMD_SIZE / PAGE_SIZE
  const mm = { vmas: new VmaTree([below(0, 13)]), mmapBase: BASE } as unknown as Mm
  const place = (hint: number, pages: number, offset: number | undefined): number =>
    getUnmappedArea(mm, hint, pages * PAGE_SIZE, offset)!

  it('is as far behind a multiple of 2 MiB as the offset in the file', () => {
    for (const offset of [0, 7 * PAGE_SIZE, PMD_SIZE - PAGE_SIZE])
      expect((place(0, HUGE + 3, offset) - offset) % PMD_SIZE).toBe(0)
  })

  it('is the highest of these', () => {
    const end = place(0, HUGE, 0) + PMD_SIZE
    expect(end).toBeLessThanOrEqual(BASE - 13 * PAGE_SIZE)
    expect(end).toBeGreaterThan(BASE - 13 * PAGE_SIZE - PMD_SIZE)
  })

  it('does not matter without an offset, and where it was asked for', () => {
    expect(place(0, HUGE, undefined)).toBe(BASE - (13 + HUGE) * PAGE_SIZE)
    expect(place(0x1000_1000, HUGE, 0)).toBe(0x1000_1000)
  })
})

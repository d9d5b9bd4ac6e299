import { describe, expect, it } from 'vitest'
import {
  alignDown,
  alignUp,
  hex,
  high32,
  join32,
  low32,
  pageDown,
  pageOf,
  pageOffset,
  pagesIn,
  pageUp,
  TASK_SIZE,
} from './index.js'

describe('addresses', () => {
  const high = 0x7fff_ffff_e123

  it('are exact above 32 bits', () => {
    expect(pageOf(high)).toBe(0x7_ffff_fffe)
    expect(pageOffset(high)).toBe(0x123)
    expect(hex(pageDown(high))).toBe('7fffffffe000')
    expect(hex(pageUp(high))).toBe('7ffffffff000')
    expect(pageUp(high)).toBe(TASK_SIZE)
  })

  it('stay where they are when they are aligned', () => {
    expect(pageDown(0x5000)).toBe(0x5000)
    expect(pageUp(0x5000)).toBe(0x5000)
    expect(alignDown(0x40_0000, 0x20_0000)).toBe(0x40_0000)
    expect(alignUp(0x40_0001, 0x20_0000)).toBe(0x60_0000)
  })

  it.each([0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x1234_8765_4321, high])(
    'come back from their halves: %d',
    (address) => expect(join32(low32(address), high32(address))).toBe(address),
  )

  it('have signed halves, as typed arrays hold them', () => {
    expect(low32(0x1_8000_0000)).toBe(-0x8000_0000)
    expect(high32(0x1_8000_0000)).toBe(1)
  })

  it('are counted in pages rounded up', () => {
    expect([0, 1, 4096, 4097, 36000].map(pagesIn)).toEqual([0, 1, 1, 2, 9])
  })

  it('are printed as maps prints them', () => {
    expect(hex(0x40_0000, 8)).toBe('00400000')
    expect(hex(high, 8)).toBe('7fffffffe123')
  })
})

import { describe, expect, it } from 'vitest'
import { firstOf, framesText, presentKinds, ramOf, scaled, stripes, sumCounts, windowOf } from './frames.js'

/** 3 GiB below the hole, 1 GiB from 4 GiB on, as three zones tell it. */
const zones = [{ ram: [[0, 4096]] }, { ram: [[4096, 0xc_0000]] }, { ram: [[0x10_0000, 0x14_0000]] }] as const
const ram = ramOf(zones)

describe('RAM', () => {
  it('is told by its zones, whose ranges join', () => {
    expect(ram).toEqual([
      [0, 0xc_0000],
      [0x10_0000, 0x14_0000],
    ])
  })
  it('has a window for each frame, and none in the hole', () => {
    expect(windowOf(ram, 9, 513)).toBe(1)
    expect(windowOf(ram, 9, 0x10_0000)).toBe(1536)
    expect(windowOf(ram, 9, 0xc_0000)).toBeUndefined()
    expect(windowOf(ram, 0, 0x14_0000)).toBeUndefined()
  })
  it.each([0, 3, 6, 9, 12, 15] as const)('leads from windows of order %i to their first frames and back', (order) => {
    for (const frame of [0, 2 ** order, 0xbffff, 0x10_0000, 0x13_ffff]) {
      const window = windowOf(ram, order, frame)!
      const first = firstOf(ram, order, window)
      expect(first).toBe(frame - (frame % 2 ** order))
      expect(windowOf(ram, order, first)).toBe(window)
    }
  })
})

describe('the scale', () => {
  it('ends at single frames and at 128 MiB', () => {
    expect([scaled(9, -1), scaled(0, -1), scaled(9, 1), scaled(15, 1)]).toEqual([6, 0, 12, 15])
    expect([1, 8, 512, 32768, 1 << 18].map(framesText)).toEqual(['4 kB', '32 kB', '2 MiB', '128 MiB', '1 GiB'])
  })
})

describe('counts of kinds', () => {
  const free = [1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0]
  it('add up, and leave out what there is none of', () => {
    expect(
      presentKinds(sumCounts([{ counts: free }, { counts: free }])).map(({ kind, count }) => [kind, count]),
    ).toEqual([
      ['free', 2],
      ['anon', 6],
    ])
  })
  it('are stripes to scale', () => {
    expect(stripes(free)).toBe(
      'linear-gradient(90deg, var(--page-free) 0.00% 25.00%, var(--page-anon-dirty) 25.00% 100.00%)',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { between, isWhole, NARROWEST, pan, wheelFactor, within, zoomAt, type Stretch } from './zoom.js'

const run: Stretch = { from: 0, to: 1000 }
const place = ({ from, to }: Stretch, at: number): number => (at - from) / (to - from)

describe('zooming in and out', () => {
  it('leaves what is under the pointer where it is', () => {
    const start = { from: 200, to: 600 }
    for (const at of [200, 300, 450, 600])
      for (const factor of [2, 1.25, 0.9]) {
        const next = zoomAt(start, { from: -1e6, to: 1e6 }, factor, at)
        expect(next.to - next.from).toBeCloseTo(400 / factor)
        expect(place(next, at)).toBeCloseTo(place(start, at))
      }
  })
  it('comes back by the same steps', () => {
    const there = zoomAt(zoomAt(run, run, 2, 300), run, 2, 300)
    const back = zoomAt(zoomAt(there, run, 0.5, 300), run, 0.5, 300)
    expect(back.from).toBeCloseTo(0)
    expect(back.to).toBeCloseTo(1000)
  })
  it('never shows more than the run, nor less than a few statements', () => {
    expect(zoomAt({ from: 100, to: 300 }, run, 0.01, 200)).toEqual(run)
    const near = zoomAt({ from: 100, to: 130 }, run, 1000, 110)
    expect(near.to - near.from).toBe(NARROWEST)
    expect(near.from).toBeLessThanOrEqual(110)
    expect(near.to).toBeGreaterThanOrEqual(110)
  })
  it('works on a run in which no time has passed', () => {
    expect(zoomAt({ from: 5, to: 5 }, { from: 5, to: 5 }, 2, 5)).toEqual({ from: 5, to: 5 })
  })
})

describe('panning', () => {
  it('moves by a part of what is in sight and stops at the ends', () => {
    expect(pan({ from: 200, to: 400 }, run, 0.5)).toEqual({ from: 300, to: 500 })
    expect(pan({ from: 200, to: 400 }, run, -5)).toEqual({ from: 0, to: 200 })
    expect(pan({ from: 700, to: 900 }, run, 5)).toEqual({ from: 800, to: 1000 })
  })
})

describe('a range that was drawn', () => {
  it.each([
    [300, 500, { from: 300, to: 500 }],
    [500, 300, { from: 300, to: 500 }],
    [-50, 200, { from: 0, to: 250 }],
  ])('from %i to %i', (a, b, stretch) => expect(between(a, b, run)).toEqual(stretch))
  it('is whole when it reaches from end to end', () => {
    expect(isWhole(within({ from: -1, to: 2000 }, run), run)).toBe(true)
    expect(isWhole({ from: 1, to: 1000 }, run)).toBe(false)
  })
})

describe('the wheel', () => {
  it('zooms in upwards and out downwards, by the same amount', () => {
    expect(wheelFactor(-100)).toBeGreaterThan(1)
    expect(wheelFactor(-100) * wheelFactor(100)).toBeCloseTo(1)
    expect(wheelFactor(-25) ** 4).toBeCloseTo(wheelFactor(-100))
  })
})

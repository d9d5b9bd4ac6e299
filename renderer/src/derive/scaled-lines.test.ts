import { describe, expect, it } from 'vitest'
import { drawnLines, HIGHEST, scrolledHeight, scrollTo } from './scaled-lines.js'

const few = { lines: 1000, height: 18, view: 180 }
const many = { lines: 10_000_000, height: 18, view: 180 }

describe('lines below the limit', () => {
  it('stand where they would', () => {
    expect(scrolledHeight(few)).toBe(18_000)
    expect(drawnLines(few, 900, 0)).toEqual({ first: 50, count: 10, top: 900 })
    expect(drawnLines(few, 909, 0)).toEqual({ first: 50, count: 11, top: 900 })
  })
  it('are scrolled to only when they are out of sight', () => {
    expect(scrollTo(few, 900, 55)).toBeUndefined()
    expect(scrollTo(few, 900, 49)).toBe(49 * 18)
    expect(scrollTo(few, 900, 60)).toBe(61 * 18 - 180)
  })
})

describe('lines beyond it', () => {
  it('are reached from the first to the last', () => {
    expect(scrolledHeight(many)).toBe(HIGHEST)
    expect(drawnLines(many, 0, 0)).toEqual({ first: 0, count: 10, top: 0 })
    const { first, count, top } = drawnLines(many, HIGHEST - 180, 0)
    expect(first + count).toBe(many.lines)
    expect(top).toBeCloseTo(HIGHEST - 180)
  })
  it('are drawn in sight wherever the scroller stands', () => {
    for (const at of [1, 12_345, 7_999_999, HIGHEST - 181]) {
      const { top, count } = drawnLines(many, at, 0)
      expect(top).toBeGreaterThan(at - 18 - 1)
      expect(top).toBeLessThanOrEqual(at)
      expect(count * 18).toBeGreaterThanOrEqual(180)
    }
  })
  it('can each be scrolled to', () => {
    for (const line of [1000, 5_000_000, 9_999_999]) {
      const at = scrollTo(many, 0, line)!
      const { first, count } = drawnLines(many, at, 0)
      expect(line).toBeGreaterThanOrEqual(first)
      expect(line).toBeLessThan(first + count)
    }
  })
})

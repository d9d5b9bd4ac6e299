import { describe, expect, it } from 'vitest'
import { TIMELINE_SERIES } from '../protocol/index.js'
import { Samples, windowOf, type Sample } from './index.js'

const sample = (values: Partial<Sample>): Sample =>
  ({ ...Object.fromEntries(TIMELINE_SERIES.map((s) => [s, 0])), ...values }) as unknown as Sample

/** One sample each microsecond, RSS given. */
function recorded(rss: readonly number[]): Samples {
  const samples = new Samples()
  rss.forEach((value, i) => samples.add(i * 1000, sample({ rss: value, minflt: i })))
  return samples
}

describe('samples', () => {
  it('keeps the last of several events at one instant', () => {
    const samples = recorded([4])
    samples.add(0, sample({ rss: 8 }))
    expect([samples.length, samples.column('rss')[0]]).toEqual([1, 8])
  })

  it('grows without losing what it has', () => {
    const samples = recorded(Array.from({ length: 5000 }, (_, i) => i))
    expect([samples.length, samples.timeAt(4999), samples.column('rss')[4999]]).toEqual([5000, 4_999_000, 4999])
  })
})

describe('a window of the timeline', () => {
  it('holds every sample when there is room for all', () => {
    const { time, columns } = windowOf(recorded([1, 2, 3]), ['rss'], 0, Infinity, 100)
    expect([...time]).toEqual([0, 1000, 2000])
    expect([...columns.rss!]).toEqual([1, 2, 3])
  })

  it('starts with the value in force at its beginning', () => {
    const { time, columns } = windowOf(recorded([1, 2, 3, 4]), ['rss'], 1500, 2500, 100)
    expect([...time]).toEqual([1000, 2000])
    expect([...columns.rss!]).toEqual([2, 3])
  })

  it('never sends more points than asked for, and keeps first, last and a lone spike', () => {
    const rss = Array.from({ length: 10_000 }, () => 4)
    rss[6789] = 4000
    const { time, columns } = windowOf(recorded(rss), ['rss', 'minflt'], 0, Infinity, 200)
    expect(time.length).toBeLessThanOrEqual(200)
    expect(Math.max(...columns.rss!)).toBe(4000)
    expect([time[0], time[time.length - 1]]).toEqual([0, 9_999_000])
  })

  it('is empty when nothing was recorded', () => {
    expect(windowOf(new Samples(), ['rss'], 0, Infinity, 10).time.length).toBe(0)
  })
})

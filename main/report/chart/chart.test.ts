import { describe, expect, it } from 'vitest'
import { wordsOf } from '../words/index.js'
import { builtin, hostileReport, reportOf } from '../report.fixture.js'
import { chartFacts } from './facts.js'
import { ticks, timeTicks } from './scale.js'
import { thinned } from './steps.js'
import { chartSvg } from './svg.js'

const say = wordsOf('en')
const look = { paint: (token: string) => `var(--${token})`, uiFont: 'sans-serif', dataFont: 'monospace' }

describe('the chart', () => {
  const facts = chartFacts(reportOf(builtin('mmap-demo', 'ubuntu-16.04')), say)!

  it('shows changes since main, up to where the program gave its memory back', () => {
    expect(facts.faults.values.at(-1)).toBe(85 - 72)
    expect(facts.anon.values.at(-1)).toBe(20)
    expect(facts.dirty.values.every((kb) => kb >= 0)).toBe(true)
    expect(facts.marks.map(({ label }) => label)).toEqual(['1', '2', '3', '4', 'exit'])
  })

  it('is told to those who cannot see it', () => {
    const svg = chartSvg(facts, look)
    expect(svg).toContain('role="img" aria-labelledby="chart-title chart-desc"')
    expect(facts.description).toBe(
      'From 0 ns to 140.1 µs. RSS of the process goes from 1068 kB to 1344 kB at the most, minor faults from 72 to 85. ' +
        'It waits for input 4 times: stop 1 on line 19 at 4.258 µs, stop 2 on line 23 at 4.714 µs, ' +
        'stop 3 on line 29 at 71.96 µs, stop 4 on line 34 at 139.8 µs.',
    )
  })

  it('is well-formed, with every place a number and every tag closed', () => {
    for (const report of [reportOf(builtin('fork-cow')), hostileReport()]) {
      const svg = chartSvg(chartFacts(report, say)!, look)
      expect(svg).not.toMatch(/NaN|Infinity|undefined/)
      const open: string[] = []
      for (const [, end, name, alone] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
        if (end) expect(open.pop()).toBe(name)
        else if (!alone) open.push(name!)
      }
      expect(open).toEqual([])
    }
  })
})

describe('steps', () => {
  it('keep a spike that falls on one pixel with a thousand others', () => {
    const xs = Array.from({ length: 10_000 }, (_, i) => i / 100)
    const values = xs.map((_, i) => (i === 6789 ? 4000 : 4))
    const points = thinned(xs, values)
    expect(points.length).toBeLessThanOrEqual(400)
    expect(Math.max(...points.map(({ value }) => value))).toBe(4000)
    expect([points[0]!.x, points.at(-1)!.x]).toEqual([0, 99.99])
  })
})

describe('axes', () => {
  it('have round steps, whole numbers, and reach the highest value', () => {
    expect(ticks(0, 276, 4)).toEqual([0, 100, 200, 300])
    expect(ticks(0, 1, 4)).toEqual([0, 1])
    expect(ticks(-30, 90, 4)).toEqual([-50, 0, 50, 100])
  })
  it('of time do not go beyond its end', () => {
    expect(timeTicks(0, 140_104, 7)).toEqual([0, 50_000, 100_000])
    expect(timeTicks(5, 5, 7)).toEqual([5])
  })
})

import { describe, expect, it } from 'vitest'
import type { TimelineMarker, TimelineWindow } from '../../../core/protocol/index.js'
import { drawnSamples, indexAt, labelled, points as pointsAt, stopRows, type ShownSeries } from './timeline.js'

const stop = (time: number, index: number): TimelineMarker => ({ time, kind: 'stop', index, line: 20 + index })
const window: TimelineWindow = {
  moment: 1,
  time: Float64Array.from([0, 10, 20, 30]),
  columns: { rss: Float64Array.from([0, 4, 4, 20]), minflt: Float64Array.from([0, 1, 5, 9]) },
  markers: [stop(10, 0), stop(25, 1), stop(30, 2)],
}

describe('a counter holds its value until the next event', () => {
  it('between samples', () => {
    expect(indexAt(window.time, 9)).toBe(0)
    expect(indexAt(window.time, 10)).toBe(1)
    expect(indexAt(window.time, 29)).toBe(2)
    expect(indexAt(window.time, 99)).toBe(3)
  })
  it('and has none before the first', () => expect(indexAt(window.time, -1)).toBe(-1))
})

const points = (of: TimelineWindow, series: ShownSeries, from: number, to: number, base?: number) =>
  pointsAt(of, series, from, to, drawnSamples(of, [series], from, to, 400), base)

describe('the points of a series', () => {
  it('reach from the left edge to the right one, past samples at which nothing changes', () => {
    expect(points(window, 'rss', 5, 40, 0)).toEqual([
      [5, 0],
      [10, 4],
      [30, 20],
      [40, 20],
    ])
  })
  it('are changes where a base is given', () => {
    expect(points(window, 'rss', 10, 30, 4).map(([, v]) => v)).toEqual([0, 16])
  })
  it('begin at the base where the window begins later', () => {
    const late = { ...window, time: Float64Array.from([10, 20, 30, 40]) }
    expect(points(late, 'rss', 5, 40, 0)[0]).toEqual([5, 0])
    expect(points(late, 'rss', 5, 40)[0]).toEqual([10, 0])
  })
  it('are none for a series that was not sent', () => expect(points(window, 'dirty', 0, 30, 0)).toEqual([]))
})

describe('the samples that are drawn', () => {
  const of = (columns: Readonly<Record<string, readonly number[]>>): TimelineWindow => ({
    moment: 1,
    time: Float64Array.from(Object.values(columns)[0] ?? [], (_, i) => i),
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)])),
    markers: [],
  })
  it('are, of many in a column of pixels, its ends and extremes', () => {
    const spiky = of({ rss: [5, 6, 7, 90, 7, 1, 8, 9] })
    expect(drawnSamples(spiky, ['rss'], -1, 8, 1)).toEqual([0, 3, 5, 7])
  })
  it('are all of them where there are pixels enough', () => {
    const spiky = of({ rss: [5, 6, 7, 90, 7, 1, 8, 9] })
    expect(drawnSamples(spiky, ['rss'], -1, 7, 100)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })
  it('do not become more when a run stays as it is', () => {
    const flat = of({ rss: [1, 2, ...Array.from({ length: 1000 }, () => 2)] })
    expect(drawnSamples(flat, ['rss'], -1, 1001, 1000)).toEqual([0, 1])
  })
  it('are the same for series that stand on each other', () => {
    const two = of({ rssFile: [1, 1, 2, 2], rssAnon: [1, 3, 3, 3] })
    expect(drawnSamples(two, ['rssFile', 'rssAnon'], -1, 4, 100)).toEqual([0, 1, 2])
  })
  it('leave out those before the stretch and behind it', () => {
    const climb = of({ rss: [1, 2, 3, 4, 5] })
    expect(drawnSamples(climb, ['rss'], 1, 3, 100)).toEqual([2, 3])
  })
})

describe('numbers of marks', () => {
  it('are all there when there is room', () => expect(labelled(window.markers, 0, 30, 300)).toEqual([true, true, true]))
  it('give way to the later one when there is none', () => {
    expect(labelled(window.markers, 0, 30, 60)).toEqual([true, false, true])
  })
})

describe('the table for those who would rather read', () => {
  it('has a row for each mark, compared with the one above', () => {
    const [first, second, third] = stopRows(window)
    expect(first).toMatchObject({ rss: 4, minflt: 1, delta: undefined })
    expect(second).toMatchObject({ rss: 4, minflt: 5, delta: { rss: 0, minflt: 4 } })
    expect(third).toMatchObject({ rss: 20, minflt: 9, delta: { rss: 16, minflt: 4 } })
  })
})

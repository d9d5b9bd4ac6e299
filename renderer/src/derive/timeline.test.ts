import { describe, expect, it } from 'vitest'
import type { TimelineMarker, TimelineWindow } from '../../../core/protocol/index.js'
import { indexAt, labelled, points, stopRows } from './timeline.js'

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

describe('the points of a series', () => {
  it('reach from the left edge to the right one', () => {
    expect(points(window, 'rss', 5, 40, 0)).toEqual([
      [5, 0],
      [10, 4],
      [20, 4],
      [30, 20],
      [40, 20],
    ])
  })
  it('are changes where a base is given', () => {
    expect(points(window, 'rss', 10, 30, 4).map(([, v]) => v)).toEqual([0, 0, 16])
  })
  it('begin at the base where the window begins later', () => {
    const late = { ...window, time: Float64Array.from([10, 20, 30, 40]) }
    expect(points(late, 'rss', 5, 40, 0)[0]).toEqual([5, 0])
    expect(points(late, 'rss', 5, 40)[0]).toEqual([10, 0])
  })
  it('are none for a series that was not sent', () => expect(points(window, 'dirty', 0, 30, 0)).toEqual([]))
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

/** The timeline's columns turned into what the chart draws and what the table lists. */
import type { TimelineMarker, TimelineSeries, TimelineWindow } from '../../../core/protocol/index.js'

export type TimelineRange = 'all' | 'main'
export type Point = readonly [time: number, value: number]

export const SHOWN_SERIES = [
  'rss',
  'rssAnon',
  'rssFile',
  'rssShmem',
  'dirty',
  'pss',
  'heap',
  'minflt',
  'majflt',
  'freePages',
] as const satisfies readonly TimelineSeries[]
export type ShownSeries = (typeof SHOWN_SERIES)[number]
export type Sample = Readonly<Record<ShownSeries, number>>

/** What is drawn in kB and counted in pages. */
const SCALE: Readonly<Partial<Record<ShownSeries, number>>> = { freePages: 4 }
const scaled = (series: ShownSeries, value: number): number => value * (SCALE[series] ?? 1)

/** Values at index `i`, in kB and counts; a series that was not sent reads as 0. */
export function sampleAt(window: TimelineWindow, i: number): Sample {
  const value = (s: ShownSeries) => scaled(s, window.columns[s]?.[i] ?? 0)
  return Object.fromEntries(SHOWN_SERIES.map((s) => [s, value(s)])) as unknown as Sample
}

/** Index of the last sample at or before `time`: counters hold their value until the next event. -1 before the first. */
export function indexAt(times: ArrayLike<number>, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? Infinity) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * One series from `from` to `to`. With a base its values are changes, and at `from` it is at the base where the window
 * has no earlier sample to say otherwise.
 */
export function points(window: TimelineWindow, series: ShownSeries, from: number, to: number, base?: number): Point[] {
  const column = window.columns[series]
  if (!column) return []
  const out: Point[] = []
  const zero = base ?? 0
  const first = indexAt(window.time, from)
  if (first >= 0) out.push([from, scaled(series, column[first] ?? 0) - zero])
  else if (base !== undefined) out.push([from, 0])
  for (let i = first + 1; i < window.time.length; i++) {
    const time = window.time[i] ?? 0
    if (time > to) break
    out.push([time, scaled(series, column[i] ?? 0) - zero])
  }
  const last = out[out.length - 1]
  if (last && last[0] < to) out.push([to, last[1]])
  return out
}

/** Marks that stand too close to be told apart keep their line; only the later one keeps its number. */
export function labelled(
  markers: readonly { readonly time: number }[],
  from: number,
  to: number,
  pixels: number,
  apart = 20,
): boolean[] {
  const scale = to > from ? pixels / (to - from) : 0
  let next = Infinity
  return markers
    .map((m) => m.time * scale)
    .reverse()
    .map((x) => {
      if (next - x < apart) return false
      next = x
      return true
    })
    .reverse()
}

export interface StopRow extends Sample {
  readonly marker: TimelineMarker
  /** Compared with the row above; the first row has none. */
  readonly delta: Sample | undefined
}

/** One row for each marker, for those who would rather read than look. */
export function stopRows(window: TimelineWindow): StopRow[] {
  let previous: Sample | undefined
  return window.markers.map((marker) => {
    const sample = sampleAt(window, indexAt(window.time, marker.time))
    const before = previous
    previous = sample
    return { ...sample, marker, delta: before && difference(sample, before) }
  })
}

function difference(a: Sample, b: Sample): Sample {
  return Object.fromEntries(SHOWN_SERIES.map((s) => [s, a[s] - b[s]])) as unknown as Sample
}

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
 * Samples behind the first of a stretch that have to be drawn to show these series on so many pixels: where nothing
 * changes there is nothing to draw, and of what falls into one column of pixels its ends and extremes are seen. Series
 * that are stacked on each other need the same samples.
 */
export function drawnSamples(
  window: TimelineWindow,
  series: readonly ShownSeries[],
  from: number,
  to: number,
  pixels: number,
): readonly number[] {
  const columns = series.flatMap((name) => window.columns[name] ?? [])
  const { time } = window
  const pixelOf = (i: number) => Math.floor((((time[i] ?? 0) - from) / Math.max(1, to - from)) * pixels)
  const moved = (i: number) => columns.some((column) => column[i] !== column[i - 1])
  const end = indexAt(time, to) + 1
  const out: number[] = []
  for (let i = indexAt(time, from) + 1; i < end;) {
    const pixel = pixelOf(i)
    const here: number[] = []
    for (; i < end && pixelOf(i) === pixel; i++) if (i === 0 || moved(i)) here.push(i)
    out.push(...seenOf(here, columns))
  }
  return out
}

/** Of samples in one column of pixels those that can be told apart, in order. */
function seenOf(samples: readonly number[], columns: readonly Float64Array[]): readonly number[] {
  const last = samples.at(-1)
  if (last === undefined || samples.length <= 4) return samples
  const seen = new Set([samples[0] ?? last, last])
  for (const column of columns) {
    let [low, high] = [last, last]
    for (const i of samples) {
      if ((column[i] ?? 0) < (column[low] ?? 0)) low = i
      if ((column[i] ?? 0) > (column[high] ?? 0)) high = i
    }
    seen.add(low).add(high)
  }
  return [...seen].sort((a, b) => a - b)
}

/**
 * One series from `from` to `to`, behind its beginning at the samples given. With a base its values are changes, and at
 * `from` it is at the base where the window has no earlier sample to say otherwise.
 */
export function points(
  window: TimelineWindow,
  series: ShownSeries,
  from: number,
  to: number,
  samples: readonly number[],
  base?: number,
): Point[] {
  const column = window.columns[series]
  if (!column) return []
  const out: Point[] = []
  const zero = base ?? 0
  const first = indexAt(window.time, from)
  if (first >= 0) out.push([from, scaled(series, column[first] ?? 0) - zero])
  else if (base !== undefined) out.push([from, 0])
  for (const i of samples) out.push([window.time[i] ?? 0, scaled(series, column[i] ?? 0) - zero])
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

/** Fewer points than samples, without losing a spike: each bucket keeps the extremes of every series asked for. */
import type { TimelineSeries } from '../protocol/index.js'
import type { Samples } from './samples.js'

export interface Window {
  readonly time: Float64Array
  readonly columns: Readonly<Partial<Record<TimelineSeries, Float64Array>>>
}

/**
 * Samples of [from, to] at no more than `points` instants, the first and last kept. The sample before `from` is
 * included, because a counter holds its value until the next event.
 */
export function windowOf(
  samples: Samples,
  series: readonly TimelineSeries[],
  from: number,
  to: number,
  points: number,
): Window {
  const first = Math.max(0, samples.firstFrom(from) - 1)
  let end = samples.firstFrom(to)
  if (end < samples.length && samples.timeAt(end) === to) end++
  const chosen = chooseIndices(samples, series, first, end, points)
  const time = Float64Array.from(chosen, (i) => samples.timeAt(i))
  const columns: Partial<Record<TimelineSeries, Float64Array>> = {}
  for (const name of series) {
    const column = samples.column(name)
    columns[name] = Float64Array.from(chosen, (i) => column[i])
  }
  return { time, columns }
}

function chooseIndices(
  samples: Samples,
  series: readonly TimelineSeries[],
  first: number,
  end: number,
  points: number,
): number[] {
  const count = end - first
  if (count <= points) return Array.from({ length: Math.max(0, count) }, (_, k) => first + k)
  const buckets = Math.max(1, Math.floor((points - 2) / Math.max(1, 2 * series.length)))
  const chosen = new Set<number>([first, end - 1])
  for (let b = 0; b < buckets; b++) {
    const low = first + Math.floor((b * count) / buckets)
    const high = first + Math.floor(((b + 1) * count) / buckets)
    for (const name of series) addExtremes(chosen, samples.column(name), low, high)
  }
  return [...chosen].sort((a, b) => a - b)
}

function addExtremes(chosen: Set<number>, column: Float64Array, low: number, high: number): void {
  let smallest = low
  let largest = low
  for (let i = low + 1; i < high; i++) {
    if (column[i] < column[smallest]) smallest = i
    if (column[i] > column[largest]) largest = i
  }
  chosen.add(smallest)
  chosen.add(largest)
}

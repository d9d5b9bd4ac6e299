/** Steps drawn with no more points than can be seen: of what falls on one pixel, the first, the extremes and the last. */

export interface Point {
  readonly x: number
  readonly value: number
}

/** Points in order of x, thinned to at most four a pixel; a value holds until the next x. */
export function thinned(xs: readonly number[], values: readonly number[]): readonly Point[] {
  const out: Point[] = []
  let start = 0
  for (let i = 1; i <= xs.length; i++) {
    if (i < xs.length && Math.floor(xs[i] ?? 0) === Math.floor(xs[start] ?? 0)) continue
    out.push(...extremes(xs, values, start, i))
    start = i
  }
  return out
}

function extremes(xs: readonly number[], values: readonly number[], from: number, to: number): readonly Point[] {
  const value = (i: number): number => values[i] ?? 0
  let [low, high] = [from, from]
  for (let i = from; i < to; i++) {
    if (value(i) < value(low)) low = i
    if (value(i) > value(high)) high = i
  }
  const chosen = [...new Set([from, low, high, to - 1])].sort((a, b) => a - b)
  return chosen.map((i) => ({ x: xs[i] ?? 0, value: value(i) }))
}

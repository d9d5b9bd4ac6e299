/** Axes: round steps, and from values to places on the picture. */

/** About `wanted` round steps from `low` to `high`, whole numbers, 0 among them when it lies between. */
export function ticks(low: number, high: number, wanted: number): readonly number[] {
  const step = roundStep((high - low) / wanted, 1)
  return multiples(Math.floor(low / step) * step, high, step)
}

/** The same along time: no tick beyond the end, and steps as small as they need be. */
export function timeTicks(from: number, to: number, wanted: number): readonly number[] {
  const step = roundStep((to - from) / wanted, 0)
  const first = Math.ceil(from / step) * step
  return multiples(first, to, step).filter((time) => time <= to)
}

/** To the first multiple that reaches `high`. */
function multiples(first: number, high: number, step: number): readonly number[] {
  const out = [first]
  while ((out[out.length - 1] ?? 0) < high) out.push(first + out.length * step)
  return out
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(least: number, smallest: number): number {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= least) ?? 10 * power
  return Math.max(step, smallest)
}

/** To a tenth of a pixel: finer cannot be seen, and the bytes stay few. */
export const place = (value: number): string => String(Math.round(value * 10) / 10)

export const linear =
  (from: number, to: number, start: number, end: number) =>
  (value: number): number =>
    to === from ? start : start + ((value - from) / (to - from)) * (end - start)

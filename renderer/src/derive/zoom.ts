/** Zooming and panning a stretch of the timeline: pure arithmetic on nanoseconds. Every result lies within the extent. */

export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Narrower than this nothing happens: a statement takes 2 ns. */
export const NARROWEST = 20
/** One step of the keys and buttons. */
export const ZOOM_STEP = 1.6
/** How far a key pans, as a part of what is in sight. */
export const PAN_STEP = 0.2

const lengthOf = ({ from, to }: Stretch): number => to - from

/** The stretch, moved and cut until it lies within `extent` and is no narrower than it may be. */
export function within(stretch: Stretch, extent: Stretch): Stretch {
  const whole = lengthOf(extent)
  const length = Math.min(whole, Math.max(NARROWEST, lengthOf(stretch)))
  const from = Math.min(Math.max(stretch.from, extent.from), extent.to - length)
  return { from, to: from + length }
}

/** `factor` above 1 shows less and larger. What is at `at` stays where it is on the screen, as far as the ends let it. */
export function zoomAt(stretch: Stretch, extent: Stretch, factor: number, at: number): Stretch {
  const length = lengthOf(stretch) / factor
  const part = lengthOf(stretch) === 0 ? 0.5 : (at - stretch.from) / lengthOf(stretch)
  const from = at - part * Math.max(NARROWEST, length)
  return within({ from, to: from + length }, extent)
}

/** Moves by a part of what is in sight; positive to later moments. */
export function pan(stretch: Stretch, extent: Stretch, part: number): Stretch {
  const by = lengthOf(stretch) * part
  return within({ from: stretch.from + by, to: stretch.to + by }, extent)
}

/** What was drawn from one moment to another, in either direction. */
export const between = (a: number, b: number, extent: Stretch): Stretch =>
  within({ from: Math.min(a, b), to: Math.max(a, b) }, extent)

/** All there is: nothing is zoomed. */
export const isWhole = (stretch: Stretch, extent: Stretch): boolean =>
  stretch.from <= extent.from && stretch.to >= extent.to

/** What of a wheel's turn is zooming: a notch of a mouse is one step, a touchpad's fractions add up. */
export const wheelFactor = (deltaY: number): number => ZOOM_STEP ** (-deltaY / 100)

/**
 * Lines of equal height in a scroller whose range is limited: Chromium makes no element higher than some 33.5 million
 * pixels. Up to the limit a line is where it would be; beyond it the scroller's position is a share of the whole, and the
 * lines in sight are drawn where the scroller stands.
 */

/** Pixels: below Chromium's limit and exact in a 32-bit float. */
export const HIGHEST = 16_000_000

export interface LineExtent {
  readonly lines: number
  /** Pixels of a line and of what is in sight. */
  readonly height: number
  readonly view: number
}

/** Height of the element that is scrolled. */
export const scrolledHeight = ({ lines, height }: LineExtent): number => Math.min(HIGHEST, lines * height)

/** How far it can be scrolled, as it is and as it would be without the limit. */
const ranges = (extent: LineExtent): { readonly scrolled: number; readonly whole: number } => ({
  scrolled: Math.max(0, scrolledHeight(extent) - extent.view),
  whole: Math.max(0, extent.lines * extent.height - extent.view),
})

export interface DrawnLines {
  readonly first: number
  readonly count: number
  /** Where the first of them is drawn, in pixels from the scrolled element's beginning. */
  readonly top: number
}

/** The lines in sight, and some on either side. */
export function drawnLines(extent: LineExtent, scrollTop: number, beside = 3): DrawnLines {
  const { scrolled, whole } = ranges(extent)
  const at = scrolled === 0 ? 0 : (Math.min(scrollTop, scrolled) / scrolled) * whole
  const first = Math.max(0, Math.floor(at / extent.height) - beside)
  const last = Math.min(extent.lines, Math.ceil((at + extent.view) / extent.height) + beside)
  return { first, count: Math.max(0, last - first), top: scrollTop - (at - first * extent.height) }
}

/** Where to scroll so that a line is in sight; undefined when it is. */
export function scrollTo(extent: LineExtent, scrollTop: number, line: number): number | undefined {
  const { scrolled, whole } = ranges(extent)
  const at = scrolled === 0 ? 0 : (scrollTop / scrolled) * whole
  const start = line * extent.height
  const wanted =
    start < at ? start : start + extent.height > at + extent.view ? start + extent.height - extent.view : undefined
  return wanted === undefined || whole === 0 ? undefined : (wanted / whole) * scrolled
}

/** Page frames as the window shows them: their looks, the scale of the map, and where a frame stands in it. */
import {
  FRAME_KINDS,
  FRAME_ORDERS,
  type FrameKind,
  type FrameOrder,
  type ZoneRow,
} from '../../../core/protocol/index.js'
import type { PageToken } from './page-states.js'

export interface FrameLook {
  readonly kind: FrameKind
  readonly token: PageToken
  readonly letter: string
}

const LOOKS: Readonly<Record<FrameKind, readonly [PageToken, string]>> = {
  free: ['free', '–'],
  pcp: ['swapped', 'C'],
  anon: ['anon-dirty', 'A'],
  huge: ['huge', 'H'],
  fileClean: ['file-clean', 'f'],
  fileDirty: ['file-dirty', 'F'],
  shmem: ['shared', 'S'],
  table: ['table', 'T'],
  slab: ['slab', 'B'],
  reserved: ['zero', 'R'],
  kernel: ['locked', 'K'],
}
export const frameLook = (kind: FrameKind): FrameLook => ({ kind, token: LOOKS[kind][0], letter: LOOKS[kind][1] })
export const FRAME_LOOKS: readonly FrameLook[] = FRAME_KINDS.map(frameLook)

/** Frames of each kind over all of the rows. */
export const sumCounts = (rows: readonly { readonly counts: readonly number[] }[]): readonly number[] =>
  FRAME_KINDS.map((_, i) => rows.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0))

/** The kinds that there are, with their numbers, in the order of the kinds. */
export const presentKinds = (counts: readonly number[]): readonly (FrameLook & { readonly count: number })[] =>
  FRAME_LOOKS.flatMap((look, i) => ((counts[i] ?? 0) > 0 ? [{ ...look, count: counts[i] ?? 0 }] : []))

/** Stripes to scale, from left to right: a background for a cell of several kinds. */
export function stripes(counts: readonly number[]): string {
  const all = counts.reduce((sum, n) => sum + n, 0)
  let at = 0
  const stops = presentKinds(counts).map(({ token, count }) => {
    const from = at
    at += (count / all) * 100
    return `var(--page-${token}) ${from.toFixed(2)}% ${at.toFixed(2)}%`
  })
  return `linear-gradient(90deg, ${stops.join(', ')})`
}

export type RamRanges = readonly (readonly [start: number, end: number])[]

/** RAM in order, neighbouring ranges of two zones as one. */
export function ramOf(zones: readonly Pick<ZoneRow, 'ram'>[]): RamRanges {
  const ranges: [number, number][] = []
  for (const [start, end] of zones.flatMap(({ ram }) => ram)) {
    const last = ranges.at(-1)
    if (last?.[1] === start) last[1] = end
    else ranges.push([start, end])
  }
  return ranges
}

const windowsOf = (start: number, end: number, order: number) =>
  Math.ceil(end / 2 ** order) - Math.floor(start / 2 ** order)

/** Number of the window of 2^order frames that holds a frame; undefined where there is no RAM. */
export function windowOf(ram: RamRanges, order: FrameOrder, frame: number): number | undefined {
  let before = 0
  for (const [start, end] of ram) {
    if (frame >= start && frame < end) return before + Math.floor(frame / 2 ** order) - Math.floor(start / 2 ** order)
    before += windowsOf(start, end, order)
  }
  return undefined
}

/** First frame of a window. */
export function firstOf(ram: RamRanges, order: FrameOrder, window: number): number {
  let before = 0
  for (const [start, end] of ram) {
    const windows = windowsOf(start, end, order)
    if (window < before + windows)
      return Math.max(start, (Math.floor(start / 2 ** order) + window - before) * 2 ** order)
    before += windows
  }
  return ram.at(-1)?.[1] ?? 0
}

/** The next finer or coarser step of the scale. */
export function scaled(order: FrameOrder, by: 1 | -1): FrameOrder {
  const at = FRAME_ORDERS.indexOf(order) + by
  return FRAME_ORDERS[Math.max(0, Math.min(FRAME_ORDERS.length - 1, at))] ?? order
}

/** "4 kB", "2 MiB": what a window of so many frames is. */
export function framesText(pages: number): string {
  const kb = pages * 4
  const rounded = (unit: number) => Math.round((kb / unit) * 100) / 100
  return kb >= 1 << 20 ? `${rounded(1 << 20)} GiB` : kb >= 1 << 10 ? `${rounded(1 << 10)} MiB` : `${kb} kB`
}

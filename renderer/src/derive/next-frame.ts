/**
 * The next frame of a kind, found by looking closer and closer: the coarse windows tell where there is one, so that it takes a
 * few windows of each step of the scale and not millions of frames.
 */
import {
  FRAME_KINDS,
  FRAME_ORDERS,
  MOST_ROWS,
  type FrameKind,
  type FrameOrder,
  type FrameRow,
} from '../../../core/protocol/index.js'
import { windowOf, type RamRanges } from './frames.js'

/** Windows of 2^order frames, from the one numbered `from`. */
export type AskFrames = (order: FrameOrder, from: number, count: number) => Promise<readonly FrameRow[]>

const has = ({ counts }: FrameRow, kind: FrameKind) => (counts[FRAME_KINDS.indexOf(kind)] ?? 0) > 0

/** First frame of the kind behind `after` (-1: any), or undefined. */
export async function nextFrame(
  ask: AskFrames,
  ram: RamRanges,
  kind: FrameKind,
  after: number,
): Promise<number | undefined> {
  const closer = async (rows: readonly FrameRow[], level: number): Promise<number | undefined> => {
    for (const row of rows) {
      if (row.first + row.pages - 1 <= after || !has(row, kind)) continue
      const order = FRAME_ORDERS[level - 1]
      if (order === undefined) return row.first
      const from = windowOf(ram, order, row.first) ?? 0
      const found = await closer(await ask(order, from, Math.ceil(row.pages / 2 ** order)), level - 1)
      if (found !== undefined) return found
    }
    return undefined
  }
  const coarsest = FRAME_ORDERS.length - 1
  return closer(await ask(FRAME_ORDERS[coarsest] ?? 15, 0, MOST_ROWS), coarsest)
}

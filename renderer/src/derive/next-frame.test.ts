import { describe, expect, it } from 'vitest'
import { FRAME_KINDS, type FrameRow } from '../../../core/protocol/index.js'
import { firstOf } from './frames.js'
import { nextFrame, type AskFrames } from './next-frame.js'

/** 1 GiB with page tables here and there, the rest free. */
const RAM = [[0, 1 << 18]] as const
const TABLES = [700, 701, 90_000, (1 << 18) - 1]
let asked = 0
const ask: AskFrames = (order, from, count) => {
  asked += count
  const rows = Array.from({ length: Math.min(count, 2 ** (18 - order) - from) }, (_, i): FrameRow => {
    const first = firstOf(RAM, order, from + i)
    const tables = TABLES.filter((frame) => frame >= first && frame < first + 2 ** order).length
    const counts = FRAME_KINDS.map((kind) => (kind === 'free' ? 2 ** order - tables : kind === 'table' ? tables : 0))
    return { first, pages: 2 ** order, kind: 'free', counts, type: 'Movable', changed: [] }
  })
  return Promise.resolve(rows)
}

describe('the next frame of a kind', () => {
  it('is the first behind the one given', async () => {
    const found: (number | undefined)[] = []
    for (const after of [-1, 700, 701, 89_999, 90_000, (1 << 18) - 1])
      found.push(await nextFrame(ask, RAM, 'table', after))
    expect(found).toEqual([700, 701, 90_000, 90_000, (1 << 18) - 1, undefined])
  })
  it('is found in a few windows of each size', async () => {
    asked = 0
    await nextFrame(ask, RAM, 'table', 701)
    expect(asked - 10_000).toBeLessThan(200)
  })
  it('is none where there is none of the kind', async () => {
    expect(await nextFrame(ask, RAM, 'slab', -1)).toBeUndefined()
  })
})

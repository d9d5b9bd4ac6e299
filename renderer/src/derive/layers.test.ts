import { describe, expect, it } from 'vitest'
import type { BuddyRow, Moment, StoryRow } from '../../../core/protocol/index.js'
import { callsByName, figureDeltas, freeByOrder, layerFigures, type LayerFigures } from './layers.js'

const counters = {
  minflt: 81,
  majflt: 0,
  vszKb: 4368,
  pteKb: 52,
  rssKb: 1328,
  dirtyKb: 80,
  freePages: 1000,
  pcpPages: 60,
}
const tables = { mallinfo: [], pmap: [], mappings: 19, lines: [], caches: [] }
const figures = (change: object = {}): LayerFigures =>
  layerFigures({ statements: 7, counters: { ...counters, ...change } } as Moment, tables)

describe('the floors', () => {
  it('take their figures from the counters and tables of one moment', () => {
    expect(figures()).toMatchObject({ statements: 7, mappings: 19, minflt: 81, pteKb: 52, uordblks: 0 })
  })

  it('tell what moved, from the kernel’s counters even on the first look', () => {
    const now = figures({ minflt: 85, rssKb: 1344 })
    expect(figureDeltas(now, undefined, counters as never)).toEqual({ minflt: 4, rssKb: 16 })
    expect(figureDeltas(now, { ...now, uordblks: 32 }, undefined)).toEqual({ uordblks: -32 })
    expect(figureDeltas(now, undefined, undefined)).toEqual({})
  })

  it('count system calls by name', () => {
    const row = (kind: string, name: string, count: number) => ({ kind, name, count }) as unknown as StoryRow
    expect(
      callsByName([row('call', 'mmap', 1), row('fault', '', 9), row('call', 'write', 2), row('call', 'mmap', 3)]),
    ).toEqual([
      ['mmap', 4],
      ['write', 2],
    ])
  })

  it('add up the free blocks of all zones', () => {
    const zone = (...free: number[]) => ({ free }) as unknown as BuddyRow
    expect(freeByOrder([zone(1, 2), zone(10, 20, 30)])).toEqual([11, 22, 30])
  })
})

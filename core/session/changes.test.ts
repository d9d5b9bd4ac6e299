import { describe, expect, it } from 'vitest'
import { markChanges } from './changes.js'

interface Pmap {
  readonly address: string
  readonly rss: number
  readonly free?: readonly number[]
}
const mark = (rows: readonly Pmap[], before: readonly Pmap[] | undefined) =>
  markChanges(rows, before, (row) => row.address)

describe('what changed since the halt before', () => {
  it('is nothing at the first halt', () => {
    expect(mark([{ address: 'a', rss: 4 }], undefined)).toEqual([{ address: 'a', rss: 4, changed: [] }])
  })

  it('names the fields that differ and what they were', () => {
    expect(mark([{ address: 'a', rss: 8 }], [{ address: 'a', rss: 4 }])).toEqual([
      { address: 'a', rss: 8, changed: ['rss'], was: { rss: 4 } },
    ])
  })

  it('marks a row that was not there as a whole', () => {
    expect(mark([{ address: 'b', rss: 8 }], [{ address: 'a', rss: 4 }])[0].changed).toEqual(['*'])
  })

  it('compares lists by their elements, and keeps only single values as what was', () => {
    const before = [{ address: 'DMA', rss: 0, free: [1, 2] }]
    expect(mark([{ address: 'DMA', rss: 0, free: [1, 2] }], before)[0].changed).toEqual([])
    expect(mark([{ address: 'DMA', rss: 0, free: [1, 3] }], before)[0]).toMatchObject({ changed: ['free'], was: {} })
  })
})

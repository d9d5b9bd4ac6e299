import { describe, expect, it } from 'vitest'
import { cellChange, isNewRow } from './changes.js'

describe('a cell of a row', () => {
  const row = { changed: ['rss', 'dirty', 'mode'], was: { rss: 0, dirty: 20, mode: 'rw---' } }
  it('is unmarked unless the simulation says that it changed', () =>
    expect(cellChange(row, 'kbytes', 16)).toBeUndefined())
  it('says which way a number went', () => {
    expect(cellChange(row, 'rss', 16)).toEqual({ direction: 'up', was: 0 })
    expect(cellChange(row, 'dirty', 16)).toEqual({ direction: 'down', was: 20 })
  })
  it('says no more than that it changed where there is no way to go', () => {
    expect(cellChange(row, 'mode', 'r----')).toEqual({ direction: 'other', was: 'rw---' })
    expect(cellChange({ changed: ['rss'] }, 'rss', 16)).toEqual({ direction: 'other', was: undefined })
  })
})

it('a row that was not there before is marked as a whole, not cell by cell', () => {
  const row = { changed: ['*'] }
  expect(isNewRow(row)).toBe(true)
  expect(cellChange(row, 'rss', 16)).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { step } from './grid.js'

const extent = { rows: 19, columns: 7, page: 10 }
const press = (row: number, column: number, key: string, ctrlKey = false) =>
  step({ row, column }, { key, ctrlKey }, extent)

describe('keys in a grid', () => {
  it('move by a cell and stop at the edges', () => {
    expect(press(3, 2, 'ArrowDown')).toEqual({ row: 4, column: 2 })
    expect(press(3, 2, 'ArrowLeft')).toEqual({ row: 3, column: 1 })
    expect(press(18, 6, 'ArrowDown')).toEqual({ row: 18, column: 6 })
    expect(press(0, 0, 'ArrowLeft')).toEqual({ row: 0, column: 0 })
  })
  it('reach the heading above the first row', () => {
    expect(press(0, 4, 'ArrowUp')).toEqual({ row: -1, column: 4 })
    expect(press(-1, 4, 'ArrowUp')).toEqual({ row: -1, column: 4 })
  })
  it('Home and End go along the row, with Ctrl to the first and last cell', () => {
    expect(press(3, 2, 'Home')).toEqual({ row: 3, column: 0 })
    expect(press(3, 2, 'End')).toEqual({ row: 3, column: 6 })
    expect(press(3, 2, 'Home', true)).toEqual({ row: 0, column: 0 })
    expect(press(3, 2, 'End', true)).toEqual({ row: 18, column: 6 })
  })
  it('pages do not leave the rows', () => {
    expect(press(3, 2, 'PageDown')).toEqual({ row: 13, column: 2 })
    expect(press(13, 2, 'PageDown')).toEqual({ row: 18, column: 2 })
    expect(press(3, 2, 'PageUp')).toEqual({ row: 0, column: 2 })
  })
  it('that are not the grid’s are left alone', () => {
    expect(press(3, 2, 'Tab')).toBeUndefined()
    expect(press(3, 2, 'F5')).toBeUndefined()
  })
})

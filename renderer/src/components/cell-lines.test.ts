import { describe, expect, it } from 'vitest'
import { cellAfter } from './cell-lines.js'

describe('the keys of cells in lines', () => {
  const cells = { at: 12, count: 25, across: 5, screenful: 10 }

  it('lead to the next cell, to the one below and by a screenful', () => {
    expect(cellAfter('ArrowRight', cells)).toBe(13)
    expect(cellAfter('ArrowUp', cells)).toBe(7)
    expect(cellAfter('PageDown', cells)).toBe(22)
  })
  it('never leave the cells', () => {
    expect(cellAfter('PageUp', { ...cells, at: 3 })).toBe(0)
    expect(cellAfter('ArrowDown', { ...cells, at: 23 })).toBe(24)
    expect(cellAfter('End', cells)).toBe(24)
    expect(cellAfter('End', { at: 0, count: 0, across: 5 })).toBe(0)
  })
  it('are no others, and no screenful where all are in sight', () => {
    expect(cellAfter('a', cells)).toBeUndefined()
    expect(cellAfter('PageDown', { at: 12, count: 25, across: 5 })).toBeUndefined()
  })
})

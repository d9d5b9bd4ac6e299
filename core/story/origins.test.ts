import { describe, expect, it } from 'vitest'
import { Origins } from './origins.js'

/** Ten places, each the line that made it, '.' for nobody's. */
const drawn = (origins: Origins): string => Array.from({ length: 10 }, (_, i) => origins.at(i).line || '.').join('')

function made(...pieces: readonly (readonly [start: number, end: number, line: number])[]): Origins {
  const origins = Origins.empty()
  for (const [start, end, line] of pieces) origins.insert(start, end, line, 'mmap')
  return origins
}

describe('who made a piece of an address space', () => {
  it('is the line that mapped it', () => {
    const origins = made([2, 4, 7], [4, 6, 8])
    expect(drawn(origins)).toBe('..7788....')
    expect(origins.at(5)).toMatchObject({ line: 8, call: 'mmap', start: 4 })
  })

  it('is the last one where something was replaced', () => expect(drawn(made([1, 9, 5], [3, 5, 6]))).toBe('.55665555.'))

  it('is nobody after it was unmapped, in the middle, at the ends and across several', () => {
    const origins = made([0, 6, 1], [6, 10, 2])
    origins.remove(2, 3)
    expect(drawn(origins)).toBe('11.1112222')
    origins.remove(5, 8)
    expect(drawn(origins)).toBe('11.11...22')
    origins.remove(0, 10)
    expect(drawn(origins)).toBe('..........')
  })

  it('is told the same by a copy, which goes its own way', () => {
    const origins = made([0, 3, 1])
    const copy = Origins.from(origins.saved)
    origins.remove(0, 3)
    expect(drawn(copy)).toBe('111.......')
  })
})

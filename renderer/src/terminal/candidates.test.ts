import { expect, it } from 'vitest'
import { commonStart, inColumns } from './candidates.js'

it('completion goes on as far as all agree', () => {
  expect(commonStart(['smaps', 'smaps_rollup'])).toBe('smaps')
  expect(commonStart(['ps', 'free'])).toBe('')
  expect(commonStart([])).toBe('')
})

it('candidates stand in columns, filled downwards', () => {
  expect(inColumns(['a', 'bb', 'ccc', 'd'], 10)).toBe('a    ccc\r\nbb   d\r\n')
  expect(inColumns(['内存', 'b'], 12)).toBe('内存  b\r\n')
  expect(inColumns(['a-long-word', 'b'], 5)).toBe('a-long-word\r\nb\r\n')
})

it('of very many the rest is counted', () => {
  expect(
    inColumns(
      Array.from({ length: 250 }, (_, i) => `w${i}`),
      80,
    ),
  ).toContain('... 50\r\n')
})

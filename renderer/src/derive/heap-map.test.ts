import { describe, expect, it } from 'vitest'
import type { HeapRow } from '../../../core/protocol/index.js'
import { chunkBeside, chunkSums, heapLines, parseNumber } from './heap-map.js'

/** Chunks of these sizes, one behind the other. */
function chunks(...sizes: readonly number[]): readonly HeapRow[] {
  let at = 0x1000
  return sizes.map((size, i) => {
    const row = { address: at.toString(16), size, state: i === sizes.length - 1 ? 'top' : 'used' } as HeapRow
    at += size
    return row
  })
}
/** Each line as "chunk:from-to", an asterisk where a chunk begins, and what is left out behind it. */
const drawn = (rows: readonly HeapRow[], bytes = 256) =>
  heapLines(rows, bytes).map(
    ({ segments, skipped }) =>
      segments.map((s) => `${s.chunk}${s.head ? '*' : ''}:${s.from}-${s.to}`).join(' ') +
      (skipped > 0 ? ` ~${skipped}~` : ''),
  )

describe('the heap to scale', () => {
  it('lays chunks out like text, and goes on in the next line', () =>
    expect(drawn(chunks(128, 256, 64))).toEqual(['0*:0-128 1*:128-256', '1:0-128 2*:128-192']))

  it('breaks what is much longer than a line', () => {
    expect(drawn(chunks(128, 0x1000))).toEqual(['0*:0-128 1*:128-256 ~3840~', '1:0-128'])
    expect(drawn(chunks(0x1000, 64))).toEqual(['0*:0-256 ~3584~', '0:0-256', '1*:0-64'])
  })

  it('begins anew where there is a gap', () => {
    const far = { address: '9000', size: 64, state: 'mmapped' } as HeapRow
    expect(heapLines([...chunks(64), far], 256).map(({ address }) => address)).toEqual([0x1000, 0x9000])
  })

  it('leaves no byte out but those it says', () => {
    const rows = chunks(4096, 32, 48, 700, 64, 5000, 131072)
    const lines = heapLines(rows, 512)
    const told = lines.reduce(
      (sum, { segments, skipped }) => sum + skipped + segments.reduce((n, { from, to }) => n + to - from, 0),
      0,
    )
    expect(told).toBe(rows.reduce((sum, { size }) => sum + size, 0))
    expect(lines.flatMap(({ segments }) => segments.filter((s) => s.head))).toHaveLength(rows.length)
  })
})

it('sums up the states there are', () =>
  expect(chunkSums(chunks(32, 48, 100)).map(({ state, count, bytes }) => [state, count, bytes])).toEqual([
    ['used', 2, 80],
    ['top', 1, 100],
  ]))

it('leads to the chunk above and below', () => {
  const lines = heapLines(chunks(128, 128, 128, 64, 64, 32), 256)
  expect(chunkBeside(lines, 1, true)).toBe(3)
  expect(chunkBeside(lines, 3, false)).toBe(1)
  expect(chunkBeside(lines, 0, false)).toBeUndefined()
})

it('numbers are typed as in C', () => {
  expect(parseNumber(' 24 ')).toBe(24)
  expect(parseNumber('0x1d10010')).toBe(0x1d10010)
  for (const text of ['', '-1', '1.5', '24k', '99999999999999999']) expect(parseNumber(text)).toBeUndefined()
})

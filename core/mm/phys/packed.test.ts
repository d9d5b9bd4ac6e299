import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_WORDS, pack, unpack } from './packed.js'

const WORDS = 1024
const PAGE = 2048 // the page begins here, in words

const run = fc.record({
  at: fc.nat(WORDS - 1),
  words: fc.array(fc.oneof(fc.constant(0), fc.integer()), { minLength: 1, maxLength: 40 }),
})

/** A page of one byte with runs of words written over it. */
function pageOf(byte: number, runs: readonly { readonly at: number; readonly words: readonly number[] }[]): Int32Array {
  const words = new Int32Array(PAGE + WORDS)
  words.fill(Math.imul(byte, 0x0101_0101), PAGE)
  for (const { at, words: some } of runs) words.set(some.slice(0, WORDS - at), PAGE + at)
  return words
}

function packed(words: Int32Array): Int32Array {
  const out = new Int32Array(MOST_WORDS)
  return out.slice(0, pack(words, PAGE, out))
}

describe('the compact form of a page', () => {
  it('is the page again when it is unfolded', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.array(run, { maxLength: 12 }), (byte, runs) => {
        const words = pageOf(byte, runs)
        const form = packed(words)
        if (form.length === 0) return
        const back = new Int32Array(WORDS).fill(-7)
        unpack(form, 0, back, 0)
        expect(back).toEqual(words.slice(PAGE))
      }),
    )
  })

  it('takes one word for a repeated byte, three for one byte that differs, wherever it is', () => {
    expect(packed(pageOf(0, []))).toEqual(Int32Array.of(0))
    expect(packed(pageOf(0xab, []))).toEqual(Int32Array.of(0xab))
    for (let at = 0; at < WORDS; at++)
      expect(packed(pageOf(0, [{ at, words: [0x42] }]))).toEqual(Int32Array.of(1 << 16, at | (1 << 16), 0x42))
  })

  it('takes one run for words with a single gap between them', () => {
    const words = packed(pageOf(0, [{ at: 5, words: [1, 0, 2, 0, 0, 3] }]))
    expect([...words]).toEqual([2 << 16, 5 | (3 << 16), 1, 0, 2, 10 | (1 << 16), 3])
  })

  it('does not exist for pages that hold more than a quarter of other words', () => {
    const dense = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1)
    expect(packed(pageOf(0, [{ at: 300, words: dense(MOST_WORDS - 2) }])).length).toBe(MOST_WORDS)
    expect(packed(pageOf(0, [{ at: 300, words: dense(MOST_WORDS - 1) }])).length).toBe(0)
    expect(packed(pageOf(0, [{ at: 0, words: dense(WORDS) }])).length).toBe(0)
  })
})

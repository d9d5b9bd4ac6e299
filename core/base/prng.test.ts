import { describe, expect, it } from 'vitest'
import { Prng } from './index.js'

const draw = (prng: Prng, n: number): number[] => Array.from({ length: n }, () => prng.next())

describe('the generator', () => {
  it('gives the same numbers for the same seed', () => {
    expect(draw(new Prng(7), 100)).toEqual(draw(new Prng(7), 100))
    expect(draw(new Prng(7), 4)).not.toEqual(draw(new Prng(8), 4))
  })

  it('tells seeds above 32 bits apart', () => {
    expect(draw(new Prng(2 ** 32 + 1), 4)).not.toEqual(draw(new Prng(1), 4))
  })

  it('follows xoshiro128**', () => {
    const state = new Uint32Array(4)
    const prng = new Prng(0, state)
    state.set([1, 2, 3, 4])
    // First outputs of the reference implementation (prng.di.unimi.it) from this state.
    expect(draw(prng, 4)).toEqual([11520, 0, 5927040, 70819200])
  })

  it('goes on from saved state', () => {
    const state = new Uint32Array(4)
    const prng = new Prng(7, state)
    draw(prng, 10)
    const saved = state.slice()
    const next = draw(prng, 10)
    state.set(saved)
    expect(draw(prng, 10)).toEqual(next)
  })

  it('draws whole numbers below a limit, evenly', () => {
    const prng = new Prng(1)
    const seen = new Array<number>(8).fill(0)
    for (let i = 0; i < 8000; i++) seen[prng.below(8)]++
    expect(Math.min(...seen)).toBeGreaterThan(900)
    expect(Math.max(...seen)).toBeLessThan(1100)
    expect(prng.below(1)).toBe(0)
    expect(prng.below(2 ** 32)).toBeLessThan(2 ** 32)
  })
})

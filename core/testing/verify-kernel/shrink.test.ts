import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomProgram, sourceOf } from './generate.js'
import { smallest } from './shrink.js'

/** Programs with both things in them, and what is left when both must stay. */
const smallOf = (seed: number, things: readonly string[], most = 1000): { tried: number; source: string } => {
  const has = (source: string): boolean => things.every((thing) => source.includes(thing))
  const program = fc.sample(
    randomProgram.filter((drawn) => has(sourceOf(drawn))),
    { seed, numRuns: 1 },
  )[0]
  let tried = 0
  const small = smallest(
    program,
    (smaller) => {
      tried++
      return has(sourceOf(smaller))
    },
    most,
  )
  return { tried, source: sourceOf(small) }
}

describe('a smaller program', () => {
  it('keeps what it is about and no other stop', () => {
    const { source } = smallOf(1, ['MAP_LOCKED'])
    expect(source).toContain('MAP_LOCKED')
    expect(source.match(/getchar\(\)/g)).toHaveLength(2)
    expect(source.match(/mmap\(/g)).toHaveLength(1)
  })

  it('has only what is needed in its children and threads', () => {
    const { source } = smallOf(3, ['fork()', 'MADV_DONTFORK'])
    expect(source.match(/fork\(\)/g)).toHaveLength(1)
    expect(source.match(/madvise\(/g)).toHaveLength(1)
  })

  it('is found in so many trials at most', () => {
    expect(smallOf(3, ['fork()'], 5).tried).toBe(5)
  })
})

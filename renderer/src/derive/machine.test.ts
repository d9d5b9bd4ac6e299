import { describe, expect, it } from 'vitest'
import { differences, optionsOf, ramOf, seedOf } from './machine.js'

const range = { ramMiB: 4096, leastRamMiB: 64, mostRamMiB: 32768, thp: 'madvise' as const }

describe('the machine’s setup', () => {
  it.each([
    ['64', 64],
    [' 512 ', 512],
    ['32768', 32768],
    ['63', undefined],
    ['32769', undefined],
    ['', undefined],
    ['1e3', undefined],
    ['-512', undefined],
    ['512.5', undefined],
    ['٥١٢', undefined],
  ])('takes RAM of %j as %s', (text, mib) => expect(ramOf(text, range)).toBe(mib))

  it.each([
    ['0', 0],
    ['7', 7],
    ['999999999', 999999999],
    ['1000000000', undefined],
    ['-1', undefined],
    ['x', undefined],
  ])('takes a seed of %j as %s', (text, seed) => expect(seedOf(text)).toBe(seed))

  it('leaves out what is the profile’s own, and says the rest in the tools’ words', () => {
    expect(optionsOf(4096, 'madvise', true, range)).toEqual({})
    const options = optionsOf(512, 'never', false, range)
    expect(options).toEqual({ ramMiB: 512, thp: 'never', aslr: false })
    expect(differences(options)).toEqual(['512 MiB', 'THP never', 'no ASLR'])
    expect(differences({})).toEqual([])
  })
})

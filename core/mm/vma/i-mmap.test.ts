import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, type VAddr } from '../../base/index.js'
import { FileMappings } from './i-mmap.js'
import { NO_ANON, type Mm, type Vma } from './index.js'

const mm = {} as Mm

/** Shows pages `first` to `last` of its file. */
const vmaOf = (object: number, first: number, last: number): Vma => ({
  start: 0 as VAddr,
  end: ((last - first + 1) * PAGE_SIZE) as VAddr,
  flags: 0,
  pgoff: first,
  file: 1,
  special: undefined,
  specialPages: [],
  ...NO_ANON,
  object,
})

const ends = ({ pgoff, end }: Vma): string => `${pgoff}-${pgoff + end / PAGE_SIZE - 1}`

function shown(mappings: FileMappings, first: number, last: number): Vma[] {
  const found: Vma[] = []
  mappings.each(first, last, ({ vma }) => found.push(vma))
  return found
}

describe('the mappings of a file', () => {
  it('are found by the pages they show, by their first page', () => {
    const mappings = new FileMappings()
    const all = [vmaOf(1, 4, 9), vmaOf(2, 0, 2), vmaOf(3, 5, 20), vmaOf(4, 3, 7), vmaOf(5, 8, 8)]
    for (const vma of all) mappings.insert(mm, vma)
    expect(shown(mappings, 12, 12).map(ends)).toEqual(['5-20'])
    expect(shown(mappings, 7, 8).map(ends)).toEqual(['3-7', '4-9', '5-20', '8-8'])
    expect(shown(mappings, 21, Infinity)).toEqual([])
    mappings.replace(all[2], { ...all[2], flags: 7 })
    expect(shown(mappings, 12, 12)[0].flags).toBe(7)
    for (const vma of all) mappings.remove(vma)
    expect(mappings.isEmpty).toBe(true)
  })

  it('are the same as a search of all finds, whatever comes and goes', () => {
    const change = fc.record({
      first: fc.nat(60),
      pages: fc.integer({ min: 1, max: 30 }),
      gone: fc.boolean(),
      pick: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), fc.nat(80), fc.nat(20), (changes, from, length) => {
        const mappings = new FileMappings()
        const plain: Vma[] = []
        for (const [i, { first, pages, gone, pick }] of changes.entries()) {
          if (gone && plain.length > 0) mappings.remove(plain.splice(pick % plain.length, 1)[0])
          else {
            const vma = vmaOf(i + 1, first, first + pages - 1)
            mappings.insert(mm, vma)
            plain.push(vma)
          }
        }
        const overlaps = ({ pgoff, end }: Vma): boolean => pgoff <= from + length && pgoff + end / PAGE_SIZE > from
        const wanted = plain.filter(overlaps).sort((a, b) => a.pgoff - b.pgoff || a.object! - b.object!)
        expect(shown(mappings, from, from + length)).toEqual(wanted)
      }),
    )
  })
})

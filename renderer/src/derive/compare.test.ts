import { describe, expect, it } from 'vitest'
import { choiceOf, differenceOf, MAIN, momentChoices, STATE_SIGN, tablesText, valueText } from './compare.js'

describe('a difference', () => {
  it.each([
    [{ before: 4, after: 20 }, '+16'],
    [{ before: 20, after: 4 }, '−16'],
    [{ before: 4, after: 4 }, '0'],
    [{ before: undefined, after: 16 }, '+16'],
    [{ before: 16, after: undefined }, '−16'],
    [{ before: 0.1, after: 0.3 }, '+0.2'],
  ])('of %j is %s', (pair, text) => expect(differenceOf(pair)).toBe(text))

  it('of words is that they differ', () => {
    const row = { name: 'VmFlags', unit: '' } as const
    expect(differenceOf({ ...row, before: 'rd wr', after: 'rd' })).toBe('≠')
    expect(differenceOf({ ...row, before: 'rd', after: 'rd' })).toBe('')
  })
  it('says of what is not there that it is not', () => expect(valueText(undefined)).toBe('–'))
  it('has a sign for each thing that can become of a row', () => {
    const signs = Object.entries(STATE_SIGN).flatMap(([state, sign]) => (state === 'same' ? [] : sign))
    expect(new Set(signs).size).toBe(5)
  })
})

describe('the moments to choose from', () => {
  const words = { now: 'now', main: 'main', stop: (n: number) => `stop ${n}`, line: (n: number) => `line ${n}` }
  const marks = [{ id: 'a', at: { stop: 1 }, label: 'before the loop' }]
  const stops = [
    { index: 0, line: 19 },
    { index: 1, line: 23 },
  ]
  const choices = momentChoices(marks, stops, words)

  it('are the present one, marks, the beginning and the stops', () => {
    expect(choices.map(({ label }) => label)).toEqual(['now', '⚑ before the loop', 'main', 'stop 1', 'stop 2'])
  })
  it('are found by what they stand for; a mark before the stop it lies at', () => {
    expect(choiceOf(choices, { stop: 1 })?.value).toBe('mark a')
    expect(choiceOf(choices, MAIN)?.value).toBe('main')
    expect(choiceOf(choices, { time: 5 })).toBeUndefined()
  })
  it('are the last ones of a run that stops often', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ index, line: 1 }))
    expect(momentChoices([], many, words).at(-1)?.label).toBe('stop 5000')
    expect(momentChoices([], many, words).length).toBeLessThan(300)
  })
})

it('the difference as text lines its columns up, also under Chinese headings', () => {
  const text = tablesText(
    'A 1 B 2',
    [
      {
        title: '$ pmap -x 7',
        columns: [
          { title: '映射', align: 'start' },
          { title: 'RSS', align: 'end' },
        ],
        rows: [
          ['[ anon ]', '16'],
          ['libc', '1088'],
        ],
      },
      { title: 'heap', columns: [], rows: [] },
    ],
    'nothing',
  )
  expect(text).toBe('A 1 B 2\n\n$ pmap -x 7\n映射       RSS\n[ anon ]    16\nlibc      1088\n\nheap\nnothing\n')
})

import { describe, expect, it } from 'vitest'
import { FAKE_PROGRAMS } from '../../testing/fake-programs.js'
import { findPrograms, grouped } from './search.js'

const found = (query: string): string[] => findPrograms(FAKE_PROGRAMS, query).map(({ id }) => id)

describe('a search in the gallery', () => {
  it('finds everything when nothing is asked for', () => {
    expect(found('')).toHaveLength(FAKE_PROGRAMS.length)
    expect(found('  ')).toHaveLength(FAKE_PROGRAMS.length)
  })

  it('finds by title, name, keyword and call, however it is written', () => {
    expect(found('ZERO page')).toEqual(['mmap-demo', 'zero-page'])
    expect(found('fork-cow')).toEqual(['fork-cow'])
    expect(found('pss')).toEqual(['fork-cow'])
    expect(found('getchar(')).toHaveLength(FAKE_PROGRAMS.length)
    expect(found('ＣＯＷ')).toEqual(['zero-page', 'fork-cow'])
  })

  it('finds in both languages, whichever the window speaks', () => {
    expect(found('写时复制')).toEqual(['fork-cow'])
    expect(found('零页 cow')).toEqual(['zero-page'])
  })

  it('wants every word', () => {
    expect(found('cow fork')).toEqual(['fork-cow'])
    expect(found('cow tcache')).toEqual([])
  })
})

it('programs are listed by topic, and no topic is empty', () => {
  expect(grouped(findPrograms(FAKE_PROGRAMS, 'cow')).map(({ topic, programs }) => [topic, programs.length])).toEqual([
    ['pages', 1],
    ['processes', 1],
  ])
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { PageRow, SmapsRow, WalkRow } from '../protocol/index.js'
import { createSession, type Session } from './index.js'

const demo = readFileSync(new URL('../programs/mmap-demo.c', import.meta.url), 'utf8')
const PID = 13070
const MMAP = '00007f2f565eb000'

/** The founding program at one of its stops, from 1. */
function atStop(stop: number): Session {
  const session = createSession()
  session.load({ source: demo, path: 'demo.c', profile: 'ubuntu-16.04', seed: undefined })
  session.advance('stop', 1 << 30)
  for (let i = 1; i < stop; i++) {
    session.input('\n')
    session.advance('stop', 1 << 30)
  }
  return session
}

function pages(session: Session, start: string, from = 0, count = 10_000): readonly PageRow[] {
  const reply = session.rows({ table: 'pages', args: { pid: PID, start }, from, count })
  return reply.ok ? reply.value.rows : []
}

function walk(session: Session, address: string): readonly WalkRow[] {
  const reply = session.rows({ table: 'walk', args: { pid: PID, address }, from: 0, count: 10 })
  return reply.ok ? reply.value.rows : []
}

describe('the pages of a mapping', () => {
  it('are absent, then the page of zeros, then dirty pages of its own, as the program goes on', () => {
    const states = [2, 3, 4].map((stop) => pages(atStop(stop), MMAP).map(({ state, dirty }) => `${state} ${dirty}`))
    expect(states).toEqual(['absent false', 'zero false', 'anon true'].map((state) => Array<string>(4).fill(state)))
  })

  it('of every mapping add up to what smaps says', () => {
    const session = atStop(4)
    const mappings = session.rows({ table: 'pmap', args: { pid: PID }, from: 0, count: 100 })
    if (!mappings.ok) throw new Error('no mappings')
    for (const { address: start } of mappings.value.rows.slice(0, -1)) {
      const reply = session.rows({ table: 'smaps', args: { pid: PID, start }, from: 0, count: 100 })
      const fields = new Map((reply.ok ? reply.value.rows : []).map(({ name, value }: SmapsRow) => [name, value]))
      const rows = pages(session, start)
      const kb = (which: (page: PageRow) => boolean): number => rows.filter(which).length * 4
      const own = (page: PageRow): boolean => page.sharers > 0
      expect([start, rows.length * 4]).toEqual([start, fields.get('Size')])
      expect(kb(own)).toBe(fields.get('Rss'))
      expect(kb((page) => page.state === 'anon')).toBe(fields.get('Anonymous'))
      expect(kb((page) => own(page) && page.dirty && page.sharers < 2)).toBe(fields.get('Private_Dirty'))
      expect(kb((page) => own(page) && !page.dirty && page.sharers >= 2)).toBe(fields.get('Shared_Clean'))
    }
  })

  it('come a window at a time', () => {
    const session = atStop(4)
    expect(pages(session, MMAP, 2, 1).map(({ address }) => address)).toEqual(['00007f2f565ed000'])
    expect(pages(session, MMAP, 4, 10)).toEqual([])
    expect(pages(session, '0000000000001000')).toEqual([])
  })
})

describe('the walk to an address', () => {
  it('passes four levels to a page that is there, each table being where the entry before leads', () => {
    const steps = walk(atStop(4), MMAP)
    expect(steps.map(({ level, index }) => [level, index])).toEqual([
      ['pgd', 0x0fe],
      ['pud', 0x0bd],
      ['pmd', 0x0b2],
      ['pte', 0x1eb],
    ])
    for (const [i, step] of steps.slice(1).entries()) expect(step.table).toBe(steps[i].frame)
    expect(steps[3].bits).toEqual(['PRESENT', 'RW', 'USER', 'ACCESSED', 'DIRTY', 'NX'])
  })

  it('ends at the page of zeros read-only, and at nothing where nothing was touched', () => {
    expect(walk(atStop(3), MMAP).at(-1)).toMatchObject({ level: 'pte', last: true })
    expect(walk(atStop(3), MMAP).at(-1)!.bits).not.toContain('RW')
    expect(walk(atStop(2), '0000000000001000').at(-1)).toMatchObject({ bits: [], frame: -1, last: true })
  })

  it('sets no accessed bit and takes no page: looking changes nothing', () => {
    const session = atStop(3)
    const before = session.moment().counters
    walk(session, MMAP)
    pages(session, MMAP)
    expect(session.moment().counters).toEqual(before)
  })
})

describe('what is new in the story', () => {
  it('begins where the story ended at the halt before', () => {
    const session = atStop(1)
    const story = () => session.rows({ table: 'story', args: undefined, from: 0, count: 10_000 })
    const before = story()
    session.input('\n')
    session.advance('stop', 1 << 30)
    const after = story()
    expect(after.ok && before.ok && after.value.fresh === before.value.total).toBe(true)
  })
})

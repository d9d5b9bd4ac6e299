import { describe, expect, it } from 'vitest'
import { HeldRows, RowsSender, type PsRow, type RowsQuery, type RowsWindow } from './index.js'

const query: RowsQuery<'ps'> = { table: 'ps', args: undefined, from: 0, count: 50 }
const row = (pid: number, rss: number): PsRow => ({
  pid,
  majflt: 0,
  minflt: 0,
  vsz: 0,
  rss,
  stat: 'R',
  command: 'a.out',
  changed: [],
})

function line() {
  const sender = new RowsSender()
  const held = new HeldRows()
  const sent: number[] = []
  return {
    sent,
    /** As over a port: what arrives is a copy. */
    ask: async (window: RowsWindow<'ps'>, of: RowsQuery<'ps'> = query) => {
      const reply = await held.ask(of, (number) => {
        const answer = sender.send(of, window, number)
        sent.push(answer.rows.filter((each) => each !== null).length)
        return Promise.resolve({ ok: true, value: structuredClone(answer) })
      })
      return reply.ok ? reply.value : undefined
    },
  }
}
const window = (moment: number, ...rows: PsRow[]): RowsWindow<'ps'> => ({ moment, total: rows.length, from: 0, rows })

describe('rows over the line', () => {
  it('are sent once, and again only where they have changed', async () => {
    const { ask, sent } = line()
    await ask(window(1, row(1, 4), row(2, 4)))
    const now = await ask(window(2, row(1, 4), row(2, 8)))
    expect(sent).toEqual([2, 1])
    expect(now).toEqual(window(2, row(1, 4), row(2, 8)))
  })
  it('are the same objects as before where they have not', async () => {
    const { ask } = line()
    const first = await ask(window(1, row(1, 4), row(2, 4)))
    const second = await ask(window(2, row(1, 4), row(2, 8)))
    const third = await ask(window(3, row(1, 4), row(2, 8)))
    expect(second?.rows[0]).toBe(first?.rows[0])
    expect(third?.rows).toBe(second?.rows)
    expect(third?.moment).toBe(3)
  })
  it('may become fewer and more', async () => {
    const { ask } = line()
    await ask(window(1, row(1, 4), row(2, 4)))
    expect(await ask(window(2, row(1, 4)))).toEqual(window(2, row(1, 4)))
    expect(await ask(window(3, row(1, 4), row(2, 4)))).toEqual(window(3, row(1, 4), row(2, 4)))
  })
  it('are whole after more questions than either side keeps in mind', async () => {
    const { ask, sent } = line()
    await ask(window(1, row(1, 4)))
    for (let from = 1; from < 40; from++) await ask(window(1), { ...query, from })
    expect(await ask(window(2, row(1, 4)))).toEqual(window(2, row(1, 4)))
    expect(sent.at(-1)).toBe(1)
  })
})

it('two questions under way at once are both answered whole', async () => {
  const sender = new RowsSender()
  const held = new HeldRows()
  const later: (() => void)[] = []
  const ask = (answer: RowsWindow<'ps'>) =>
    held.ask(query, (number) => {
      const value = structuredClone(sender.send(query, answer, number))
      return new Promise((resolve) => later.push(() => resolve({ ok: true, value })))
    })
  const first = ask(window(1, row(1, 4)))
  const second = ask(window(2, row(1, 4)))
  for (const answer of later) answer()
  expect(await first).toMatchObject({ ok: true, value: window(1, row(1, 4)) })
  expect(await second).toMatchObject({ ok: true, value: window(2, row(1, 4)) })
})

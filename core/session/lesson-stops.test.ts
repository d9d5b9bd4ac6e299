import { expect, it } from 'vitest'
import { findProgram } from '../programs/index.js'
import { createSession } from './session.js'

const load = (id: string, profile = 'ubuntu-16.04') => {
  const session = createSession()
  const source = findProgram(id)!.source
  expect(session.load({ source, path: `${id}.c`, profile, seed: 13070 }).ok).toBe(true)
  return session
}
const all = (session: ReturnType<typeof createSession>, count: number, statements = 1 << 20) => {
  for (;;) {
    const reply = session.lessonStops(count, statements)
    if (!reply.ok) throw new Error(reply.error.message)
    if (reply.value.done) return reply.value.stops
  }
}

it('a lesson’s stops are seen without the machine that is shown moving', () => {
  const session = load('mmap-demo')
  const before = session.moment()
  const stops = all(session, 4)
  expect(stops.map(({ figures }) => [figures.minflt, figures.rss, figures.dirty])).toEqual([
    [77, 1328, 80],
    [77, 1328, 80],
    [81, 1328, 80],
    [85, 1344, 96],
  ])
  expect(session.moment()).toEqual(before)
})

it('how the work is cut makes no difference', () => {
  expect(all(load('mmap-demo'), 4, 1000)).toEqual(all(load('mmap-demo'), 4))
})

it('the first mapping that came with a stop is known by its address, and so are heap and stack', () => {
  const session = load('mmap-demo')
  const stops = all(session, 3)
  expect(stops.map(({ fresh }) => fresh)).toEqual(['0000000001d10000', '00007f2f565eb000', undefined])
  session.advance('stop', Infinity)
  const pmap = session.rows({ table: 'pmap', args: { pid: 13070 }, from: 0, count: 100 })
  const address = (kind: string) => pmap.ok && pmap.value.rows.find((row) => row.kind === kind)?.address
  expect(stops[0]).toMatchObject({ heap: address('heap'), stack: address('stack') })
})

it('a program that ends before has as many stops as it has, and one that never ends is given up', () => {
  expect(all(load('mmap-demo'), 9)).toHaveLength(4)
  const session = createSession()
  session.load({ source: 'int main(void) { for (;;) ; }\n', path: 'a.c', profile: 'debian-12', seed: undefined })
  expect(all(session, 1, 1 << 26)).toHaveLength(0)
})

it('there are none without a program', () => {
  expect(createSession().lessonStops(1, 1)).toMatchObject({ ok: false, error: { code: 'no-program' } })
})

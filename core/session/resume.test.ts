import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Departure, LoadRequest, SavedRun, SeekTarget } from '../protocol/index.js'
import { createSession, type Session } from './index.js'

const demo = readFileSync(new URL('../programs/mmap-demo.c', import.meta.url), 'utf8')
const fork = readFileSync(new URL('../golden/vm/p19-fork-cow.c', import.meta.url), 'utf8')
const c = (body: string): string =>
  `#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\nint main(void) {\n${body}\nreturn 0;\n}\n`

const request = (source: string, profile = 'debian-12'): LoadRequest => ({
  source,
  path: 'p.c',
  profile,
  seed: undefined,
})

function start(of: LoadRequest): Session {
  const session = createSession()
  const reply = session.load(of)
  if (!reply.ok) throw new Error(reply.error.message)
  return session
}

/** Types the texts at one stop after the other. */
function play(session: Session, ...texts: string[]): Session {
  session.advance('stop', 1 << 24)
  for (const text of texts) {
    session.input(text)
    session.advance('stop', 1 << 24)
  }
  return session
}

/** What a file would hold. */
function recordOf(session: Session): SavedRun {
  const reply = session.record()
  if (!reply.ok) throw new Error(reply.error.message)
  return JSON.parse(JSON.stringify(reply.value)) as SavedRun
}

function resume(of: LoadRequest, run: SavedRun, slice = 1000): { session: Session; departure: Departure } {
  const session = createSession()
  const reply = session.resume(of, run)
  if (!reply.ok) throw new Error(reply.error.message)
  expect(session.departure()).toBeUndefined()
  while (session.moment().state === 'running') session.advance('stop', slice)
  return { session, departure: session.departure()! }
}

/** What a moment shows, but for its id. */
function shown(session: Session): unknown {
  const { id, ...moment } = session.moment()
  void id
  const pmap = session.rows({ table: 'pmap', args: { pid: moment.pid }, from: 0, count: 100 })
  const rows = pmap.ok ? pmap.value.rows.map(({ address, rss, dirty }) => [address, rss, dirty]) : []
  const timeline = session.timeline({ series: ['rss'], from: undefined, to: undefined, points: 100 })
  return { moment, rows, output: session.output(0).text, timeline: timeline.ok && timeline.value.markers }
}

const SAME = { what: 'same' as const }

describe.each([
  ['the founding experiment', request(demo, 'ubuntu-16.04')],
  ['a program that forks, on a small machine', { ...request(fork), machine: { ramMiB: 256, aslr: false } }],
])('a run of %s, taken up again from its record', (_name, of) => {
  it.each([[[]], [['\n']], [['\n', '\n', '\n', '\n', '\n', '\n', '\n']]])('is the same run, typed %j', (texts) => {
    const before = play(start(of), ...texts)
    for (const slice of [7, 1 << 24]) {
      const { session, departure } = resume(of, recordOf(before), slice)
      expect(departure).toMatchObject(SAME)
      expect(shown(session)).toEqual(shown(before))
      expect(recordOf(session)).toEqual(recordOf(before))
    }
  })

  it.each<SeekTarget>([
    { to: 'stop', stop: 0 },
    { to: 'stop-before' },
    { to: 'time', time: 0 },
    { to: 'time', time: 777 },
  ])('stands where it was looked at: %j', (target) => {
    const before = play(start(of), '\n', '\n')
    before.seek(target)
    const { session, departure } = resume(of, recordOf(before))
    expect(departure).toMatchObject(SAME)
    expect(shown(session)).toEqual(shown(before))
    session.seek({ to: 'end' })
    before.seek({ to: 'end' })
    expect(shown(session)).toEqual(shown(before))
  })

  it('stands between two statements if it was halted there', () => {
    const before = play(start(of), '\n')
    before.input('\n')
    for (let i = 0; i < 5; i++) before.advance('line', 100)
    const { session, departure } = resume(of, recordOf(before))
    expect(departure).toMatchObject(SAME)
    expect(shown(session)).toEqual(shown(before))
  })
})

describe('a record', () => {
  it('of a program that has just been started leads there', () => {
    const before = start(request(demo))
    const { session, departure } = resume(request(demo), recordOf(before))
    expect(departure).toEqual({ what: 'same', typed: 0, inputs: 0 })
    expect(session.moment().state).toBe('ready')
  })

  it('keeps what was typed before the program asked for it', () => {
    const source = c('int a, b; scanf("%d", &a); scanf("%d", &b); printf("%d\\n", a + b); getchar(); getchar();')
    const before = start(request(source))
    before.advance('line', 100)
    before.input('3\n')
    before.input('4\n')
    before.advance('stop', 1 << 24)
    expect(before.output(0).text).toContain('7\n')
    const { session, departure } = resume(request(source), recordOf(before))
    expect(departure).toEqual({ what: 'same', typed: 2, inputs: 2 })
    expect(shown(session)).toEqual(shown(before))
  })

  it('does not hold what was dropped when the run went on from an earlier moment', () => {
    const before = play(start(request(demo)), '\n', '\n')
    before.seek({ to: 'stop', stop: 0 })
    before.input('\n')
    expect(recordOf(before)).toMatchObject({ inputs: [{ text: '\n', stop: 0 }], position: 'end' })
  })
})

describe('a record whose program has changed', () => {
  const asks = (body: string): string => c(`char *p = malloc(50000);\ngetchar();\n${body}\ngetchar();\nfree(p);`)
  const record = (): SavedRun => recordOf(play(start(request(asks('p[5000] = 1;'))), '\n'))

  it('types what fits and says that the figures may be others', () => {
    const { session, departure } = resume(request(asks('p[5000] = 1; p[20000] = 1;')), record())
    expect(departure).toEqual({ what: 'figures', typed: 1, inputs: 1 })
    expect(session.moment()).toMatchObject({ state: 'waiting', stop: 1 })
  })

  it.each([
    ['ends before', 'exit(3);', { what: 'place', typed: 1, inputs: 1 }, 'exited'],
    ['ends before it asks', '', { what: 'place', typed: 0, inputs: 1 }, 'exited'],
    ['never asks', 'for (;;) ;', { what: 'place', typed: 1, inputs: 1 }, 'paused'],
  ])('stops where the program %s, and does not hang', (name, body, departure, state) => {
    const source = name === 'ends before it asks' ? c('puts("bye");') : asks(body)
    const resumed = resume(request(source), record(), 1 << 20)
    expect(resumed.departure).toEqual(departure)
    expect(resumed.session.moment().state).toBe(state)
  })

  it('waits where the record had nothing to type', () => {
    const ended = recordOf(play(start(request(c('getchar();'))), '\n'))
    const { session, departure } = resume(request(c('getchar(); getchar();')), ended)
    expect(departure).toEqual({ what: 'place', typed: 1, inputs: 1 })
    expect(session.moment().state).toBe('waiting')
  })
})

describe('a run on its way to where it had got', () => {
  it('can be paused and goes on from there', () => {
    const source = c('for (int i = 0; i < 100000; i++) ; getchar(); getchar();')
    const record = recordOf(play(start(request(source)), '\n'))
    const session = createSession()
    session.resume(request(source), record)
    expect(session.advance('stop', 1000).state).toBe('running')
    expect(session.pause().state).toBe('paused')
    expect(session.departure()).toEqual({ what: 'paused', typed: 0, inputs: 1 })
    expect(session.advance('stop', 1 << 24)).toMatchObject({ state: 'waiting', stop: 0 })
    expect(recordOf(session).inputs).toEqual([])
  })
})

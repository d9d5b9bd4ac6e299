import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createSession, type Session } from './index.js'
import type { Moment } from '../protocol/index.js'

const demo = readFileSync(new URL('../programs/mmap-demo.c', import.meta.url), 'utf8')
const ALL = 1 << 30

function loaded(source = demo, profile = 'ubuntu-16.04'): Session {
  const session = createSession()
  const reply = session.load({ source, path: 'demo.c', profile, seed: undefined })
  if (!reply.ok) throw new Error(reply.error.message)
  return session
}

/** Types a newline and runs to the next stop. */
function next(session: Session): Moment {
  session.input('\n')
  return session.advance('stop', ALL)
}

describe('a session', () => {
  it('stands at the first statement of main after load', () => {
    const moment = loaded().moment()
    expect(moment.state).toBe('ready')
    expect(moment.location).toMatchObject({ line: 16, functionName: 'main' })
    expect(moment.counters.majflt).toBe(0)
  })

  it('runs from stop to stop and ends with the program', () => {
    const session = loaded()
    const lines = [session.advance('stop', ALL), next(session), next(session), next(session)].map(
      (m) => m.location?.line,
    )
    expect(lines).toEqual([19, 23, 29, 34])
    expect(next(session)).toMatchObject({ state: 'exited', exit: { code: 0, signal: 0 } })
  })

  it('counts stops from 0 and shows the article’s counters', () => {
    const session = loaded()
    expect(session.advance('stop', ALL)).toMatchObject({ stop: 0, counters: { minflt: 77, rssKb: 1328, dirtyKb: 80 } })
    next(session)
    expect(next(session)).toMatchObject({ stop: 2, counters: { minflt: 81, rssKb: 1328 } })
  })

  it('says that it is stuck when every task waits for another', () => {
    const session = createSession()
    const source = '#include <unistd.h>\nint main(void) { pause(); return 0; }'
    session.load({ source, path: 'p.c', profile: 'debian-12', seed: undefined })
    expect(session.advance('stop', ALL)).toMatchObject({ state: 'stuck', stop: undefined })
    expect(session.advance('stop', ALL).state).toBe('stuck')
  })

  it('says running when the budget ends first, and goes on', () => {
    const session = loaded()
    session.advance('stop', ALL)
    session.input('\n')
    session.advance('stop', ALL)
    session.input('\n')
    expect(session.advance('stop', 100).state).toBe('running')
    expect(session.pause().state).toBe('paused')
    expect(session.advance('stop', ALL)).toMatchObject({ state: 'waiting', location: { line: 29 } })
  })

  it('steps line by line, into calls', () => {
    const session = loaded(
      'int twice(int n)\n{\n    return n * 2;\n}\nint main(void)\n{\n    int a = 1;\n    a = twice(a);\n    return a;\n}\n',
    )
    const seen = []
    for (let moment = session.moment(); moment.location; moment = session.advance('line', ALL))
      seen.push(moment.location.line)
    expect(seen.slice(0, 3)).toEqual([7, 8, 3])
    expect(seen).toContain(9)
    expect(session.moment().exit?.code).toBe(2)
  })

  it('stays waiting when it is run without input', () => {
    const session = loaded()
    session.advance('stop', ALL)
    expect(session.advance('stop', ALL)).toMatchObject({ state: 'waiting', location: { line: 19 } })
  })

  it('echoes what is typed into the terminal', () => {
    const session = loaded()
    session.advance('stop', ALL)
    next(session)
    expect(session.output(0).text).toBe('pid is 13070\nbefore mmap\n\nafter mmap\n')
    expect(session.output(14).text).toBe('efore mmap\n\nafter mmap\n')
  })

  it('keeps the last part of a terminal that is printed on without end', () => {
    const session = loaded(
      '#include <stdio.h>\nint main(void) { for (int i = 0; i < 40; i++) printf("%01000000d\\n", i); getchar(); return 0; }',
      'debian-12',
    )
    const { terminalLength } = session.advance('stop', ALL)
    expect(terminalLength).toBe(40 * 1_000_001)
    const { from, text } = session.output(0)
    expect(from + text.length).toBe(terminalLength)
    expect(text.endsWith('039\n')).toBe(true)
    expect(text.length).toBeLessThan(3_000_000)
    expect(session.output(terminalLength - 3)).toMatchObject({ from: terminalLength - 3, text: '39\n' })
  })

  it('starts over identically', () => {
    const session = loaded()
    const first = session.advance('stop', ALL)
    session.restart()
    const again = session.advance('stop', ALL)
    expect({ ...again, id: 0 }).toEqual({ ...first, id: 0 })
  })

  it('reports death by signal in words', () => {
    const session = loaded('int main(void) { *(int *)0 = 1; return 0; }')
    expect(session.advance('stop', ALL)).toMatchObject({
      state: 'killed',
      exit: { signal: 11, message: 'Segmentation fault' },
    })
  })
})

describe('tables of a session', () => {
  it('tell what changed since the halt before', () => {
    const session = loaded()
    session.advance('stop', ALL)
    next(session)
    const query = { table: 'pmap', args: { pid: 13070 }, from: 0, count: 100 } as const
    const rows = session.rows(query)
    if (!rows.ok) throw new Error(rows.error.message)
    expect(rows.value.totals).toEqual([4372, 1328, 80])
    expect(rows.value.rows.filter((row) => row.changed.length > 0).map((row) => [row.address, row.changed])).toEqual([
      ['00007f2f565eb000', ['*']],
    ])
    next(session)
    next(session)
    const after = session.rows(query)
    if (!after.ok) throw new Error(after.error.message)
    expect(after.value.rows.find((row) => row.address === '00007f2f565eb000')).toMatchObject({
      rss: 16,
      changed: ['rss', 'dirty'],
      was: { rss: 0, dirty: 0 },
    })
  })

  it('are windows: the rows asked for and the total', () => {
    const session = loaded()
    session.advance('stop', ALL)
    const reply = session.rows({ table: 'pmap', args: { pid: 13070 }, from: 2, count: 3 })
    expect(reply).toMatchObject({ ok: true, value: { total: 18, from: 2 } })
    expect(reply.ok && reply.value.rows).toHaveLength(3)
  })

  it('agree with the tools’ text at the same moment', () => {
    const session = loaded()
    session.advance('stop', ALL)
    const table = session.rows({ table: 'pmap', args: { pid: 13070 }, from: 0, count: 100 })
    const text = session.readout('pmap -x $PID')
    if (!table.ok || !text.ok) throw new Error('no answer')
    const printed = text.value.text
      .split('\n')
      .slice(2, -3)
      .map((line) => line.trim().split(/\s+/).slice(0, 5))
    expect(table.value.rows.map((r) => [r.address, `${r.kbytes}`, `${r.rss}`, `${r.dirty}`, r.mode])).toEqual(printed)
  })

  it('end the timeline at the counters of the moment, with a mark for each stop', () => {
    const session = loaded()
    session.advance('stop', ALL)
    const moment = next(session)
    const reply = session.timeline({ series: ['rss', 'minflt', 'dirty'], from: undefined, to: undefined, points: 500 })
    if (!reply.ok) throw new Error(reply.error.message)
    const last = reply.value.time.length - 1
    const { columns, markers } = reply.value
    expect([columns.rss![last], columns.minflt![last], columns.dirty![last]]).toEqual([
      moment.counters.rssKb,
      moment.counters.minflt,
      moment.counters.dirtyKb,
    ])
    expect(markers.map((m) => [m.kind, m.index, m.line])).toEqual([
      ['stop', 0, 19],
      ['stop', 1, 23],
    ])
  })
})

describe('a session answers mistakes as data', () => {
  it('before anything is loaded', () => {
    const session = createSession()
    expect(session.moment().state).toBe('empty')
    expect(session.restart()).toMatchObject({ ok: false, error: { code: 'no-program' } })
    expect(session.rows({ table: 'ps', args: undefined, from: 0, count: 1 })).toMatchObject({ ok: false })
    expect(session.advance('stop', 10).state).toBe('empty')
  })

  it('for an unknown machine', () => {
    const reply = createSession().load({ source: demo, path: 'a.c', profile: 'plan-9', seed: undefined })
    expect(reply).toMatchObject({ ok: false, error: { code: 'unknown-profile' } })
  })

  it('for a program that does not compile, keeping the one that was loaded', () => {
    const session = loaded()
    session.advance('stop', ALL)
    const reply = session.load({ source: 'int main(void) { return x; }', path: 'b.c', profile: 'debian-12', seed: 1 })
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'compile', diagnostics: [{ line: 1, severity: 'error' }] },
    })
    expect(session.moment().state).toBe('waiting')
  })

  it('for input to a program that has ended', () => {
    const session = loaded('int main(void) { return 0; }')
    session.advance('stop', ALL)
    expect(session.input('x')).toMatchObject({ ok: false, error: { code: 'ended' } })
  })
})

import { describe, expect, it } from 'vitest'
import { DEFAULT_REPORT_PARTS, type ReportProgress, type ReportRequest } from '../../core/protocol/index.js'
import { createSession } from '../../core/session/index.js'
import { Reporter } from './reporter.js'

const REQUEST: ReportRequest = {
  choices: {
    title: '',
    language: 'en',
    notes: '',
    moments: undefined,
    parts: DEFAULT_REPORT_PARTS,
    mappings: undefined,
  },
  format: 'txt',
  table: 'series',
}
const loop = '#include <stdio.h>\nint main(void) { getchar(); for (int i = 0; i < 200000; i++); puts("over"); }\n'

/** A session whose program has got as far as `stops` waits, or its end; and a reporter on a clock of its own. */
function world(source: string, stops: number) {
  const session = createSession()
  session.load({ source, path: 'p.c', profile: 'debian-12', seed: undefined })
  const forward = () => {
    while (session.advance('stop', 1 << 20).state === 'running');
  }
  for (let stop = 0; stop < stops; stop++) {
    if (stop > 0) session.input('\n')
    forward()
  }
  const waiting: (() => void)[] = []
  const told: ReportProgress[] = []
  let now = 0
  const reporter = new Reporter(session, {
    now: () => (now += 4),
    yield: (action) => waiting.push(action),
    progress: (progress) => told.push(progress),
  })
  const slice = (): boolean => {
    const next = waiting.shift()
    next?.()
    return next !== undefined
  }
  return { session, reporter, told, slice, forward }
}

describe('a report in the simulation’s process', () => {
  it('is of the run as it was when it was asked for, whatever the machine does meanwhile', async () => {
    const { session, reporter, slice, forward } = world(loop, 1)
    const before = session.moment()
    const report = reporter.report(REQUEST)
    slice()
    session.input('\n')
    forward()
    expect(session.moment().state).toBe('exited')
    while (slice());
    expect(await report).toEqual({ ok: true, value: '' })
    expect(before.state).toBe('waiting')
  })

  it('leaves the machine that is shown where it stands, at an earlier moment too', async () => {
    const { session, reporter, slice } = world(loop, 2)
    session.seek({ to: 'stop', stop: 0 })
    const shown = session.moment()
    const report = reporter.report(REQUEST)
    while (slice());
    expect(await report).toEqual({ ok: true, value: '\nover\n' })
    expect(session.moment()).toEqual(shown)
  })

  it('tells how far it has got, and yields in between', async () => {
    const { reporter, told, slice } = world(loop, 2)
    const report = reporter.report(REQUEST)
    let slices = 0
    while (slice()) slices++
    expect((await report).ok).toBe(true)
    expect(slices).toBeGreaterThan(20)
    const survey = told.filter(({ phase }) => phase === 'survey').map(({ done }) => done ?? -1)
    expect(survey.length).toBeGreaterThan(5)
    expect(survey).toEqual([...survey].sort((a, b) => a - b))
    expect(survey.every((done) => done >= 0 && done <= 1)).toBe(true)
    expect(told.at(-1)).toEqual({ phase: 'write', done: undefined })
  })

  it('can be cancelled on its way; a later one ends an earlier one', async () => {
    const { reporter, slice } = world(loop, 2)
    const first = reporter.report(REQUEST)
    slice()
    const second = reporter.report(REQUEST)
    slice()
    reporter.cancel()
    while (slice());
    for (const reply of [await first, await second])
      expect(reply).toMatchObject({ ok: false, error: { code: 'cancelled' } })
    const third = reporter.report(REQUEST)
    while (slice());
    expect((await third).ok).toBe(true)
  })

  it('says why there is none', async () => {
    const empty = new Reporter(createSession(), { now: () => 0, yield: () => undefined, progress: () => undefined })
    expect(await empty.report(REQUEST)).toMatchObject({ ok: false, error: { code: 'no-program' } })
    const { reporter, slice } = world(loop, 1)
    const choices = { ...REQUEST.choices, moments: [{ at: 'stop', stop: 7 } as const] }
    const report = reporter.report({ ...REQUEST, choices })
    while (slice());
    expect(await report).toMatchObject({ ok: false, error: { code: 'no-such-moment' } })
  })
})

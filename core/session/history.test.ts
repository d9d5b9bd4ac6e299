import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Moment, SeekTarget } from '../protocol/index.js'
import { createSession, type Session } from './index.js'

const demo = readFileSync(new URL('../programs/mmap-demo.c', import.meta.url), 'utf8')
const fork = readFileSync(new URL('../golden/vm/p19-fork-cow.c', import.meta.url), 'utf8')
const ALL = 1 << 24

function load(source: string, profile: string): Session {
  const session = createSession()
  const reply = session.load({ source, path: 'p.c', profile, seed: undefined })
  if (!reply.ok) throw new Error(reply.error.message)
  return session
}

/** The moments at which the program waits, and its end. */
function toEnd(session: Session): Moment[] {
  const moments = [session.advance('stop', ALL)]
  while (moments[moments.length - 1].state === 'waiting') {
    session.input('\n')
    moments.push(session.advance('stop', ALL))
  }
  return moments
}

const seek = (session: Session, to: SeekTarget): Moment => {
  const reply = session.seek(to)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value
}

/** What a moment shows, but for its id and what is recorded behind it. */
const shown = (session: Session): unknown => {
  const { id, recordedUntil, ...rest } = session.moment()
  void [id, recordedUntil]
  const pmap = session.rows({ table: 'pmap', args: { pid: rest.pid }, from: 0, count: 100 })
  const rows = pmap.ok ? pmap.value.rows.map(({ address, rss, dirty }) => [address, rss, dirty]) : []
  return { ...rest, rows, output: session.output(0).text }
}

describe.each([
  ['the founding experiment', demo, 'ubuntu-16.04'],
  ['a program that forks', fork, 'debian-12'],
])('going back in %s', (_name, source, profile) => {
  it('shows at each stop what was shown there, in whatever order they are visited', () => {
    const session = load(source, profile)
    const first = session.advance('stop', ALL)
    const seen = [shown(session)]
    while (session.moment().state === 'waiting') {
      session.input('\n')
      session.advance('stop', ALL)
      seen.push(shown(session))
    }
    const stops = seen.length - 1
    for (const stop of [0, stops - 1, 1, stops - 2, 0]) {
      expect(seek(session, { to: 'stop', stop }).stop).toBe(stop)
      expect(shown(session)).toEqual(seen[stop])
    }
    seek(session, { to: 'end' })
    expect(shown(session)).toEqual(seen[stops])
    expect(first.stop).toBe(0)
  })
})

describe('going back', () => {
  it('steps from stop to stop, to the beginning and to the end', () => {
    const session = load(demo, 'ubuntu-16.04')
    toEnd(session)
    const back = [0, 1, 2, 3, 4].map(() => seek(session, { to: 'stop-before' }))
    expect(back.map((m) => m.stop)).toEqual([3, 2, 1, 0, undefined])
    expect(back[4]).toMatchObject({ state: 'ready', statements: 0, location: { line: 16 } })
    const forth = [0, 1, 2, 3, 4].map(() => seek(session, { to: 'stop-after' }))
    expect(forth.map((m) => m.stop)).toEqual([0, 1, 2, 3, undefined])
    expect(forth[4]).toMatchObject({ state: 'exited', recordedUntil: undefined })
  })

  it('says until when the run is recorded, and keeps the whole timeline', () => {
    const session = load(demo, 'ubuntu-16.04')
    const moments = toEnd(session)
    const whole = session.timeline({ series: ['rss'], from: undefined, to: undefined, points: 1000 })
    expect(seek(session, { to: 'stop', stop: 1 }).recordedUntil).toBe(moments[moments.length - 1].time)
    const still = session.timeline({ series: ['rss'], from: undefined, to: undefined, points: 1000 })
    expect(still.ok && still.value.time).toEqual(whole.ok && whole.value.time)
    expect(still.ok && still.value.markers).toEqual(whole.ok && whole.value.markers)
  })

  it('goes to any time: the first place between statements that is not before it', () => {
    const session = load(demo, 'ubuntu-16.04')
    const moments = toEnd(session)
    const [, , read, written] = moments
    const middle = seek(session, { to: 'time', time: (read.time + written.time) / 2 })
    expect(middle.time).toBeGreaterThanOrEqual((read.time + written.time) / 2)
    expect(middle.time).toBeLessThan(written.time)
    expect(middle.counters.minflt).toBeGreaterThanOrEqual(read.counters.minflt)
    expect(middle.state).toBe('paused')
  })

  it('goes back line by line', () => {
    const session = load(demo, 'ubuntu-16.04')
    const forward = [session.moment().location!.line]
    for (let i = 0; i < 3; i++) forward.push(session.advance('line', ALL).location!.line)
    const back = [1, 2, 3].map(() => seek(session, { to: 'line-before' }).location!.line)
    expect(back).toEqual(forward.slice(0, -1).reverse())
  })

  it('starts another future when the program runs on from there', () => {
    const session = load(demo, 'ubuntu-16.04')
    toEnd(session)
    seek(session, { to: 'stop', stop: 1 })
    session.input('\n')
    expect(session.advance('stop', ALL)).toMatchObject({ stop: 2, recordedUntil: undefined })
    expect(seek(session, { to: 'stop-after' }).stop).toBe(2)
  })

  it('is refused while nothing is loaded', () => {
    expect(createSession().seek({ to: 'end' })).toMatchObject({ ok: false, error: { code: 'no-program' } })
  })
})

describe('going from event to event', () => {
  /** Moments behind each fault and call of the run, from main on, and the run's end. */
  function forth(session: Session): number[] {
    toEnd(session)
    seek(session, { to: 'stop', stop: -1 })
    const times: number[] = []
    while (session.moment().recordedUntil !== undefined) times.push(seek(session, { to: 'event-after' }).time)
    return times
  }

  it('stands behind each fault and call in turn, none left out', () => {
    const session = load(demo, 'ubuntu-16.04')
    const times = forth(session)
    const story = session.rows({ table: 'story', args: undefined, from: 0, count: 1000 })
    if (!story.ok) throw new Error(story.error.message)
    const events = story.value.rows.filter(({ kind, time }) => (kind === 'fault' || kind === 'call') && time > 0)
    const passed = [0, ...times]
    for (let i = 1; i < times.length; i++) {
      const between = events.filter(({ time }) => time > passed[i - 1] && time <= passed[i])
      expect(between, `up to ${passed[i]}`).not.toEqual([])
    }
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
  })

  it('comes back over the same moments, to the beginning of main', () => {
    const session = load(demo, 'ubuntu-16.04')
    session.advance('stop', ALL)
    seek(session, { to: 'stop', stop: -1 })
    const times: number[] = []
    while (session.moment().recordedUntil !== undefined) times.push(seek(session, { to: 'event-after' }).time)
    const back = times.map(() => seek(session, { to: 'event-before' }).time)
    expect(back).toEqual([...times.slice(0, -1).reverse(), 0])
  })

  it('takes a call that brings a hundred faults for one step, and does not stop in a sleep', () => {
    const source = `#include <string.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/mman.h>
int main(void) {
  char *p = mmap(0, 1 << 19, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(p, 1, 1 << 19);
  sleep(1);
  getchar();
}
`
    const session = load(source, 'debian-12')
    session.advance('stop', ALL)
    const back: number[] = []
    while (session.moment().statements > 0 && back.length < 20) {
      const { time, location } = seek(session, { to: 'event-before' })
      back.push(location?.line ?? 0)
      expect(time).toBeLessThan(2e9)
    }
    expect(back.length).toBeLessThan(12)
    expect(back).toEqual([...back].sort((a, b) => b - a))
    expect(back).toContain(8)
  })

  it('stays where it is when there is none any more', () => {
    const session = load(demo, 'ubuntu-16.04')
    const { time } = session.advance('stop', ALL)
    expect(seek(session, { to: 'event-after' })).toMatchObject({ time, recordedUntil: undefined, stop: 0 })
  })
})

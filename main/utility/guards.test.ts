import { describe, expect, it } from 'vitest'
import { check, type Method } from './guards.js'

const accepted = (method: Method, ...args: unknown[]): boolean => check(method, args).ok

describe('a request to the simulation', () => {
  const load = { source: 'int main(void){}', path: 'a.c', profile: 'ubuntu-16.04', seed: undefined }
  const timeline = { series: ['rss', 'dirty'], from: undefined, to: 1e9, points: 800 }

  const choices = {
    title: '',
    language: 'en',
    notes: '',
    moments: [{ at: 'main' }, { at: 'stop', stop: 1, note: 'n' }, { at: 'time', time: 1.5, label: 'l' }, { at: 'end' }],
    parts: ['ps', 'story'],
    mappings: ['7f00'],
  }
  const report = { choices, format: 'html', table: 'series' }

  it('passes when it is what the protocol says', () => {
    expect(accepted('hello', 1)).toBe(true)
    expect(accepted('load', load)).toBe(true)
    expect(accepted('load', { ...load, seed: 7 })).toBe(true)
    expect(accepted('restart')).toBe(true)
    expect(accepted('run', 'line')).toBe(true)
    expect(accepted('input', '\n')).toBe(true)
    expect(accepted('rows', { table: 'ps', args: undefined, from: 0, count: 50 })).toBe(true)
    expect(
      accepted('rows', { table: 'smaps', args: { pid: 13070, start: '00007f2f565eb000' }, from: 0, count: 50 }),
    ).toBe(true)
    for (const table of ['heap', 'bins', 'mallinfo', 'leaks'])
      expect(accepted('rows', { table, args: { pid: 13070 }, from: 0, count: 50 })).toBe(true)
    for (const call of [
      { call: 'malloc', size: 24 },
      { call: 'free', block: 0x1d10010 },
    ])
      expect(accepted('whatIf', call)).toBe(true)
    expect(accepted('rows', { table: 'walk', args: { pid: 1, address: '7f2f565eb000' }, from: 0, count: 4 })).toBe(true)
    expect(accepted('readout', 'pmap -x $PID')).toBe(true)
    expect(accepted('readout', 'history', ['pmap -x $PID'])).toBe(true)
    expect(accepted('complete', { line: 'pma', cursor: 3 })).toBe(true)
    expect(accepted('seek', { to: 'event-before' })).toBe(true)
    expect(accepted('compare', { from: { stop: 0 }, to: { time: 1.5e6 } })).toBe(true)
    expect(accepted('compare', { from: 'now', to: { stop: 3 } })).toBe(true)
    expect(accepted('rows', { table: 'diffPmap', args: { id: 1, pid: 13070 }, from: 0, count: 50 })).toBe(true)
    expect(
      accepted('rows', { table: 'diffSmaps', args: { id: 1, pid: 1, address: '7f2f565eb000' }, from: 0, count: 50 }),
    ).toBe(true)
    expect(accepted('timeline', timeline)).toBe(true)
    expect(accepted('makeReport', report)).toBe(true)
    expect(accepted('makeReport', { ...report, choices: { ...report.choices, moments: undefined } })).toBe(true)
    expect(accepted('cancelReport')).toBe(true)
    expect(accepted('lessonStops', 4)).toBe(true)
  })

  it.each<[Method, ...unknown[]]>([
    ['hello'],
    ['hello', '1'],
    ['load'],
    ['load', 'int main(void){}'],
    ['load', { ...load, source: 'x'.repeat(1024 * 1024 + 1) }],
    ['load', { ...load, profile: '../../etc' }],
    ['load', { ...load, seed: -1 }],
    ['load', { ...load, seed: 0.5 }],
    ['load', { ...load, more: true }],
    ['restart', 1],
    ['run', 'for ever'],
    ['input', 'x'.repeat(64 * 1024 + 1)],
    ['input', 3],
    ['rows', { table: 'shadow', args: undefined, from: 0, count: 1 }],
    ['rows', { table: 'heap', args: undefined, from: 0, count: 1 }],
    ['rows', { table: 'ps', args: {}, from: 0, count: 1 }],
    ['rows', { table: 'pmap', args: { pid: 1 }, from: -1, count: 1 }],
    ['rows', { table: 'pmap', args: { pid: 1 }, from: 0, count: 1e9 }],
    ['rows', { table: 'pmap', args: { pid: Number.NaN }, from: 0, count: 1 }],
    ['rows', { table: 'smaps', args: { pid: 1, start: '0x1000' }, from: 0, count: 1 }],
    ['rows', { table: '__proto__', args: undefined, from: 0, count: 1 }],
    ['readout', 'x'.repeat(1025)],
    ['readout', 'ps', ['x'.repeat(1025)]],
    ['complete', { line: 'ps', cursor: -1 }],
    ['compare', { from: 'then', to: 'now' }],
    ['compare', { from: { stop: -1 }, to: 'now' }],
    ['compare', { from: { time: Number.NaN }, to: 'now' }],
    ['rows', { table: 'diffPmap', args: { pid: 13070 }, from: 0, count: 50 }],
    ['whatIf', { call: 'malloc', size: -1 }],
    ['whatIf', { call: 'malloc', size: 1.5 }],
    ['whatIf', { call: 'system', size: 1 }],
    ['whatIf', { call: 'free', size: 1 }],
    ['rows', { table: 'walk', args: { pid: 1, address: '-1' }, from: 0, count: 4 }],
    ['output', Number.POSITIVE_INFINITY],
    ['makeReport'],
    ['makeReport', { ...report, format: 'pdf' }],
    ['makeReport', { ...report, path: '/etc/passwd' }],
    ['makeReport', { ...report, choices: { ...choices, language: 'de' } }],
    ['makeReport', { ...report, choices: { ...choices, parts: ['shadow'] } }],
    ['makeReport', { ...report, choices: { ...choices, moments: [{ at: 'stop', stop: -1 }] } }],
    ['makeReport', { ...report, choices: { ...choices, moments: [{ at: 'time', time: Number.NaN }] } }],
    ['makeReport', { ...report, choices: { ...choices, mappings: ['../x'] } }],
    ['lessonStops', 201],
    ['lessonStops', -1],
    ['timeline', { ...timeline, series: ['secret'] }],
    ['timeline', { ...timeline, points: 0 }],
    ['timeline', { ...timeline, from: Number.NaN }],
  ])('is refused when it is not: %s %j', (method, ...args) => {
    expect(check(method, args)).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEFAULT_REPORT_PARTS, type ReportChoices, type ReportProgress, type SavedInput } from '../protocol/index.js'
import { createSession } from '../session/index.js'
import { gather, type Report, type RunRecord } from './index.js'

const builtin = (name: string): string => readFileSync(new URL(`../programs/${name}.c`, import.meta.url), 'utf8')
const echo = `#include <stdio.h>
int main(void) {
    int c, n = 0;
    while ((c = getchar()) != EOF) n += c;
    printf("sum %d\\n", n);
    return 3;
}
`

const CHOICES: ReportChoices = {
  title: '',
  language: 'en',
  notes: '',
  moments: undefined,
  parts: DEFAULT_REPORT_PARTS,
  mappings: undefined,
}

const program = (name: string, profile = 'debian-12', source = builtin(name)): RunRecord => ({
  load: { source, path: `${name}.c`, profile, seed: undefined },
  noPie: false,
  typing: { kind: 'lines', lines: [], then: 'newline' },
  until: undefined,
})

function drain(record: RunRecord, choices: Partial<ReportChoices> = {}, progress: ReportProgress[] = []) {
  const steps = gather(record, { ...CHOICES, ...choices })
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    progress.push(step.value)
  }
}

function reportOf(record: RunRecord, choices: Partial<ReportChoices> = {}): Report {
  const reply = drain(record, choices)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value
}

describe('a report’s facts', () => {
  it.each([
    ['mmap-demo', 'ubuntu-16.04'],
    ['fork-cow', 'debian-12'],
    ['malloc-trim', 'debian-12'],
  ])('are what the tools print at that moment: %s on %s', (name, profile) => {
    const record = program(name, profile)
    const report = reportOf(record)
    const session = createSession()
    expect(session.load(record.load).ok).toBe(true)
    for (const moment of report.moments) {
      const { counters, time, statements } = session.moment()
      const printed = (command: string): string => {
        const reply = session.readout(command)
        return reply.ok ? reply.value.text : ''
      }
      expect(moment).toMatchObject({ time, statements })
      expect(moment.figures).toMatchObject({ minflt: counters.minflt, vsz: counters.vszKb, rss: counters.rssKb })
      expect(moment.ps.text).toBe(printed(moment.ps.command))
      for (const { command, text } of moment.pmap) expect(text).toBe(printed(command))
      if (session.moment().state === 'waiting') session.input('\n')
      while (session.advance('stop', 1 << 22).state === 'running');
    }
    expect(report.moments.length).toBeGreaterThan(3)
  })

  it('tell of main, every stop and the end, in the run’s order, and what moved between them', () => {
    const { moments, end } = reportOf(program('mmap-demo', 'ubuntu-16.04'))
    expect(moments.map(({ place }) => ('stop' in place ? place.stop : place.at))).toEqual(['main', 0, 1, 2, 3, 'end'])
    expect(moments.map(({ figures }) => figures.minflt)).toEqual([72, 77, 77, 81, 85, 85])
    expect(moments[0].changes).toBeUndefined()
    expect(moments[2].changes!.mappings).toMatchObject([{ before: undefined, after: [16, 0, 0] }])
    // The loop that writes: four faults, 16 kB anonymous and dirty.
    expect(moments[4].story.find(({ minflt }) => minflt > 0)).toMatchObject({
      line: 32,
      minflt: 4,
      moved: { anonKb: 16, fileKb: 0, dirtyKb: 16 },
    })
    expect(end).toMatchObject({ state: 'exited', exit: { code: 0 } })
  })

  it('tell of a stack that grew downwards as one mapping that grew', () => {
    const source = `#include <stdio.h>
static int deep(void) { char page[300000]; page[0] = 1; getchar(); return page[0]; }
int main(void) { getchar(); return deep(); }
`
    const { moments } = reportOf(program('deep', 'debian-12', source))
    const stacks = moments[2].changes!.mappings.filter(({ mapping }) => mapping.includes('stack'))
    const [before, after] = [1, 2].map((i) => moments[i].pmap[0].rows.find(({ kind }) => kind === 'stack')!)
    expect(after.kbytes).toBeGreaterThan(before.kbytes)
    expect(stacks).toEqual([
      {
        address: after.address,
        mapping: after.mapping,
        before: [before.kbytes, before.rss, before.dirty],
        after: [after.kbytes, after.rss, after.dirty],
      },
    ])
  })

  it('add up: the lines between two moments are what the counters moved by', () => {
    const { moments } = reportOf(program('malloc-trim'))
    moments.slice(0, -1).forEach(({ story, figures }, i) => {
      const before = moments[i - 1]?.figures.minflt ?? 0
      expect(story.reduce((sum, { minflt }) => sum + minflt, 0)).toBe(figures.minflt - before)
    })
  })

  it('show the smaps of the mappings that changed most, or of those that were chosen', () => {
    const own = reportOf(program('mmap-demo', 'ubuntu-16.04'))
    const shown = (report: Report) => [...new Set(report.moments.flatMap(({ smaps }) => smaps.map((s) => s.address)))]
    const mapped = own.moments[2].changes!.mappings[0].address
    expect(shown(own)).toContain(mapped)
    const stack = own.moments[0].pmap[0].rows.find(({ kind }) => kind === 'stack')!.address
    expect(shown(reportOf(program('mmap-demo', 'ubuntu-16.04'), { mappings: [stack] }))).toEqual([stack])
  })

  it('are the same twice', () => {
    expect(reportOf(program('fork-cow'))).toEqual(reportOf(program('fork-cow')))
  })

  it('are empty of lists nobody asked for', () => {
    expect(reportOf(program('malloc-trim')).moments.every(({ heap }) => heap === undefined)).toBe(true)
    const { moments } = reportOf(program('malloc-trim'), { parts: ['heap'] })
    expect(moments[1].heap!.chunks.map(({ state }) => state)).toContain('top')
  })
})

describe('the moments of a report', () => {
  it('may be times, which stand where the clock says', () => {
    const { moments } = reportOf(program('mmap-demo', 'ubuntu-16.04'), {
      moments: [{ at: 'end' }, { at: 'time', time: 100_000, label: 'in the loop' }, { at: 'stop', stop: 2 }],
    })
    expect(moments.map(({ place }) => place.at)).toEqual(['stop', 'time', 'end'])
    expect(moments[1]).toMatchObject({ label: 'in the loop', state: 'paused', line: 31 })
    expect(moments[1].time).toBeGreaterThanOrEqual(100_000)
    expect(moments[1].time).toBeLessThan(101_000)
  })

  it('stand there once, with every note on them', () => {
    const { moments } = reportOf(program('mmap-demo'), {
      moments: [
        { at: 'stop', stop: 1, note: 'one' },
        { at: 'stop', stop: 1, label: 'mark', note: 'two' },
        { at: 'time', time: 1e12 },
        { at: 'end', note: 'over' },
      ],
    })
    expect(moments.map(({ label, note }) => [label, note])).toEqual([
      ['mark', 'one\n\ntwo'],
      ['', 'over'],
    ])
  })

  it('that do not exist are refused', () => {
    expect(drain(program('mmap-demo'), { moments: [{ at: 'stop', stop: 4 }] })).toMatchObject({
      ok: false,
      error: { code: 'no-such-moment', message: 'The program waits 4 times: there is no stop 5.' },
    })
  })
})

describe('a run', () => {
  const recorded = (inputs: readonly SavedInput[], until?: number): RunRecord => ({
    ...program('echo', 'debian-12', echo),
    typing: { kind: 'recorded', inputs },
    until,
  })

  it('is typed at as it was recorded, and ends where the recording ends', () => {
    const inputs = [
      { text: 'ab', statements: 1 },
      { text: 'c\n', statements: 2, stop: 0 },
    ]
    const { end, moments, terminal, typedAtStops, inputs: told } = reportOf(recorded(inputs))
    expect(end.state).toBe('waiting')
    expect(terminal).toBe('abc\n')
    expect(typedAtStops).toBe(false)
    expect(told.map(({ text }) => text)).toEqual(['ab', 'c\n'])
    // It waits at the end: that is a stop, and no moment of its own.
    expect(moments.map(({ place }) => place.at)).toEqual(['main', 'stop', 'stop'])
  })

  it('that was halted between two statements ends there', () => {
    const { end, moments } = reportOf(recorded([], 1))
    expect(end).toMatchObject({ state: 'paused', statements: 1 })
    expect(moments.map(({ place }) => place.at)).toEqual(['main', 'end'])
  })

  it('gets the lines of a file and then its end', () => {
    const { end, terminal, endOfFile } = reportOf({
      ...program('echo', 'debian-12', echo),
      typing: { kind: 'lines', lines: ['A\n'], then: 'end-of-file' },
    })
    expect(endOfFile).toBe(true)
    expect(terminal).toBe('A\nsum 75\n')
    expect(end).toMatchObject({ state: 'exited', exit: { code: 3 } })
  })

  it('that waits for ever ends when it has been typed at a thousand times', () => {
    const { end, inputs } = reportOf(
      program('asks', 'debian-12', '#include <stdio.h>\nint main(void) { for (;;) getchar(); }\n'),
      { moments: [{ at: 'end' }] },
    )
    expect(end.state).toBe('waiting')
    expect(inputs).toHaveLength(1000)
  })

  it('that does not compile is told with its place', () => {
    const reply = drain(program('bad', 'debian-12', 'int main(void) { return x; }\n'))
    expect(reply).toMatchObject({ ok: false, error: { code: 'compile', diagnostics: [{ file: 'bad.c', line: 1 }] } })
  })

  it('can be watched on its way', () => {
    const progress: ReportProgress[] = []
    drain(program('mmap-demo'), {}, progress)
    expect(progress[0]).toEqual({ phase: 'survey', done: undefined })
    const read = progress.filter(({ phase }) => phase === 'read').map(({ done }) => done ?? -1)
    expect(read[read.length - 1]).toBe(1)
    expect(read.every((done) => done >= 0 && done <= 1)).toBe(true)
    expect(progress.length).toBeGreaterThan(20)
  })
})

import { describe, expect, it } from 'vitest'
import type { CapturedMapping } from '../captured.js'
import { mergeRuns } from './capture.js'
import { parseNativeRun, type NativeRun } from './native-run.js'

const mapping = (change: Partial<CapturedMapping> = {}): CapturedMapping => ({
  ...{ start: '10000', end: '12000', perms: 'rw-p', offset: '0', name: '[anon]', size_kb: 8, gap: null },
  smaps: { Rss: 4, VmFlags: ['rd', 'wr'] },
  ...change,
})

const run = (...stops: readonly { said?: string; minflt: number; map?: CapturedMapping }[]): NativeRun => ({
  stops: stops.map(({ said = 'x', minflt, map = mapping() }) => ({
    stdout: said,
    processes: [{ pid: 7, ppid: 1, state: 'S', minflt, majflt: 0, maps: [map], faults: [0x11000] }],
  })),
  end: { code: 0, signal: 0, stdout: '' },
})

describe('several runs make one capture', () => {
  it('counts faults from stop to stop, by mapping; what did not trap is the rest', () => {
    const [, second] = mergeRuns('p', [run({ minflt: 50 }, { minflt: 53 })]).checkpoints
    expect(second.processes[0]).toMatchObject({ d_minflt: 3, faults: { '[anon]': 1 }, faults_untraced: 2 })
  })

  it('lists the values where runs differ, and calls such stops unstable', () => {
    const other = mapping({ smaps: { Rss: 8, VmFlags: ['rd', 'wr'] } })
    const merged = mergeRuns('p', [run({ minflt: 5 }), run({ minflt: 6, map: other })])
    expect(merged.checkpoints[0].processes[0].unstable).toEqual({ d_minflt: [5, 6] })
    expect(merged.checkpoints[0].processes[0].maps[0].unstable).toEqual({ Rss: [4, 8] })
    expect([...merged.unstableStops]).toEqual([[0, '[anon] rw-p 8K: Rss']])
  })

  it('does not call a stop unstable for counts of faults or gaps alone: those may lie between the values seen', () => {
    expect(mergeRuns('p', [run({ minflt: 5 }), run({ minflt: 6, map: mapping({ gap: 3 }) })]).unstableStops.size).toBe(
      0,
    )
  })

  it('has nothing to compare with from where the output differs on', () => {
    const merged = mergeRuns('p', [
      run({ minflt: 5 }, { said: 'a', minflt: 5 }, { minflt: 5 }),
      run({ minflt: 5 }, { said: 'b', minflt: 5 }, { minflt: 5 }),
    ])
    expect(merged.checkpoints).toHaveLength(1)
    expect([...merged.unstableStops.keys()]).toEqual([1, 2])
  })
})

describe('the records of a native run', () => {
  it('are read by their lengths, names as comparers know them', () => {
    const smaps = '10000-12000 r-xp 00001000 fe:00 12    /w/prog\nRss:   4 kB\nVmFlags: rd ex \n'
    const text = `stop 2\nhiprocess 7 1 S 5 0\nsmaps ${smaps.length}\n${smaps}faults -1\nend 3 0 1\n!`
    const parsed = parseNativeRun(new TextEncoder().encode(text), { directory: '/w', program: 'prog' })
    expect(parsed?.end).toEqual({ code: 3, signal: 0, stdout: 'hi!' })
    expect(parsed?.stops[0].processes[0]).toMatchObject({ pid: 7, minflt: 5, faults: undefined })
    expect(parsed?.stops[0].processes[0].maps).toEqual([
      {
        ...{ start: '10000', end: '12000', perms: 'r-xp', offset: '00001000', name: '[exe]', size_kb: 8, gap: null },
        smaps: { Rss: 4, VmFlags: ['rd', 'ex'] },
      },
    ])
  })

  it('of a run without an end are none', () => {
    const text = new TextEncoder().encode('stop 0\n')
    expect(parseNativeRun(text, { directory: '/', program: 'p' })).toBeUndefined()
  })
})

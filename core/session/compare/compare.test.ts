import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Compared, CompareRequest, DiffPmapRow, SavedPlace, TableName, Tables } from '../../protocol/index.js'
import { createSession, type Session } from '../index.js'
import { match } from './pairs.js'

const program = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const ALL = 1 << 24

function loaded(source: string, profile: string): Session {
  const session = createSession()
  const reply = session.load({ source, path: 'p.c', profile, seed: undefined })
  if (!reply.ok) throw new Error(reply.error.message)
  session.advance('stop', ALL)
  while (session.moment().state === 'waiting') {
    session.input('\n')
    session.advance('stop', ALL)
  }
  return session
}

function compared(session: Session, request: CompareRequest): Compared {
  const work = session.compare(request)
  if (!work.ok) throw new Error(work.error.message)
  while (!work.value.step(ALL));
  const { result } = work.value
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

function rows<T extends TableName>(session: Session, table: T, args: Tables[T]['args']): readonly Tables[T]['row'][] {
  const reply = session.rows({ table, args, from: 0, count: 10_000 })
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value.rows
}

const go = (session: Session, ref: SavedPlace): void => {
  session.seek('stop' in ref ? { to: 'stop', stop: ref.stop } : { to: 'time', time: ref.time })
}

const stop = (n: number): SavedPlace => ({ stop: n })

describe.each([
  ['the founding experiment', 'programs/mmap-demo.c', 'ubuntu-16.04', stop(0), stop(3)],
  ['a program that forks', 'golden/vm/p19-fork-cow.c', 'debian-12', stop(0), stop(1)],
  [
    'the founding experiment, from main to its middle',
    'programs/mmap-demo.c',
    'debian-12',
    { time: 0 } as const,
    { time: 40_000 } as const,
  ],
])('the difference of two moments of %s', (_name, path, profile, from, to) => {
  let session: Session
  let result: Compared
  let pid: number
  beforeAll(() => {
    session = loaded(program(path), profile)
    result = compared(session, { from, to })
    ;[pid] = result.pids
  })

  /** What the tables say when the machine stands at each of the two. */
  const both = <R>(read: () => R): readonly [R, R] => {
    const at = (ref: SavedPlace): R => {
      go(session, ref)
      return read()
    }
    return [at(from), at(to)]
  }

  it('names the moments as the machine shows them', () => {
    const [before, after] = both(() => session.moment())
    expect(result.from).toEqual({ time: before.time, stop: before.stop, line: before.location?.line ?? 0 })
    expect(result.to).toEqual({ time: after.time, stop: after.stop, line: after.location?.line ?? 0 })
  })

  it('is for pmap -x what two read-outs give', () => {
    const [before, after] = both(() => rows(session, 'pmap', { pid }))
    const diff = rows(session, 'diffPmap', { id: result.id, pid })
    const told = (side: 'before' | 'after') =>
      diff.flatMap((row) => {
        const kbytes = row.kbytes[side]
        return kbytes === undefined
          ? []
          : [[kbytes, row.rss[side], row.dirty[side], row[side === 'before' ? 'modeBefore' : 'modeAfter'], row.mapping]]
      })
    const read = (of: typeof before) => of.map((row) => [row.kbytes, row.rss, row.dirty, row.mode, row.mapping])
    expect(told('before')).toEqual(read(before))
    expect(told('after')).toEqual(read(after))
  })

  it('is for the fields of every mapping what two read-outs of smaps give', () => {
    const [before, after] = both(() =>
      Object.fromEntries(
        rows(session, 'pmap', { pid }).map(({ address }) => [
          address,
          rows(session, 'smaps', { pid, start: address }).map(({ name, value }) => [name, value]),
        ]),
      ),
    )
    for (const { address, kbytes } of rows(session, 'diffPmap', { id: result.id, pid })) {
      const fields = rows(session, 'diffSmaps', { id: result.id, pid, address })
      if (kbytes.before !== undefined) expect(fields.map((f) => [f.name, f.before])).toEqual(before[address])
      if (kbytes.after !== undefined && address in after)
        expect(fields.map((f) => [f.name, f.after])).toEqual(after[address])
    }
  })

  it('is for ps and meminfo what their texts say', () => {
    const text = (command: string): string => {
      const reply = session.readout(command)
      return reply.ok ? reply.value.text : ''
    }
    const [before, after] = both(() => text('ps -o pid=,maj_flt=,min_flt=,vsz=,rss= -A'))
    const ps = rows(session, 'diffPs', { id: result.id, pid })
    const lines = (side: 'before' | 'after') =>
      ps.flatMap((row) =>
        row.rss[side] === undefined
          ? []
          : [[row.pid, row.majflt[side], row.minflt[side], row.vsz[side], row.rss[side]].join(' ')],
      )
    const plain = (out: string) =>
      out
        .trim()
        .split('\n')
        .map((line) => line.trim().replace(/ +/g, ' '))
    expect(lines('before')).toEqual(plain(before))
    expect(lines('after')).toEqual(plain(after))
    const memory = both(() => text('cat /proc/meminfo'))
    const meminfo = rows(session, 'diffMeminfo', { id: result.id, pid })
    for (const [i, side] of (['before', 'after'] as const).entries())
      expect(meminfo.map((row) => `${row.name}: ${row[side]}${row.unit && ` ${row.unit}`}`)).toEqual(
        memory[i]
          .trim()
          .split('\n')
          .map((line) => line.replace(/ +/g, ' ')),
      )
  })

  it('is by line what the story adds up to: the sums are the process’s faults', () => {
    const readings = rows(session, 'diffReadings', { id: result.id, pid })
    const minflt = readings.find(({ name }) => name === 'minflt')!
    const lines = rows(session, 'diffLines', { id: result.id, pid })
    const sum = lines.reduce((n, row) => n + row.minflt.after! - row.minflt.before!, 0)
    expect(sum).toBe(Number(minflt.after) - Number(minflt.before))
  })
})

describe('a comparison', () => {
  const session = loaded(program('programs/mmap-demo.c'), 'ubuntu-16.04')

  it('tells of the mapping that came, and of its pages that were written', () => {
    const { id, pids } = compared(session, { from: stop(0), to: stop(3) })
    const diff = rows(session, 'diffPmap', { id, pid: pids[0] })
    expect(diff.filter(({ state }) => state === 'added').map(({ kbytes, rss }) => [kbytes, rss])).toEqual([
      [
        { before: undefined, after: 16 },
        { before: undefined, after: 16 },
      ],
    ])
  })

  it('tells only what moved when that is asked for', () => {
    const { id, pids } = compared(session, { from: stop(2), to: stop(3) })
    const args = { id, pid: pids[0] }
    const all = rows(session, 'diffPmap', args)
    const some = rows(session, 'diffPmap', { ...args, moved: true })
    expect(some).toEqual(all.filter(({ state }) => state !== 'same'))
    expect(some.length).toBeLessThan(all.length)
    const fields = rows(session, 'diffReadings', { ...args, moved: true })
    expect(fields.every(({ before, after }) => before !== after)).toBe(true)
    expect(fields.map(({ name }) => name)).toContain('rss')
  })

  it('against the moment that is shown takes what is shown', () => {
    session.seek({ to: 'stop', stop: 1 })
    const now = compared(session, { from: stop(0), to: 'now' })
    expect(now.to).toMatchObject({ stop: 1 })
    const again = compared(session, { from: stop(0), to: stop(1) })
    const pmap = ({ id, pids }: Compared) => rows(session, 'diffPmap', { id, pid: pids[0] })
    expect(pmap(now)).toEqual(pmap(again))
  })

  it('leaves the machine that is shown where it is', () => {
    session.seek({ to: 'stop', stop: 2 })
    const before = session.moment()
    compared(session, { from: { time: 0 }, to: stop(3) })
    expect(session.moment()).toEqual(before)
  })

  it('goes on a piece at a time and says how far it is', () => {
    const fresh = loaded(program('programs/mmap-demo.c'), 'ubuntu-16.04')
    const work = fresh.compare({ from: stop(0), to: stop(3) })
    if (!work.ok) throw new Error(work.error.message)
    const progress: number[] = []
    while (!work.value.step(5000)) progress.push(work.value.progress)
    expect(progress.length).toBeGreaterThan(3)
    expect(progress).toEqual([...progress].sort((a, b) => a - b))
    expect(progress.every((done) => done >= 0 && done <= 1)).toBe(true)
  })

  it('of a moment the run has not come to says so', () => {
    const work = session.compare({ from: stop(0), to: stop(9) })
    expect(work.ok && work.value.step(1) && work.value.result).toMatchObject({
      ok: false,
      error: { code: 'no-moment' },
    })
  })

  it('does not take a moment of another future for one of this', () => {
    const other = loaded(program('programs/mmap-demo.c'), 'ubuntu-16.04')
    compared(other, { from: stop(0), to: stop(3) })
    other.seek({ to: 'stop', stop: 1 })
    other.input('\n')
    other.advance('stop', ALL)
    const work = other.compare({ from: stop(0), to: stop(3) })
    expect(work.ok && work.value.step(ALL) && work.value.result).toMatchObject({ error: { code: 'no-moment' } })
  })

  it('that nobody made has no rows', () => {
    expect(session.rows({ table: 'diffPs', args: { id: 0, pid: 1 }, from: 0, count: 1 })).toMatchObject({
      error: { code: 'not-compared' },
    })
  })
})

describe('a program that frees, grows and protects', () => {
  const source = `#include <stdlib.h>
#include <stdio.h>
#include <sys/mman.h>
int main(void) {
  char *keep = malloc(100), *lost = malloc(200);
  char *m = mmap(0, 0x4000, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  getchar();
  free(lost);
  char *big = malloc(120000);
  keep = realloc(keep, 110);
  mprotect(m, 0x4000, PROT_READ);
  malloc(60000);
  getchar();
  return big != m;
}
`
  const session = loaded(source, 'debian-12')
  const { id, pids } = compared(session, { from: stop(0), to: stop(1) })
  const args = { id, pid: pids[0] }

  it('shows the heap in use by the lines that asked', () => {
    const lines = rows(session, 'diffHeap', args).map((r) => [r.line, r.call, r.bytes.before, r.bytes.after])
    expect(lines).toEqual(
      expect.arrayContaining([
        [5, 'malloc', 300, 0],
        [9, 'malloc', 0, 120000],
        [10, 'realloc', 0, 110],
        [12, 'malloc', 0, 60000],
      ]),
    )
  })

  it('shows what grew and what changed', () => {
    const states = new Map(rows(session, 'diffPmap', args).map((row: DiffPmapRow) => [row.kind, row.state]))
    expect(states.get('heap')).toBe('grown')
    const changed = rows(session, 'diffPmap', args).find(
      ({ modeBefore, modeAfter }) => modeBefore !== modeAfter && modeAfter !== '',
    )
    expect(changed).toMatchObject({ state: 'changed', modeBefore: 'rw-s-', modeAfter: 'r--s-' })
  })

  it('the timeline’s heap is the sum over the lines at each stop', () => {
    const window = session.timeline({ series: ['heap', 'pss'], from: undefined, to: undefined, points: 10_000 })
    if (!window.ok) throw new Error(window.error.message)
    const { time, columns, markers } = window.value
    const at = (stopIndex: number, column: 'heap' | 'pss') => {
      const marker = markers.find(({ kind, index }) => kind === 'stop' && index === stopIndex)!
      return columns[column]![time.findLastIndex((t) => t <= marker.time)]
    }
    const readings = rows(session, 'diffReadings', args)
    const heap = readings.find(({ name }) => name === 'heapInUse')!
    const pss = readings.find(({ name }) => name === 'pss')!
    expect([at(0, 'heap') * 1024, at(1, 'heap') * 1024]).toEqual([heap.before, heap.after])
    expect([at(0, 'pss'), at(1, 'pss')]).toEqual([pss.before, pss.after])
  })
})

describe('rows of two moments', () => {
  it.each([
    ['abc', 'abc', 'a b c'],
    ['abc', 'ac', 'a -b c'],
    ['bc', 'abc', '+a b c'],
    ['abc', 'c', '-a -b c'],
    ['ab', '', '-a -b'],
    ['', 'ab', '+a +b'],
  ])('%s and %s make %s', (before, after, drawn) => {
    const text = match([...before], [...after], (c) => c)
      .map((m) => (m.before === undefined ? `+${m.after}` : m.after === undefined ? `-${m.before}` : m.after))
      .join(' ')
    expect(text).toBe(drawn)
  })
})

import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { SavedSession } from '../../core/protocol/index.js'
import { brokenAt } from './json-place.js'
import { formatSession, LIMITS, readSession, readSessionFile } from './index.js'

const session: SavedSession = {
  format: 'pagewalk-session',
  version: 2,
  program: { name: 'mmap-demo.c', source: 'int main(void) {}\n' },
  machine: { profile: 'debian-12', seed: 7, ramMiB: 512, thp: 'never', aslr: false },
  inputs: [
    { text: '\n', statements: 12, stop: 0 },
    { text: '中\n', statements: 90 },
    { text: '\u0003', statements: 95, time: 4.5e9 },
  ],
  reached: { statements: 100, stops: 2, state: 'waiting', trace: '0123456789abcdef' },
  position: { stop: 1 },
  marks: [{ id: 'm1', at: { stop: 0 }, label: 'before the loop' }],
  notes: [{ id: 'n1', text: 'RSS does\nnot move' }],
  layout: { view: 'heap', splitters: { main: [30, 70] } },
}

/** The file with one field set to something else, or without it. */
function changed(path: string, value?: unknown): string {
  const file = JSON.parse(formatSession(session)) as Record<string, unknown>
  const keys = path.split('.')
  const last = keys.pop()!
  let inside = file
  for (const key of keys) inside = inside[key] as Record<string, unknown>
  if (value === undefined) Reflect.deleteProperty(inside, last)
  else Object.defineProperty(inside, last, { value, enumerable: true, configurable: true, writable: true })
  return JSON.stringify(file)
}

const many = (count: number, make: (i: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, i) => make(i))

describe('a session file', () => {
  it('gives back what was saved', () => {
    expect(readSession(formatSession(session))).toEqual({ ok: true, session })
  })

  it('has the same bytes for the same session, however it was put together, and ends with a newline', () => {
    const { format, ...rest } = session
    const turned = { ...Object.fromEntries(Object.entries(rest).reverse()), format } as unknown as SavedSession
    expect(formatSession(turned)).toBe(formatSession(session))
    expect(formatSession(session)).toMatch(/^\{\n {2}"format": "pagewalk-session",\n {2}"version": 2,\n[^]*\}\n$/)
  })

  it('may begin with a byte order mark', () => {
    expect(readSession(`\ufeff${formatSession(session)}`).ok).toBe(true)
  })
})

describe('a file that is no session or a damaged one', () => {
  it.each([
    // [what, the file, kind, where, detail]
    ['nothing', '', 'not-json', 'line 1, column 1'],
    ['a C source', 'int main(void) {}', 'not-json', 'line 1, column 1'],
    ['a file that breaks off', formatSession(session).slice(0, 120), 'not-json', /^line 6, column \d+$/],
    ['a comma too many', '{\n  "format": "pagewalk-session",\n}', 'not-json', 'line 3, column 1'],
    ['brackets without end', '['.repeat(200_000), 'not-json', 'line 1, column 200001'],
    ['a larger one than there can be', ' '.repeat(LIMITS.file + 1), 'too-large', ''],
    ['a number', '1', 'not-a-session', ''],
    ['null', 'null', 'not-a-session', ''],
    ['a list', '[]', 'not-a-session', ''],
    ['another JSON', '{"name":"x"}', 'not-a-session', ''],
    ['a format that is inherited', '{"__proto__":{"format":"pagewalk-session","version":1}}', 'not-a-session', ''],
    ['no version', changed('version'), 'missing', 'version'],
    ['the next version', changed('version', 3), 'newer', 'version', '3'],
    ['a version before the first', changed('version', 0), 'unknown-version', 'version', '0'],
    ['a version below', changed('version', -1e9), 'unknown-version', 'version', '-1000000000'],
    ['a version in words', changed('version', 'one'), 'unknown-version', 'version', 'one'],
    ['half a version', changed('version', 0.5), 'unknown-version', 'version', '0.5'],
    ['no program', changed('program'), 'missing', 'program'],
    ['no source', changed('program.source'), 'missing', 'program.source'],
    ['a source with NUL', changed('program.source', 'int\0'), 'wrong', 'program.source'],
    ['a source too long', changed('program.source', 'x'.repeat(LIMITS.source + 1)), 'wrong', 'program.source'],
    ['half a character', changed('program.source', '\ud800'), 'wrong', 'program.source'],
    ['a path for a name', changed('program.name', '../../etc/passwd'), 'wrong', 'program.name'],
    ['a path of Windows', changed('program.name', '..\\x.c'), 'wrong', 'program.name'],
    ['a name of two lines', changed('program.name', 'a\nb'), 'wrong', 'program.name'],
    ['a name that turns round', changed('program.name', 'a\u202ec.exe'), 'wrong', 'program.name'],
    ['an unknown field', changed('program.run', 'rm -rf /'), 'unknown-field', 'program.run'],
    ['an own __proto__', changed('__proto__', { polluted: 1 }), 'unknown-field', '__proto__'],
    ['a field named constructor', changed('machine.constructor', {}), 'unknown-field', 'machine.constructor'],
    ['an unknown machine', changed('machine.profile', 'amiga'), 'unknown-profile', 'machine.profile', 'amiga'],
    ['a machine that is inherited', changed('machine.profile', '__proto__'), 'unknown-profile', 'machine.profile'],
    ['a seed in words', changed('machine.seed', '7'), 'wrong', 'machine.seed', 'number'],
    ['a seed below 0', changed('machine.seed', -1), 'wrong', 'machine.seed', 'not less than 0'],
    ['a seed that is not exact', changed('machine.seed', 2 ** 60), 'wrong', 'machine.seed', 'a whole number'],
    ['another thp', changed('machine.thp', 'sometimes'), 'wrong', 'machine.thp', 'always, madvise, never'],
    ['RAM without end', changed('machine.ramMiB', 1e12), 'wrong', 'machine.ramMiB'],
    ['inputs that are none', changed('inputs', {}), 'wrong', 'inputs', 'Array'],
    ['an input without text', changed('inputs.1.text'), 'missing', 'inputs[1].text'],
    ['inputs out of order', changed('inputs.0.statements', 1000), 'wrong', 'inputs', 'in order of time'],
    [
      'too many inputs',
      changed(
        'inputs',
        many(LIMITS.inputs + 1, () => ({ text: '', statements: 0 })),
      ),
      'wrong',
      'inputs',
    ],
    [
      'too much typed',
      changed(
        'inputs',
        many(20, () => ({ text: 'x'.repeat(60_000), statements: 0 })),
      ),
      'wrong',
      'inputs',
    ],
    ['a fingerprint too short', changed('reached.trace', 'abc'), 'wrong', 'reached.trace', '16 hex digits'],
    ['a position nowhere', changed('position', 'middle'), 'wrong', 'position'],
    ['a position at two places', changed('position', { stop: 1, time: 3 }), 'wrong', 'position'],
    ['a time before the beginning', changed('position', { time: -1 }), 'wrong', 'position'],
    ['a mark without a place', changed('marks.0.at'), 'missing', 'marks[0].at'],
    ['a mark without a name', changed('marks.0.label', ''), 'wrong', 'marks[0].label', 'at least one character'],
    ['a mark of markup', changed('marks.0.id', '<img onerror=x>'), 'wrong', 'marks[0].id'],
    ['two marks of one id', changed('marks', [...session.marks, ...session.marks]), 'wrong', 'marks', 'each id once'],
    ['a note too long', changed('notes.0.text', 'x'.repeat(LIMITS.note + 1)), 'wrong', 'notes[0].text'],
    ['panes of other sizes', changed('layout.splitters.main', [30, 170]), 'wrong', 'layout.splitters.main[1]'],
    ['a splitter of another name', changed('layout.splitters', { 'a b': [1] }), 'wrong', /^layout\.splitters/],
    [
      'too many splitters',
      changed('layout.splitters', Object.fromEntries(many(65, (i) => [`s${String(i)}`, [1]]) as [string, number[]][])),
      'wrong',
      'layout.splitters',
    ],
  ] as const)('%s', (_name, file, kind, where, detail?: string) => {
    const read = readSession(file)
    if (read.ok) throw new Error('it was taken')
    const { problem } = read
    expect(problem.kind).toBe(kind)
    if (typeof where === 'string') expect(problem.where).toBe(where)
    else expect(problem.where).toMatch(where)
    if (detail !== undefined) expect(problem.detail).toBe(detail)
    expect(problem.what).not.toMatch(/\{where|\{detail|undefined/)
    expect(problem.remedy).not.toBe('')
  })

  it('never reaches the prototype of anything', () => {
    const file = formatSession(session).replace('"main": [', '"__proto__": [')
    const read = readSession(file)
    expect(Object.keys(read.ok ? read.session.layout.splitters : {})).not.toContain('main')
    expect(({} as Record<string, unknown>)['0']).toBeUndefined()
  })

  it('is refused or is whole, whatever is changed in it', () => {
    const good = formatSession(session)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ maxLength: 4 }), fc.nat(8), (at, text, cut) => {
        const read = readSession(good.slice(0, at) + text + good.slice(at + cut))
        if (read.ok) expect(readSession(formatSession(read.session))).toEqual(read)
        else expect(read.problem.what).not.toBe('')
      }),
      { numRuns: 500 },
    )
  })
})

describe('what is read from disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagewalk-session-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const at = (name: string): string => join(folder, name)

  it('is what was written', () => {
    writeFileSync(at('a.pagewalk'), formatSession(session))
    expect(readSessionFile(at('a.pagewalk'))).toEqual({ ok: true, session })
  })

  it('is refused for what it is', () => {
    writeFileSync(at('latin1'), Uint8Array.of(0x7b, 0xe4))
    writeFileSync(at('large'), new Uint8Array(LIMITS.file + 1).fill(32))
    execFileSync('mkfifo', [at('fifo')])
    const kinds = ['latin1', 'large', 'fifo', '', 'nothing', 'nul\0'].map((name) => {
      const read = readSessionFile(at(name))
      return read.ok ? 'ok' : `${read.problem.kind} ${read.problem.detail}`
    })
    expect(kinds).toEqual([
      'not-text ',
      'too-large 8 MiB',
      'not-a-file ',
      'not-a-file ',
      'unreadable ENOENT',
      'unreadable ERR_INVALID_ARG_VALUE',
    ])
  })
})

describe('the place where a text stops being JSON', () => {
  it.each([
    ['{"a": 1,}', 8],
    ['{"a" 1}', 1],
    ['[1 2]', 3],
    ['[1, [2, 3}]', 9],
    ['"a\nb"', 0],
    ['{"a": tru}', 6],
    ['[1] x', 4],
    ['[1, 2', 5],
    ['', 0],
  ])('%j: %d', (text, at) => {
    expect(() => JSON.parse(text) as unknown).toThrow()
    expect(brokenAt(text)).toBe(at)
  })

  it('is the end of what is JSON', () => {
    fc.assert(fc.property(fc.json(), (json) => brokenAt(json) === json.length))
  })
})

describe('a session of an earlier format', () => {
  const old = changed('version', -1).replace('"pagewalk-session"', '"pagewalk-session","hints":["x"]')
  const steps = {
    [-1]: ({ hints, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, remarks: hints }),
    0: ({ remarks, ...rest }: Readonly<Record<string, unknown>>) => ({
      ...rest,
      notes: (remarks as string[]).map((text, i) => ({ id: `n${i}`, text })),
    }),
    1: (same: Readonly<Record<string, unknown>>) => same,
  }

  it('is brought up a version at a time and then checked like any other', () => {
    const read = readSession(old, steps)
    expect(read).toMatchObject({ ok: true, session: { version: 2, notes: [{ id: 'n0', text: 'x' }] } })
  })

  it('is refused when a step does not give what a session must have', () => {
    const read = readSession(old, { ...steps, 0: (same) => same })
    expect(read).toMatchObject({ ok: false, problem: { kind: 'unknown-field', where: 'remarks' } })
  })

  it('of the first one has inputs without a time', () => {
    const first = formatSession({ ...session, inputs: session.inputs.slice(0, 2) }).replace(': 2,', ': 1,')
    expect(first).toContain('"version": 1,')
    expect(readSession(first)).toMatchObject({ ok: true, session: { version: 2, inputs: session.inputs.slice(0, 2) } })
  })

  it('is refused when a step of the way is not there', () => {
    expect(readSession(old, { 0: steps[0] })).toMatchObject({ ok: false, problem: { kind: 'unknown-version' } })
  })
})

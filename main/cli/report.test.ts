import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SavedSession } from '../../core/protocol/index.js'
import { createSession } from '../../core/session/index.js'
import { findProgram } from '../../core/programs/index.js'
import { formatSession } from '../sessions/index.js'
import { captureOutput } from './captured.fixture.js'
import { main } from './command.js'

let folder: string
let out = ''
let err = ''
let restore: () => void

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewalk-report-'))
  out = ''
  err = ''
  restore = captureOutput(
    (text) => (out += text),
    (text) => (err += text),
  )
})
afterEach(() => {
  restore()
  rmSync(folder, { recursive: true })
})

const at = (name: string): string => join(folder, name)
function file(name: string, contents: string): string {
  writeFileSync(at(name), contents)
  return at(name)
}
const demo = ['--program', 'mmap-demo', '--profile', 'ubuntu-16.04']

/** The founding experiment, stopped after its third wait. */
function session(changes: Partial<SavedSession> = {}): string {
  const { source } = findProgram('mmap-demo')!
  const machine = { profile: 'ubuntu-16.04', seed: 13070 }
  const running = createSession()
  running.load({ source, path: 'mmap-demo.c', ...machine })
  for (let stop = 0; stop < 3; stop++) {
    while (running.advance('stop', 1 << 22).state === 'running');
    if (stop < 2) running.input('\n')
  }
  const record = running.record()
  if (!record.ok) throw new Error(record.error.message)
  return formatSession({
    format: 'pagewalk-session',
    version: 2,
    program: { name: 'mmap-demo.c', source },
    machine,
    ...record.value,
    marks: [{ id: 'm', at: { time: 50_000 }, label: 'amid the reads' }],
    notes: [
      { id: 'n', text: 'All of it.' },
      { id: 'o', at: { stop: 1 }, text: 'Mapped, not there.' },
    ],
    layout: { splitters: {} },
    ...changes,
  })
}

describe('pagewalk report', () => {
  it('writes what the file’s name asks for, and nothing beside it', () => {
    const formats = {
      html: '<!doctype html>',
      md: '# mmap-demo.c',
      json: '{\n "format": "pagewalk-report"',
      csv: 'time_ns,rss',
      svg: '<svg ',
      txt: 'pid is 13070',
    }
    for (const [ending, begins] of Object.entries(formats)) {
      expect(main(['report', ...demo, '-o', at(`r.${ending}`)])).toBe(0)
      expect(readFileSync(at(`r.${ending}`), 'utf8').startsWith(begins), ending).toBe(true)
    }
    expect([out, err]).toEqual(['', ''])
    expect(readdirSync(folder)).toHaveLength(6)
  })

  it('writes to standard output without -o, HTML unless --format says otherwise', () => {
    expect(main(['report', ...demo])).toBe(0)
    expect(out).toMatch(/^<!doctype html>[^]*<\/html>\n$/)
    out = ''
    expect(main(['report', ...demo, '--format', 'csv', '--table', 'readings', '-o', '-'])).toBe(0)
    expect(out).toContain('\nstop 4,,139800,34,0,85,4368,1344,')
  })

  it('gives the same bytes again', () => {
    for (const name of ['a.html', 'b.html']) main(['report', ...demo, '--language', 'zh-CN', '-o', at(name)])
    expect(readFileSync(at('a.html'), 'utf8')).toBe(readFileSync(at('b.html'), 'utf8'))
  })

  it('tells the chosen moments and parts, with a title and notes', () => {
    const notes = file('notes.txt', 'First.\n\nSecond.\n')
    expect(
      main([
        'report',
        ...demo,
        '--format',
        'md',
        '--moments',
        'stop4, 100us,main',
        '--parts',
        'readings',
        '--title',
        'Mine',
        '--notes',
        notes,
      ]),
    ).toBe(0)
    expect(out).toMatch(/^# Mine\n/)
    expect(out).toMatch(/## Notes\n\nFirst.\n\nSecond.\n/)
    expect([...out.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      'Notes',
      'Readings',
      'Main begins',
      'At 100.0 µs, line 31',
      'Stop 4, line 34',
    ])
  })

  it('runs a C file with what --stdin types', () => {
    const program = file(
      'sum.c',
      '#include <stdio.h>\nint main(void) { int a, n = 0; while (scanf("%d", &a) == 1) n += a; printf("sum %d\\n", n); return 0; }\n',
    )
    expect(main(['report', program, '--stdin', file('in.txt', '1 2\n3\n'), '--format', 'txt'])).toBe(0)
    expect(out).toBe('1 2\n3\nsum 6\n')
    out = ''
    expect(main(['report', program, '--stdin', file('in.txt', '1 2\n3\n'), '--format', 'md'])).toBe(0)
    expect(out).toContain('pagewalk report sum.c --profile ubuntu-16.04 --stdin input.txt --parts')
  })

  it('tells of a session its stops, marks and notes', () => {
    expect(main(['report', file('s.pagewalk', session()), '--format', 'md'])).toBe(0)
    expect(err).toBe('')
    const titles = [...out.matchAll(/^## (.*)$/gm)].map(([, title]) => title)
    expect(titles.slice(0, 6)).toEqual([
      'Notes',
      'Readings',
      'Main begins',
      'Stop 1, line 19',
      'Stop 2, line 23',
      expect.stringMatching(/^amid the reads \(At 50\.00 µs, line 26\)$/),
    ])
    expect(titles[6]).toBe('Stop 3, line 29')
    expect(out).toContain('All of it.')
    expect(out).toContain('> Mapped, not there.')
  })

  it('says so when a session’s run comes out otherwise', () => {
    const reached = { statements: 32779, stops: 3, state: 'waiting', trace: '0'.repeat(16) } as const
    expect(main(['report', file('s.pagewalk', session({ reached })), '--format', 'txt'])).toBe(0)
    expect(err).toMatch(/the run is not the one that was saved \(fingerprint [0-9a-f]{16}, saved 0{16}\)/)
  })

  it.each([
    [['--format', 'docx'], "unknown format 'docx' (there are html, md, json, csv, svg, txt)"],
    [['--format', 'pdf'], 'PDF needs the window: use File > Export Report there'],
    [['-o', 'x.pdf'], 'PDF needs the window'],
    [['-o', 'x.docx'], "unknown format 'docx'"],
    [['--table', 'shadow'], "unknown table 'shadow' (there are series, readings"],
    [['--parts', 'ps,shadow'], "unknown part 'shadow' (there are timeline, readings"],
    [['--parts', ''], '--parts takes names separated by commas'],
    [['--moments', 'main,,end'], '--moments takes names separated by commas'],
    [['--moments', 'stop0'], "--moments takes main, stop1, stop2, ..., end or times such as 120us, not 'stop0'"],
    [['--moments', '3 weeks'], "or times such as 120us, not '3 weeks'"],
    [['--mappings', 'heap'], "--mappings takes addresses in hexadecimal, not 'heap'"],
    [['--language', 'de'], "unknown language 'de'"],
    [['--frobnicate'], '--frobnicate'],
  ])('refuses %j and says why', (options, message) => {
    expect(main(['report', ...demo, ...options])).toBe(2)
    expect(err).toContain(message)
    expect(out).toBe('')
  })

  it('says what is wrong with what it is given', () => {
    const complaint = (...args: string[]): string => {
      err = ''
      expect(main(['report', ...args])).toBe(1)
      return err.trim()
    }
    expect(complaint(...demo, '--moments', 'stop9')).toBe('pagewalk: The program waits 4 times: there is no stop 9.')
    expect(complaint(at('nothing.c'))).toMatch(/nothing\.c: no such file$/)
    expect(complaint(file('bad.c', 'int main(void) { return x; }\n'))).toMatch(/^bad\.c:1:25: error: /)
    expect(complaint(file('bad.pagewalk', '{ not JSON'))).toMatch(/bad\.pagewalk: .*line 1, column 3/)
    expect(complaint(...demo, '-o', at('no/such/r.html'))).toMatch(
      /r\.html: cannot be written: there is no such folder; make it first$/,
    )
    mkdirSync(at('folder.html'))
    writeFileSync(at('folder.html/x'), '')
    expect(complaint(...demo, '-o', at('folder.html'))).toMatch(
      /folder\.html: cannot be written: this is a folder; name a file in it$/,
    )
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
    expect(complaint(...demo, '--notes', at('notes'))).toMatch(/notes: no such file$/)
    err = ''
    expect(main(['report'])).toBe(2)
    expect(err).toContain('report needs a session or a C source file')
    expect(existsSync(at('r.html'))).toBe(false)
  })
})

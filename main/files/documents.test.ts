import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SavedSession } from '../../core/protocol/index.js'
import type { SaveRequest } from '../../preload/contract.js'
import { formatSession } from '../sessions/index.js'
import { Documents } from './documents.js'
import { Recovery } from './recovery.js'
import { saveRequest } from './requests.js'
import { writeWhole } from '../disk/write-whole.js'

let folder: string
const at = (name: string): string => join(folder, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewalk-documents-'))
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

const session = (name = 'a.c', draft?: string): SavedSession => ({
  format: 'pagewalk-session',
  version: 2,
  program: { name, source: 'int main(void) {}\n', ...(draft === undefined ? {} : { draft }) },
  machine: { profile: 'debian-12', seed: 1 },
  inputs: [],
  reached: { statements: 0, stops: 0, state: 'between', trace: '0000000000000000' },
  position: 'end',
  marks: [],
  notes: [],
  layout: { splitters: {} },
})
const request = (more: Partial<SaveRequest> = {}): SaveRequest => ({
  document: undefined,
  ask: false,
  name: 'a.c',
  text: 'int main(void) { return 1; }\n',
  session: session(),
  ...more,
})
const nobody = (): Promise<undefined> => Promise.resolve(undefined)

describe('a file written whole', () => {
  it('replaces the old one and leaves nothing beside it', () => {
    writeFileSync(at('a.c'), 'old')
    writeWhole(at('a.c'), 'new')
    expect(read('a.c')).toBe('new')
    expect(readdirSync(folder)).toEqual(['a.c'])
  })

  it('keeps its permissions, and the link that led to it', () => {
    writeFileSync(at('real.c'), 'old', { mode: 0o640 })
    chmodSync(at('real.c'), 0o640)
    symlinkSync('real.c', at('link.c'))
    writeWhole(at('link.c'), 'new')
    expect(lstatSync(at('link.c')).isSymbolicLink()).toBe(true)
    expect(read('real.c')).toBe('new')
    expect(statSync(at('real.c')).mode & 0o777).toBe(0o640)
  })

  it('is the old one when it cannot be written', () => {
    mkdirSync(at('full'))
    expect(() => writeWhole(at('full'), 'new')).toThrow()
    expect(() => writeWhole(at('nowhere/a.c'), 'new')).toThrow(/ENOENT/)
    expect(readdirSync(folder)).toEqual(['full'])
  })
})

describe('a document', () => {
  it('is opened by its name: C as text, a session with all it holds', async () => {
    const documents = new Documents()
    writeFileSync(at('a.c'), 'int x;')
    writeFileSync(at('b.pagewalk'), formatSession(session('a.c', 'int y;')))
    expect(await documents.open(at('a.c'))).toMatchObject({ ok: true, value: { text: 'int x;', document: 1 } })
    expect(await documents.open(at('b.pagewalk'))).toMatchObject({
      ok: true,
      value: { name: 'a.c', text: 'int y;', document: 2, session: { name: 'b.pagewalk', saved: { version: 2 } } },
    })
    expect(await documents.open(at('a.c'))).toMatchObject({ value: { document: 1 } })
  })

  it('that is a damaged session says what is damaged, where, and what to do', async () => {
    writeFileSync(at('b.pagewalk'), formatSession(session()).replace('"seed": 1', '"seed": "1"'))
    expect(await new Documents().open(at('b.pagewalk'))).toMatchObject({
      ok: false,
      error: {
        code: 'session',
        problem: { kind: 'wrong', where: 'machine.seed', detail: 'number', file: 'b.pagewalk' },
      },
    })
  })

  it('is saved where it came from, as what it is', async () => {
    const documents = new Documents()
    writeFileSync(at('a.c'), 'int x;')
    await documents.open(at('a.c'))
    expect(await documents.save(request({ document: 1 }), nobody)).toEqual({
      ok: true,
      value: { document: 1, kind: 'source', path: at('a.c'), name: 'a.c' },
    })
    expect(read('a.c')).toBe(request().text)
  })

  it('asks where when it is in no file, suggests a session, and its name decides what it is', async () => {
    const documents = new Documents()
    const asked: string[] = []
    const choose = (name: string) => (suggested: string) => {
      asked.push(suggested)
      return Promise.resolve(at(name))
    }
    await documents.save(request(), choose('x.pagewalk'))
    expect(read('x.pagewalk')).toBe(formatSession(session()))
    await documents.save(request({ document: 1, ask: true }), choose('x.c'))
    expect(read('x.c')).toBe(request().text)
    expect(asked).toEqual(['a.pagewalk', 'a.pagewalk'])
  })

  it('of a number nobody gave out is asked about, too', async () => {
    expect(await new Documents().save(request({ document: 77 }), nobody)).toEqual({ ok: true, value: undefined })
  })

  it('that cannot be written is a failure that says so, and the file is as it was', async () => {
    mkdirSync(at('a.c'))
    const reply = await new Documents().save(request(), () => Promise.resolve(at('a.c')))
    expect(reply).toMatchObject({ ok: false, error: { code: 'file-unwritable' } })
  })

  it('that is larger than can be opened again is not written', async () => {
    const notes = Array.from({ length: 500 }, (_, i) => ({ id: `n${i}`, text: '\n'.repeat(20_000) }))
    const reply = await new Documents().save(request({ session: { ...session(), notes } }), () =>
      Promise.resolve(at('x.pagewalk')),
    )
    expect(reply).toMatchObject({ ok: false, error: { code: 'session-too-large' } })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a request to save', () => {
  it.each([
    ['a path for a name', { name: '../../.bashrc' }],
    ['a path for a document', { document: '/etc/passwd' }],
    ['a document below the first', { document: 0 }],
    ['a path beside it', { path: '/etc/passwd' }],
    ['no session', { session: undefined }],
    ['a session that is none', { session: { ...session(), version: 3 } }],
    ['a text that is none', { text: 1 }],
  ])('with %s is refused', (_name, wrong) => {
    expect(v.safeParse(saveRequest, request()).success).toBe(true)
    expect(v.safeParse(saveRequest, { ...request(), ...wrong }).success).toBe(false)
  })
})

describe('what is kept in case of a crash', () => {
  const reports: string[] = []
  const life = (): Recovery => new Recovery(at('recovery'), (message) => reports.push(message))
  const files = (): string[] => readdirSync(at('recovery')).sort()

  it('is nothing after an end as it should be', () => {
    const first = life()
    first.keep(session())
    first.clear()
    expect(life().pending()).toBeUndefined()
  })

  it('is there at the next start, and stays until somebody decided, whatever is kept meanwhile', () => {
    life().keep(session('one.c'))
    const second = life()
    expect(second.pending()?.session.program.name).toBe('one.c')
    second.keep(session('two.c'))
    const third = life()
    expect(third.pending()?.session.program.name).toBe('two.c')
    third.discard()
    expect(third.pending()?.session.program.name).toBe('one.c')
    third.discard()
    expect(files()).toEqual([])
  })

  it('once taken belongs to the life that took it, and is lost neither by another crash nor kept after an end', () => {
    life().keep(session('one.c'))
    const second = life()
    second.take()
    expect(second.pending()).toBeUndefined()
    const third = life()
    expect(third.pending()?.session.program.name).toBe('one.c')
    third.take()
    third.clear()
    expect(files()).toEqual([])
  })

  it('is passed over when it is damaged, and the file is left for a look', () => {
    life().keep(session('one.c'))
    life().keep(session('two.c'))
    writeFileSync(at('recovery/2.pagewalk'), 'half')
    const third = life()
    expect(third.pending()?.session.program.name).toBe('one.c')
    expect(files()).toEqual(['1.pagewalk', '2.pagewalk.damaged'])
    expect(reports.at(-1)).toContain('2.pagewalk')
  })

  it('is there for the page that is loaded again, too', () => {
    const only = life()
    only.keep(session('one.c'))
    expect(only.pending()).toBeUndefined()
    only.begin()
    only.clear()
    expect(only.pending()?.session.program.name).toBe('one.c')
  })
})

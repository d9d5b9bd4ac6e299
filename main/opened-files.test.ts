import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SavedSession } from '../core/protocol/index.js'
import { foundingProgram } from './builtin-programs.js'
import { OpenedFiles } from './opened-files.js'

let folder: string
let recent: string[]
let remembered: string[]
const at = (name: string): string => join(folder, name)
const session = { program: { name: 'a.c', source: 'int y;' } } as SavedSession

function files(pending?: SavedSession): OpenedFiles {
  return new OpenedFiles({
    recent: { has: (path) => recent.includes(path), add: (path) => void recent.unshift(path) },
    recovery: { pending: () => pending && { session: pending, savedAt: 0 }, take: () => (pending = undefined) },
    remembered: (path) => void remembered.push(path),
  })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewalk-opened-'))
  recent = []
  remembered = []
  writeFileSync(at('a.c'), 'int x;')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('the page begins with the founding program, then with what was opened last, even if that failed', async () => {
  const opened = files()
  expect(opened.latest).toEqual({ ok: true, value: foundingProgram })
  await opened.open(at('a.c'))
  expect(opened.latest).toMatchObject({ ok: true, value: { text: 'int x;' } })
  await opened.open(at('b.c'))
  expect(opened.latest).toMatchObject({ ok: false, error: { code: 'file-not-found' } })
  expect([recent, remembered]).toEqual([[at('a.c')], [at('a.c')]])
})

it('what was saved is what the page gets when it has to be loaded again', async () => {
  const opened = files()
  const request = { document: undefined, ask: false, name: 'a.c', text: 'int z;', session }
  await opened.save(request, () => Promise.resolve(at('z.c')))
  expect(opened.latest).toMatchObject({ ok: true, value: { path: at('z.c'), text: 'int z;' } })
  expect(recent).toEqual([at('z.c')])
})

it('a path is opened as a recent file only when it is one', async () => {
  const opened = files()
  expect(await opened.openRecent(at('a.c'))).toMatchObject({ ok: false })
  await opened.open(at('a.c'))
  expect(await opened.openRecent(at('a.c'))).toMatchObject({ ok: true })
})

it('what an earlier life left is given once', () => {
  const opened = files(session)
  expect(opened.restore()).toMatchObject({ ok: true, value: { path: '', text: 'int y;' } })
  expect(opened.restore()).toMatchObject({ ok: false })
})

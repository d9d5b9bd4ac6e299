import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { tryToWrite } from './try-to-write.js'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pagewalk-write-'))))
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

it('puts text or bytes in the place of what was there, and leaves nothing beside it', () => {
  writeFileSync(at('a'), 'old')
  expect(tryToWrite(at('a'), 'new 中')).toBeUndefined()
  expect(tryToWrite(at('b'), Uint8Array.of(1, 2))).toBeUndefined()
  expect([readFileSync(at('a'), 'utf8'), [...readFileSync(at('b'))]]).toEqual(['new 中', [1, 2]])
  expect(readdirSync(folder).sort()).toEqual(['a', 'b'])
})

it('says why it cannot, and leaves what is there', () => {
  mkdirSync(at('folder'))
  writeFileSync(at('folder/inside'), 'kept')
  writeFileSync(at('file'), 'kept')
  expect([at('folder'), at('no/such'), at('file/below'), at('nul\0')].map((path) => tryToWrite(path, 'x'))).toEqual([
    'is-folder',
    'no-folder',
    'no-folder',
    'unwritable',
  ])
  expect([readFileSync(at('folder/inside'), 'utf8'), readFileSync(at('file'), 'utf8')]).toEqual(['kept', 'kept'])
  expect(readdirSync(folder).sort()).toEqual(['file', 'folder'])
})

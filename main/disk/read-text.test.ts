import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readText } from './read-text.js'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pagewalk-text-'))))
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const put = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}

it('gives the text without a byte order mark, and all else as it is', () => {
  expect(readText(put('a', '\ufeff页\r\n\0'), { maxBytes: 100 })).toEqual({ ok: true, text: '页\r\n\0' })
  expect(readText(put('b', ''), { maxBytes: 100 })).toEqual({ ok: true, text: '' })
})

it('takes as many bytes as it may and refuses one more', () => {
  expect(readText(put('a', '页x'), { maxBytes: 4 })).toEqual({ ok: true, text: '页x' })
  expect(readText(put('a', '页xy'), { maxBytes: 4 })).toEqual({ ok: false, why: 'too-large' })
})

it('says what a path is that leads to no text', () => {
  mkdirSync(at('folder'))
  put('file', Uint8Array.of(0x2f, 0xe9))
  expect(
    [at('folder'), at('file'), at('absent'), at('file/below')].map((path) => readText(path, { maxBytes: 9 })),
  ).toEqual([
    { ok: false, why: 'folder' },
    { ok: false, why: 'not-text' },
    { ok: false, why: 'unreadable', errno: 'ENOENT' },
    { ok: false, why: 'unreadable', errno: 'ENOTDIR' },
  ])
})

it.skipIf(process.platform === 'win32')(
  'waits for no fifo, reads no device, and follows a link unless told not to',
  () => {
    execFileSync('mkfifo', [at('fifo')])
    symlinkSync(put('file', 'x'), at('link'))
    expect(readText(at('fifo'), { maxBytes: 9 })).toEqual({ ok: false, why: 'not-regular' })
    expect(readText('/dev/zero', { maxBytes: 9 })).toEqual({ ok: false, why: 'not-regular' })
    expect(readText(at('link'), { maxBytes: 9 })).toEqual({ ok: true, text: 'x' })
    expect(readText(at('link'), { maxBytes: 9, noLinks: true })).toEqual({
      ok: false,
      why: 'unreadable',
      errno: 'ELOOP',
    })
  },
)

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_SOURCE } from '../../core/protocol/index.js'
import { readSource } from './read-source.js'

describe('reading a C source', () => {
  let dir: string
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  }
  const codeOf = (path: string): string => {
    const reply = readSource(path)
    return reply.ok ? 'ok' : reply.error.code
  }
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'pagewalk-read-'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it('gives path, name and text', () => {
    const path = file('a.c', 'int main(void) { return 0; }\n')
    expect(readSource(path)).toEqual({
      ok: true,
      value: { path, name: 'a.c', text: 'int main(void) { return 0; }\n' },
    })
  })

  it('drops the byte order mark and keeps everything else, line ends included', () => {
    const reply = readSource(file('bom.c', '\uFEFFint x; /* 页 */\r\n'))
    expect(reply.ok && reply.value.text).toBe('int x; /* 页 */\r\n')
  })

  it('takes an empty file as an empty program', () => {
    const reply = readSource(file('empty.c', ''))
    expect(reply.ok && reply.value.text).toBe('')
  })

  it('takes a file of exactly the limit and refuses one byte more', () => {
    expect(codeOf(file('limit.c', ' '.repeat(MAX_SOURCE)))).toBe('ok')
    expect(codeOf(file('huge.c', ' '.repeat(MAX_SOURCE + 1)))).toBe('file-too-large')
  })

  it('says that a binary file is not text', () => {
    expect(codeOf(file('a.out', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0)))).toBe('file-not-text')
  })

  it('says that Latin-1 and UTF-16 are not UTF-8 text', () => {
    expect(codeOf(file('latin1.c', Uint8Array.of(0x2f, 0x2f, 0xe9, 0x0a)))).toBe('file-not-text')
    expect(codeOf(file('utf16.c', Uint8Array.of(0xff, 0xfe, 0x69, 0, 0x6e, 0)))).toBe('file-not-text')
  })

  it('says which way a path is no file', () => {
    mkdirSync(join(dir, 'folder.c'))
    expect(codeOf(join(dir, 'folder.c'))).toBe('file-directory')
    expect(codeOf(join(dir, 'absent.c'))).toBe('file-not-found')
    expect(codeOf(join(dir, 'limit.c', 'below.c'))).toBe('file-not-found')
    expect(codeOf('')).toBe('file-not-found')
    expect(codeOf('a\0.c')).toBe('file-not-found')
  })

  it.skipIf(process.platform === 'win32')('does not wait for a fifo, nor read a device', () => {
    execFileSync('mkfifo', [join(dir, 'pipe.c')])
    expect(codeOf(join(dir, 'pipe.c'))).toBe('file-not-regular')
    expect(codeOf('/dev/zero')).toBe('file-not-regular')
  })

  it('reads a file that claims no size', () => {
    expect(codeOf('/proc/self/status')).toBe('ok')
  })
})

/** Reads a C source file that a user pointed at: its text, or a sentence about why there is none. */

import { basename, resolve } from 'node:path'
import type { FileFailure, SourceFile } from '../../preload/contract.js'
import { MAX_SOURCE, type Reply } from '../../core/protocol/index.js'
import { readText, type NotRead } from '../disk/read-text.js'

export function readSource(path: string): Reply<SourceFile> {
  if (path === '' || path.includes('\0')) return failure('file-not-found', 'There is no such file.')
  const absolute = resolve(path)
  const name = basename(absolute)
  const read = readText(absolute, { maxBytes: MAX_SOURCE })
  if (!read.ok) return notRead(read, absolute, name)
  // NUL is valid UTF-8 and in no C source; it tells an object file from a program.
  if (read.text.includes('\0')) return notRead({ why: 'not-text' }, absolute, name)
  return { ok: true, value: { path: absolute, name, text: read.text } }
}

function notRead(read: NotRead, absolute: string, name: string): Reply<never> {
  switch (read.why) {
    case 'folder':
      return failure('file-directory', `${name} is a directory, not a C file.`)
    case 'not-regular':
      return failure('file-not-regular', `${name} is not a regular file.`)
    case 'too-large':
      return failure('file-too-large', `${name} is larger than ${MAX_SOURCE / 1024} KiB.`)
    case 'not-text':
      return failure('file-not-text', `${name} is not UTF-8 text.`)
    case 'unreadable':
      return ABSENT.includes(read.errno)
        ? failure('file-not-found', `There is no file ${absolute}.`)
        : failure('file-unreadable', `${name} cannot be read (${read.errno}).`)
  }
}

const ABSENT = ['ENOENT', 'ENOTDIR']

function failure(code: FileFailure, message: string): Reply<never> {
  return { ok: false, error: { code, message } }
}

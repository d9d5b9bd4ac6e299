/**
 * Reads a C source file that a user pointed at. Whatever it turns out to be (a directory, a fifo, a film), the answer
 * is a text or a sentence about why not, in bounded time and memory.
 */

import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { FileFailure, SourceFile } from '../../preload/contract.js'
import type { Reply } from '../../core/protocol/index.js'

/** Far beyond any program a person reads; small enough to compile, colour and send at once. */
export const MAX_SOURCE_BYTES = 1024 * 1024

const BY_ERRNO: Readonly<Record<string, FileFailure>> = {
  ENOENT: 'file-not-found',
  ENOTDIR: 'file-not-found',
  EISDIR: 'file-directory',
}

export async function readSource(path: string): Promise<Reply<SourceFile>> {
  if (path === '' || path.includes('\0')) return failure('file-not-found', 'There is no such file.')
  const absolute = resolve(path)
  const name = basename(absolute)
  let file: FileHandle | undefined
  try {
    // Without O_NONBLOCK the open of a fifo waits for a writer, for ever.
    file = await open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stat = await file.stat()
    if (stat.isDirectory()) return failure('file-directory', `${name} is a directory, not a C file.`)
    if (!stat.isFile()) return failure('file-not-regular', `${name} is not a regular file.`)
    if (stat.size > MAX_SOURCE_BYTES) return tooLarge(name)
    const bytes = await readUpTo(file, MAX_SOURCE_BYTES + 1)
    if (bytes.length > MAX_SOURCE_BYTES) return tooLarge(name)
    const text = decode(bytes)
    if (text === undefined) return failure('file-not-text', `${name} is not UTF-8 text.`)
    return { ok: true, value: { path: absolute, name, text } }
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? 'EIO'
    const code = BY_ERRNO[errno] ?? 'file-unreadable'
    const why = {
      'file-not-found': `There is no file ${absolute}.`,
      'file-directory': `${name} is a directory, not a C file.`,
      'file-unreadable': `${name} cannot be read (${errno}).`,
    }
    return failure(code, why[code as keyof typeof why])
  } finally {
    await file?.close()
  }
}

/** A file can grow while it is read, and files in /proc say size 0: so the length is whatever comes, up to a limit. */
async function readUpTo(file: FileHandle, limit: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(limit)
  let length = 0
  while (length < limit) {
    const { bytesRead } = await file.read(buffer, length, limit - length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

/** undefined: not text. NUL is valid UTF-8 and in no C source; it tells an object file or UTF-16 from a program. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return undefined
  }
}

function tooLarge(name: string): Reply<never> {
  return failure('file-too-large', `${name} is larger than ${MAX_SOURCE_BYTES / 1024} KiB.`)
}

function failure(code: FileFailure, message: string): Reply<never> {
  return { ok: false, error: { code, message } }
}

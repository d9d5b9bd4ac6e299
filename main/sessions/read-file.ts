/** A session from a file on disk, whatever that file turns out to be, in bounded time and memory. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { readSession, refused, type ReadSession } from './read.js'
import { LIMITS } from './schema.js'

export function readSessionFile(path: string): ReadSession {
  let fd: number
  try {
    // Without O_NONBLOCK the open of a fifo waits for a writer, for ever.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    return refused('unreadable', '', (error as NodeJS.ErrnoException).code ?? 'EINVAL')
  }
  try {
    if (!fstatSync(fd).isFile()) return refused('not-a-file')
    const bytes = readUpTo(fd, LIMITS.file + 1)
    if (bytes.length > LIMITS.file) return refused('too-large', '', `${LIMITS.file / 1024 / 1024} MiB`)
    return readSession(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof TypeError) return refused('not-text')
    return refused('unreadable', '', (error as NodeJS.ErrnoException).code ?? 'EIO')
  } finally {
    closeSync(fd)
  }
}

/** Files in /proc say size 0, and a file can grow meanwhile: the length is whatever comes, up to a limit. */
function readUpTo(fd: number, limit: number): Uint8Array {
  const buffer = new Uint8Array(limit)
  let length = 0
  while (length < limit) {
    const got = readSync(fd, buffer, length, limit - length, null)
    if (got === 0) break
    length += got
  }
  return buffer.subarray(0, length)
}

/** A file written whole or not at all; what can go wrong is a value, with a name that views and the command have words for. */
import { writeWhole } from './write-whole.js'

export type NotWritten = 'no-folder' | 'not-permitted' | 'read-only' | 'is-folder' | 'disk-full' | 'unwritable'

const BY_ERRNO: Readonly<Record<string, NotWritten>> = {
  ENOENT: 'no-folder',
  ENOTDIR: 'no-folder',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EROFS: 'read-only',
  EISDIR: 'is-folder',
  ENOTEMPTY: 'is-folder',
  EEXIST: 'is-folder',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
}

/** @returns why not; undefined when it is there */
export function tryToWrite(path: string, data: string | Uint8Array): NotWritten | undefined {
  try {
    writeWhole(path, data)
    return undefined
  } catch (error) {
    return BY_ERRNO[(error as NodeJS.ErrnoException).code ?? ''] ?? 'unwritable'
  }
}

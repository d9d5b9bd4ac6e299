/** A session from a file on disk, whatever that file turns out to be. */
import { readText } from '../disk/read-text.js'
import { readSession, refused, type ReadSession } from './read.js'
import { LIMITS } from './schema.js'

export function readSessionFile(path: string): ReadSession {
  const read = readText(path, { maxBytes: LIMITS.file })
  if (read.ok) return readSession(read.text)
  switch (read.why) {
    case 'folder':
    case 'not-regular':
      return refused('not-a-file')
    case 'too-large':
      return refused('too-large', '', `${LIMITS.file / 1024 / 1024} MiB`)
    case 'not-text':
      return refused('not-text')
    case 'unreadable':
      return refused('unreadable', '', read.errno)
  }
}

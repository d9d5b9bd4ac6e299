/** A lesson's folder on disk, which anybody may have written: only what counts in it is read, bounded, and parsed. */
import { basename, join, resolve } from 'node:path'
import { readText } from '../disk/read-text.js'
import { parseLesson, type ParsedLesson } from './lesson.js'
import { LIMITS } from './parse.js'

/** Whatever else lies in the folder is not looked at. */
const NAMES = ['en.md', 'zh-CN.md'] as const

export function readLesson(folder: string): ParsedLesson {
  const id = basename(resolve(folder))
  const files: Record<string, string> = {}
  for (const name of NAMES) {
    const why = take(folder, name, files)
    if (why !== undefined) return refused(`${id}/${name}`, why)
  }
  // The program it brings along goes by a plain name: a lesson reaches no file outside of its folder.
  const program = /^program: *([a-z0-9][a-z0-9-]{0,40}\.c) *\r?$/m.exec(files['en.md'] ?? '')?.[1]
  const why = program === undefined ? undefined : take(folder, program, files)
  return why === undefined ? parseLesson(id, files) : refused(`${id}/${program}`, why)
}

/** @returns why the file is refused; nothing when it was read or is not there, which the parser tells better */
function take(folder: string, name: string, files: Record<string, string>): string | undefined {
  // No link: it would be a way out of the folder.
  const read = readText(join(folder, name), { maxBytes: LIMITS.text, noLinks: true })
  if (read.ok) {
    files[name] = read.text
    return undefined
  }
  switch (read.why) {
    case 'folder':
    case 'not-regular':
      return 'it is no regular file'
    case 'too-large':
      return `it is larger than ${LIMITS.text / 1024} KiB`
    case 'not-text':
      return 'it is not UTF-8 text'
    case 'unreadable':
      return notOpened(read.errno)
  }
}

function notOpened(errno: string): string | undefined {
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined
  return errno === 'ELOOP' ? 'it is a link' : `it cannot be read (${errno})`
}

const refused = (file: string, what: string): ParsedLesson => ({
  ok: false,
  problems: [{ file, line: 1, what, remedy: `put a text file of at most ${LIMITS.text / 1024} KiB there` }],
})

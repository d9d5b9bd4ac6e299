/** A lesson's folder on disk, which anybody may have written: only what counts in it is read, bounded, and parsed. */
import { basename, join, resolve } from 'node:path'
import { readText } from '../disk/read-text.js'
import { parseLesson, type ParsedLesson } from './lesson.js'
import { LIMITS } from './parse.js'
import { fault, type Fault } from './problems.js'

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
function take(folder: string, name: string, files: Record<string, string>): Fault | undefined {
  // No link: it would be a way out of the folder.
  const read = readText(join(folder, name), { maxBytes: LIMITS.text, noLinks: true })
  if (read.ok) {
    files[name] = read.text
    return undefined
  }
  switch (read.why) {
    case 'folder':
    case 'not-regular':
      return refusal('not-a-file')
    case 'too-large':
      return refusal('file-too-large')
    case 'not-text':
      return refusal('not-text')
    case 'unreadable':
      return notOpened(read.errno)
  }
}

function notOpened(errno: string): Fault | undefined {
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined
  return errno === 'ELOOP' ? refusal('is-link') : refusal('unreadable', { code: errno })
}

const refusal = (kind: Fault['kind'], values: Fault['values'] = {}): Fault =>
  fault(kind, { ...values, kib: LIMITS.text / 1024 })

const refused = (file: string, why: Fault): ParsedLesson => ({ ok: false, problems: [{ file, line: 1, ...why }] })

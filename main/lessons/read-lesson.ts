/** A lesson's folder on disk, which anybody may have written: only what counts in it is read, bounded, and parsed. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
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
  let fd: number
  try {
    // Neither the way out of the folder by a link nor the endless wait for a fifo's writer.
    fd = openSync(join(folder, name), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return code === 'ELOOP' ? 'it is a link' : `it cannot be read (${code})`
  }
  try {
    if (!fstatSync(fd).isFile()) return 'it is no regular file'
    const bytes = Buffer.alloc(LIMITS.text + 1)
    const length = readSync(fd, bytes)
    if (length > LIMITS.text) return `it is larger than ${LIMITS.text / 1024} KiB`
    files[name] = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length))
    return undefined
  } catch {
    return 'it is not UTF-8 text'
  } finally {
    closeSync(fd)
  }
}

const refused = (file: string, what: string): ParsedLesson => ({
  ok: false,
  problems: [{ file, line: 1, what, remedy: `put a text file of at most ${LIMITS.text / 1024} KiB there` }],
})

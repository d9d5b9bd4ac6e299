/**
 * The files that the window has open: C sources and sessions. The page knows a file by a number it was given when the
 * user opened or saved that file; the path stays here, so that the page can write only where the user pointed.
 */
import { basename, extname } from 'node:path'
import type { Failure, Reply, SavedSession } from '../../core/protocol/index.js'
import type { Saved, SaveRequest, SourceFile } from '../../preload/contract.js'
import { formatSession, LIMITS, readSessionFile } from '../sessions/index.js'
import { readSource } from './read-source.js'
import { writeWhole } from '../disk/write-whole.js'

export const SESSION_EXTENSION = 'pagewalk'
export const isSessionPath = (path: string): boolean => extname(path).toLowerCase() === `.${SESSION_EXTENSION}`

/** Asks the user where; undefined: nowhere. */
export type ChoosePath = (suggested: string) => Promise<string | undefined>

export class Documents {
  readonly #paths = new Map<number, string>()

  async open(path: string): Promise<Reply<SourceFile>> {
    const reply = isSessionPath(path) ? openSession(path) : readSource(path)
    return reply.ok ? { ok: true, value: { ...reply.value, document: this.#number(reply.value.path) } } : reply
  }

  async save(request: SaveRequest, choose: ChoosePath): Promise<Reply<Saved | undefined>> {
    const known = request.document === undefined ? undefined : this.#paths.get(request.document)
    const path = request.ask || known === undefined ? await choose(suggestedName(request.name)) : known
    if (path === undefined) return { ok: true, value: undefined }
    const session = isSessionPath(path)
    const text = session ? formatSession(request.session) : request.text
    if (session && Buffer.byteLength(text) > LIMITS.file)
      return failure('session-too-large', `The session is larger than ${LIMITS.file / 1024 / 1024} MiB.`)
    try {
      writeWhole(path, text)
    } catch (error) {
      const errno = (error as NodeJS.ErrnoException).code ?? 'EIO'
      return failure('file-unwritable', `${basename(path)} cannot be written (${errno}). It is as it was.`)
    }
    const kind = session ? 'session' : 'source'
    return { ok: true, value: { document: this.#number(path), kind, path, name: basename(path) } }
  }

  #number(path: string): number {
    for (const [number, known] of this.#paths) if (known === path) return number
    const number = this.#paths.size + 1
    this.#paths.set(number, path)
    return number
  }
}

/** mmap-demo.c -> mmap-demo.pagewalk */
const suggestedName = (name: string): string => `${name.replace(/\.(c|h|pagewalk)$/i, '')}.${SESSION_EXTENSION}`

function openSession(path: string): Reply<SourceFile> {
  const read = readSessionFile(path)
  if (read.ok) return { ok: true, value: sessionSource(read.session, path) }
  const { what, remedy, ...problem } = read.problem
  const file = basename(path)
  const error: Failure = { code: 'session', message: `${file}: ${what}; ${remedy}`, problem: { ...problem, file } }
  return { ok: false, error }
}

/** A session as the window opens it. @param path '' for one that is in no file of the user's */
export const sessionSource = (session: SavedSession, path: string): SourceFile => ({
  path,
  name: session.program.name,
  text: session.program.draft ?? session.program.source,
  session: { name: path === '' ? session.program.name : basename(path), saved: session },
})

function failure(code: string, message: string): Reply<never> {
  return { ok: false, error: { code, message } }
}

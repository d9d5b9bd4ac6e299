/**
 * Files that the page has made and the user wants on the disk. The page names no path: it asks for a place, the user
 * chooses one in the system's dialog, and the page gets a token for it. Knows nothing of Electron (electron-exports.ts).
 */
import { basename, extname } from 'node:path'
import type { Failure, Reply } from '../../core/protocol/index.js'
import type { ChosenFile, ExportFile, ExportKind, Paper } from '../../preload/contract.js'
import { tryToWrite } from '../disk/try-to-write.js'

export interface ExportParts {
  /** The system's dialog; undefined: cancelled. */
  ask(kind: ExportKind, suggested: string): Promise<string | undefined>
  /** HTML on paper, as PDF. Rejects when it cannot be, or was cancelled. */
  print(html: string, paper: Paper, cancelled: AbortSignal): Promise<Uint8Array>
  show(path: string): void
  newId(): string
}

interface Place {
  readonly kind: ExportKind
  readonly path: string
  readonly work: AbortController
}

/** Places that are remembered, so that a written file can be shown. */
const MOST_PLACES = 20

const CANCELLED: Failure = { code: 'cancelled', message: 'It was cancelled.' }
const failed = (error: Failure): { readonly ok: false; readonly error: Failure } => ({ ok: false, error })

export class Exports {
  readonly #parts: ExportParts
  readonly #places = new Map<string, Place>()

  constructor(parts: ExportParts) {
    this.#parts = parts
  }

  async choose(kind: ExportKind, name: string): Promise<ChosenFile | undefined> {
    const chosen = await this.#parts.ask(kind, `${fileName(name)}.${kind}`)
    if (chosen === undefined) return undefined
    const path = extname(chosen) === '' ? `${chosen}.${kind}` : chosen
    const id = this.#parts.newId()
    this.#places.set(id, { kind, path, work: new AbortController() })
    for (const old of [...this.#places.keys()].slice(0, -MOST_PLACES)) this.#places.delete(old)
    return { id, name: basename(path) }
  }

  async write({ id, content, paper }: ExportFile): Promise<Reply<undefined>> {
    const place = this.#places.get(id)
    if (!place) return failed({ code: 'bad-request', message: 'There is no such place.' })
    const { kind, path, work } = place
    let data = content
    try {
      if (kind === 'pdf' && typeof content === 'string') data = await this.#parts.print(content, paper, work.signal)
    } catch (error) {
      if (work.signal.aborted) return failed(CANCELLED)
      return failed({ code: 'export-print', message: error instanceof Error ? error.message : String(error) })
    }
    if (work.signal.aborted) return failed(CANCELLED)
    const why = tryToWrite(path, data)
    if (why) return failed({ code: `export-${why}`, message: `${basename(path)} cannot be written: ${why}.` })
    return { ok: true, value: undefined }
  }

  cancel(id: string): void {
    this.#places.get(id)?.work.abort()
  }

  show(id: string): void {
    const place = this.#places.get(id)
    if (place) this.#parts.show(place.path)
  }
}

/** A program's name as a file's, without what a file system or a person would stumble over. */
function fileName(name: string): string {
  const plain = name
    .replace(/\.c$/, '')
    .replace(/[\p{C}/\\:*?"<>|]+/gu, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .slice(0, 80)
  return plain === '' ? 'pagewalk' : plain
}

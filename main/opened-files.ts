/**
 * What is opened and saved, and what of it the page gets when it begins: at its first load, and when it has to be loaded
 * again. Whatever came from a file goes on the list of recent ones.
 */
import type { Reply } from '../core/protocol/index.js'
import type { Saved, SaveRequest, SourceFile } from '../preload/contract.js'
import { builtinSource, foundingProgram } from './builtin-programs.js'
import { Documents, sessionSource, type ChoosePath } from './files/documents.js'
import type { Recovery } from './files/recovery.js'
import type { RecentFiles } from './settings/recent-files.js'

export interface OpenedFilesParts {
  readonly recent: Pick<RecentFiles, 'has' | 'add'>
  readonly recovery: Pick<Recovery, 'pending' | 'take'>
  /** The list of recent files has changed; the path is its first. */
  remembered(path: string): void
}

export class OpenedFiles {
  readonly #documents = new Documents()
  readonly #parts: OpenedFilesParts
  /** A file given at the start counts until another is opened. */
  #latest: Reply<SourceFile> = { ok: true, value: foundingProgram }

  constructor(parts: OpenedFilesParts) {
    this.#parts = parts
  }

  get latest(): Reply<SourceFile> {
    return this.#latest
  }

  async open(path: string): Promise<Reply<SourceFile>> {
    const reply = await this.#documents.open(path)
    this.#latest = reply
    if (reply.ok) this.#remember(reply.value.path)
    return reply
  }

  /** Only what is on the list: the page cannot name any file of the disk. */
  async openRecent(path: string): Promise<Reply<SourceFile>> {
    if (this.#parts.recent.has(path)) return this.open(path)
    return { ok: false, error: { code: 'file-not-found', message: 'That file is not among the recent ones.' } }
  }

  openProgram(id: string): Reply<SourceFile> {
    const reply = builtinSource(id)
    if (reply.ok) this.#latest = reply
    return reply
  }

  openFoundingProgram(): SourceFile {
    this.#latest = { ok: true, value: foundingProgram }
    return foundingProgram
  }

  async save(request: SaveRequest, choose: ChoosePath): Promise<Reply<Saved | undefined>> {
    const reply = await this.#documents.save(request, choose)
    if (!reply.ok || !reply.value) return reply
    // What the page gets if it has to be loaded again is what was saved.
    const again = await this.#documents.open(reply.value.path)
    if (again.ok) this.#latest = again
    this.#remember(reply.value.path)
    return reply
  }

  /** What an earlier life of the application left; it is this one's from now on. */
  restore(): Reply<SourceFile> {
    const left = this.#parts.recovery.pending()
    if (!left) return { ok: false, error: { code: 'file-not-found', message: 'There is nothing to restore any more.' } }
    this.#parts.recovery.take()
    return { ok: true, value: sessionSource(left.session, '') }
  }

  #remember(path: string): void {
    this.#parts.recent.add(path)
    this.#parts.remembered(path)
  }
}

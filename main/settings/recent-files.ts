/** The files that were open last, and nothing else: the page may open again only what is on this list. */
import { basename } from 'node:path'
import type { RecentFile } from '../../preload/contract.js'
import type { JsonFile } from './json-file.js'
import type { Recent } from './settings.js'

const MAX_RECENT = 10

export class RecentFiles {
  readonly #file: JsonFile<Recent>

  constructor(file: JsonFile<Recent>) {
    this.#file = file
  }

  /** The latest first. */
  get list(): readonly RecentFile[] {
    return this.#file.value.files.map((path) => ({ path, name: basename(path) }))
  }

  has(path: string): boolean {
    return this.#file.value.files.includes(path)
  }

  add(path: string): void {
    const others = this.#file.value.files.filter((other) => other !== path)
    this.#file.update({ files: [path, ...others].slice(0, MAX_RECENT) })
  }

  clear(): void {
    this.#file.update({ files: [] })
  }

  flush(): void {
    this.#file.flush()
  }
}

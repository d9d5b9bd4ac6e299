/**
 * A small JSON file in the user's data folder that must survive anything: a crash while writing (temporary file, fsync,
 * rename), a hand edit gone wrong (good fields are kept, bad ones fall back, and the file as it was stays beside it),
 * a full disk (the application goes on with what it has in memory).
 */

import { copyFileSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { writeWhole } from '../disk/write-whole.js'

/** What each field of T must be. */
export type Fields<T> = { readonly [K in keyof T]-?: v.GenericSchema<unknown, T[K]> }

export interface JsonFileOptions<T extends object> {
  /** In a folder that exists. */
  readonly path: string
  /** Fields that are not named here are dropped. */
  readonly fields: Fields<T>
  readonly defaults: T
  readonly report?: (message: string) => void
  /** Changes that come within this time are written once. */
  readonly delayMs?: number
}

export class JsonFile<T extends object> {
  readonly #options: JsonFileOptions<T>
  #value: T
  #timer: NodeJS.Timeout | undefined

  constructor(options: JsonFileOptions<T>) {
    this.#options = options
    this.#value = this.#load()
  }

  get value(): T {
    return this.#value
  }

  update(patch: Partial<T>): void {
    this.#value = { ...this.#value, ...patch }
    this.#timer ??= setTimeout(() => this.flush(), this.#options.delayMs ?? 200)
  }

  /** Writes what is not yet written. */
  flush(): void {
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { path } = this.#options
    try {
      writeWhole(path, `${JSON.stringify(this.#value, undefined, 2)}\n`, 0o600)
    } catch (error) {
      this.#options.report?.(`${path} could not be written: ${String(error)}`)
    }
  }

  #load(): T {
    const { path, defaults } = this.#options
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#keepDamaged([String(error)])
      return defaults
    }
    let given: unknown
    try {
      given = JSON.parse(text)
    } catch (error) {
      this.#keepDamaged([String(error)])
      return defaults
    }
    return this.#goodFieldsOf(typeof given === 'object' && given !== null ? { ...given } : {})
  }

  #goodFieldsOf(given: Record<string, unknown>): T {
    const { fields, defaults } = this.#options
    const value = { ...defaults }
    const bad: string[] = []
    for (const key of Object.keys(fields) as (keyof T & string)[]) {
      // A field that an earlier version did not have is no damage.
      if (!Object.hasOwn(given, key)) continue
      const field = v.safeParse(fields[key], given[key])
      if (field.success) value[key] = field.output as T[typeof key]
      else bad.push(key)
    }
    if (bad.length > 0) this.#keepDamaged(bad)
    return value
  }

  #keepDamaged(what: readonly string[]): void {
    const { path, report } = this.#options
    const kept = `${path}.damaged`
    report?.(`${path} is damaged (${what.join(', ')}); a copy is kept as ${kept}`)
    try {
      copyFileSync(path, kept)
    } catch {
      // Nothing readable to keep.
    }
  }
}

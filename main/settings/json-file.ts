/**
 * A small JSON file in the user's data folder that must survive anything: a crash while writing (temporary file, fsync,
 * rename), a hand edit gone wrong (good fields are kept, bad ones fall back, and the file as it was stays beside it),
 * a full disk (the application goes on with what it has in memory).
 */

import { closeSync, copyFileSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import * as v from 'valibot'

type Entries = v.ObjectEntries

export interface JsonFileOptions<E extends Entries> {
  /** In a folder that exists. */
  readonly path: string
  /** What each field must be. Fields that are not named here are dropped. */
  readonly entries: E
  readonly defaults: v.InferOutput<v.ObjectSchema<E, undefined>>
  readonly report?: (message: string) => void
  /** Changes that come within this time are written once. */
  readonly delayMs?: number
}

export class JsonFile<E extends Entries> {
  readonly #options: JsonFileOptions<E>
  #value: v.InferOutput<v.ObjectSchema<E, undefined>>
  #timer: NodeJS.Timeout | undefined

  constructor(options: JsonFileOptions<E>) {
    this.#options = options
    this.#value = this.#load()
  }

  get value(): v.InferOutput<v.ObjectSchema<E, undefined>> {
    return this.#value
  }

  update(patch: Partial<v.InferOutput<v.ObjectSchema<E, undefined>>>): void {
    this.#value = { ...this.#value, ...patch }
    this.#timer ??= setTimeout(() => this.flush(), this.#options.delayMs ?? 200)
  }

  /** Writes what is not yet written. */
  flush(): void {
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { path } = this.#options
    const temporary = `${path}.new`
    try {
      const file = openSync(temporary, 'w', 0o600)
      try {
        writeSync(file, `${JSON.stringify(this.#value, undefined, 2)}\n`)
        // A rename can reach the disk before the data does; then the file would be there and empty.
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, path)
    } catch (error) {
      this.#options.report?.(`${path} could not be written: ${String(error)}`)
    }
  }

  #load(): v.InferOutput<v.ObjectSchema<E, undefined>> {
    const { path, entries, defaults } = this.#options
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#keepDamaged(String(error))
      return defaults
    }
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch (error) {
      this.#keepDamaged(String(error))
      return defaults
    }
    const given: Record<string, unknown> = typeof json === 'object' && json !== null ? { ...json } : {}
    // A field that an earlier version did not have is no damage.
    const parsed = v.safeParse(v.object(entries), { ...defaults, ...given })
    if (parsed.success) return parsed.output
    this.#keepDamaged(v.summarize(parsed.issues))
    const fields = Object.entries(entries).map(([key, schema]): [string, unknown] => {
      const field = v.safeParse(schema as v.GenericSchema, given[key])
      return [key, field.success ? field.output : (defaults as Record<string, unknown>)[key]]
    })
    return Object.fromEntries(fields) as typeof defaults
  }

  #keepDamaged(why: string): void {
    const { path, report } = this.#options
    const kept = `${path}.damaged`
    report?.(`${path} is damaged (${why}); a copy is kept as ${kept}`)
    try {
      copyFileSync(path, kept)
    } catch {
      // Nothing readable to keep.
    }
  }
}

/**
 * What would be lost if the application ended now. Each life of the window writes a file of its own and removes it when it
 * ends as it should; a file that is found at the start is from a life that did not, and stays until somebody decided.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SavedSession } from '../../core/protocol/index.js'
import { formatSession, readSessionFile } from '../sessions/index.js'
import { writeWhole } from '../disk/write-whole.js'

const NAME = /^(\d{1,9})\.pagewalk$/
/** Older ones go: nobody has asked for them in as many starts. */
const KEPT = 20

interface Found {
  readonly session: SavedSession
  /** Milliseconds since 1970. */
  readonly savedAt: number
}

export class Recovery {
  readonly #folder: string
  readonly #report: (message: string) => void
  /** Numbers of the files that an earlier life left, the latest first. */
  #left: number[]
  #own: number

  constructor(folder: string, report: (message: string) => void) {
    this.#folder = folder
    this.#report = report
    this.#left = this.#list()
    for (const old of this.#left.splice(KEPT)) this.#remove(old)
    this.#own = (this.#left[0] ?? 0) + 1
  }

  /** The latest session that an earlier life left and that can be read. */
  pending(): Found | undefined {
    for (;;) {
      const number = this.#left[0]
      if (number === undefined) return undefined
      const path = this.#path(number)
      const read = readSessionFile(path)
      if (read.ok) return { session: read.session, savedAt: statSync(path).mtimeMs }
      this.#report(`${path} cannot be restored: ${read.problem.what}`)
      this.#setAside(number)
    }
  }

  /** What is pending is this life's from now on. */
  take(): void {
    const [number] = this.#left
    if (number === undefined) return
    try {
      renameSync(this.#path(number), this.#path(this.#own))
      this.#left.shift()
    } catch (error) {
      this.#report(String(error))
    }
  }

  discard(): void {
    const number = this.#left.shift()
    if (number !== undefined) this.#remove(number)
  }

  /** Keeps the present state for the case that nothing else will. */
  keep(session: SavedSession): void {
    try {
      mkdirSync(this.#folder, { recursive: true })
      writeWhole(this.#path(this.#own), formatSession(session), 0o600)
    } catch (error) {
      this.#report(`the session could not be kept for recovery: ${String(error)}`)
    }
  }

  /** There is nothing to lose. */
  clear(): void {
    this.#remove(this.#own)
  }

  /** This life has ended badly and another begins. */
  begin(): void {
    this.#left = this.#list()
    this.#own = (this.#left[0] ?? 0) + 1
  }

  #list(): number[] {
    try {
      const numbers = readdirSync(this.#folder).flatMap((name) => NAME.exec(name)?.[1] ?? [])
      return numbers.map(Number).sort((a, b) => b - a)
    } catch {
      return []
    }
  }

  #path(number: number): string {
    return join(this.#folder, `${number}.pagewalk`)
  }

  #remove(number: number): void {
    rmSync(this.#path(number), { force: true })
  }

  #setAside(number: number): void {
    this.#left.shift()
    try {
      renameSync(this.#path(number), `${this.#path(number)}.damaged`)
    } catch (error) {
      this.#report(String(error))
    }
  }
}

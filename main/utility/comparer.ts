/**
 * Works on a comparison a slice at a time, between everything else that is asked: a run goes on, views get their rows, and
 * whoever waits hears how far it has come. One at a time; the next request ends the one under way.
 */
import type { Compared, CompareRequest, Reply } from '../../core/protocol/index.js'
import type { Session } from '../../core/session/contract.js'
import { FRAME_MS, SLICE_MS } from './runner.js'

export interface ComparerParts {
  /** Milliseconds, growing. */
  now(): number
  /** Calls back after everything that waits has been served. */
  yield(action: () => void): void
  progress(done: number): void
}

/** Nobody wants to hear of what is over sooner. */
const QUIET_MS = 200
const FIRST_BUDGET = 10_000
const MOST_BUDGET = 1 << 22

export class Comparer {
  /** Ends the one under way. */
  #cancel: (() => void) | undefined

  constructor(
    private readonly session: Session,
    private readonly parts: ComparerParts,
  ) {}

  compare(request: CompareRequest): Promise<Reply<Compared>> {
    this.cancel()
    const work = this.session.compare(request)
    if (!work.ok) return Promise.resolve(work)
    return new Promise((resolve, reject) => {
      let under = true
      const over = (end: () => void): void => {
        under = false
        if (this.#cancel === cancel) this.#cancel = undefined
        end()
      }
      const cancel = (): void =>
        over(() => resolve({ ok: false, error: { code: 'cancelled', message: 'The comparison was given up.' } }))
      this.#cancel = cancel
      const { parts } = this
      const began = parts.now()
      let told = began + QUIET_MS - FRAME_MS
      let budget = FIRST_BUDGET
      const slice = (): void => {
        if (!under) return
        const start = parts.now()
        try {
          if (work.value.step(budget)) return over(() => resolve(work.value.result))
        } catch (error) {
          return over(() => reject(error instanceof Error ? error : new Error(String(error))))
        }
        const end = parts.now()
        budget = end - start < SLICE_MS ? Math.min(MOST_BUDGET, budget * 2) : Math.max(1, budget >> 1)
        if (end - told >= FRAME_MS) {
          told = end
          parts.progress(work.value.progress)
        }
        parts.yield(slice)
      }
      parts.yield(slice)
    })
  }

  cancel(): void {
    this.#cancel?.()
  }
}

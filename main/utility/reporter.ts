/** Makes reports a slice at a time, on machines of their own, so that the one that is shown answers meanwhile. */
import type { ReportProgress, ReportRequest, Reply } from '../../core/protocol/index.js'
import { gather, recordOfRun, type Report } from '../../core/report/index.js'
import type { Session } from '../../core/session/contract.js'
import { render } from '../report/index.js'
import { FRAME_MS, SLICE_MS } from './runner.js'

export interface ReporterParts {
  /** Milliseconds, growing. */
  now(): number
  /** Calls back after everything that waits has been served. */
  yield(action: () => void): void
  progress(progress: ReportProgress): void
}

interface Job {
  readonly request: ReportRequest
  readonly steps: Generator<ReportProgress, Reply<Report>>
  readonly answer: (reply: Reply<string>) => void
  readonly fail: (error: unknown) => void
}

const CANCELLED: Reply<never> = { ok: false, error: { code: 'cancelled', message: 'The report was cancelled.' } }

export class Reporter {
  readonly #session: Session
  readonly #parts: ReporterParts
  #job: Job | undefined
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(session: Session, parts: ReporterParts) {
    this.#session = session
    this.#parts = parts
  }

  /** Of the run as it is now; one report at a time. */
  report(request: ReportRequest): Promise<Reply<string>> {
    this.cancel()
    const load = this.#session.request
    const run = this.#session.record()
    if (!run.ok) return Promise.resolve(run)
    if (!load) return Promise.resolve({ ok: false, error: { code: 'no-program', message: 'No program is loaded.' } })
    return new Promise((answer, fail) => {
      const steps = gather(recordOfRun(load, run.value), request.choices)
      this.#job = { request, steps, answer, fail }
      this.#toldAt = Number.NEGATIVE_INFINITY
      this.#parts.yield(() => this.#slice())
    })
  }

  cancel(): void {
    const job = this.#job
    this.#job = undefined
    job?.steps.return(CANCELLED)
    job?.answer(CANCELLED)
  }

  #slice(): void {
    const job = this.#job
    if (!job) return
    try {
      this.#goOn(job)
    } catch (error) {
      this.#job = undefined
      job.fail(error)
    }
  }

  #goOn(job: Job): void {
    const start = this.#parts.now()
    for (;;) {
      const step = job.steps.next()
      if (step.done) return this.#finish(job, step.value)
      const now = this.#parts.now()
      if (now - this.#toldAt >= FRAME_MS) {
        this.#toldAt = now
        this.#parts.progress(step.value)
      }
      if (now - start >= SLICE_MS) break
    }
    this.#parts.yield(() => this.#slice())
  }

  #finish({ request, answer }: Job, gathered: Reply<Report>): void {
    this.#parts.progress({ phase: 'write', done: undefined })
    this.#job = undefined
    answer(gathered.ok ? { ok: true, value: render(gathered.value, request.format, request.table) } : gathered)
  }
}

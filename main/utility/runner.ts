/**
 * Runs a session a slice at a time, so that the process can answer between slices: a pause is heard, a view gets its
 * rows, and the window shows a program that never ends as a program that runs. How the work is sliced cannot change
 * what the machine does; it only decides when we look.
 */

import type {
  LessonStop,
  Loaded,
  LoadRequest,
  Moment,
  Reply,
  Resumed,
  RunUntil,
  SavedRun,
  SeekTarget,
  TerminalText,
} from '../../core/protocol/index.js'
import type { Session } from '../../core/session/contract.js'

export interface RunnerParts {
  /** Milliseconds, growing. */
  now(): number
  /** Calls back after everything that waits has been served. */
  yield(action: () => void): void
  moment(moment: Moment): void
  terminal(chunk: TerminalText): void
}

/** One frame of the window at 60 Hz: news come no faster than they can be shown. */
export const FRAME_MS = 16
/** Long enough that the yield costs nothing beside it, short enough that a pause feels immediate. */
export const SLICE_MS = 10
const FIRST_BUDGET = 1_000
const MIN_BUDGET = 64
const MAX_BUDGET = 50_000_000
/** Statements between two looks at the clock while lesson stops are sought: some milliseconds at the most. */
const SEEKING_BUDGET = 20_000

interface Run {
  readonly until: RunUntil
  readonly answer: (moment: Moment) => void
  readonly fail: (error: unknown) => void
}

export class Runner {
  readonly #session: Session
  readonly #parts: RunnerParts
  #run: Run | undefined
  /** Statements a slice may take; follows the speed of the program and of the computer. */
  #budget = FIRST_BUDGET
  #toldAt = Number.NEGATIVE_INFINITY
  /** Characters of terminal output already sent. */
  #sent: number
  /** Counts loads: what was begun for another program is not gone on with. */
  #program = 0

  constructor(session: Session, parts: RunnerParts) {
    this.#session = session
    this.#parts = parts
    this.#sent = session.moment().terminalLength
  }

  load(request: LoadRequest): Reply<Loaded> {
    this.#halt()
    return this.#begun(this.#session.load(request))
  }

  restart(): Reply<Loaded> {
    this.#halt()
    return this.#begun(this.#session.restart())
  }

  /** Answers when the recorded run is where it had got, or as far as it gets, or was paused. */
  async resume(request: LoadRequest, run: SavedRun): Promise<Reply<Resumed>> {
    this.#halt()
    const loaded = this.#begun(this.#session.resume(request, run))
    if (!loaded.ok) return loaded
    const reply = await this.run('stop')
    if (!reply.ok) return reply
    const departure = this.#session.departure()
    if (!departure) return failure('bad-order', 'Another program was loaded meanwhile.')
    return { ok: true, value: { moment: reply.value, warnings: loaded.value.warnings, departure } }
  }

  /** Answers when the machine is halted again; rejects when the machine itself breaks (a failed invariant). */
  run(until: RunUntil): Promise<Reply<Moment>> {
    if (this.#run) return Promise.resolve(failure('busy', 'The program is running.'))
    const { state } = this.#session.moment()
    if (state === 'empty') return Promise.resolve(failure('no-program', 'No program is loaded.'))
    if (state === 'exited' || state === 'killed') return Promise.resolve(failure('ended', 'The program has ended.'))
    return new Promise((resolve, reject) => {
      this.#run = { until, answer: (moment) => resolve({ ok: true, value: moment }), fail: reject }
      // Not in this turn: what was asked together with it is answered first.
      this.#parts.yield(() => this.#slice())
    })
  }

  pause(): Reply<Moment> {
    this.#halt()
    return { ok: true, value: this.#session.moment() }
  }

  /** A run under way is halted first. */
  seek(to: SeekTarget): Reply<Moment> {
    this.#halt()
    const reply = this.#session.seek(to)
    if (reply.ok) this.#retell(reply.value)
    return reply
  }

  /** The terminal may have become shorter. */
  #retell(moment: Moment): void {
    if (moment.terminalLength < this.#sent) {
      this.#sent = moment.terminalLength
      this.#parts.terminal({ from: this.#sent, text: '' })
    }
    this.#tell(moment)
  }

  input(text: string): Reply<Moment> {
    const reply = this.#session.input(text)
    if (reply.ok) this.#tell(reply.value)
    return reply
  }

  /** In slices between those of a run, which goes on meanwhile. */
  async lessonStops(count: number): Promise<Reply<readonly LessonStop[]>> {
    const program = this.#program
    for (;;) {
      const until = this.#parts.now() + SLICE_MS
      do {
        const reply = this.#session.lessonStops(count, SEEKING_BUDGET)
        if (!reply.ok) return reply
        if (reply.value.done) return { ok: true, value: reply.value.stops }
      } while (this.#parts.now() < until)
      await new Promise<void>((resolve) => this.#parts.yield(resolve))
      if (program !== this.#program) return failure('busy', 'Another program has been loaded.')
    }
  }

  #slice(): void {
    const run = this.#run
    if (!run) return
    const start = this.#parts.now()
    let moment: Moment
    try {
      moment = this.#session.advance(run.until, this.#budget)
    } catch (error) {
      this.#run = undefined
      run.fail(error)
      return
    }
    const end = this.#parts.now()
    if (moment.state !== 'running') {
      this.#finish(moment)
      return
    }
    this.#adapt(end - start)
    if (end - this.#toldAt >= FRAME_MS) this.#tell(moment)
    this.#parts.yield(() => this.#slice())
  }

  #finish(moment: Moment): void {
    const run = this.#run
    this.#run = undefined
    this.#retell(moment)
    run?.answer(moment)
  }

  #halt(): void {
    if (this.#run) this.#finish(this.#session.pause())
  }

  /** At most doubles or halves in one go: a single slow statement (a fault on a huge mapping) says little. */
  #adapt(tookMs: number): void {
    const factor = Math.min(2, Math.max(0.5, SLICE_MS / Math.max(tookMs, 0.01)))
    this.#budget = Math.round(Math.min(MAX_BUDGET, Math.max(MIN_BUDGET, this.#budget * factor)))
  }

  #begun(reply: Reply<Loaded>): Reply<Loaded> {
    if (reply.ok) {
      this.#program++
      this.#sent = 0
      this.#tell(reply.value.moment)
    }
    return reply
  }

  #tell(moment: Moment): void {
    this.#toldAt = this.#parts.now()
    if (moment.terminalLength > this.#sent) {
      const { from, text } = this.#session.output(this.#sent)
      this.#parts.terminal({ from, text })
      this.#sent = from + text.length
    }
    this.#parts.moment(moment)
  }
}

function failure(code: string, message: string): Reply<never> {
  return { ok: false, error: { code, message } }
}

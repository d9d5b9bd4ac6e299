import { createBirpc, type BirpcReturn } from 'birpc'
import { beforeEach, describe, expect, it } from 'vitest'
import type {
  Figures,
  LessonStop,
  Loaded,
  Moment,
  Reply,
  SimulationApi,
  SimulationEvents,
} from '../../core/protocol/index.js'
import type { Session } from '../../core/session/contract.js'
import { FRAME_MS, SLICE_MS } from './runner.js'
import { serve } from './serve.js'

const REQUEST = { source: '', path: 'a.c', profile: 'p', seed: undefined }

/** A machine whose program has so many statements, prints a dot for each hundredth, and waits at the end. */
class FakeSession implements Session {
  readonly request = undefined
  length = 0
  done = 0
  state: Moment['state'] = 'empty'
  id = 0
  budgets: number[] = []
  /** Virtual milliseconds that a statement takes on this computer. */
  msPerStatement = 0.001
  breaks = false
  constructor(readonly clock: { now: number }) {}

  profiles() {
    return []
  }
  load(): Reply<Loaded> {
    if (this.length < 0) return { ok: false, error: { code: 'compile', message: 'no' } }
    this.done = 0
    this.state = 'ready'
    return { ok: true, value: { moment: this.next(), warnings: [] } }
  }
  restart(): Reply<Loaded> {
    return this.load()
  }
  resume(): Reply<Loaded> {
    const reply = this.load()
    this.state = 'running'
    return reply
  }
  departure() {
    return this.state === 'running' ? undefined : ({ what: 'same', typed: 0, inputs: 0 } as const)
  }
  record(): Reply<never> {
    throw new Error('not asked for')
  }
  advance(_until: 'stop' | 'line', statements: number): Moment {
    if (this.breaks) throw new Error('assertion failed: free list')
    this.budgets.push(statements)
    const n = Math.min(statements, this.length - this.done)
    this.done += n
    this.clock.now += n * this.msPerStatement
    this.state = this.done < this.length ? 'running' : 'waiting'
    return this.next()
  }
  pause(): Moment {
    if (this.state === 'running') this.state = 'paused'
    return this.next()
  }
  seek(): Reply<Moment> {
    this.done = 0
    return { ok: true, value: this.next() }
  }
  input(): Reply<Moment> {
    return { ok: true, value: this.next() }
  }
  rows(): Reply<never> {
    return { ok: true, value: { moment: this.id, total: 0, from: 0, rows: [] } as never }
  }
  /** As long as the program, in statements. */
  compare() {
    const { clock, msPerStatement, length } = this
    let done = 0
    const work = {
      step: (statements: number) => {
        if (this.breaks) throw new Error('assertion failed: page count')
        const n = Math.min(statements, length - done)
        done += n
        clock.now += n * msPerStatement
        return done === length
      },
      get progress() {
        return done / length
      },
      result: { ok: false, error: { code: 'no-moment', message: 'not there' } } as const,
    }
    return { ok: true as const, value: work }
  }
  complete(): Reply<never> {
    throw new Error('not asked for')
  }
  whatIf(): Reply<never> {
    throw new Error('not asked for')
  }
  /** Each call finds one more. */
  seen: LessonStop[] = []
  lessonStops(count: number) {
    this.seen.push({ figures: {} as Figures, heap: undefined, stack: undefined, fresh: undefined })
    this.clock.now += 4
    return { ok: true as const, value: { stops: this.seen, done: this.seen.length >= count } }
  }
  readout(): Reply<never> {
    throw new RangeError('no such tool')
  }
  output(from: number) {
    return { moment: this.id, from, text: '.'.repeat(this.terminal - from) }
  }
  timeline() {
    const samples = new Float64Array(1_000_000)
    const value = { moment: 1, time: samples.subarray(0, 2), columns: { rss: samples.subarray(4, 6) }, markers: [] }
    return { ok: true as const, value }
  }
  moment(): Moment {
    return this.now()
  }
  private get terminal(): number {
    return Math.floor(this.done / 100)
  }
  private next(): Moment {
    this.id++
    return this.now()
  }
  private now(): Moment {
    return { id: this.id, state: this.state, statements: this.done, terminalLength: this.terminal } as Moment
  }
}

describe('the simulation served over a port', () => {
  let clock: { now: number }
  let session: FakeSession
  let api: BirpcReturn<SimulationApi, SimulationEvents>
  let news: { at: number; what: Moment | { from: number; text: string } }[]
  let toHost: (data: unknown) => void
  let stop: () => void
  let reported: unknown[]
  let compared: { at: number; done: number }[]
  const moments = (): Moment[] => news.flatMap(({ what }) => ('state' in what ? [what] : []))
  const chunks = () => news.flatMap(({ what }) => ('text' in what ? [what] : []))

  /** Until the first slice of a run is done. */
  const underWay = async (): Promise<void> => {
    while (session.done === 0) await api.hello(1)
  }

  beforeEach(() => {
    clock = { now: 0 }
    session = new FakeSession(clock)
    news = []
    reported = []
    compared = []
    let toPage: (data: unknown) => void
    // Both ends clone, as a port does: what cannot be cloned fails here too.
    stop = serve(
      session,
      {
        post: (data) => toPage(structuredClone(data)),
        listen: (receive) => (toHost = (data) => setImmediate(() => receive(structuredClone(data)))),
      },
      { now: () => clock.now, yield: (action) => setImmediate(action), report: (error) => reported.push(error) },
    )
    api = createBirpc<SimulationApi, SimulationEvents>(
      {
        moment: (what) => void news.push({ at: clock.now, what }),
        terminal: (what) => void news.push({ at: clock.now, what }),
        comparing: (done) => void compared.push({ at: clock.now, done }),
        reportProgress: () => undefined,
      },
      { post: (data) => toHost(data), on: (receive) => (toPage = receive) },
    )
  })

  it('greets only who speaks its version', async () => {
    expect(await api.hello(1)).toMatchObject({ ok: true })
    expect(await api.hello(2)).toMatchObject({ ok: false, error: { code: 'version' } })
  })

  it('answers a run when the machine is halted again, having sent output and moment', async () => {
    session.length = 500
    await api.load(REQUEST)
    const reply = await api.run('stop')
    expect(reply).toMatchObject({ ok: true, value: { state: 'waiting', statements: 500 } })
    expect(moments().at(-1)).toEqual(reply.ok && reply.value)
    expect(chunks()).toEqual([{ from: 0, text: '.....' }])
  })

  it('runs in slices of some milliseconds, however fast the computer is', async () => {
    for (const ms of [1, 0.001, 0.000001]) {
      session.msPerStatement = ms
      session.length = 5000 / ms
      session.budgets = []
      await api.load(REQUEST)
      await api.run('stop')
      const settled = session.budgets.slice(30, -1)
      const longest = Math.max(...settled) * ms
      expect(longest, `${ms} ms a statement`).toBeLessThanOrEqual(Math.max(SLICE_MS, 64 * ms) * 1.01)
    }
  })

  it('sends at most one moment a frame while it runs, and every character once', async () => {
    session.length = 1_000_000
    await api.load(REQUEST)
    news = []
    await api.run('stop')
    const running = news.filter(({ what }) => 'state' in what && what.state === 'running').map(({ at }) => at)
    expect(running.length).toBeGreaterThan(20)
    for (const [i, at] of running.entries()) if (i > 0) expect(at - running[i - 1]!).toBeGreaterThanOrEqual(FRAME_MS)
    let next = 0
    for (const { from, text } of chunks()) {
      expect(from).toBe(next)
      next += text.length
    }
    expect(next).toBe(10_000)
  })

  it('answers others while it runs, and hears a pause', async () => {
    session.length = Number.MAX_SAFE_INTEGER
    await api.load(REQUEST)
    const run = api.run('stop')
    await underWay()
    expect(await api.rows({ table: 'ps', args: undefined, from: 0, count: 1 })).toMatchObject({ ok: true })
    expect(await api.run('line')).toMatchObject({ ok: false, error: { code: 'busy' } })
    expect(await api.pause()).toMatchObject({ ok: true, value: { state: 'paused' } })
    expect(await run).toMatchObject({ ok: true, value: { state: 'paused' } })
    const { done } = session
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(session.done).toBe(done)
  })

  it('looks for the stops a lesson tells of while it runs, and gives up when another program comes', async () => {
    session.length = Number.MAX_SAFE_INTEGER
    await api.load(REQUEST)
    const run = api.run('stop')
    await underWay()
    const { done } = session
    expect(await api.lessonStops(12)).toMatchObject({ ok: true, value: { length: 12 } })
    expect(session.done).toBeGreaterThan(done)
    session.seen = []
    const late = api.lessonStops(200)
    await api.load(REQUEST)
    expect(await late).toMatchObject({ ok: false, error: { code: 'busy' } })
    await run
  })

  it('ends a run that a restart overtakes', async () => {
    session.length = Number.MAX_SAFE_INTEGER
    await api.load(REQUEST)
    const run = api.run('stop')
    await underWay()
    expect(await api.restart()).toMatchObject({ ok: true, value: { moment: { state: 'ready' } } })
    expect(await run).toMatchObject({ ok: true, value: { state: 'paused' } })
    expect(session.state).toBe('ready')
  })

  it('refuses to run what is not there', async () => {
    expect(await api.run('stop')).toMatchObject({ ok: false, error: { code: 'no-program' } })
    session.length = -1
    expect(await api.load(REQUEST)).toMatchObject({ ok: false, error: { code: 'compile' } })
  })

  it('turns an exception into a failure, reports it and goes on', async () => {
    expect(await api.readout('top')).toEqual({ ok: false, error: { code: 'internal', message: 'no such tool' } })
    session.length = 500
    await api.load(REQUEST)
    session.breaks = true
    // An invariant of the machine that fails while it runs ends the run, not the process.
    const run = api.run('stop')
    await expect(run).resolves.toMatchObject({ ok: false, error: { code: 'internal' } })
    session.breaks = false
    expect(await api.restart()).toMatchObject({ ok: true })
    expect(reported).toHaveLength(2)
  })

  const REQUESTED = { from: { stop: 0 }, to: 'now' } as const

  it('works on a comparison in slices, tells how far it is, and answers others meanwhile', async () => {
    session.length = 5_000_000
    const comparison = api.compare(REQUESTED)
    expect(await api.rows({ table: 'ps', args: undefined, from: 0, count: 1 })).toMatchObject({ ok: true })
    expect(await comparison).toMatchObject({ ok: false, error: { code: 'no-moment' } })
    expect(compared.length).toBeGreaterThan(20)
    for (const [i, { at, done }] of compared.entries()) {
      expect(at).toBeGreaterThanOrEqual(200)
      expect(done).toBeGreaterThan(compared[i - 1]?.done ?? 0)
      if (i > 0) expect(at - compared[i - 1]!.at).toBeGreaterThanOrEqual(FRAME_MS)
    }
  })

  it('does not speak of a comparison that is over in no time', async () => {
    session.length = 1000
    await api.compare(REQUESTED)
    expect(compared).toEqual([])
  })

  it('gives a comparison up when it is told to, and when another is asked for', async () => {
    session.length = Number.MAX_SAFE_INTEGER
    const first = api.compare(REQUESTED)
    const second = api.compare(REQUESTED)
    expect(await first).toMatchObject({ ok: false, error: { code: 'cancelled' } })
    expect(await api.cancelCompare()).toEqual({ ok: true, value: undefined })
    expect(await second).toMatchObject({ ok: false, error: { code: 'cancelled' } })
    session.length = 10
    expect(await api.compare(REQUESTED)).toMatchObject({ error: { code: 'no-moment' } })
  })

  it('goes on when a comparison breaks', async () => {
    session.length = 10
    session.breaks = true
    expect(await api.compare(REQUESTED)).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(reported).toHaveLength(1)
  })

  it('refuses arguments that are not the protocol’s', async () => {
    const anything = api as unknown as { $call(name: string, ...args: unknown[]): Promise<unknown> }
    expect(await anything.$call('run', 'for ever')).toMatchObject({ ok: false, error: { code: 'bad-request' } })
    await expect(anything.$call('constructor')).rejects.toThrow()
    await expect(anything.$call('advance', 'stop', 1)).rejects.toThrow()
  })

  it('survives messages that are no requests', async () => {
    for (const data of [null, undefined, 3, 'q', [], {}, { t: 'q' }, { t: 's', i: 'x' }]) toHost(data)
    expect(await api.hello(1)).toMatchObject({ ok: true })
  })

  it('sends the columns asked for and not the buffer they are cut from', async () => {
    const reply = await api.timeline({ series: ['rss'], from: undefined, to: undefined, points: 2 })
    expect(reply.ok && reply.value.time.buffer.byteLength).toBe(16)
    expect(reply.ok && reply.value.columns.rss?.buffer.byteLength).toBe(16)
  })

  it('leaves nothing running when its page is gone', async () => {
    session.length = Number.MAX_SAFE_INTEGER
    await api.load(REQUEST)
    void api.run('stop')
    await underWay()
    stop()
    expect(session.state).toBe('paused')
  })
})

/** The session behind the protocol: load, run, look. Everything outside core comes in through here. */
import { completeUtf8, decodeUtf8, encodeUtf8 } from '../base/index.js'
import { counters, runReadout } from '../proc/index.js'
import { findProfile, profiles } from '../profiles/index.js'
import type {
  Failure,
  HeapCall,
  Loaded,
  LoadRequest,
  Moment,
  ProfileInfo,
  Reply,
  RowsQuery,
  RowsWindow,
  RunState,
  RunUntil,
  TableName,
  TimelineQuery,
  TimelineWindow,
  WhatIf,
} from '../protocol/index.js'
import { windowOf } from '../timeline/index.js'
import { compileFor, toProtocol, type Compiled } from './compile.js'
import type { Session } from './contract.js'
import { whatIfNow } from './heap-views.js'
import { signalText, Simulation } from './simulation.js'
import { TableCache } from './tables.js'

const NO_PROGRAM: Failure = { code: 'no-program', message: 'No program is loaded.' }
const ENDED: Failure = { code: 'ended', message: 'The program has ended.' }
const fail = (error: Failure): { readonly ok: false; readonly error: Failure } => ({ ok: false, error })

const EMPTY_COUNTERS = {
  majflt: 0,
  minflt: 0,
  vszKb: 0,
  rssKb: 0,
  rssAnonKb: 0,
  rssFileKb: 0,
  rssShmemKb: 0,
  dirtyKb: 0,
  pteKb: 0,
  freePages: 0,
} as const

interface Running {
  readonly request: LoadRequest
  readonly compiled: Extract<Compiled, { ok: true }>
  readonly simulation: Simulation
  readonly tables: TableCache
  /** The terminal's text so far and the bytes it stands for. */
  readonly decoded: { text: string; bytes: number }
}

class SimulationSession implements Session {
  private loaded: Running | undefined
  private momentId = 0
  private state: RunState = 'empty'

  profiles(): readonly ProfileInfo[] {
    return profiles.map(({ id, title, kernel, glibc, procps, defaultSeed }) => ({
      id,
      title,
      kernel,
      glibc,
      procps,
      defaultSeed,
    }))
  }

  load(request: LoadRequest): Reply<Loaded> {
    const profile = findProfile(request.profile)
    if (!profile) return fail({ code: 'unknown-profile', message: `There is no profile "${request.profile}".` })
    const compiled = compileFor({ profile, source: request.source, path: request.path, noPie: false })
    if (!compiled.ok) {
      const first = compiled.diagnostics.find((d) => d.severity === 'error')
      return fail({
        code: 'compile',
        message: first ? first.message : 'The program does not compile.',
        diagnostics: compiled.diagnostics.map(toProtocol),
      })
    }
    return { ok: true, value: this.start(request, compiled) }
  }

  restart(): Reply<Loaded> {
    return this.loaded ? { ok: true, value: this.start(this.loaded.request, this.loaded.compiled) } : fail(NO_PROGRAM)
  }

  private start(request: LoadRequest, compiled: Running['compiled']): Loaded {
    const profile = findProfile(request.profile)!
    const simulation = new Simulation({
      profile,
      program: compiled.program,
      seed: request.seed ?? profile.defaultSeed,
      randomised: true,
      findLeaks: true,
    })
    this.loaded = {
      request,
      compiled,
      simulation,
      tables: new TableCache(simulation),
      decoded: { text: '', bytes: 0 },
    }
    this.state = 'ready'
    this.momentId++
    return { moment: this.moment(), warnings: compiled.warnings.map(toProtocol) }
  }

  advance(until: RunUntil, statements: number): Moment {
    const { loaded } = this
    if (!loaded || isOver(this.state)) return this.moment()
    const { simulation, tables } = loaded
    if (this.state !== 'running') tables.leaveHalt(simulation.task.pid)
    const finished =
      until === 'line' ? simulation.step(statements) < statements : simulation.run(statements).why !== 'budget'
    tables.invalidate()
    this.state = this.stateAfter(simulation, finished)
    this.momentId++
    return this.moment()
  }

  private stateAfter(simulation: Simulation, finished: boolean): RunState {
    const { halt } = simulation
    if (halt.why === 'input' || halt.why === 'stuck') return 'waiting'
    if (halt.why === 'ended') return halt.signal ? 'killed' : 'exited'
    return finished ? 'paused' : 'running'
  }

  pause(): Moment {
    if (this.state === 'running') {
      this.state = 'paused'
      this.momentId++
    }
    return this.moment()
  }

  input(text: string): Reply<Moment> {
    if (!this.loaded) return fail(NO_PROGRAM)
    if (isOver(this.state)) return fail(ENDED)
    this.loaded.simulation.type(encodeUtf8(text))
    this.momentId++
    return { ok: true, value: this.moment() }
  }

  rows<T extends TableName>(query: RowsQuery<T>): Reply<RowsWindow<T>> {
    return this.loaded ? { ok: true, value: this.loaded.tables.window(query, this.momentId) } : fail(NO_PROGRAM)
  }

  readout(command: string): Reply<{ readonly moment: number; readonly text: string }> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const { kernel, task } = this.loaded.simulation
    return { ok: true, value: { moment: this.momentId, text: runReadout(kernel, command, task.pid).text } }
  }

  whatIf(call: HeapCall): Reply<WhatIf> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const value = whatIfNow(this.loaded.simulation, call)
    return value ? { ok: true, value } : fail(ENDED)
  }

  output(from: number): { readonly moment: number; readonly text: string } {
    return { moment: this.momentId, text: this.terminal().slice(from) }
  }

  /** The terminal as text; only what is new since the last call is decoded. */
  private terminal(): string {
    if (!this.loaded) return ''
    const { screen } = this.loaded.simulation.kernel.tty
    const { decoded } = this.loaded
    const end = completeUtf8(screen)
    decoded.text += decodeUtf8(screen, decoded.bytes, end)
    decoded.bytes = end
    return decoded.text
  }

  timeline(query: TimelineQuery): Reply<TimelineWindow> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const { timeline, startTime } = this.loaded.simulation
    const from = query.from === undefined ? 0 : query.from + startTime
    const to = query.to === undefined ? Infinity : query.to + startTime
    const { time, columns } = windowOf(timeline.samples, query.series, from, to, query.points)
    return {
      ok: true,
      value: {
        moment: this.momentId,
        time: time.map((t) => t - startTime),
        columns,
        markers: timeline.markers.map((m) => ({ ...m, time: m.time - startTime })),
      },
    }
  }

  moment(): Moment {
    const { loaded } = this
    if (!loaded) return emptyMoment(this.momentId)
    const { simulation } = loaded
    const { halt, span } = simulation
    return {
      id: this.momentId,
      state: this.state,
      time: simulation.kernel.clock.now - simulation.startTime,
      statements: simulation.kernel.statements,
      location: span && {
        line: span.line,
        column: span.column,
        endLine: span.line,
        endColumn: span.column + (span.end - span.start),
        functionName: simulation.functionName ?? '',
      },
      stop: simulation.stops > 0 && halt.why === 'input' ? simulation.stops - 1 : undefined,
      exit:
        halt.why === 'ended'
          ? { code: halt.code, signal: halt.signal, message: halt.note ?? (halt.signal ? signalText(halt.signal) : '') }
          : undefined,
      counters: counters(simulation.kernel, simulation.task.pid),
      pid: simulation.task.pid,
      terminalLength: this.terminal().length,
    }
  }
}

const isOver = (state: RunState): boolean => state === 'exited' || state === 'killed'

const emptyMoment = (id: number): Moment => ({
  id,
  state: 'empty',
  time: 0,
  statements: 0,
  location: undefined,
  stop: undefined,
  exit: undefined,
  counters: EMPTY_COUNTERS,
  pid: 0,
  terminalLength: 0,
})

export const createSession = (): Session => new SimulationSession()

/** The session behind the protocol: load, run, look. Everything outside core comes in through here. */
import { complete, runReadout } from '../proc/index.js'
import { profiles } from '../profiles/index.js'
import type {
  Departure,
  CompareRequest,
  CompleteRequest,
  Completions,
  Failure,
  HeapCall,
  LessonStop,
  Loaded,
  LoadRequest,
  Moment,
  ProfileInfo,
  Reply,
  RowsQuery,
  RowsWindow,
  RunState,
  RunUntil,
  SavedRun,
  SeekTarget,
  TableName,
  Tables,
  TerminalText,
  TimelineQuery,
  TimelineWindow,
  WhatIf,
} from '../protocol/index.js'
import { windowOf } from '../timeline/index.js'
import { Comparisons, isDiffQuery } from './compare/index.js'
import { toProtocol } from './compile.js'
import type { CompareWork, Session } from './contract.js'
import { whatIfNow } from './heap-views.js'
import { replay, type RecordedRun } from './history.js'
import { recordOf, savedInput, type RecordedInput } from './inputs.js'
import { LessonStops } from './lesson-stops.js'
import { machineRange } from './machine.js'
import { emptyMoment, isOver, standingOf, standsAt } from './moment.js'
import { prepare, simulationFor, type Prepared } from './prepare.js'
import { placeOf, reachOf, Resumption } from './resume.js'
import type { Simulation } from './simulation.js'
import { TableCache, type MomentTable } from './tables.js'
import { seekTarget } from './targets.js'
import { TerminalReader } from './terminal.js'

const NO_PROGRAM: Failure = { code: 'no-program', message: 'No program is loaded.' }
const NOT_COMPARED: Failure = { code: 'not-compared', message: 'That comparison is not there any more.' }
const RUNNING: Failure = { code: 'busy', message: 'The program is running.' }
const ENDED: Failure = { code: 'ended', message: 'The program has ended.' }
const fail = (error: Failure): { readonly ok: false; readonly error: Failure } => ({ ok: false, error })

/** What a run was that is shown at an earlier moment. */
interface Recorded {
  readonly simulation: Simulation
  readonly state: RunState
}

interface Running extends Prepared {
  /** Where the machine stands that is shown. */
  simulation: Simulation
  tables: TableCache
  terminal: TerminalReader
  /** What was typed, in order; and how many of these the machine shown has got. */
  readonly inputs: RecordedInput[]
  typed: number
  /** The run at its furthest, while an earlier moment is shown. */
  recorded: Recorded | undefined
  /** A run of a file that is being taken up. */
  resumption: Resumption | undefined
  /** A machine of its own, for what lessons tell of the stops. */
  lessonStops: LessonStops | undefined
  readonly comparisons: Comparisons
}

class SimulationSession implements Session {
  private loaded: Running | undefined
  private momentId = 0
  private comparisonId = 0
  private state: RunState = 'empty'
  private departed: Departure | undefined

  profiles(): readonly ProfileInfo[] {
    return profiles.map((profile) => {
      const { id, title, kernel, glibc, procps, defaultSeed } = profile
      return { id, title, kernel, glibc, procps, defaultSeed, machine: machineRange(profile) }
    })
  }

  load(request: LoadRequest): Reply<Loaded> {
    const prepared = prepare(request)
    return prepared.ok ? { ok: true, value: this.start(prepared.value) } : prepared
  }

  restart(): Reply<Loaded> {
    return this.loaded ? { ok: true, value: this.start(this.loaded) } : fail(NO_PROGRAM)
  }

  resume(request: LoadRequest, run: SavedRun): Reply<Loaded> {
    const reply = this.load(request)
    const { loaded } = this
    if (!reply.ok || !loaded) return reply
    loaded.resumption = new Resumption(loaded.simulation, run, (input) => (loaded.typed = loaded.inputs.push(input)))
    this.state = 'running'
    return { ok: true, value: { ...reply.value, moment: this.moment() } }
  }

  private start({ request, profile, compiled }: Prepared): Loaded {
    const simulation = simulationFor({ request, profile, compiled })
    this.loaded = {
      request,
      profile,
      compiled,
      simulation,
      tables: new TableCache(simulation),
      terminal: new TerminalReader(simulation.kernel.tty.shown),
      inputs: [],
      typed: 0,
      recorded: undefined,
      resumption: undefined,
      lessonStops: undefined,
      comparisons: new Comparisons(() => ++this.comparisonId),
    }
    this.departed = undefined
    this.state = 'ready'
    this.momentId++
    return { moment: this.moment(), warnings: compiled.warnings.map(toProtocol) }
  }

  advance(until: RunUntil, statements: number): Moment {
    const { loaded } = this
    if (!loaded || isOver(this.state)) return this.moment()
    if (loaded.resumption) return this.goOnResuming(loaded, loaded.resumption, statements)
    const { simulation, tables } = loaded
    this.goOnFromHere(loaded)
    if (this.state !== 'running') tables.leaveHalt(simulation.task.pid)
    const finished =
      until === 'line' ? simulation.step(statements) < statements : simulation.run(statements).why !== 'budget'
    tables.invalidate()
    this.state = finished || simulation.halt.why !== 'budget' ? standingOf(simulation) : 'running'
    this.momentId++
    return this.moment()
  }

  private goOnResuming(loaded: Running, resumption: Resumption, statements: number): Moment {
    if (resumption.advance(statements)) this.endResuming(loaded, resumption, false)
    loaded.tables.invalidate()
    this.momentId++
    return this.moment()
  }

  /** Where it has got is where the run is now; from there back to where it was looked at. */
  private endResuming(loaded: Running, resumption: Resumption, paused: boolean): void {
    const { position } = resumption
    this.departed = resumption.departure(paused)
    loaded.resumption = undefined
    this.state = standingOf(loaded.simulation)
    if (position !== 'end' && !paused)
      this.seek('stop' in position ? { to: 'stop', stop: position.stop } : { to: 'time', time: position.time })
  }

  departure(): Departure | undefined {
    return this.departed
  }

  get request(): LoadRequest | undefined {
    return this.loaded?.request
  }

  record(): Reply<SavedRun> {
    const { loaded } = this
    if (!loaded) return fail(NO_PROGRAM)
    const furthest = (loaded.recorded ?? loaded).simulation
    const position = loaded.recorded ? placeOf(loaded.simulation) : 'end'
    return { ok: true, value: { inputs: loaded.inputs.map(savedInput), reached: reachOf(furthest), position } }
  }

  /** Running on from an earlier moment starts another future: what was recorded behind it is dropped. */
  private goOnFromHere(loaded: Running): void {
    if (loaded.recorded) loaded.comparisons.forgetMoments()
    loaded.recorded = undefined
    loaded.inputs.length = loaded.typed
  }

  seek(to: SeekTarget): Reply<Moment> {
    const { loaded } = this
    if (!loaded) return fail(NO_PROGRAM)
    if (this.state === 'running') return fail(RUNNING)
    const furthest = loaded.recorded ?? { simulation: loaded.simulation, state: this.state }
    const target = seekTarget(to, this.runOf(loaded))
    if (target === undefined) this.show(loaded, furthest.simulation, loaded.inputs.length, undefined, furthest.state)
    else {
      const simulation = simulationFor(loaded)
      const typed = replay(simulation, loaded.inputs, target)
      this.show(loaded, simulation, typed, furthest, standingOf(simulation))
    }
    return { ok: true, value: this.moment() }
  }

  private runOf(loaded: Running): RecordedRun {
    const { simulation, inputs, recorded } = loaded
    const furthest = recorded?.simulation ?? simulation
    return { shown: simulation, furthest, inputs, fresh: () => simulationFor(loaded) }
  }

  private show(
    loaded: Running,
    simulation: Simulation,
    typed: number,
    recorded: Recorded | undefined,
    state: RunState,
  ): void {
    loaded.simulation = simulation
    loaded.tables = new TableCache(simulation)
    loaded.terminal = new TerminalReader(simulation.kernel.tty.shown)
    loaded.typed = typed
    loaded.recorded = recorded
    this.state = state
    this.momentId++
  }

  pause(): Moment {
    const { loaded } = this
    if (this.state === 'running') {
      if (loaded?.resumption) this.endResuming(loaded, loaded.resumption, true)
      else this.state = 'paused'
      this.momentId++
    }
    return this.moment()
  }

  input(text: string): Reply<Moment> {
    if (!this.loaded) return fail(NO_PROGRAM)
    if (isOver(this.state)) return fail(ENDED)
    const { simulation, inputs, resumption } = this.loaded
    if (resumption) return fail(RUNNING)
    this.goOnFromHere(this.loaded)
    const input = recordOf(simulation, text)
    this.loaded.typed = inputs.push(input)
    simulation.type(input.bytes)
    this.momentId++
    return { ok: true, value: this.moment() }
  }

  rows<T extends TableName>(query: RowsQuery<T>): Reply<RowsWindow<T>> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const diff = this.diffRows(this.loaded, query)
    if (diff) return diff
    return { ok: true, value: this.loaded.tables.window(query as RowsQuery<MomentTable>, this.momentId) } as Reply<
      RowsWindow<T>
    >
  }

  /** undefined for a table that is not a comparison's. */
  private diffRows<T extends TableName>(loaded: Running, query: RowsQuery<T>): Reply<RowsWindow<T>> | undefined {
    const asked = { table: query.table, args: query.args }
    if (!isDiffQuery(asked)) return undefined
    const all = loaded.comparisons.rows(asked) as readonly Tables[T]['row'][] | undefined
    if (!all) return fail(NOT_COMPARED)
    const { from, count } = query
    return { ok: true, value: { moment: this.momentId, total: all.length, from, rows: all.slice(from, from + count) } }
  }

  compare(request: CompareRequest): Reply<CompareWork> {
    const { loaded } = this
    return loaded ? { ok: true, value: loaded.comparisons.work(this.runOf(loaded), request) } : fail(NO_PROGRAM)
  }

  readout(command: string, history?: readonly string[]): Reply<{ readonly moment: number; readonly text: string }> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const { kernel, task } = this.loaded.simulation
    return { ok: true, value: { moment: this.momentId, text: runReadout(kernel, command, task.pid, history).text } }
  }

  complete({ line, cursor }: CompleteRequest): Reply<Completions> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const { kernel, task } = this.loaded.simulation
    return { ok: true, value: complete(kernel, line, cursor, task.pid) }
  }

  whatIf(call: HeapCall): Reply<WhatIf> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const value = whatIfNow(this.loaded.simulation, call)
    return value ? { ok: true, value } : fail(ENDED)
  }

  lessonStops(
    count: number,
    statements: number,
  ): Reply<{ readonly stops: readonly LessonStop[]; readonly done: boolean }> {
    const { loaded } = this
    if (!loaded) return fail(NO_PROGRAM)
    loaded.lessonStops ??= new LessonStops(simulationFor(loaded))
    const done = loaded.lessonStops.advance(count, statements)
    return { ok: true, value: { stops: loaded.lessonStops.stops.slice(0, count), done } }
  }

  output(from: number): TerminalText & { readonly moment: number } {
    const shown = this.loaded?.terminal.since(from) ?? { from: Math.max(from, 0), text: '' }
    return { moment: this.momentId, ...shown }
  }

  timeline(query: TimelineQuery): Reply<TimelineWindow> {
    if (!this.loaded) return fail(NO_PROGRAM)
    const { timeline, startTime } = (this.loaded.recorded ?? this.loaded).simulation
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
    const { loaded, state } = this
    if (!loaded) return emptyMoment(this.momentId)
    return {
      ...standsAt(loaded.simulation),
      id: this.momentId,
      state,
      terminalLength: loaded.terminal.length,
      recordedUntil: loaded.recorded?.simulation.time,
    }
  }
}

export const createSession = (): Session => new SimulationSession()

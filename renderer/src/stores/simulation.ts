/**
 * The line to the simulation, the program on it and its latest moment. Commands go out from here; what the tables show
 * is the windows store's business, which follows `moment`.
 */
import { until } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  PROTOCOL_VERSION,
  TERMINAL_TEXT,
  type Counters,
  type Departure,
  type Failure,
  type Loaded,
  type LoadRequest,
  type MachineOptions,
  type Moment,
  type ProfileInfo,
  type ProtocolDiagnostic,
  type Reply,
  type ReportProgress,
  type RunUntil,
  type SavedRun,
  type SeekTarget,
  type SimulationApi,
  type TerminalText,
} from '../../../core/protocol/index.js'
import type { SimulationStatus, SourceFile } from '../../../preload/contract.js'
import type { Line } from '../connection/simulation.js'
import { hasEnded, isHalted } from '../derive/figures.js'
import { useHost } from '../host.js'
import { useSettings } from './settings.js'
import { useSource } from './source.js'

/** A command that is over sooner than this never shows as running: buttons that blink under the pointer tell nothing. */
const NOTICEABLE = 120

/** A run that can be taken up again. */
export interface LeftRun {
  readonly request: LoadRequest
  readonly run: SavedRun
}

/** What the terminal's c_cc has for them. */
const CONTROL = { interrupt: '\u0003', end: '\u0004' } as const
export type ControlKey = keyof typeof CONTROL

export const useSimulation = defineStore('simulation', () => {
  const { connect: openLine } = useHost()
  const settings = useSettings()
  const source = useSource()

  const line = shallowRef<Line>()
  const phase = ref<'connecting' | 'open' | 'lost'>('connecting')
  const ended = shallowRef<Extract<SimulationStatus, { phase: 'ended' }>>()
  const profiles = shallowRef<readonly ProfileInfo[]>([])
  /** undefined = the profile's own. */
  const seed = ref<number>()
  /** What of the machine is not as the profile has it. */
  const machine = shallowRef<MachineOptions>({})
  /** A lesson's machine: while there is one, it stands for the one that was chosen. */
  const lent = shallowRef<{ readonly profile: string; readonly seed: number | undefined }>()
  /** Something else than Enter has been typed in this run. */
  const typed = ref(false)

  const loaded = shallowRef<LoadRequest>()
  const moment = shallowRef<Moment>()
  /** Counters at the halt before the present one: figures say by how much they moved since. */
  const before = shallowRef<Counters>()
  /** Where main began: the timeline's other zero. */
  const mainMoment = shallowRef<Moment>()
  const diagnostics = shallowRef<readonly ProtocolDiagnostic[]>([])
  /** The text they speak of: the editor's may have moved on. */
  const diagnosed = ref('')
  const broken = ref(false)
  const failure = shallowRef<Failure>()
  const terminal = ref('')
  /** Where that begins in all of the terminal's text, of which the last part is kept. */
  let terminalBase = 0
  const busy = ref(false)
  const noticeablyBusy = ref(false)
  /** How much of a comparison is done, from 0 to 1; 0 also while none is under way. */
  const comparing = ref(0)
  /** How far the report under way has got. */
  const reportProgress = shallowRef<ReportProgress>()
  let lastHalt: Moment | undefined
  /** How the run of a session that was opened compares with its record, when it differs. */
  const departure = shallowRef<Departure>()
  /** How often something was typed, or a program started: what a session holds beside its reader's own. */
  const changes = ref(0)
  /** The file whose run was taken up; it is not taken up a second time. */
  let resumed: SourceFile | undefined

  const api = computed<SimulationApi | undefined>(() => (phase.value === 'open' ? line.value?.api : undefined))
  const profile = computed(() => {
    const chosen = profiles.value.find((p) => p.id === (lent.value ?? settings.settings).profile)
    return chosen ?? profiles.value[0]
  })
  /** An earlier moment is shown than the run has got to: until when it is recorded. */
  const recordedUntil = computed(() => moment.value?.recordedUntil)
  const waiting = computed(() => moment.value?.state === 'waiting')
  const over = computed(() => moment.value !== undefined && hasEnded(moment.value))
  const canRun = computed(
    () => api.value !== undefined && moment.value !== undefined && !over.value && moment.value.state !== 'empty',
  )
  /** The stop the program stands at, from 1, or 0 at the beginning of main; undefined anywhere else. */
  const standing = computed(() => {
    if (moment.value?.stop !== undefined) return moment.value.stop + 1
    return moment.value?.state === 'ready' ? 0 : undefined
  })
  /** The machine runs another text than the editor holds. */
  const stale = computed(() => loaded.value !== undefined && loaded.value.source !== source.text)

  // ---- the line ---------------------------------------------------------------------------------------------------

  let attempt = 0
  /** Opens a line and starts the program of the editor on it. */
  async function connect(): Promise<void> {
    const mine = ++attempt
    line.value?.close()
    line.value = undefined
    phase.value = 'connecting'
    ended.value = undefined
    failure.value = undefined
    const events = {
      // At the end of a command its answer brings the moment, and then the next one can be given.
      moment: (m: Moment) => mine === attempt && !(busy.value && isHalted(m)) && accept(m),
      terminal: (chunk: TerminalText) => mine === attempt && print(chunk),
      comparing: (done: number) => void (mine === attempt && (comparing.value = done)),
      reportProgress: (progress: ReportProgress) => mine === attempt && (reportProgress.value = progress),
    }
    const opened = await openLine(events, () => mine === attempt && lose())
    if (mine !== attempt) return
    if (!opened.ok) return lose(opened.error)
    const hello = await opened.value.api.hello(PROTOCOL_VERSION)
    if (mine !== attempt) return
    if (!hello.ok) return lose(hello.error)
    if (hello.value.version !== PROTOCOL_VERSION)
      return lose({ code: 'version', message: `${hello.value.version}, ${PROTOCOL_VERSION}` })
    forget()
    line.value = opened.value
    profiles.value = hello.value.profiles
    phase.value = 'open'
    await load()
  }

  /** The other side is gone. What it showed last stays to be read. */
  function lose(error?: Failure): void {
    phase.value = 'lost'
    busy.value = noticeablyBusy.value = false
    failure.value = error?.code === 'connection' ? undefined : error
  }

  function statusChanged(status: SimulationStatus): void {
    if (status.phase !== 'ended') return
    ended.value = status
    if (phase.value === 'open') lose()
  }

  // ---- moments and output -----------------------------------------------------------------------------------------

  function forget(): void {
    moment.value = before.value = mainMoment.value = loaded.value = lastHalt = undefined
    clearTerminal()
  }

  function accept(next: Moment): void {
    if (moment.value && next.id < moment.value.id) return
    if (isHalted(next)) {
      // Typing while the program is halted makes a new moment, but not another halt.
      if (lastHalt && lastHalt.time !== next.time) before.value = lastHalt.counters
      lastHalt = next
    }
    moment.value = next
  }

  function clearTerminal(): void {
    terminal.value = ''
    terminalBase = 0
  }
  const terminalEnd = (): number => terminalBase + terminal.value.length
  function print(chunk: TerminalText): void {
    if (chunk.from > terminalEnd()) void catchUp()
    else append(chunk)
  }
  async function catchUp(): Promise<void> {
    const rest = await api.value?.output(terminalEnd())
    if (rest?.ok) append(rest.value)
  }
  function append({ from, text }: TerminalText): void {
    const follows = from >= terminalBase && from <= terminalEnd()
    const all = (follows ? terminal.value.slice(0, from - terminalBase) : '') + text
    const gone = all.length > 2 * TERMINAL_TEXT ? all.length - TERMINAL_TEXT : 0
    terminalBase = (follows ? terminalBase : from) + gone
    terminal.value = all.slice(gone)
  }

  // ---- commands ---------------------------------------------------------------------------------------------------

  async function command<T>(send: (to: SimulationApi) => Promise<Reply<T>>): Promise<Reply<T> | undefined> {
    const to = api.value
    if (!to || busy.value) return undefined
    const mine = attempt
    busy.value = true
    failure.value = undefined
    const notice = setTimeout(() => (noticeablyBusy.value = true), NOTICEABLE)
    const reply = await send(to)
    clearTimeout(notice)
    if (mine !== attempt || phase.value !== 'open') return undefined
    busy.value = noticeablyBusy.value = false
    if (!reply.ok) refused(reply.error)
    return reply
  }

  function refused(error: Failure): void {
    if (error.code !== 'compile') {
      failure.value = error
      return
    }
    forget()
    broken.value = true
    diagnostics.value = error.diagnostics ?? []
  }

  /** Until nothing is under way: a run is paused. */
  async function idle(): Promise<void> {
    while (busy.value) {
      await pause()
      await until(busy).toBe(false)
    }
  }

  /** Programs on their way: one that is being started, and one that waits for its turn. */
  const start = shallowRef<Promise<void>>()
  const starting = computed(() => start.value !== undefined)
  let starts = 0
  /** A run under way is paused for it; of several starts that wait, the last one counts. */
  async function begin(action: () => Promise<void>): Promise<void> {
    const mine = ++starts
    const turn = busy.value ? idle().then(() => (mine === starts ? action() : undefined)) : action()
    start.value = turn
    await turn.finally(() => start.value === turn && (start.value = undefined))
  }
  /** What is asked for while a program is on its way is meant for that one. */
  async function begun(): Promise<void> {
    while (start.value) await start.value
  }

  /** What comes now belongs to another run: nothing of it is compared with the last one. */
  function fresh<T>(answer: T): T {
    clearTerminal()
    lastHalt = before.value = undefined
    typed.value = false
    return answer
  }

  function started(reply: Reply<Loaded> | undefined, request: LoadRequest): void {
    if (!reply?.ok) return
    broken.value = false
    diagnostics.value = reply.value.warnings
    loaded.value = request
    accept(reply.value.moment)
    lastHalt = mainMoment.value = reply.value.moment
    before.value = undefined
  }

  async function startWith(request: LoadRequest, send: (to: SimulationApi) => Promise<Reply<Loaded>>): Promise<void> {
    started(await command((to) => fresh(send(to))), request)
  }

  /** Seed and machine as they are now: a lesson's, or those that were chosen. */
  const setUp = computed<{ readonly seed: number | undefined; readonly machine: MachineOptions }>(() =>
    lent.value ? { seed: lent.value.seed, machine: {} } : { seed: seed.value, machine: machine.value },
  )
  const requestFor = (text: string, { id }: ProfileInfo): LoadRequest => ({
    source: text,
    path: source.file.name,
    profile: id,
    ...setUp.value,
  })

  /**
   * Compiles the editor's text and starts it on a fresh machine; the first time for a session, the session's, which is
   * then taken to where it stood.
   */
  const load = () => begin(loadNow)
  async function loadNow(): Promise<void> {
    departure.value = undefined
    if (source.file.session && source.file !== resumed) return resume()
    if (!profile.value) return
    const request = requestFor(source.text, profile.value)
    diagnosed.value = request.source
    changes.value++
    await startWith(request, (to) => to.load(request))
  }

  async function resume(): Promise<void> {
    const { file } = source
    const saved = file.session?.saved
    if (!saved) return
    const { profile: id, seed: savedSeed, ...options } = saved.machine
    settings.setProfile(id)
    const chosen = profiles.value.find((p) => p.id === id)
    if (!chosen) return
    seed.value = savedSeed === chosen.defaultSeed ? undefined : savedSeed
    machine.value = options
    const { inputs, reached, position } = saved
    await takeUp({ request: requestFor(saved.program.source, chosen), run: { inputs, reached, position } })
    resumed = file
  }

  /** Starts the program and takes it to where it had got. */
  async function takeUp({ request, run }: LeftRun): Promise<void> {
    departure.value = undefined
    diagnosed.value = request.source
    const reply = await command((to) => fresh(to.resume(request, run)))
    started(reply, request)
    if (reply?.ok && reply.value.departure.what !== 'same') departure.value = reply.value.departure
    // An earlier moment may be shown, with less on the terminal than the run has printed.
    if (reply?.ok) append({ from: Math.min(terminalEnd(), reply.value.moment.terminalLength), text: '' })
  }

  /** The program that runs is in that file from now on. */
  function adopt(file: SourceFile): void {
    resumed = file
    source.file = file
  }

  /** The run as it stands, to come back to; nothing when the program has not run. */
  async function leaveOff(): Promise<LeftRun | undefined> {
    const request = loaded.value
    const run = moment.value?.statements ? await record() : undefined
    return request && run && { request, run }
  }
  function comeBack(left: LeftRun): Promise<void> {
    changes.value++
    return begin(() => takeUp(left))
  }

  let lastRecord: { readonly of: LoadRequest; readonly run: SavedRun } | undefined
  /** What determines the run so far, or did when the line was lost; nothing when there is no run. */
  async function record(): Promise<SavedRun | undefined> {
    const of = loaded.value
    if (!of) return undefined
    const reply = await api.value?.record()
    if (reply?.ok) lastRecord = { of, run: reply.value }
    return reply?.ok ? reply.value : lastRecord?.of === of ? lastRecord.run : undefined
  }

  const restart = () => begin(restartNow)
  async function restartNow(): Promise<void> {
    const request = loaded.value
    if (!request || stale.value) return loadNow()
    departure.value = undefined
    changes.value++
    await startWith(request, (to) => to.restart())
  }

  /** A pause is for the runs that wait, too. */
  let asked = 0
  /** To the next stop or line. A program that waits gets a newline first, as if Enter had been pressed for it. */
  async function run(until: RunUntil): Promise<void> {
    const mine = ++asked
    if (starting.value) await begun()
    if (mine !== asked || !canRun.value) return
    await advance(until, waiting.value ? '\n' : '')
  }

  /** Types a line. A program that was waiting for it goes on, as it would at a terminal. */
  async function sendLine(text: string): Promise<void> {
    if (starting.value) await begun()
    if (!canRun.value) return
    typed.value ||= text !== '' || !waiting.value
    if (waiting.value) await advance('stop', `${text}\n`)
    else {
      changes.value++
      await command((to) => acceptReply(to.input(`${text}\n`)))
    }
  }

  /**
   * A key that is more to the terminal than a character: the interrupt or the end of file. It gets through while the
   * program runs; one that waits or hangs goes on with it.
   */
  async function press(key: ControlKey): Promise<void> {
    const state = moment.value?.state
    const to = api.value
    if (!canRun.value || !to) return
    typed.value = true
    if (state === 'waiting' || state === 'stuck') return advance('stop', CONTROL[key])
    changes.value++
    if (state !== 'running') await command((to) => acceptReply(to.input(CONTROL[key])))
    else {
      const reply = await acceptReply(to.input(CONTROL[key]))
      if (!reply.ok) refused(reply.error)
    }
  }

  async function advance(until: RunUntil, input: string): Promise<void> {
    await command(async (to) => {
      if (input !== '') {
        changes.value++
        const typed = await acceptReply(to.input(input))
        if (!typed.ok) return typed
      }
      return acceptReply(to.run(until))
    })
  }

  async function acceptReply(answer: Promise<Reply<Moment>>): Promise<Reply<Moment>> {
    const reply = await answer
    if (reply.ok) accept(reply.value)
    return reply
  }

  /** To another moment of the run so far. */
  async function seek(to: SeekTarget): Promise<void> {
    if (moment.value && moment.value.state !== 'empty') await command((api) => acceptReply(api.seek(to)))
  }

  /**
   * To a stop of the run in which Enter is pressed at each, from 1; 0 is the beginning of main. It comes from the stop
   * before, so that what is marked as changed is the same on the way back as it was on the way there.
   * @returns whether the program stands there: it may end before, or be paused
   */
  async function toStop(stop: number): Promise<boolean> {
    if (typed.value) await restart()
    const onTheWay = standing.value !== undefined && standing.value <= stop
    if (!onTheWay) await seek(stop < 2 ? { to: 'time', time: 0 } : { to: 'stop', stop: stop - 2 })
    while (standing.value !== stop) {
      const from = moment.value
      if (standing.value === undefined || standing.value < stop) await run('stop')
      if (moment.value === from || !waiting.value) return false
    }
    return true
  }

  /** Not a `command`: it has to get through while one is under way. */
  async function pause(): Promise<void> {
    asked++
    const reply = await api.value?.pause()
    if (reply?.ok) accept(reply.value)
  }

  async function choose(setup: {
    readonly profile?: string
    readonly seed?: number | undefined
    readonly machine?: MachineOptions
  }): Promise<void> {
    if (setup.profile !== undefined) settings.setProfile(setup.profile)
    seed.value = setup.seed
    if (setup.machine) machine.value = setup.machine
    await load()
  }

  return {
    ...{
      phase,
      ended,
      profiles,
      profile,
      seed,
      machine,
      lent,
      setUp,
      departure,
      changes,
      api,
      loaded,
      moment,
      before,
      mainMoment,
      diagnostics,
      diagnosed,
    },
    ...{ broken, failure, comparing, reportProgress },
    ...{ terminal, busy, noticeablyBusy, starting, waiting, standing, recordedUntil, over, canRun, stale },
    ...{ record, adopt, leaveOff, comeBack },
    ...{ connect, statusChanged, load, restart, run, sendLine, press, seek, toStop, pause, idle, choose },
  }
})

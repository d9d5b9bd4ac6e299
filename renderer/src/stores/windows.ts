/**
 * Windows of rows for the views in sight. When the machine halts every view is asked for its window at once, and all of
 * them change together when the answers for that moment are in: the tables never show two moments side by side. Requests
 * that come while one is under way are made once, after it; answers for a moment gone by are dropped.
 *
 * While a program runs there is no one moment to hold on to: the views take turns. Each is asked when the one before has
 * been drawn, so that a frame has one view's work at most, however many are in sight, and moments that come faster than
 * they can be drawn are passed over. Where the machine halts everything is asked for at once.
 */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import {
  MOST_ROWS,
  type Counters,
  type Failure,
  type HeapCall,
  type Moment,
  type Reply,
  type RowsWindow,
  type SimulationApi,
  type TableName,
  type Tables,
  type TimelineWindow,
  type WhatIf,
} from '../../../core/protocol/index.js'
import { isHalted } from '../derive/figures.js'
import { sameButMoment } from '../derive/same.js'
import { SHOWN_SERIES } from '../derive/timeline.js'
import { Pace } from './pace.js'
import { useSimulation } from './simulation.js'

/** Milliseconds from one round of the views to the next while a program runs: nobody reads figures that change faster. */
const ROUND = 100

interface Answer {
  /** undefined: the simulation refused, which is true of any moment. */
  readonly moment: number | undefined
  commit(): void
}
interface Viewer {
  /** Too much work for a program that runs: asked only where it halts. */
  readonly patient?: boolean
  ask(api: SimulationApi): Promise<Answer>
  clear(): void
}

export interface Shown {
  readonly moment: Moment
  readonly before: Counters | undefined
}

export const useWindows = defineStore('windows', () => {
  const simulation = useSimulation()
  /** The moment the tables show. */
  const shown = shallowRef<Shown>()
  /** There is one: for the many who do not ask which, and need not be drawn anew with each. */
  const any = computed(() => shown.value !== undefined)
  /** Id of the last halt shown: what changed since the one before is pointed out once, not with every moment of a run. */
  const halt = ref(0)
  /** Start address of the mapping whose smaps is shown. */
  const selected = ref<string>()

  /** Line of the source and page (16 hex digits) that some view was asked about, for the views that can show them. */
  const line = ref<number>()
  const page = ref<string>()

  /** By the user. Until then the newest mapping is shown by itself. */
  let chosen = false
  /** The process chosen among several; undefined: the program's first. */
  const chosenPid = ref<number>()
  /** The process that the views show. */
  const pid = computed(() => chosenPid.value ?? simulation.moment?.pid)

  /** What is read off the moment itself: state, time, place, counters. Its turn begins a round. */
  const readings: Viewer = { ask: () => Promise.resolve({ moment: undefined, commit() {} }), clear() {} }
  const viewers = new Set([readings])
  let due = new Set<Viewer>()
  let asking = false
  const pace = new Pace()
  let roundBegan = Number.NEGATIVE_INFINITY
  /** Milliseconds for which this round's answers were waited for. */
  let roundWaited = 0

  watch(
    () => simulation.moment,
    (moment) => {
      if (moment && isHalted(moment)) pace.hurry()
      if (moment) return refresh()
      shown.value = undefined
      for (const viewer of viewers) viewer.clear()
    },
    { flush: 'sync' },
  )

  /** Asks for everything, or for one view's window when only that moved: its turn is the next. */
  function refresh(only?: Viewer): void {
    if (only) due = new Set([only, ...due])
    else for (const viewer of viewers) due.add(viewer)
    if (only) pace.stir()
    if (!asking) void ask()
  }

  async function ask(): Promise<void> {
    asking = true
    while (due.size > 0) {
      const target = simulation.moment
      const api = simulation.api
      if (!target || !api) break
      const asked = isHalted(target) ? [...due] : inTurn()
      if (!isHalted(target) && asked.includes(readings)) {
        // What takes the machine long to tell is asked less often: at least half of its time is the program's.
        const early = roundBegan + Math.max(ROUND, 2 * roundWaited) - performance.now()
        if (early > 0) {
          await pace.rest(early)
          continue
        }
        roundBegan = performance.now()
        roundWaited = 0
      }
      for (const viewer of asked) due.delete(viewer)
      const began = performance.now()
      const answers = await Promise.all(asked.map((viewer) => viewer.ask(api)))
      roundWaited += performance.now() - began
      if (simulation.api === api) show(target, asked, answers)
      if (simulation.moment && !isHalted(simulation.moment)) await pace.drawn()
    }
    asking = false
  }

  /** The view whose turn it is. */
  function inTurn(): readonly Viewer[] {
    for (const viewer of due) {
      if (!viewer.patient) return [viewer]
      due.delete(viewer)
    }
    return []
  }

  function show(target: Moment, asked: readonly Viewer[], answers: readonly Answer[]): void {
    const ids = [...new Set(answers.flatMap((a) => a.moment ?? []))]
    // Running: the machine moves on between two answers. Halted: one moment for all of them, and the present one.
    const consistent = ids.length === 0 || (ids.length === 1 && (ids[0] ?? 0) >= target.id)
    if (isHalted(target) && (simulation.moment !== target || !consistent)) return
    const now = isHalted(target) || asked.includes(readings) || !shown.value
    if (now && shown.value?.moment !== target) shown.value = { moment: target, before: simulation.before }
    if (isHalted(target)) halt.value = target.id
    asked.forEach((viewer, i) => {
      if (viewers.has(viewer)) answers[i]?.commit()
    })
  }

  function join(viewer: Viewer): void {
    viewers.add(viewer)
    refresh(viewer)
    onScopeDispose(() => {
      viewers.delete(viewer)
      due.delete(viewer)
    })
  }

  function choose(address: string): void {
    chosen = true
    selected.value = address
  }
  function suggest(address: string): void {
    if (!chosen) selected.value = address
  }
  /** What was chosen is chosen no more. */
  function release(): void {
    chosen = false
    selected.value = undefined
  }
  // Another run: the user's choice holds, for the same seed brings the same addresses; a suggestion has had its time.
  watch(
    () => simulation.mainMoment,
    () => {
      if (!chosen) selected.value = undefined
      chosenPid.value = undefined
    },
    { flush: 'sync' },
  )

  function inspect(process: number): void {
    chosenPid.value = process === simulation.moment?.pid ? undefined : process
  }
  /** A process that is gone cannot be shown: back to the first. */
  function processesAre(pids: readonly number[]): void {
    if (chosenPid.value !== undefined && !pids.includes(chosenPid.value)) chosenPid.value = undefined
  }

  return { shown, any, halt, selected, line, page, pid, join, refresh, choose, suggest, release, inspect, processesAre }
})

interface Windowed<T> {
  readonly data: Ref<T | undefined>
  readonly failure: Ref<Failure | undefined>
  refresh(): void
}

/** The common part of every kind of window: ask, keep the answer and its failure apart, ask again when `query` changes. */
function useWindow<Q, T extends { readonly moment: number }>(
  query: () => Q | undefined,
  send: (api: SimulationApi, query: Q) => Promise<Reply<T>>,
  patient = false,
): Windowed<T> {
  const simulation = useSimulation()
  const windows = useWindows()
  const data = shallowRef<T>()
  const failure = shallowRef<Failure>()
  // An equal question is the same question: it is not asked again.
  const wanted = computed<Q | undefined>((before) => {
    const now = query()
    return JSON.stringify(now) === JSON.stringify(before) ? before : now
  })
  /** While a program runs, what says the same again leaves the view as it is; at a halt the view learns of the moment. */
  function take(next: T): void {
    const halted = !simulation.moment || isHalted(simulation.moment)
    if (halted || !data.value || !sameButMoment(data.value, next)) data.value = next
  }
  const viewer: Viewer = {
    patient,
    async ask(api) {
      const q = wanted.value
      if (q === undefined) return { moment: undefined, commit: () => viewer.clear() }
      const reply = await send(api, q)
      return {
        moment: reply.ok ? reply.value.moment : undefined,
        commit() {
          // The question has changed meanwhile, and its answer is on the way.
          if (wanted.value !== q) return
          if (reply.ok) take(reply.value)
          else if (reply.error.code !== 'connection') data.value = undefined
          failure.value = reply.ok ? undefined : reply.error
        },
      }
    },
    clear() {
      data.value = undefined
      failure.value = undefined
    },
  }
  windows.join(viewer)
  // What is there stays until the next is here: nothing blinks.
  watch(wanted, () => windows.refresh(viewer))
  return { data, failure, refresh: () => windows.refresh(viewer) }
}

export interface Span {
  readonly from: number
  readonly count: number
}
/** A table as a whole, where it is not longer than one answer. */
export const wholeTable = (): Span => ({ from: 0, count: MOST_ROWS })

/** A window of a table's rows. `args` undefined: nothing is asked for, nothing shown. */
export function useRows<T extends TableName>(
  table: T,
  args: () => { readonly value: Tables[T]['args'] } | undefined,
  span: () => Span = () => ({ from: 0, count: 400 }),
  patient = false,
): Windowed<RowsWindow<T>> {
  return useWindow(
    () => {
      const given = args()
      return given && { table, args: given.value, ...span() }
    },
    (api, query) => api.rows<T>(query),
    patient,
  )
}

export function useReadout(command: () => string | undefined) {
  return useWindow(
    () => {
      const text = command()
      return text === undefined ? undefined : { text }
    },
    (api, query) => api.readout(query.text),
  )
}

/** What a call of the allocator would do; asked anew at every halt. */
export function useWhatIf(call: () => HeapCall | undefined): Windowed<WhatIf & { readonly moment: number }> {
  return useWindow(call, (api, query) => api.whatIf(query), true)
}

export function useTimeline(
  query: () => {
    readonly from: number | undefined
    readonly to?: number | undefined
    readonly points: number
  },
): Windowed<TimelineWindow> {
  return useWindow(query, (api, { from, to, points }) => api.timeline({ series: SHOWN_SERIES, from, to, points }))
}

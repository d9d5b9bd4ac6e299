/** Where in a recorded run somebody wants to go: from what is asked for to a moment that can be gone to. */
import type { SavedPlace, SeekTarget } from '../protocol/index.js'
import { replay, type RecordedRun, type Target } from './history.js'
import type { RecordedInput } from './inputs.js'
import type { Simulation } from './simulation.js'

const BEGINNING: Target = { statements: 0 }

/** @param startTime when exec was, in nanoseconds since boot */
export function targetOf(place: SavedPlace, startTime: number): Target {
  if ('stop' in place) return place.stop < 0 ? BEGINNING : { stop: place.stop + 1 }
  return place.time > 0 ? { time: place.time + startTime } : BEGINNING
}

/** @returns undefined for the end of what is recorded */
export function seekTarget(to: SeekTarget, run: RecordedRun): Target | undefined {
  const { shown, furthest } = run
  const within = (place: SavedPlace): Target | undefined =>
    isBefore(place, furthest) ? targetOf(place, furthest.startTime) : undefined
  switch (to.to) {
    case 'end':
      return undefined
    case 'time':
      return within({ time: to.time })
    case 'stop':
      return within({ stop: to.stop })
    case 'stop-before':
      return within({ stop: (shown.stop ?? shown.stops) - 1 })
    case 'stop-after':
      return within({ stop: shown.stops })
    case 'event-before': {
      const time = eventBefore(run)
      return time === undefined ? BEGINNING : within({ time })
    }
    case 'event-after': {
      const time = furthest.story.eventTimes().find((event) => event > shown.time)
      return time === undefined ? undefined : within({ time })
    }
    case 'line-before':
      return { statements: lineBefore(run) }
  }
}

/** The place comes before the one where the run has got to. */
const isBefore = (place: SavedPlace, { stop, stops, time }: Simulation): boolean =>
  'stop' in place ? place.stop < (stop ?? stops) : place.time < time

/**
 * The last of the events behind which the run stood before the present moment. Several events may lie in one statement or
 * library call: the machine then stands behind all of them, so where an event leads to is only known by going there.
 * @returns its time since exec, undefined when there is none
 */
function eventBefore({ shown, furthest, inputs, fresh }: RecordedRun): number | undefined {
  const times = furthest.story.eventTimes()
  const end = shown.kernel.clock.now
  const after = times.findLastIndex((time) => time < shown.time) + 1
  for (let reach = EVENT_REACH; after > 0; reach *= EVENT_REACH) {
    const first = Math.max(0, after - reach)
    const found = lastBefore(fresh(), inputs, times.slice(first, after), end)
    if (found !== undefined || first === 0) return found
  }
  return undefined
}

/** Events that are tried first, counted back from the present moment; a library call may bring thousands. */
const EVENT_REACH = 8

/** Goes from event to event. @returns the last one behind which the machine stands before `end` */
function lastBefore(
  simulation: Simulation,
  inputs: readonly RecordedInput[],
  times: readonly number[],
  end: number,
): number | undefined {
  const { clock } = simulation.kernel
  let typed = 0
  let found: number | undefined
  for (const time of times) {
    const target = time + simulation.startTime
    // Several events may lead to one place.
    if (found !== undefined && target <= clock.now) continue
    typed += replay(simulation, inputs.slice(typed), { time: target })
    if (clock.now >= end) break
    found = time
  }
  return found
}

/** How far back the first search for the line before goes, in statements. */
const FIRST_REACH = 1 << 12

/**
 * Where the line before the present one began, as a count of statements: the last statement before it on another line
 * or in another function. 0 when there is none since main began.
 */
function lineBefore({ shown, inputs, fresh }: RecordedRun): number {
  const end = shown.kernel.statements
  const place = (s: Simulation): string => `${s.span?.line ?? 0} ${s.functionName ?? ''}`
  const here = place(shown)
  for (let reach = FIRST_REACH; ; reach *= 4) {
    const simulation = fresh()
    const from = Math.max(0, end - reach)
    let typed = replay(simulation, inputs, { statements: from })
    let found: number | undefined
    let before = place(simulation)
    if (before !== here) found = simulation.kernel.statements
    while (simulation.kernel.statements < end - 1 && simulation.halt.why !== 'ended') {
      typed += replay(simulation, inputs.slice(typed), { statements: simulation.kernel.statements + 1 })
      const at = place(simulation)
      if (at !== before && at !== here) found = simulation.kernel.statements
      before = at
    }
    if (found !== undefined || from === 0) return found ?? 0
  }
}

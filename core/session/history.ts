/**
 * Going back in a run. A run is determined by program, profile, seed and what was typed: to go to an earlier moment, the
 * machine is started again and everything typed so far is typed again at the same place. Nothing is saved but the input.
 *
 *   recorded   main ──input 1──────input 2──────input 3────── end
 *   shown               ▲ moments before the end are shown by a machine that stands there
 */
import { encodeUtf8 } from '../base/index.js'
import type { Simulation } from './simulation.js'

/** What was typed, and where: at a stop, by its number, or between two statements. */
export interface RecordedInput {
  readonly text: string
  readonly bytes: Uint8Array
  readonly statements: number
  /** Number of the stop at which it was typed (from 1), 0 when the program was not waiting. */
  readonly stop: number
  /** Not bytes but the end of the file. */
  readonly end?: boolean
}

/** A moment of a run: a stop by its number from 1, a count of statements, or a time of the virtual clock. */
export type Target =
  | { readonly stop: number }
  | { readonly statements: number }
  /** Nanoseconds since boot; the first place between statements that is not before it. */
  | { readonly time: number }

/** Statements run in one go on the way. */
const CHUNK = 1 << 22

/** The record to keep of what is typed now. */
export const recordOf = (simulation: Simulation, text: string): RecordedInput => ({
  text,
  bytes: encodeUtf8(text),
  statements: simulation.kernel.statements,
  stop: simulation.halt.why === 'input' ? simulation.stops : 0,
})

export const isAt = ({ kernel, stops, halt }: Simulation, target: Target): boolean => {
  if ('stop' in target) return stops >= target.stop && halt.why === 'input'
  return 'time' in target ? kernel.clock.now >= target.time : kernel.statements >= target.statements
}

const isTyped = (simulation: Simulation, input: RecordedInput): boolean =>
  input.stop > 0
    ? simulation.halt.why === 'input' && simulation.stops === input.stop
    : simulation.kernel.statements >= input.statements

/**
 * Brings a machine that has just been started to the target, or to the end of the recording.
 * @returns how many of the inputs were typed on the way
 */
export function replay(simulation: Simulation, inputs: readonly RecordedInput[], target: Target): number {
  const steps = replaying(simulation, inputs, target)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The same, with a pause after every `chunk` statements at which its driver may look up, or give up. */
export function* replaying(
  simulation: Simulation,
  inputs: readonly RecordedInput[],
  target: Target,
  chunk = CHUNK,
): Generator<void, number> {
  const { kernel } = simulation
  let typed = 0
  try {
    while (!isAt(simulation, target) && simulation.halt.why !== 'ended') {
      const input = inputs[typed]
      kernel.haltAt = 'time' in target ? target.time : Infinity
      if (input && isTyped(simulation, input)) {
        if (input.end) simulation.closeInput()
        else simulation.type(input.bytes)
        typed++
      } else if (simulation.halt.why === 'stuck' || (simulation.halt.why === 'input' && !input)) break
      else {
        simulation.run(Math.min(chunk, statementsToNext(simulation, input, target)))
        yield
      }
    }
  } finally {
    kernel.haltAt = Infinity
  }
  return typed
}

function statementsToNext({ kernel }: Simulation, input: RecordedInput | undefined, target: Target): number {
  const ends = [CHUNK]
  if (input && input.stop === 0) ends.push(input.statements - kernel.statements)
  if ('statements' in target) ends.push(target.statements - kernel.statements)
  return Math.max(1, Math.min(...ends))
}

/**
 * The last of the events behind which the run stood before the present moment. Several events may lie in one statement or
 * library call: the machine then stands behind all of them, so where an event leads to is only known by going there.
 * @param times of events, ascending, since exec
 * @returns undefined when there is none
 */
export function eventBefore(
  fresh: () => Simulation,
  inputs: readonly RecordedInput[],
  now: Simulation,
  times: readonly number[],
): number | undefined {
  const leadsBack = (index: number): boolean => {
    const simulation = fresh()
    replay(simulation, inputs, { time: times[index] + simulation.startTime })
    return simulation.kernel.clock.now < now.kernel.clock.now
  }
  let after = times.findLastIndex((time) => time + now.startTime < now.kernel.clock.now) + 1
  let found = -1
  for (let reach = 1; after > 0; reach *= 2) {
    const index = Math.max(0, after - reach)
    if (leadsBack(index)) {
      found = index
      break
    }
    after = index
  }
  while (found >= 0 && after - found > 1) {
    const middle = (found + after) >>> 1
    if (leadsBack(middle)) found = middle
    else after = middle
  }
  return times[found]
}

/** How far back the first search for the line before goes, in statements. */
const FIRST_REACH = 1 << 12

/**
 * Where the line before the present one began, as a count of statements: the last statement before it on another line
 * or in another function. 0 when there is none since main began.
 * @param fresh makes the machine anew
 */
export function lineBefore(fresh: () => Simulation, inputs: readonly RecordedInput[], now: Simulation): number {
  const end = now.kernel.statements
  const place = (s: Simulation): string => `${s.span?.line ?? 0} ${s.functionName ?? ''}`
  const here = place(now)
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

/** What was typed in a run, and where: at a stop, by its number, between two statements, or while every task slept. */
import { encodeUtf8 } from '../base/index.js'
import type { SavedInput } from '../protocol/index.js'
import type { Halt } from './cpu.js'
import type { Simulation } from './simulation.js'

export interface RecordedInput {
  readonly text: string
  readonly bytes: Uint8Array
  readonly statements: number
  /** Number of the stop at which it was typed (from 1), 0 when the program was not waiting. */
  readonly stop: number
  /** Nanoseconds since exec, where every task slept: statements do not tell the moment then. */
  readonly time?: number
  /** Not bytes but the end of all input: no read waits any more. A command's input has one, a session's terminal none. */
  readonly end?: boolean
}

/** The record to keep of what is typed now. */
export const recordOf = (simulation: Simulation, text: string): RecordedInput => ({
  text,
  bytes: encodeUtf8(text),
  statements: simulation.kernel.statements,
  stop: simulation.halt.why === 'input' ? simulation.stops : 0,
  ...(isAsleep(simulation) ? { time: simulation.time } : {}),
})

const isAsleep = ({ halt, kernel }: Simulation): boolean =>
  halt.why !== 'input' && kernel.tasks.all.every(({ state }) => state !== 'R')

/** As files hold it, and back. */
export const savedInput = ({ text, statements, stop, time }: RecordedInput): SavedInput => ({
  text,
  statements,
  ...(stop > 0 ? { stop: stop - 1 } : {}),
  ...(time === undefined ? {} : { time }),
})

export const recordedInput = ({ stop, ...input }: SavedInput): RecordedInput => ({
  ...input,
  bytes: encodeUtf8(input.text),
  stop: stop === undefined ? 0 : stop + 1,
})

/** The machine stands where it was typed, or has run past that. */
export function isDue(simulation: Simulation, { stop, statements, time }: RecordedInput): boolean {
  const { halt, stops, kernel } = simulation
  if (halt.why === 'ended') return false
  if (stop > 0) return halt.why === 'input' && stops === stop
  // A program that has changed may hang before it comes to the time.
  const inTime = time === undefined || kernel.clock.now >= time + simulation.startTime || halt.why === 'stuck'
  return kernel.statements >= statements && inTime
}

/** A place between statements; what of it lies behind does not come any more. */
export type Place = Pick<RecordedInput, 'statements' | 'time'>

/** The place where an input is typed that is not typed at a stop. */
export const placeBetween = (input: RecordedInput | undefined): Place | undefined =>
  input?.stop === 0 ? input : undefined

/** Runs at most that many statements, and not past the place: neither its statements nor its time. */
export function runTowards(simulation: Simulation, place: Place | undefined, most: number): Halt {
  const { kernel, startTime } = simulation
  const { haltAt } = kernel
  const { statements = 0, time = Infinity } = place ?? {}
  const left = statements > kernel.statements ? statements - kernel.statements : Infinity
  if (time + startTime > kernel.clock.now) kernel.haltAt = Math.min(haltAt, time + startTime)
  try {
    return simulation.run(Math.min(most, left))
  } finally {
    kernel.haltAt = haltAt
  }
}

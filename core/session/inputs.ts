/** What was typed in a run, and where: at a stop, by its number, or between two statements. */
import { encodeUtf8 } from '../base/index.js'
import type { SavedInput } from '../protocol/index.js'
import type { Simulation } from './simulation.js'

export interface RecordedInput {
  readonly text: string
  readonly bytes: Uint8Array
  readonly statements: number
  /** Number of the stop at which it was typed (from 1), 0 when the program was not waiting. */
  readonly stop: number
  /** Not bytes but the end of the file. Only a command's input ends: a session's terminal has no key for it. */
  readonly end?: boolean
}

/** The record to keep of what is typed now. */
export const recordOf = (simulation: Simulation, text: string): RecordedInput => ({
  text,
  bytes: encodeUtf8(text),
  statements: simulation.kernel.statements,
  stop: simulation.halt.why === 'input' ? simulation.stops : 0,
})

/** As files hold it, and back. */
export const savedInput = ({ text, statements, stop }: RecordedInput): SavedInput =>
  stop > 0 ? { text, statements, stop: stop - 1 } : { text, statements }

export const recordedInput = ({ text, statements, stop }: SavedInput): RecordedInput => ({
  text,
  bytes: encodeUtf8(text),
  statements,
  stop: stop === undefined ? 0 : stop + 1,
})

/** The machine stands where it was typed, or has run past that. */
export function isDue({ halt, stops, kernel }: Simulation, { stop, statements }: RecordedInput): boolean {
  if (halt.why === 'ended') return false
  return stop > 0 ? halt.why === 'input' && stops === stop : kernel.statements >= statements
}

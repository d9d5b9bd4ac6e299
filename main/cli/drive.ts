/** A run from the command line: what was typed in a session at its places, and at every other stop the next line. */
import type { SavedInput } from '../../core/protocol/index.js'
import { encodeUtf8, type Halt, type Simulation } from '../../core/session/index.js'
import { lineSource } from './input.js'
import type { LoadOptions, RunOptions } from './usage.js'

/** Statements run in one go. */
export const STATEMENTS = 1 << 22

export type DriveOptions = Pick<RunOptions, 'stdin' | 'json'> & Pick<LoadOptions, 'inputs'>

export interface Watcher {
  /** The program may have written something. */
  halted?(): void
  /** It waits for input. @returns true to leave it there */
  stop?(): boolean
}

/** @returns how it halted for good: it ended, nothing can go on, or it was left at a stop ('input') */
export function drive(
  simulation: Simulation,
  options: DriveOptions,
  watcher: Watcher,
): Exclude<Halt, { why: 'budget' }> {
  const nextLine = lineSource(options)
  const inputs = [...options.inputs]
  for (;;) {
    while (inputs[0] && isDueBetween(simulation, inputs[0])) type(simulation, inputs.shift()!)
    const halt = simulation.run(Math.min(STATEMENTS, statementsTo(simulation, inputs[0])))
    watcher.halted?.()
    if (halt.why === 'budget') continue
    if (halt.why !== 'input' || watcher.stop?.() === true) return halt
    const line = inputs[0] && isDueAtStop(simulation, inputs[0]) ? inputs.shift()!.text : nextLine()
    if (line === undefined) simulation.closeInput()
    else simulation.type(encodeUtf8(line))
  }
}

const isDueAtStop = ({ stops }: Simulation, input: SavedInput): boolean => input.stop === stops - 1

const isDueBetween = ({ halt, kernel }: Simulation, { stop, statements }: SavedInput): boolean =>
  halt.why === 'budget' && stop === undefined && kernel.statements >= statements

const statementsTo = ({ kernel }: Simulation, input: SavedInput | undefined): number =>
  input && input.stop === undefined ? Math.max(1, input.statements - kernel.statements) : Infinity

const type = (simulation: Simulation, { text }: SavedInput): void => simulation.type(encodeUtf8(text))

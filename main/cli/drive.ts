/** A run from the command line: what was typed in a session at its places, and at every other stop the next line. */
import {
  encodeUtf8,
  isDue,
  placeBetween,
  recordedInput,
  runTowards,
  type Halt,
  type RecordedInput,
  type Simulation,
} from '../../core/session/index.js'
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
  const inputs = options.inputs.map(recordedInput)
  for (;;) {
    while (placeBetween(inputs[0]) && isDue(simulation, inputs[0]!)) simulation.type(inputs.shift()!.bytes)
    const halt = runTowards(simulation, placeBetween(inputs[0]), STATEMENTS)
    watcher.halted?.()
    if (halt.why === 'budget') continue
    if (halt.why === 'stuck' && inputs[0] && isDue(simulation, inputs[0])) continue
    if (halt.why !== 'input' || watcher.stop?.() === true) return halt
    typeAtStop(simulation, inputs, nextLine)
  }
}

/** Until it goes on: a signal that it ignores leaves it where it waits. */
function typeAtStop(simulation: Simulation, inputs: RecordedInput[], nextLine: () => string | undefined): void {
  while (simulation.halt.why === 'input') {
    const line = inputs[0] && isDue(simulation, inputs[0]) ? inputs.shift()!.text : nextLine()
    if (line === undefined) simulation.closeInput()
    else simulation.type(encodeUtf8(line))
  }
}

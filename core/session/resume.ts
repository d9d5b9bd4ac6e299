/**
 * Taking a recorded run up again. The record was made by a program and a machine that may have changed since, so what it
 * says is a plan, not a fact: inputs are typed at the stops they were typed at, and whoever asks is told how what came
 * differs from what was recorded.
 */
import type { Departure, SavedPlace, SavedReach, SavedRun } from '../protocol/index.js'
import { isDue, placeBetween, recordedInput, recordOf, runTowards, type RecordedInput } from './inputs.js'
import type { Simulation } from './simulation.js'

/** Beyond what was recorded by this many statements and as much again, a changed program is not followed any further. */
const PATIENCE = 1_000_000

/** The place the machine stands at, as it can be found again. */
export const placeOf = ({ stop, time }: Simulation): SavedPlace => (stop === undefined ? { time } : { stop })

export function reachOf({ halt, stops, kernel }: Simulation): SavedReach {
  const state = halt.why === 'input' ? 'waiting' : halt.why === 'ended' ? 'ended' : 'between'
  return { statements: kernel.statements, stops, state, trace: kernel.trace.hash }
}

/** A recorded run on its way to where it had got. */
export class Resumption {
  private readonly inputs: readonly RecordedInput[]
  private typed = 0

  constructor(
    private readonly simulation: Simulation,
    private readonly run: SavedRun,
    /** Is told what was typed. */
    private readonly note: (input: RecordedInput) => void,
  ) {
    this.inputs = run.inputs.map(recordedInput)
  }

  get position(): SavedRun['position'] {
    return this.run.position
  }

  /** Goes on by at most so many statements. @returns whether it has got as far as it gets */
  advance(statements: number): boolean {
    const { simulation } = this
    const end = simulation.kernel.statements + statements
    while (!this.isThere()) {
      const input = this.inputs[this.typed]
      if (input && isDue(simulation, input)) this.type(input)
      else if (simulation.halt.why !== 'budget' || this.isLost()) return true
      else {
        const left = end - simulation.kernel.statements
        if (left <= 0) return false
        runTowards(simulation, input ? placeBetween(input) : this.run.reached, left)
      }
    }
    return true
  }

  /** @param paused somebody stopped it on its way */
  departure(paused: boolean): Departure {
    const { typed, run } = this
    const there = this.isThere()
    const same = there && this.simulation.kernel.trace.hash === run.reached.trace
    return {
      what: same ? 'same' : there ? 'figures' : paused ? 'paused' : 'place',
      typed,
      inputs: run.inputs.length,
    }
  }

  private isThere(): boolean {
    const { simulation, run, typed } = this
    const { statements, stops, state } = run.reached
    if (typed < run.inputs.length) return false
    if (state === 'ended') return simulation.halt.why === 'ended'
    if (state === 'waiting') return simulation.halt.why === 'input' && simulation.stops === stops
    return simulation.kernel.statements >= statements && simulation.halt.why !== 'ended'
  }

  private isLost(): boolean {
    return this.simulation.kernel.statements > 2 * this.run.reached.statements + PATIENCE
  }

  private type({ text, bytes }: RecordedInput): void {
    const record = recordOf(this.simulation, text)
    this.simulation.type(bytes)
    this.note(record)
    this.typed++
  }
}

/**
 * Going back in a run. A run is determined by program, profile, seed and what was typed: to go to an earlier moment, the
 * machine is started again and everything typed so far is typed again at the same place. Nothing is saved but the input.
 *
 *   recorded   main ──input 1──────input 2──────input 3────── end
 *   shown               ▲ moments before the end are shown by a machine that stands there
 */
import { isDue, placeBetween, runTowards, type RecordedInput } from './inputs.js'
import type { Simulation } from './simulation.js'

/** A moment of a run: a stop by its number from 1, a count of statements, or a time of the virtual clock. */
export type Target =
  | { readonly stop: number }
  | { readonly statements: number }
  /** Nanoseconds since boot; the first place between statements that is not before it. */
  | { readonly time: number }

/** A run that has been recorded. */
export interface RecordedRun {
  /** The machine that is shown, and the run at its furthest. */
  readonly shown: Simulation
  readonly furthest: Simulation
  readonly inputs: readonly RecordedInput[]
  /** The machine anew. */
  readonly fresh: () => Simulation
}

/** Statements run in one go on the way. */
const CHUNK = 1 << 22

const isAt = ({ kernel, stops, halt }: Simulation, target: Target): boolean => {
  if ('stop' in target) return stops >= target.stop && halt.why === 'input'
  return 'time' in target ? kernel.clock.now >= target.time : kernel.statements >= target.statements
}

/** Brings a machine that has just been started to the target, or to the end of the recording, a piece at a time. */
export class Replay {
  /** How many of the inputs were typed on the way. */
  typed = 0

  constructor(
    readonly simulation: Simulation,
    private readonly inputs: readonly RecordedInput[],
    private readonly target: Target,
  ) {}

  /** It stands at the target; false at the end of a recording that never comes there. */
  get arrived(): boolean {
    return isAt(this.simulation, this.target)
  }

  /**
   * Runs at most that many statements on the way.
   * @returns whether it has come to its end
   */
  step(statements: number): boolean {
    const { kernel } = this.simulation
    const until = kernel.statements + statements
    kernel.haltAt = 'time' in this.target ? this.target.time : Infinity
    try {
      for (;;) {
        if (this.arrived || this.simulation.halt.why === 'ended' || this.isStuck()) return true
        if (kernel.statements >= until) return false
        this.next(until - kernel.statements)
      }
    } finally {
      kernel.haltAt = Infinity
    }
  }

  private get input(): RecordedInput | undefined {
    return this.inputs[this.typed]
  }

  private isStuck(): boolean {
    const { halt } = this.simulation
    return halt.why === 'stuck' ? !this.isDue() : halt.why === 'input' && !this.input
  }

  private isDue(): boolean {
    return this.input !== undefined && isDue(this.simulation, this.input)
  }

  private next(statements: number): void {
    const { simulation, input, target } = this
    if (input && this.isDue()) {
      if (input.end) simulation.closeInput()
      else simulation.type(input.bytes)
      this.typed++
    } else runTowards(simulation, placeBetween(input), Math.min(statements, statementsTo(simulation, target)))
  }
}

/**
 * The whole way at once.
 * @returns how many of the inputs were typed
 */
export function replay(simulation: Simulation, inputs: readonly RecordedInput[], target: Target): number {
  const way = new Replay(simulation, inputs, target)
  while (!way.step(CHUNK));
  return way.typed
}

const statementsTo = ({ kernel }: Simulation, target: Target): number =>
  'statements' in target ? Math.max(1, Math.min(CHUNK, target.statements - kernel.statements)) : CHUNK

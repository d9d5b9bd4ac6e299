/**
 * Going back in a run. A run is determined by program, profile, seed and what was typed: to go to an earlier moment, the
 * machine is started again and everything typed so far is typed again at the same place. Nothing is saved but the input.
 *
 *   recorded   main ──input 1──────input 2──────input 3────── end
 *   shown               ▲ moments before the end are shown by a machine that stands there
 */
import { isDue, type RecordedInput } from './inputs.js'
import type { Simulation } from './simulation.js'

/** A moment of a run: a stop by its number from 1, a count of statements, or a time of the virtual clock. */
export type Target =
  | { readonly stop: number }
  | { readonly statements: number }
  /** Nanoseconds since boot; the first place between statements that is not before it. */
  | { readonly time: number }

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
    } else simulation.run(Math.min(statements, statementsToNext(simulation, input, target)))
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
  const end = now.kernel.clock.now
  const after = times.findLastIndex((time) => time + now.startTime < end) + 1
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

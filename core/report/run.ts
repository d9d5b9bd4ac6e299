/**
 * Runs of a record: the first, which finds out where the program waits and how it ends, and another that goes from one
 * chosen moment to the next. Both pause every few statements, so that whoever drives them can show progress and give up.
 */
import type { LoadRequest, Reply, SavedRun, TimelineMarker } from '../protocol/index.js'
import {
  prepare,
  recordedInput,
  recordOf,
  simulationFor,
  Replay,
  type RecordedInput,
  type Simulation,
  type Target,
} from '../session/index.js'
import type { RunRecord, Typing } from './types.js'

/** Statements between two looks: a hundredth of a second where each of them calls the C library. */
const SLICE = 1 << 11
/** A program that asks for ever is given this many lines. */
const MOST_LINES = 1000

/** A recorded run. Where it waits, ended or hangs it will do so again; anywhere else it is halted. */
export function recordOfRun(load: LoadRequest, { inputs, reached }: Pick<SavedRun, 'inputs' | 'reached'>): RunRecord {
  const { state, statements } = reached
  const until = state === 'between' ? statements : undefined
  return { load, noPie: false, typing: { kind: 'recorded', inputs }, until, length: statements }
}

/** Starts the program anew, as often as asked. */
export type Start = () => Simulation

export function startOf({ load, noPie }: RunRecord): Reply<Start> {
  const prepared = prepare(load, noPie)
  return prepared.ok ? { ok: true, value: () => simulationFor(prepared.value) } : prepared
}

export interface Survey {
  /** At the end of the recording. */
  readonly simulation: Simulation
  /** What was typed on the way. */
  readonly inputs: readonly RecordedInput[]
  /** Waits for input, in order. */
  readonly stops: readonly TimelineMarker[]
}

/** Yields the statements that have run. */
export function* surveyOf(record: RunRecord, start: Start): Generator<number, Survey> {
  const simulation = start()
  const inputs =
    record.typing.kind === 'recorded'
      ? yield* typeRecorded(simulation, record.typing.inputs.map(recordedInput), record.until)
      : yield* typeLines(simulation, record.typing)
  const stops = simulation.timeline.markers.filter(({ kind }) => kind === 'stop')
  return { simulation, inputs, stops }
}

function* typeRecorded(
  simulation: Simulation,
  inputs: readonly RecordedInput[],
  until = Infinity,
): Generator<number, readonly RecordedInput[]> {
  return inputs.slice(0, yield* stepsOf(new Replay(simulation, inputs, { statements: until })))
}

/** Yields the statements that have run; returns how many of the inputs were typed. */
function* stepsOf(way: Replay): Generator<number, number> {
  while (!way.step(SLICE)) yield way.simulation.kernel.statements
  return way.typed
}

function* typeLines(
  simulation: Simulation,
  { lines, then }: Extract<Typing, { kind: 'lines' }>,
): Generator<number, readonly RecordedInput[]> {
  const inputs: RecordedInput[] = []
  for (;;) {
    const { why } = simulation.run(SLICE)
    yield simulation.kernel.statements
    if (why === 'budget') continue
    if (why !== 'input' || inputs.length >= MOST_LINES) return inputs
    const line = lines[inputs.length] ?? (then === 'newline' ? '\n' : undefined)
    const input = recordOf(simulation, line ?? '')
    inputs.push(line === undefined ? { ...input, end: true } : input)
    if (line === undefined) simulation.closeInput()
    else simulation.type(input.bytes)
  }
}

/** Goes from moment to moment of one run, forward. */
export class Walk {
  private typed = 0

  constructor(
    readonly simulation: Simulation,
    private readonly inputs: readonly RecordedInput[],
  ) {}

  /** Yields the statements that have run. */
  *to(target: Target): Generator<number, void> {
    this.typed += yield* stepsOf(new Replay(this.simulation, this.inputs.slice(this.typed), target))
  }
}

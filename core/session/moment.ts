/** How a machine stands, in the protocol's words. Nothing is changed. */
import { counters } from '../proc/index.js'
import type { Moment, RunState } from '../protocol/index.js'
import { signalText, type Simulation } from './simulation.js'

/** Of a machine that is halted. */
export function standingOf({ halt, kernel }: Simulation): RunState {
  if (halt.why === 'input') return 'waiting'
  if (halt.why === 'stuck') return 'stuck'
  if (halt.why === 'ended') return halt.signal ? 'killed' : 'exited'
  return kernel.statements === 0 ? 'ready' : 'paused'
}

export const isOver = (state: RunState): boolean => state === 'exited' || state === 'killed'

/** How the program ended; undefined while it has not. */
export function exitOf({ halt }: Simulation): Moment['exit'] {
  if (halt.why !== 'ended') return undefined
  const { code, signal, note } = halt
  return { code, signal, message: note ?? (signal ? signalText(signal) : '') }
}

/** What a moment says of the machine that is shown; the rest is the session's. */
export function standsAt(simulation: Simulation): Omit<Moment, 'id' | 'state' | 'terminalLength' | 'recordedUntil'> {
  const { kernel, task, span } = simulation
  return {
    time: simulation.time,
    statements: kernel.statements,
    location: span && {
      line: span.line,
      column: span.column,
      endLine: span.line,
      endColumn: span.column + (span.end - span.start),
      functionName: simulation.functionName ?? '',
    },
    stop: simulation.stop,
    exit: exitOf(simulation),
    counters: counters(kernel, task.pid),
    pid: task.pid,
  }
}

const EMPTY_COUNTERS = {
  majflt: 0,
  minflt: 0,
  vszKb: 0,
  rssKb: 0,
  rssAnonKb: 0,
  rssFileKb: 0,
  rssShmemKb: 0,
  dirtyKb: 0,
  pteKb: 0,
  freePages: 0,
  pcpPages: 0,
} as const

/** Before anything is loaded. */
export const emptyMoment = (id: number): Moment => ({
  id,
  state: 'empty',
  time: 0,
  statements: 0,
  location: undefined,
  stop: undefined,
  exit: undefined,
  counters: EMPTY_COUNTERS,
  pid: 0,
  terminalLength: 0,
  recordedUntil: undefined,
})

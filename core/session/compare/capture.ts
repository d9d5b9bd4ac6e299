/**
 * What the tools say at one moment, as plain data that outlives the machine it was read from: the same rows that views are
 * given. A walk over the pages of every process, once a moment.
 */
import {
  allSmapsRows,
  counters,
  memoryFacts,
  pmapRows,
  psRows,
  type FieldFacts,
  type MemoryFacts,
  type PmapFacts,
  type PsFacts,
} from '../../proc/index.js'
import type { ComparedMoment, StoryLineRow } from '../../protocol/index.js'
import { heapSources } from '../heap-views.js'
import type { Simulation } from '../simulation.js'

export interface HeapLine {
  readonly key: string
  readonly line: number
  readonly functionName: string
  readonly call: string
  readonly blocks: number
  readonly bytes: number
}

export interface CapturedProcess {
  readonly counters: ReturnType<typeof counters>
  readonly pmap: readonly PmapFacts[]
  /** By address as pmap has it. */
  readonly smaps: ReadonlyMap<string, readonly FieldFacts[]>
  readonly lines: readonly Omit<StoryLineRow, 'changed'>[]
  readonly heap: readonly HeapLine[]
}

export interface Capture {
  readonly moment: ComparedMoment
  readonly ps: readonly PsFacts[]
  readonly meminfo: readonly MemoryFacts[]
  readonly processes: ReadonlyMap<number, CapturedProcess>
}

export function capture(simulation: Simulation): Capture {
  const { kernel, story, task, time, stop, span } = simulation
  const ps = psRows(kernel)
  // The first process also when it is gone: its faults by line are still told.
  const pids = new Set([task.pid, ...ps.map(({ pid }) => pid)])
  return {
    moment: { time, stop, line: span?.line ?? 0 },
    ps,
    meminfo: memoryFacts(kernel),
    processes: new Map(
      [...pids].map((pid) => [
        pid,
        {
          counters: counters(kernel, pid),
          pmap: pmapRows(kernel, pid).rows,
          smaps: allSmapsRows(kernel, pid),
          lines: story.linesOf(pid),
          heap: heapLines(simulation, pid),
        },
      ]),
    ),
  }
}

/** Blocks in use by who asked for them. */
function heapLines(simulation: Simulation, pid: number): readonly HeapLine[] {
  const task = simulation.kernel.tasks.get(pid)
  if (!task?.mm || !simulation.cpu.process(pid)) return []
  const { owners, lineOf, functionOf } = heapSources(simulation, task)
  const lines = new Map<string, { -readonly [field in keyof HeapLine]: HeapLine[field] }>()
  for (const { codePoint, call, requested } of owners.blocks()) {
    const line = lineOf(codePoint)
    const functionName = functionOf(codePoint)
    const key = `${line} ${functionName} ${call}`
    let row = lines.get(key)
    if (!row) lines.set(key, (row = { key, line, functionName, call, blocks: 0, bytes: 0 }))
    row.blocks++
    row.bytes += requested
  }
  return [...lines.values()].sort((a, b) => a.line - b.line)
}

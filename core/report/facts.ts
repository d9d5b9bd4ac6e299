/** What is read off the machine at a moment. Nothing is changed. */
import type {
  BinRow,
  HeapFieldRow,
  HeapRow,
  PmapRow,
  PsRow,
  ReportPart,
  SmapsRow,
  StoryLineRow,
  Tables,
} from '../protocol/index.js'
import {
  exitOf,
  figuresOf,
  runReadout,
  standingOf,
  TableCache,
  type MomentTable,
  type Simulation,
} from '../session/index.js'
import type { HeapFacts, MomentFacts, Plain, PmapFacts, Rows, SmapsFacts } from './types.js'

/** A program with 65,530 mappings has them; nobody reads them on paper. */
const MOST_ROWS = 400
const MOST_BINS = 60
const MOST_PROCESSES = 8

const PS_COMMAND = 'ps -o pid,maj_flt,min_flt,vsz,rss,stat,cmd'
const pmapCommand = (pid: number): string => `pmap -x ${pid}`

/** All but what takes another moment or its author's words. */
export type MomentReading = Omit<MomentFacts, 'place' | 'label' | 'note' | 'story' | 'changes' | 'smaps'> & {
  /** Of each line since exec. */
  readonly lines: readonly Plain<StoryLineRow>[]
  /** Mappings of the first process, all of them. */
  readonly mappings: readonly Plain<PmapRow>[]
}

export class Reader {
  private readonly tables: TableCache

  constructor(
    private readonly simulation: Simulation,
    private readonly parts: ReadonlySet<ReportPart>,
  ) {
    this.tables = new TableCache(simulation)
  }

  read(): MomentReading {
    const { simulation } = this
    const { kernel, task, span } = simulation
    const processes = this.rows('ps', undefined) as readonly Plain<PsRow>[]
    return {
      ...endOf(simulation),
      line: span?.line ?? 0,
      functionName: simulation.functionName ?? '',
      figures: figuresOf(simulation),
      ps: { rows: processes, command: PS_COMMAND, text: runReadout(kernel, PS_COMMAND, task.pid).text },
      pmap: processes.slice(0, MOST_PROCESSES).map(({ pid }) => this.pmap(pid)),
      heap: this.parts.has('heap') ? this.heap(task.pid) : undefined,
      lines: this.rows('storyLines', { pid: task.pid }) as readonly Plain<StoryLineRow>[],
      mappings: this.rows('pmap', { pid: task.pid }) as readonly Plain<PmapRow>[],
    }
  }

  /** The fields of a mapping of the first process; undefined when there is none that begins there. */
  smaps(address: string): SmapsFacts | undefined {
    const { pid } = this.simulation.task
    const rows = this.rows('smaps', { pid, start: address }) as readonly Plain<SmapsRow>[]
    const mappings = this.rows('pmap', { pid }) as readonly Plain<PmapRow>[]
    const wanted = address.padStart(16, '0')
    const mapping = mappings.find((row) => row.address.padStart(16, '0') === wanted)
    return rows.length > 0 && mapping ? { address, mapping: mapping.mapping, rows } : undefined
  }

  private pmap(pid: number): PmapFacts {
    const command = pmapCommand(pid)
    const { kernel } = this.simulation
    const all = this.rows('pmap', { pid }) as readonly Plain<PmapRow>[]
    const { totals = [] } = this.tables.window({ table: 'pmap', args: { pid }, from: 0, count: 0 }, 0)
    return { pid, command, totals, text: runReadout(kernel, command, pid).text, ...firstOf(all, MOST_ROWS) }
  }

  private heap(pid: number): HeapFacts {
    const chunks = this.rows('heap', { pid }) as readonly Plain<HeapRow>[]
    const sums = new Map<string, { count: number; bytes: number }>()
    for (const { state, size } of chunks) {
      const sum = sums.get(state) ?? { count: 0, bytes: 0 }
      sums.set(state, { count: sum.count + 1, bytes: sum.bytes + size })
    }
    return {
      chunks: [...sums].map(([state, sum]) => ({ state, ...sum })),
      bins: firstOf(this.rows('bins', { pid }) as readonly Plain<BinRow>[], MOST_BINS),
      fields: this.rows('mallinfo', { pid }) as readonly Plain<HeapFieldRow>[],
    }
  }

  /** Without what changed since a halt that somebody looked at: here nobody did. */
  private rows<T extends MomentTable>(table: T, args: Tables[T]['args']): readonly object[] {
    const { rows } = this.tables.window({ table, args, from: 0, count: Number.MAX_SAFE_INTEGER }, 0)
    return rows.map(({ ...row }) => {
      delete (row as { changed?: unknown }).changed
      return row
    })
  }
}

const firstOf = <R>(all: readonly R[], most: number): Rows<R> => ({
  rows: all.slice(0, most),
  left: Math.max(0, all.length - most),
})

/** How the machine stands. */
export const endOf = (simulation: Simulation): Pick<MomentFacts, 'state' | 'exit' | 'time' | 'statements'> => ({
  state: standingOf(simulation),
  exit: exitOf(simulation),
  time: simulation.time,
  statements: simulation.kernel.statements,
})

/**
 * The tables that views ask for, as they are at one moment, and what changed since the halt before. Rows are computed
 * when first asked for and kept until the machine has run on.
 */
import { allSmapsRows, buddyRows, pmapRows, psRows, smapsRows, statusRows } from '../proc/index.js'
import type { RowsQuery, RowsWindow, TableName, Tables } from '../protocol/index.js'
import type { DiffTable } from './compare/index.js'
import { markChanges } from './changes.js'
import { frameCount, frameDetail, frameRows, pageTypeRows, zoneRows } from './frames.js'
import { binRows, heapFields, heapRows } from './heap.js'
import { heapSources, leaksNow } from './heap-views.js'
import { pageCount, pageRows, walkRows } from './pages.js'
import { slabCacheRows, slabObjectRows, slabRows } from './slab.js'
import type { Simulation } from './simulation.js'

interface TableData {
  readonly rows: readonly object[]
  readonly totals?: readonly number[]
}

/** The arguments of every table at once: each reads those that are its own. */
interface AnyArgs {
  readonly pid: number
  readonly start: string
  readonly address: string
  readonly frame: number
  readonly cache: string
  readonly slab: number
}

type Keep = Map<string, TableData>

/** Tables of one moment. */
export type MomentTable = Exclude<TableName, DiffTable>

/** Field that names a row of each table. */
const KEYS: Readonly<Record<MomentTable, string>> = {
  ps: 'pid',
  pmap: 'address',
  smaps: 'name',
  status: 'name',
  buddyinfo: 'zone',
  heap: 'address',
  bins: 'name',
  mallinfo: 'name',
  leaks: 'address',
  story: 'index',
  storyLines: 'key',
  pages: 'address',
  walk: 'level',
  frames: 'first',
  frame: 'frame',
  zones: 'zone',
  pagetypeinfo: 'key',
  slabinfo: 'name',
  slabs: 'slab',
  slabObjects: 'index',
}

/** Too much work for a halt at which nobody looks: what changed is told only from one look to the next. */
const ON_DEMAND: ReadonlySet<MomentTable> = new Set<MomentTable>([
  'heap',
  'bins',
  'mallinfo',
  'leaks',
  'storyLines',
  'walk',
  'frame',
  'zones',
  'pagetypeinfo',
  'slabinfo',
  'slabs',
  'slabObjects',
])

export class TableCache {
  private now: Keep = new Map()
  private before: Keep | undefined
  /** Rows the story had at the halt before. */
  private told = 0
  /** Processes whose mappings somebody has looked at since the machine last ran. */
  private readonly looked = new Set<number>()

  constructor(private readonly simulation: Simulation) {}

  /** The machine is about to leave a halt: what was shown becomes what changes are told against. */
  leaveHalt(pid: number): void {
    this.told = this.simulation.story.length
    const base: Keep = new Map(this.now)
    for (const each of new Set([pid, ...this.looked])) this.keep(base, each)
    this.before = base
  }

  private keep(base: Keep, pid: number): void {
    for (const query of baseline(pid)) base.set(keyOf(query), this.data(query))
    for (const [start, rows] of allSmapsRows(this.simulation.kernel, pid))
      base.set(keyOf({ table: 'smaps', args: { pid, start } }), { rows })
  }

  /** The machine has run: nothing computed so far holds any more. */
  invalidate(): void {
    this.now = new Map()
    this.looked.clear()
  }

  window<T extends MomentTable>(query: RowsQuery<T>, moment: number): RowsWindow<T> {
    if (query.table === 'pmap') this.looked.add((query.args as { readonly pid: number }).pid)
    if (query.table === 'story') return this.storyWindow(query, moment)
    if (query.table === 'pages') return this.pagesWindow(query, moment)
    if (query.table === 'frames') return this.framesWindow(query, moment)
    const { rows, totals } = this.data(query)
    const page = rows.slice(query.from, query.from + query.count)
    const key = KEYS[query.table]
    const marked = markChanges(
      page,
      this.before?.get(keyOf(query))?.rows ?? (this.before && !ON_DEMAND.has(query.table) ? [] : undefined),
      (row) => (row as Record<string, unknown>)[key],
    )
    return {
      moment,
      total: rows.length,
      from: query.from,
      rows: marked as unknown as readonly Tables[T]['row'][],
      ...(totals ? { totals } : {}),
    }
  }

  /** Rows that are told never change but for their count: nothing to mark, and only the window is made. */
  private storyWindow<T extends MomentTable>({ from, count }: RowsQuery<T>, moment: number): RowsWindow<T> {
    const { story } = this.simulation
    const rows = story.window(from, count).map((row) => ({ ...row, changed: [] }))
    return { moment, total: story.length, from, rows, fresh: this.told }
  }

  /** A mapping may have millions of pages: only those of the window are looked at. */
  private pagesWindow<T extends MomentTable>({ args, from, count }: RowsQuery<T>, moment: number): RowsWindow<T> {
    const { kernel } = this.simulation
    const { pid, start } = args as Tables['pages']['args']
    const rows = pageRows(kernel, pid, start, from, count).map((row) => ({ ...row, changed: [] }))
    return { moment, total: pageCount(kernel, pid, start), from, rows }
  }

  /** There are millions of page frames: only those of the window are looked at. */
  private framesWindow<T extends MomentTable>({ args, from, count }: RowsQuery<T>, moment: number): RowsWindow<T> {
    const { kernel } = this.simulation
    const { order } = args as Tables['frames']['args']
    const rows = frameRows(kernel, order, from, count).map((row) => ({ ...row, changed: [] }))
    return { moment, total: frameCount(kernel, order), from, rows }
  }

  private data(query: { readonly table: MomentTable; readonly args: unknown }): TableData {
    const key = keyOf(query)
    let data = this.now.get(key)
    if (!data) {
      data = this.compute(query.table, query.args as AnyArgs)
      this.now.set(key, data)
    }
    return data
  }

  private compute(table: MomentTable, args: AnyArgs): TableData {
    const { kernel } = this.simulation
    switch (table) {
      case 'ps':
        return { rows: psRows(kernel) }
      case 'pmap':
        return pmapRows(kernel, args.pid)
      case 'smaps':
        return { rows: smapsRows(kernel, args.pid, args.start) }
      case 'status':
        return { rows: statusRows(kernel, args.pid) }
      case 'buddyinfo':
        return { rows: buddyRows(kernel) }
      case 'walk':
        return { rows: walkRows(kernel, args.pid, args.address) }
      case 'pages':
      case 'frames':
      case 'story':
        return { rows: [] }
      case 'frame':
        return { rows: frameDetail(kernel, args.frame) }
      case 'zones':
        return { rows: zoneRows(kernel) }
      case 'pagetypeinfo':
        return { rows: pageTypeRows(kernel) }
      case 'slabinfo':
        return { rows: slabCacheRows(kernel) }
      case 'slabs':
        return { rows: slabRows(kernel, args.cache) }
      case 'slabObjects':
        return { rows: slabObjectRows(kernel, args.slab) }
      case 'storyLines':
        return { rows: this.simulation.story.linesOf(args.pid) }
      case 'heap':
      case 'bins':
      case 'mallinfo':
      case 'leaks':
        return { rows: this.heapTable(table, args.pid) }
    }
  }

  private heapTable(table: 'heap' | 'bins' | 'mallinfo' | 'leaks', pid: number): readonly object[] {
    const { kernel, cpu } = this.simulation
    const task = kernel.tasks.get(pid)
    if (!task || !cpu.process(pid)) return []
    if (table === 'leaks') return leaksNow(this.simulation, task).leaks
    const sources = heapSources(this.simulation, task)
    if (table === 'heap') return heapRows(sources)
    return table === 'bins' ? binRows(sources) : heapFields(sources)
  }
}

const keyOf = (query: { readonly table: MomentTable; readonly args: unknown }): string =>
  `${query.table} ${JSON.stringify(query.args ?? null)}`

const baseline = (pid: number): readonly { readonly table: MomentTable; readonly args: unknown }[] => [
  { table: 'ps', args: undefined },
  { table: 'pmap', args: { pid } },
  { table: 'status', args: { pid } },
  { table: 'buddyinfo', args: undefined },
]

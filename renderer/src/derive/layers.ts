/** The floors from the C program down to the page frames, with their figures at one moment and what the last step moved. */
import type {
  BuddyRow,
  Counters,
  HeapFieldRow,
  Moment,
  PmapRow,
  SlabCacheRow,
  StoryLineRow,
  StoryRow,
} from '../../../core/protocol/index.js'
import type { Part } from '../../../preload/contract.js'

export const FLOORS = ['program', 'pool', 'calls', 'vmas', 'faults', 'tables', 'slab', 'buddy'] as const
export type Floor = (typeof FLOORS)[number]

/** Where a click on a floor leads. */
export const FLOOR_PARTS: Readonly<Record<Floor, Part>> = {
  program: 'source',
  pool: 'heap',
  calls: 'story',
  vmas: 'process',
  faults: 'story',
  tables: 'space',
  slab: 'slab',
  buddy: 'physical',
}

export const FIGURE_IDS = {
  program: ['statements'],
  pool: ['uordblks', 'fordblks', 'arena', 'hblkhd'],
  calls: ['systemCalls', 'heapKb'],
  vmas: ['mappings', 'vszKb'],
  faults: ['minflt', 'majflt'],
  tables: ['pteKb', 'rssKb', 'dirtyKb'],
  slab: ['slabObjects', 'slabPages'],
  buddy: ['freePages', 'pcpPages'],
} as const satisfies Readonly<Record<Floor, readonly string[]>>
export type LayerFigure = (typeof FIGURE_IDS)[Floor][number]
export type LayerFigures = Readonly<Record<LayerFigure, number>>

export interface LayerTables {
  readonly mallinfo: readonly HeapFieldRow[]
  readonly pmap: readonly PmapRow[]
  /** Mappings there are, of which `pmap` may hold only the first. */
  readonly mappings: number
  readonly lines: readonly StoryLineRow[]
  readonly caches: readonly SlabCacheRow[]
}

export function layerFigures({ counters, statements }: Moment, tables: LayerTables): LayerFigures {
  const field = (name: string) => tables.mallinfo.find((row) => row.name === name)?.value ?? 0
  const { minflt, majflt, vszKb, pteKb, rssKb, dirtyKb, freePages, pcpPages } = counters
  return {
    statements,
    uordblks: field('uordblks'),
    fordblks: field('fordblks'),
    arena: field('arena'),
    hblkhd: field('hblkhd'),
    systemCalls: tables.lines.reduce((sum, { calls }) => sum + calls, 0),
    heapKb: tables.pmap.filter(({ kind }) => kind === 'heap').reduce((sum, { kbytes }) => sum + kbytes, 0),
    mappings: tables.mappings,
    slabObjects: tables.caches.reduce((sum, { used }) => sum + used, 0),
    slabPages: tables.caches.reduce((sum, { slabs, pagesPerSlab }) => sum + slabs * pagesPerSlab, 0),
    ...{ minflt, majflt, vszKb, pteKb, rssKb, dirtyKb, freePages, pcpPages },
  }
}

/** What changed; the kernel's counters are known of the halt before even when nobody looked at it here. */
export function figureDeltas(
  now: LayerFigures,
  before: LayerFigures | undefined,
  counters: Counters | undefined,
): Readonly<Partial<Record<LayerFigure, number>>> {
  const old: Partial<Record<string, number>> = { ...before, ...counters }
  return Object.fromEntries(
    Object.entries(now).flatMap(([id, value]) => {
      const was = old[id]
      return was === undefined || was === value ? [] : [[id, value - was]]
    }),
  )
}

/** The system calls among rows of the story, by name, in order of their first. */
export function callsByName(rows: readonly StoryRow[]): readonly (readonly [name: string, count: number])[] {
  const names = new Map<string, number>()
  for (const row of rows) if (row.kind === 'call') names.set(row.name, (names.get(row.name) ?? 0) + row.count)
  return [...names]
}

/** Free pages of each order over all zones. */
export function freeByOrder(rows: readonly BuddyRow[]): readonly number[] {
  const orders = Math.max(0, ...rows.map(({ free }) => free.length))
  return Array.from({ length: orders }, (_, order) => rows.reduce((sum, { free }) => sum + (free[order] ?? 0), 0))
}

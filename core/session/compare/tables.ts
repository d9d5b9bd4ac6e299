/** The named tables of a comparison. */
import type { Pair, TableName, Tables } from '../../protocol/index.js'
import { heapDiff, lineDiff, meminfoDiff, pmapDiff, psDiff, readingRows, smapsDiff, type Pairing } from './diff.js'

import { moved } from './pairs.js'

export type DiffTable = Extract<TableName, `diff${string}`>

export interface DiffQuery {
  readonly table: DiffTable
  readonly args: Tables[DiffTable]['args']
}

export const isDiffQuery = (query: { readonly table: TableName; readonly args: unknown }): query is DiffQuery =>
  query.table.startsWith('diff')

export function diffTable(pairing: Pairing, query: DiffQuery): readonly object[] {
  const rows = allRows(pairing, query)
  return query.args.moved ? rows.filter(hasMoved) : rows
}

/** A row of fields has the two values itself; the others have pairs of them, and words for what became of the row. */
const hasMoved = (row: object): boolean =>
  ('before' in row && 'after' in row && row.before !== row.after) ||
  ('state' in row && row.state !== 'same') ||
  Object.values(row).some((value: unknown) => isPair(value) && moved(value))

const isPair = (value: unknown): value is Pair => typeof value === 'object' && value !== null && 'before' in value

function allRows(pairing: Pairing, { table, args }: DiffQuery): readonly object[] {
  const { pid } = args
  switch (table) {
    case 'diffReadings':
      return readingRows(pairing, pid)
    case 'diffPs':
      return psDiff(pairing)
    case 'diffPmap':
      return pmapDiff(pairing, pid)
    case 'diffSmaps':
      return smapsDiff(pairing, pid, (args as Tables['diffSmaps']['args']).address)
    case 'diffMeminfo':
      return meminfoDiff(pairing)
    case 'diffLines':
      return lineDiff(pairing, pid)
    case 'diffHeap':
      return heapDiff(pairing, pid)
  }
}

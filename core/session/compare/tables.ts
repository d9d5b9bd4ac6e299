/** The named tables of a comparison. */
import type { TableName, Tables } from '../../protocol/index.js'
import { heapDiff, lineDiff, meminfoDiff, pmapDiff, psDiff, readingRows, smapsDiff, type Pairing } from './diff.js'

export type DiffTable = Extract<TableName, `diff${string}`>

interface DiffQuery {
  readonly table: DiffTable
  readonly args: Tables[DiffTable]['args']
}

export const isDiffQuery = (query: { readonly table: TableName; readonly args: unknown }): query is DiffQuery =>
  query.table.startsWith('diff')

export function diffTable(pairing: Pairing, { table, args }: DiffQuery): readonly object[] {
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

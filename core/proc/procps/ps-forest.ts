/** The order of lines of ps: sorted, or each process below its parent (procps ps/display.c). */
import { known } from './ps-format.js'
import type { PsRequest, SortKey } from './ps-options.js'
import type { PsProcess } from './process.js'
import type { PsRow } from './ps-table.js'

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The last key is the first to be sorted by: each sort keeps the order of the one before. */
export function sorted<T extends PsProcess>(processes: readonly T[], keys: readonly SortKey[]): readonly T[] {
  const order = (a: T, b: T): number => {
    for (const { column, reverse } of keys) {
      const difference = compare(column.key(a), column.key(b))
      if (difference !== 0) return reverse ? -difference : difference
    }
    return 0
  }
  return [...processes].sort(order)
}

/** Two columns for a level of -H, four for one of a drawn tree. */
const BRANCHES = {
  indent: { child: '  ', pass: '  ', none: '  ' },
  art: { child: ' \\_ ', pass: ' |  ', none: '    ' },
} as const

/**
 * Children below their parents, those of one parent in order of their start. What init has adopted starts anew.
 * procps show_forest, show_tree
 */
export function forestRows(processes: readonly PsProcess[], { forest, sort }: PsRequest): readonly PsRow[] {
  if (forest === 'none') return processes.map((process) => ({ process, branch: '', part: 'all' }))
  const keys = [...sort, { column: known('start_time'), reverse: false }, { column: known('ppid'), reverse: false }]
  const all = sorted(processes, keys)
  const pids = new Set(all.map((p) => p.pid))
  const signs = BRANCHES[forest]
  const rows: PsRow[] = []
  const show = (process: PsProcess, branch: string, below: string): void => {
    rows.push({ process, branch, part: 'all' })
    const children = all.filter((p) => p.ppid === process.pid && p !== process)
    const adopted = process.pid === INIT && forest === 'art'
    children.forEach((child, i) => {
      if (adopted) return show(child, '', '')
      const more = i + 1 < children.length
      show(child, below + signs.child, below + (more ? signs.pass : signs.none))
    })
  }
  for (const process of all) if (!pids.has(process.ppid)) show(process, '', '')
  return rows
}

const INIT = 1

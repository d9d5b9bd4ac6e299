/** Rows of ps side by side (procps ps/output.c, show_one_proc). */
import type { Column, Kind } from './columns.js'
import type { PsProcess } from './process.js'

/** A line to be printed: a process, a thread, or one of several threads shown below their process (m, -m). */
export interface PsRow {
  readonly process: PsProcess
  /** What a forest draws before the name. */
  readonly branch: string
  readonly part: 'all' | 'process' | 'thread'
}

type Placed = Pick<Column, 'width' | 'kind'>

const RIGHT: Kind = 'number'

/**
 * Puts cells side by side, one blank between them. A cell too wide for its column shifts what follows, which makes up
 * for it as soon as there is room. Names and commands are cut to their column except in the last one.
 */
export function tableLine(columns: readonly Placed[], cells: readonly string[]): string {
  let line = ''
  let start = 0
  columns.forEach(({ width, kind }, i) => {
    const cell = cells[i]
    const wanted = start + (kind === RIGHT ? Math.max(0, width - cell.length) : 0)
    line = (i === 0 ? line : line + ' ').padEnd(wanted) + cell
    start += width + 1
  })
  return line
}

/** Header, unless every heading is empty, and one line a row. */
export function psTable(columns: readonly Column[], rows: readonly PsRow[]): string {
  const lines = rows.map((row) => tableLine(columns, columns.map(fill(row, columns.length - 1))))
  const headers = columns.map((c) => c.header)
  if (headers.some((header) => header !== '')) lines.unshift(tableLine(columns, headers))
  return lines.map((line) => `${line}\n`).join('')
}

const fill =
  ({ process, branch, part }: PsRow, last: number) =>
  ({ cell, kind, scope, width }: Column, index: number): string => {
    if (part !== 'all' && scope !== 'both' && scope !== part) return '-'
    return cut(cell(process, branch), kind, width, index === last, process)
  }

/** Wait channels are always cut (pr_wchan); a user's name that is too long ends in a plus */
function cut(value: string, kind: Kind, width: number, isLast: boolean, { uid }: PsProcess): string {
  switch (kind) {
    case 'number':
    case 'text':
      return value
    case 'wchan':
      return value.slice(0, width)
    case 'user':
      if (value.length <= width) return value
      return width > 1 ? `${value.slice(0, width - 1)}+` : String(uid)
    case 'name':
      return isLast ? value : value.slice(0, width)
  }
}

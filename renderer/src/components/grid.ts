/** Columns of a {@link DataGrid} and where its keys lead. */
export interface GridColumn {
  readonly id: string
  readonly title: string
  readonly align: 'start' | 'end'
  /** A track of the row's grid. */
  readonly width: string
  readonly hint?: string
  /** The title is for screen readers alone. */
  readonly bare?: boolean
}

/** undefined while it is not here yet. */
export type Maybe<T> = T | undefined

/** Row -1 is the heading. */
export interface Place {
  readonly row: number
  readonly column: number
}
export interface Extent {
  readonly rows: number
  readonly columns: number
  /** Rows of a screenful. */
  readonly page: number
}
interface Key {
  readonly key: string
  readonly ctrlKey: boolean
}

/** Where a key leads from `at`; undefined for keys that are not the grid's. It never leaves the grid. */
export function step(at: Place, { key, ctrlKey }: Key, { rows, columns, page }: Extent): Place | undefined {
  const to = (row: number, column: number): Place => ({
    row: Math.max(-1, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  })
  switch (key) {
    case 'ArrowUp':
      return to(at.row - 1, at.column)
    case 'ArrowDown':
      return to(at.row + 1, at.column)
    case 'ArrowLeft':
      return to(at.row, at.column - 1)
    case 'ArrowRight':
      return to(at.row, at.column + 1)
    case 'PageUp':
      return to(Math.max(Math.min(at.row, 0), at.row - page), at.column)
    case 'PageDown':
      return to(at.row + page, at.column)
    case 'Home':
      return to(ctrlKey ? 0 : at.row, 0)
    case 'End':
      return to(ctrlKey ? rows - 1 : at.row, columns - 1)
    default:
      return undefined
  }
}

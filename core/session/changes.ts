/** What changed between two halts: rows of the same key compared field by field. */

export type Row = Readonly<Record<string, unknown>>
export type Changed<R> = R & { readonly changed: readonly string[] }

/** A row that was not there before. */
const NEW: readonly string[] = ['*']
const NONE: readonly string[] = []

/**
 * Adds to each row the names of the fields that differ from the row of the same key in `before`. Without a `before`
 * (the first halt) nothing counts as changed.
 */
export function markChanges<R extends object>(
  rows: readonly R[],
  before: readonly R[] | undefined,
  keyOf: (row: R) => unknown,
): Changed<R>[] {
  if (!before) return rows.map((row) => ({ ...row, changed: NONE }))
  const old = new Map(before.map((row) => [keyOf(row), row]))
  return rows.map((row) => {
    const previous = old.get(keyOf(row))
    return { ...row, changed: previous ? differences(row as Row, previous as Row) : NEW }
  })
}

function differences(row: Row, previous: Row): readonly string[] {
  const names = Object.keys(row).filter((name) => !same(row[name], previous[name]))
  return names.length === 0 ? NONE : names
}

function same(a: unknown, b: unknown): boolean {
  return (
    a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, i) => value === b[i]))
  )
}

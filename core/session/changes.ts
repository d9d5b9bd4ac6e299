/** What changed between two halts: rows of the same key compared field by field. */

type Value = number | string
export type Row = Readonly<Record<string, unknown>>
export type Changed<R> = R & {
  readonly changed: readonly string[]
  /** Previous values of the changed fields that are single values. */
  readonly was?: Readonly<Record<string, Value>>
}

/** A row that was not there before. */
const NEW: readonly string[] = ['*']
const NONE: readonly string[] = []

/**
 * Adds to each row the names of the fields that differ from the row of the same key in `before`, and what they were.
 * Without a `before` (the first halt) nothing counts as changed.
 */
export function markChanges<R extends object>(
  rows: readonly R[],
  before: readonly R[] | undefined,
  keyOf: (row: R) => unknown,
): Changed<R>[] {
  if (!before) return rows.map((row) => ({ ...row, changed: NONE }))
  const old = new Map(before.map((row) => [keyOf(row), row as Row]))
  return rows.map((row) => {
    const previous = old.get(keyOf(row))
    return previous ? { ...row, ...difference(row as Row, previous) } : { ...row, changed: NEW }
  })
}

function difference(row: Row, previous: Row): Pick<Changed<Row>, 'changed' | 'was'> {
  const changed = Object.keys(row).filter((name) => !same(row[name], previous[name]))
  if (changed.length === 0) return { changed: NONE }
  const single = changed.filter((name) => isValue(previous[name]))
  return { changed, was: Object.fromEntries(single.map((name) => [name, previous[name] as Value])) }
}

const isValue = (value: unknown): value is Value => typeof value === 'number' || typeof value === 'string'

function same(a: unknown, b: unknown): boolean {
  return (
    a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, i) => value === b[i]))
  )
}

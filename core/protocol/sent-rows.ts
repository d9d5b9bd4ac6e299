/**
 * A window of rows as it crosses the process border: of rows that the asker holds already, nothing is sent. So a view that
 * is asked for ten times a second costs the page what has changed in it, not what it shows.
 */
import type { RowsWindow, TableName, Tables } from './index.js'

export interface SentRows<T extends TableName> extends Omit<RowsWindow<T>, 'rows'> {
  /** Of this answer, to be given with the same question when it is asked again. */
  readonly number: number
  /** null: the row at this place is as it was in the answer that the asker said it holds. */
  readonly rows: readonly (Tables[T]['row'] | null)[]
}

/** Answers kept on either side; what was asked longer ago is sent as a whole again. */
export const ANSWERS_HELD = 16

/** Whether two pieces of what crosses the border say the same: numbers, texts, columns, lists and objects of them. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false
  if (a instanceof Float64Array) return b instanceof Float64Array && sameColumn(a, b)
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    Array.isArray(a) === Array.isArray(b) &&
    names.every((name) => name in b && sameData(a[name as never], b[name as never]))
  )
}

const sameColumn = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i])

/** Rows of two moments brought together by their keys. */
import type { DiffState, Pair } from '../../protocol/index.js'

export interface Matched<R> {
  readonly before: R | undefined
  readonly after: R | undefined
}

/** In the order of `after`; what is gone stands where it stood, behind the row that was before it. */
export function match<R>(before: readonly R[], after: readonly R[], keyOf: (row: R) => unknown): Matched<R>[] {
  const old = new Map(before.map((row) => [keyOf(row), row]))
  const stays = new Set(after.map(keyOf))
  const gone = new Map<unknown, R[]>()
  let anchor: unknown
  for (const row of before) {
    if (stays.has(keyOf(row))) anchor = keyOf(row)
    else gone.set(anchor, [...(gone.get(anchor) ?? []), row])
  }
  const missing = (key: unknown): Matched<R>[] =>
    (gone.get(key) ?? []).map((row) => ({ before: row, after: undefined }))
  return [
    ...missing(undefined),
    ...after.flatMap((row) => [{ before: old.get(keyOf(row)), after: row }, ...missing(keyOf(row))]),
  ]
}

export const pair = <R>({ before, after }: Matched<R>, read: (row: R) => number): Pair => ({
  before: before === undefined ? undefined : read(before),
  after: after === undefined ? undefined : read(after),
})

/** Counters and sums: a row that was not there stood at nothing. */
export const sumPair = <R>({ before, after }: Matched<R>, read: (row: R) => number): Pair => ({
  before: before === undefined ? 0 : read(before),
  after: after === undefined ? 0 : read(after),
})

export const moved = ({ before, after }: Pair): boolean => before !== after

export function stateOf<R>({ before, after }: Matched<R>, changed: boolean): DiffState {
  if (before === undefined) return 'added'
  if (after === undefined) return 'gone'
  return changed ? 'changed' : 'same'
}

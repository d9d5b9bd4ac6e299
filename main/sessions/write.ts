/** A session as text: the same session gives the same bytes. */
import type { SavedSession } from '../../core/protocol/index.js'

/** Keys in this order wherever they occur, so that a difference of two files is a difference of two sessions. */
const ORDER = [
  ...['format', 'version', 'program', 'machine', 'inputs', 'reached', 'position', 'marks', 'notes', 'layout'],
  ...['id', 'at', 'label', 'name', 'text', 'source', 'draft'],
  ...['profile', 'seed', 'ramMiB', 'thp', 'aslr'],
  ...['statements', 'stops', 'state', 'trace', 'stop', 'time'],
  ...['view', 'part', 'splitters'],
]
const RANK = new Map(ORDER.map((key, rank) => [key, rank]))

/** Ends with a newline. What is undefined is left out. */
export const formatSession = (session: SavedSession): string => `${JSON.stringify(ordered(session), undefined, 2)}\n`

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]))
}

const rank = (key: string): number => RANK.get(key) ?? ORDER.length

/** Whether a window of another moment says anything new. */
import { sameData } from '../../../core/protocol/index.js'

/** Rows that have not changed are the same objects (see core/protocol/sent-rows.ts): comparing them takes no time. */
export function sameButMoment<T extends object>(a: T, b: T): boolean {
  const names = Object.keys(b)
  return (
    names.length === Object.keys(a).length &&
    names.every((name) => name === 'moment' || sameData(a[name as keyof T], b[name as keyof T]))
  )
}

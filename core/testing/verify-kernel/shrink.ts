/** Smaller programs that still differ: whatever can go without the difference going with it goes. */
import type { Action, RandomProgram } from './actions.js'

/**
 * Strikes out stops, then actions, then what children and threads do in them, large parts before small ones, until nothing
 * more can go.
 * @param shows whether a smaller program still shows what it is about
 * @param most so many programs are tried at most
 */
export function smallest(
  program: RandomProgram,
  shows: (program: RandomProgram) => boolean,
  most: number,
): RandomProgram {
  let left = most
  const tried = (groups: RandomProgram['groups']): boolean => left-- > 0 && shows({ groups })
  let { groups } = program
  for (;;) {
    const before = sizeOf(groups)
    groups = fewer(groups, tried)
    for (let i = 0; i < groups.length; i++) {
      const rest = groups
      groups = rest.with(
        i,
        fewerActions(rest[i], (actions) => tried(rest.with(i, actions))),
      )
    }
    if (left <= 0 || sizeOf(groups) === before) return { groups }
  }
}

const sizeOf = (groups: RandomProgram['groups']): number => groups.reduce((sum, group) => sum + 1 + count(group), 0)
const count = (actions: readonly Action[]): number =>
  actions.reduce((sum, { inner }) => sum + 1 + (inner ? count(inner.actions) : 0), 0)

function fewerActions(actions: readonly Action[], shows: (actions: readonly Action[]) => boolean): readonly Action[] {
  let now = fewer(actions, shows)
  for (let i = 0; i < now.length; i++) {
    const rest = now
    const { inner } = rest[i]
    if (!inner) continue
    const small = fewerActions(inner.actions, (some) => shows(rest.with(i, inner.replaced(some))))
    now = rest.with(i, inner.replaced(small))
  }
  return now
}

/** Without halves, quarters ... single ones of the parts. */
function fewer<T>(parts: readonly T[], shows: (parts: readonly T[]) => boolean): readonly T[] {
  let now = parts
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let at = 0; at < now.length;) {
      const without = [...now.slice(0, at), ...now.slice(at + size)]
      if (shows(without)) now = without
      else at += size
    }
  return now
}

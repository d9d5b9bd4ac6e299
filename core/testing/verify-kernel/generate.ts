/** Random C programs: stops between small groups of actions, each program drawn from a seed and shrinkable. */
import fc from 'fast-check'
import type { Action, Kind, RandomProgram } from './actions.js'
import { Draft } from './draft.js'
import { heapKinds } from './heap-actions.js'
import { mapKinds } from './map-actions.js'
import { pageKinds } from './page-actions.js'
import { finish, processKinds } from './process-actions.js'

const plain = [...mapKinds, ...pageKinds, ...heapKinds]
/** What a child does, its own children among it. */
const ofChildren = [...plain, ...processKinds(plain, plain)]

export const randomProgram: fc.Arbitrary<RandomProgram> = programOf([...plain, ...processKinds(ofChildren, plain)])

function programOf(kinds: readonly Kind[]): fc.Arbitrary<RandomProgram> {
  const action: fc.Arbitrary<Action> = fc.oneof(...kinds)
  const group = fc.array(action, { minLength: 1, maxLength: 3 })
  return fc.record({ groups: fc.array(group, { minLength: 4, maxLength: 14 }) })
}

/** The program as C. Groups that find nothing to do leave no trace. */
export function sourceOf({ groups }: RandomProgram): string {
  const draft = new Draft()
  draft.stop(['start'])
  for (const group of groups) {
    const said = group.flatMap((action) => action.write(draft) ?? [])
    if (said.length > 0) draft.stop(said)
  }
  finish(draft)
  return draft.text
}

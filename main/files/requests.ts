/** What a request to save must look like. */
import * as v from 'valibot'
import type { SaveRequest } from '../../preload/contract.js'
import { sessionSchema } from '../sessions/index.js'

export const saveRequest = v.strictObject({
  document: v.undefinedable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  ask: v.boolean(),
  // A name to suggest in a dialog, never a path to write to.
  name: v.pipe(v.string(), v.maxLength(255), v.regex(/^[^/\\\0]*$/)),
  text: v.pipe(v.string(), v.maxLength(4 * 1024 * 1024)),
  session: sessionSchema,
}) satisfies v.GenericSchema<unknown, SaveRequest>

/** What the page may say of its presentation: it goes to another window, so it is bounded like everything a page says. */
import * as v from 'valibot'
import { PRESENTER_MOVES, type Presenting } from '../../preload/contract.js'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1000))
const spans = v.pipe(
  v.array(v.strictObject({ kind: v.picklist(['text', 'code', 'strong']), text: text(4000) })),
  v.maxLength(400),
)

export const presenting = v.undefinedable(
  v.strictObject({
    lesson: text(200),
    title: text(200),
    step: count,
    steps: count,
    next: v.undefinedable(text(200)),
    notes: v.pipe(v.array(spans), v.maxLength(40)),
    answer: v.undefinedable(spans),
    black: v.boolean(),
    begun: v.pipe(v.number(), v.finite(), v.minValue(0)),
  }),
) satisfies v.GenericSchema<unknown, Presenting | undefined>

export const presenterMove = v.picklist(PRESENTER_MOVES)

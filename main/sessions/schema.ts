/**
 * The format of a `.pagewalk` file. It may come from anybody: every length is bounded, every field is known, and names
 * are names and no paths. What the fields mean stands in core/protocol/saved-session.ts.
 */
import * as v from 'valibot'
import {
  MAX_SOURCE,
  SESSION_FORMAT,
  SESSION_VERSION,
  THP_MODES,
  type SavedPlace,
  type SavedRun,
  type SavedSession,
} from '../../core/protocol/index.js'

/** Characters, but for `file`: bytes. Far above what anybody makes by hand, far below what would hurt. */
export const LIMITS = {
  file: 8 * 1024 * 1024,
  source: MAX_SOURCE,
  inputs: 20_000,
  input: 64 * 1024,
  /** All inputs together. */
  typed: 1024 * 1024,
  marks: 1000,
  label: 200,
  notes: 1000,
  note: 20_000,
  splitters: 64,
} as const

/** A text with half a character in it would be another one after it is saved. */
const whole = v.check<string, string>((text) => !/\p{Surrogate}/u.test(text), 'whole characters')
const text = (max: number) => v.pipe(v.string(), v.maxLength(max, `at most ${max} characters`), whole)
/** One line that shows what it says: no control characters, nothing that turns the direction of writing. */
const line = (max: number) =>
  v.pipe(
    text(max),
    v.minLength(1, 'at least one character'),
    v.regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, 'one line'),
  )
const fileName = v.pipe(line(255), v.regex(/^[^/\\]*$/, 'a file name without folders'))
const source = v.pipe(
  text(LIMITS.source),
  v.check((c) => !c.includes('\0'), 'text'),
)

const count = v.pipe(v.number(), v.safeInteger('a whole number'), v.minValue(0, 'not less than 0'))
const stop = v.pipe(count, v.maxValue(2 ** 32, 'at most 2^32'))
const time = v.pipe(v.number(), v.finite('a number'), v.minValue(0, 'not less than 0'), v.maxValue(2 ** 53, '2^53'))
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and -'))

const place: v.GenericSchema<unknown, SavedPlace> = v.union(
  [v.strictObject({ stop }), v.strictObject({ time })],
  '{ "stop": number } or { "time": nanoseconds }',
)

const inputs = v.pipe(
  v.array(
    v.strictObject({ text: text(LIMITS.input), statements: count, stop: v.optional(stop), time: v.optional(time) }),
  ),
  v.maxLength(LIMITS.inputs, `at most ${LIMITS.inputs} inputs`),
  v.check((all) => all.reduce((sum, input) => sum + input.text.length, 0) <= LIMITS.typed, 'at most 1 MiB in all'),
  v.check((all) => all.every((input, i) => i === 0 || input.statements >= all[i - 1]!.statements), 'in order of time'),
)

const areDistinct = (all: readonly { readonly id: string }[]): boolean =>
  new Set(all.map((one) => one.id)).size === all.length

const percent = v.pipe(v.number(), v.minValue(0, 'percent'), v.maxValue(100, 'percent'))
const layoutName = v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/, 'a name'))
const splitters = v.pipe(
  v.record(layoutName, v.pipe(v.array(percent), v.maxLength(16, 'at most 16 panes'))),
  v.check((all) => Object.keys(all).length <= LIMITS.splitters, `at most ${LIMITS.splitters} splitters`),
)

const run = {
  inputs,
  reached: v.strictObject({
    statements: count,
    stops: stop,
    state: v.picklist(['between', 'waiting', 'ended'], 'between, waiting or ended'),
    trace: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, '16 hex digits')),
  }),
  position: v.union([v.literal('end'), place], '"end", { "stop": number } or { "time": nanoseconds }'),
}
export const runSchema = v.strictObject(run) satisfies v.GenericSchema<unknown, SavedRun>

export const sessionSchema = v.strictObject({
  format: v.literal(SESSION_FORMAT),
  version: v.literal(SESSION_VERSION),
  program: v.strictObject({ name: fileName, source, draft: v.optional(source) }),
  machine: v.strictObject({
    profile: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'the name of a machine')),
    seed: count,
    ramMiB: v.optional(v.pipe(count, v.maxValue(2 ** 24, 'at most 2^24'))),
    thp: v.optional(v.picklist(THP_MODES, THP_MODES.join(', '))),
    aslr: v.optional(v.boolean()),
  }),
  ...run,
  marks: v.pipe(
    v.array(v.strictObject({ id, at: place, label: line(LIMITS.label) })),
    v.maxLength(LIMITS.marks, `at most ${LIMITS.marks} marks`),
    v.check((all) => areDistinct(all), 'each id once'),
  ),
  notes: v.pipe(
    v.array(v.strictObject({ id, at: v.optional(place), text: text(LIMITS.note) })),
    v.maxLength(LIMITS.notes, `at most ${LIMITS.notes} notes`),
    v.check((all) => areDistinct(all), 'each id once'),
  ),
  layout: v.strictObject({ view: v.optional(layoutName), part: v.optional(layoutName), splitters }),
}) satisfies v.GenericSchema<unknown, SavedSession>

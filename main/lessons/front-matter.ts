/** The head of a lesson's file: `key: value` lines between two lines of ---, each key known, each value checked. */
import * as v from 'valibot'
import type { LessonKey, LessonWhy } from '../../core/protocol/index.js'
import { quote, type Problems } from './problems.js'

/** As valibot's message: why a value is refused. */
const why = (of: LessonWhy): LessonWhy => of

const oneLine = (most: number) => v.pipe(v.string(), v.minLength(1, why('empty')), v.maxLength(most, why('longer')))
const whole = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,10}$/, why('no-number')),
    v.transform(Number),
    v.minValue(least, why('less')),
    v.maxValue(most, why('more')),
  )

const fields = {
  format: v.literal('1', why('other-format')),
  language: v.picklist(['en', 'zh-CN'], why('neither-language')),
  title: oneLine(120),
  summary: oneLine(300),
  program: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,40}(\.c)?$/, why('names-no-program'))),
  profile: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,40}$/, why('names-no-machine'))),
  seed: v.optional(whole(0, 999_999_999)),
  minutes: whole(1, 120),
}
const schema = v.object(fields)
export type FrontMatter = v.InferOutput<typeof schema>

const KEYS = Object.keys(fields)

/** @returns what it says and the first line behind it; no matter when it is not good enough to go on */
export function parseFrontMatter(
  file: string,
  lines: readonly string[],
  problems: Problems,
): { readonly matter: FrontMatter | undefined; readonly next: number } {
  const end = lines.indexOf('---', 1)
  if (lines[0] !== '---' || end < 0) {
    problems.add(file, 1, 'no-front-matter')
    return { matter: undefined, next: 0 }
  }
  const values = new Map<string, { readonly value: string; readonly line: number }>()
  for (let i = 1; i < end; i++) readLine(file, i + 1, lines[i] ?? '', values, problems)
  return { matter: check(file, values, problems), next: end + 1 }
}

function readLine(
  file: string,
  line: number,
  text: string,
  values: Map<string, { readonly value: string; readonly line: number }>,
  problems: Problems,
): void {
  if (text.trim() === '') return
  const [, key, value = ''] = /^([a-z]+): *(.*)$/.exec(text) ?? []
  if (key === undefined) problems.add(file, line, 'no-key-line', { text: quote(text) })
  else if (!KEYS.includes(key)) problems.add(file, line, 'no-key', { name: quote(key), keys: KEYS.join(', ') })
  else if (values.has(key)) problems.add(file, line, 'key-twice', { key })
  else values.set(key, { value: value.trim(), line })
}

function check(
  file: string,
  values: ReadonlyMap<string, { readonly value: string; readonly line: number }>,
  problems: Problems,
): FrontMatter | undefined {
  const parsed = v.safeParse(schema, Object.fromEntries([...values].map(([key, { value }]) => [key, value])))
  if (parsed.success) return parsed.output
  for (const issue of parsed.issues) {
    const key = String(issue.path?.[0]?.key) as LessonKey
    const found = values.get(key)
    if (!found) problems.add(file, 1, 'key-missing', { key, help: key })
    else {
      const reason = { why: issue.message as LessonWhy, limit: Number(issue.requirement) }
      problems.add(file, found.line, 'wrong-value', { key, value: quote(found.value), help: key, ...reason })
    }
  }
  return undefined
}

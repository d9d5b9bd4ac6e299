/** The head of a lesson's file: `key: value` lines between two lines of ---, each key known, each value checked. */
import * as v from 'valibot'
import { quote, type Problems } from './problems.js'

const oneLine = (most: number) =>
  v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(most, `is longer than ${most} characters`))
const whole = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,10}$/, 'is no whole number'),
    v.transform(Number),
    v.minValue(least, `is less than ${least}`),
    v.maxValue(most, `is more than ${most}`),
  )

const fields = {
  format: v.literal('1', 'is a format this version does not read: it reads 1'),
  language: v.picklist(['en', 'zh-CN'], 'is not en or zh-CN'),
  title: oneLine(120),
  summary: oneLine(300),
  program: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,40}(\.c)?$/, 'names no program')),
  profile: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,40}$/, 'names no machine')),
  seed: v.optional(whole(0, 999_999_999)),
  minutes: whole(1, 120),
}
const schema = v.object(fields)
export type FrontMatter = v.InferOutput<typeof schema>

const REMEDY: Readonly<Record<keyof FrontMatter, string>> = {
  format: 'write format: 1',
  language: 'write language: en or language: zh-CN',
  title: 'write a title of at most 120 characters',
  summary: 'write a sentence of at most 300 characters',
  program: 'write the id of a built-in program, or the name of a .c file in the lesson’s folder',
  profile: 'write the id of a machine, e.g. profile: debian-12',
  seed: 'write a whole number, or leave it out',
  minutes: 'write minutes: and a number from 1 to 120',
}
const KEYS = Object.keys(fields)

/** @returns what it says and the first line behind it; no matter when it is not good enough to go on */
export function parseFrontMatter(
  file: string,
  lines: readonly string[],
  problems: Problems,
): { readonly matter: FrontMatter | undefined; readonly next: number } {
  const end = lines.indexOf('---', 1)
  if (lines[0] !== '---' || end < 0) {
    problems.add(file, 1, 'there is no front matter', 'begin the file with a line ---, then key: value lines, then ---')
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
  if (key === undefined) problems.add(file, line, `${quote(text)} is no key: value line`, 'write one, or leave it out')
  else if (!KEYS.includes(key)) problems.add(file, line, `there is no key ${quote(key)}`, `use ${KEYS.join(', ')}`)
  else if (values.has(key)) problems.add(file, line, `${key} is there twice`, 'leave one of them out')
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
    const key = String(issue.path?.[0]?.key) as keyof FrontMatter
    const found = values.get(key)
    const what = found ? `${key} ${quote(found.value)} ${issue.message}` : `${key} is missing`
    problems.add(file, found?.line ?? 1, what, REMEDY[key])
  }
  return undefined
}

/** A lesson of its files: both languages, which have to say the same, and the program they are about. */
import { findProgram } from '../../core/programs/index.js'
import { findProfile } from '../../core/profiles/index.js'
import type {
  FigureRef,
  Lesson,
  LessonPart,
  LessonProblem,
  LessonSpan,
  LessonStep,
  LessonText,
} from '../../core/protocol/index.js'
import { LIMITS, parseText, type ParsedText } from './parse.js'
import { Problems, quote } from './problems.js'

/** Texts of the folder's files by name: en.md, zh-CN.md, and the .c file if it brings one. */
export type LessonFiles = Readonly<Record<string, string>>

export type ParsedLesson =
  { readonly ok: true; readonly lesson: Lesson } | { readonly ok: false; readonly problems: readonly LessonProblem[] }

const LANGUAGES = ['en', 'zh-CN'] as const

/** @param id the folder's name */
export function parseLesson(id: string, files: LessonFiles): ParsedLesson {
  const problems = new Problems()
  if (!/^[a-z0-9][a-z0-9-]{0,60}$/.test(id)) problems.add(quote(id), 1, 'bad-name')
  const [en, zh] = LANGUAGES.map((language) => readLanguage(id, language, files, problems))
  if (en && zh) compare(id, en, zh, problems)
  if (!en || !zh || problems.found.length > 0) return { ok: false, problems: problems.found }
  const { minutes, profile, seed, program } = en.matter
  // As the editor has it: its lines end in \n, or its text would pass for edited.
  const source = (sourceOf(files, program) ?? '').replaceAll('\r\n', '\n')
  const name = program.endsWith('.c') ? program : `${program}.c`
  const texts = { en: en.text, 'zh-CN': zh.text }
  return { ok: true, lesson: { id, minutes, profile, seed, program: { name, source }, texts } }
}

const ownFile = (files: LessonFiles, name: string): string | undefined =>
  Object.hasOwn(files, name) ? files[name] : undefined

const sourceOf = (files: LessonFiles, program: string): string | undefined =>
  program.endsWith('.c') ? ownFile(files, program) : findProgram(program)?.source

function readLanguage(
  id: string,
  language: (typeof LANGUAGES)[number],
  files: LessonFiles,
  problems: Problems,
): ParsedText | undefined {
  const file = `${id}/${language}.md`
  const raw = ownFile(files, `${language}.md`)
  if (raw === undefined) {
    problems.add(file, 1, 'missing-file')
    return undefined
  }
  if (new TextEncoder().encode(raw).length > LIMITS.text) {
    problems.add(file, 1, 'text-too-large', { kib: LIMITS.text / 1024 })
    return undefined
  }
  const parsed = parseText(file, raw, (program) => sourceOf(files, program), problems)
  if (!parsed) return undefined
  const lineOf = (key: string): number => 1 + raw.split('\n').findIndex((line) => line.startsWith(`${key}:`))
  if (parsed.matter.language !== language)
    problems.add(file, lineOf('language'), 'other-language', { found: parsed.matter.language, wanted: language })
  if (!findProfile(parsed.matter.profile))
    problems.add(file, lineOf('profile'), 'no-machine', { name: quote(parsed.matter.profile) })
  return parsed
}

// ---- both languages -------------------------------------------------------------------------------------------------

function compare(id: string, en: ParsedText, zh: ParsedText, problems: Problems): void {
  const file = `${id}/zh-CN.md`
  for (const key of ['program', 'profile', 'seed', 'minutes'] as const)
    if (en.matter[key] !== zh.matter[key])
      problems.add(file, 1, 'other-key', { key, value: en.matter[key] ?? '(none)' })
  const count = en.text.steps.length
  if (zh.text.steps.length !== count) {
    problems.add(file, 1, 'other-steps', { count: zh.text.steps.length, wanted: count })
    return
  }
  en.text.steps.forEach((step, i) => {
    const other = zh.text.steps[i]!
    const where = { step: i + 1 }
    const differs = (of: (text: LessonText['steps'][number]) => unknown): boolean =>
      JSON.stringify(of(step)) !== JSON.stringify(of(other))
    if (differs((s) => s.parts.map((part) => (part.kind === 'cues' ? part : part.kind))))
      problems.add(file, 1, 'other-cues', where)
    else if (differs((s) => s.parts.map(rightAnswer))) problems.add(file, 1, 'other-answer', where)
    if (differs((s) => s.notes.length)) problems.add(file, 1, 'other-notes', where)
    if (differs((s) => figuresOf(s).map(figureKey).sort())) problems.add(file, 1, 'other-figures', where)
    if (differs((s) => s.claims.map((claim) => claim.text))) problems.add(file, 1, 'other-claims', where)
  })
}

const rightAnswer = (part: LessonPart): unknown =>
  part.kind === 'predict' ? part.options.map(({ right }) => right) : undefined

const figureKey = ({ name, stop, since }: FigureRef): string => `${name} ${since ?? ''} ${stop}`

/** Every figure that a step tells, in its notes too. */
export const figuresOf = ({ parts, notes }: LessonStep): readonly FigureRef[] =>
  [...parts.flatMap(spansOf), ...notes.flat()].flatMap((span) => (span.kind === 'figure' ? [span.figure] : []))

function spansOf(part: LessonPart): readonly LessonSpan[] {
  if (part.kind === 'cues') return []
  if (part.kind === 'predict') return [...part.question, ...part.options.flatMap(({ spans }) => spans)]
  return part.blocks.flatMap((block) =>
    block.kind === 'paragraph' ? block.spans : block.kind === 'list' ? block.items.flat() : [],
  )
}

/** What is wrong with a lesson, and what to do about it, in both languages. */
import type { LessonKey, LessonProblem, LessonProblemKind, LessonWhy } from '../protocol/index.js'
import { en } from './lesson-problem.en.js'
import { zhCN } from './lesson-problem.zh-cn.js'

interface Said {
  readonly what: string
  readonly remedy: string
}
export interface LessonSentences {
  readonly kinds: Readonly<Record<LessonProblemKind, Said>>
  readonly whys: Readonly<Record<LessonWhy, string>>
  readonly helps: Readonly<Record<LessonKey, string>>
}

const LANGUAGES: Readonly<Record<'en' | 'zh-CN', LessonSentences>> = { en, 'zh-CN': zhCN }

export function lessonProblemText(
  { kind, values }: Pick<LessonProblem, 'kind' | 'values'>,
  language: keyof typeof LANGUAGES,
): Said {
  const { kinds, whys, helps } = LANGUAGES[language]
  const { why, help } = values
  const said = {
    ...values,
    why: why === undefined ? '' : filled(whys[why], values),
    help: help === undefined ? '' : helps[help],
  }
  const { what, remedy } = kinds[kind]
  return { what: filled(what, said), remedy: filled(remedy, said) }
}

/** In one pass: braces in a value are the author's. */
const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole))

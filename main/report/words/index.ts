/** The words of a report in the language it is made in. */
import type { ReportLanguage } from '../../../core/protocol/index.js'
import { en, type WordId, type Words } from './en.js'
import { zhCN } from './zh-cn.js'

export type Say = (id: WordId, params?: Readonly<Record<string, string | number>>) => string

const WORDS: Readonly<Record<ReportLanguage, Words>> = { en, 'zh-CN': zhCN }

/** A parameter's value is put in as it is: what looks like a parameter in it stays what it is. */
export const wordsOf =
  (language: ReportLanguage): Say =>
  (id, params = {}) =>
    WORDS[language][id].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))

/** What is wrong with a session file, and what to do about it, in both languages. */
import type { SessionProblem, SessionProblemKind } from '../protocol/index.js'

interface Said {
  readonly what: string
  readonly remedy: string
}
type Sentences = Readonly<Record<SessionProblemKind, Said>>

/** `{where}` and `{detail}` are those of the problem. */
const en: Sentences = {
  unreadable: {
    what: 'the file cannot be read ({detail})',
    remedy: 'see that it is there and that you may read it',
  },
  'not-a-file': {
    what: 'it is no regular file',
    remedy: 'choose a .pagewalk file that Pagewalk has saved',
  },
  'too-large': {
    what: 'the file is larger than any session ({detail})',
    remedy: 'choose a .pagewalk file that Pagewalk has saved',
  },
  'not-text': {
    what: 'the file is not UTF-8 text',
    remedy: 'choose a .pagewalk file that Pagewalk has saved, or a copy of it from before it was damaged',
  },
  'not-json': {
    what: 'the file is not whole: at {where} the JSON ends or breaks off',
    remedy: 'take a copy from before it was damaged, or mend it there with a text editor',
  },
  'not-a-session': {
    what: 'the file is JSON, but no Pagewalk session',
    remedy: 'choose a .pagewalk file that Pagewalk has saved',
  },
  newer: {
    what: 'a newer Pagewalk has saved the file (format {detail})',
    remedy: 'update Pagewalk to open it',
  },
  'unknown-version': {
    what: '{where} is not the number of a version that there has been ({detail})',
    remedy: 'take a copy from before it was damaged',
  },
  missing: {
    what: '{where} is missing',
    remedy: 'take a copy from before it was damaged, or add it with a text editor',
  },
  'unknown-field': {
    what: '{where} is nothing that a session has',
    remedy: 'remove it with a text editor, or take a copy from before it was damaged',
  },
  wrong: {
    what: '{where} is not what it should be ({detail})',
    remedy: 'mend it with a text editor, or take a copy from before it was damaged',
  },
  'unknown-profile': {
    what: '{where} names a machine that this Pagewalk does not have ({detail})',
    remedy: 'update Pagewalk, or name one of its machines there with a text editor',
  },
}

const zhCN: Sentences = {
  unreadable: {
    what: '无法读取文件（{detail}）',
    remedy: '请确认文件存在，并且您有权读取',
  },
  'not-a-file': {
    what: '它不是普通文件',
    remedy: '请选择由 Pagewalk 保存的 .pagewalk 文件',
  },
  'too-large': {
    what: '文件比任何会话都大（{detail}）',
    remedy: '请选择由 Pagewalk 保存的 .pagewalk 文件',
  },
  'not-text': {
    what: '文件不是 UTF-8 文本',
    remedy: '请选择由 Pagewalk 保存的 .pagewalk 文件，或损坏之前的副本',
  },
  'not-json': {
    what: '文件不完整：JSON 在{where}处中断或有误',
    remedy: '请使用损坏之前的副本，或用文本编辑器修正该处',
  },
  'not-a-session': {
    what: '文件是 JSON，但不是 Pagewalk 会话',
    remedy: '请选择由 Pagewalk 保存的 .pagewalk 文件',
  },
  newer: {
    what: '文件由更新版本的 Pagewalk 保存（格式 {detail}）',
    remedy: '请更新 Pagewalk 后再打开',
  },
  'unknown-version': {
    what: '{where} 不是存在过的版本号（{detail}）',
    remedy: '请使用损坏之前的副本',
  },
  missing: {
    what: '缺少 {where}',
    remedy: '请使用损坏之前的副本，或用文本编辑器补上',
  },
  'unknown-field': {
    what: '会话中没有 {where} 这一项',
    remedy: '请用文本编辑器删去它，或使用损坏之前的副本',
  },
  wrong: {
    what: '{where} 的内容不对（{detail}）',
    remedy: '请用文本编辑器修正，或使用损坏之前的副本',
  },
  'unknown-profile': {
    what: '{where} 指定了本 Pagewalk 没有的机器（{detail}）',
    remedy: '请更新 Pagewalk，或用文本编辑器在该处改为已有的机器',
  },
}

const LANGUAGES = { en, 'zh-CN': zhCN } as const

export function sessionProblemText(problem: SessionProblem, language: keyof typeof LANGUAGES): Said {
  const { what, remedy } = LANGUAGES[language][problem.kind]
  const filled = what.replace(/\{(where|detail)\}/g, (_whole, name: 'where' | 'detail') =>
    name === 'where' ? placeIn(language, problem.where) : problem.detail,
  )
  return { what: filled, remedy }
}

/** JSON paths are the same in every language; a place in the text is not. */
function placeIn(language: keyof typeof LANGUAGES, where: string): string {
  const place = /^line (\d+), column (\d+)$/.exec(where)
  return place && language === 'zh-CN' ? `第 ${place[1]} 行第 ${place[2]} 列` : where
}

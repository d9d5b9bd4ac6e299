/**
 * A lesson's Markdown, taken apart (the format is in lessons/README.md). The text may come from anywhere: it is bounded,
 * has no markup that could do anything, and whatever is not understood is a problem with its line, never a guess.
 */
import type {
  LessonBlock,
  LessonClaim,
  LessonCue,
  LessonPart,
  LessonSpan,
  LessonStep,
  LessonText,
} from '../../core/protocol/index.js'
import { parseCue } from './cues.js'
import { parseClaim } from './figure-ref.js'
import { parseFrontMatter, type FrontMatter } from './front-matter.js'
import { parseInline } from './inline.js'
import { quote, type Fault, type Problems } from './problems.js'

export const LIMITS = {
  /** Bytes of one language. */
  text: 64 * 1024,
  lines: 2000,
  /** Characters. */
  line: 2000,
  /** Characters of a step's title. */
  title: 120,
  steps: 40,
  parts: 40,
  options: 6,
  /** Paragraphs for the presenter, in a step. */
  notes: 20,
} as const

export interface ParsedText {
  readonly matter: FrontMatter
  readonly text: LessonText
}

/** @param sourceOf the program's text; undefined: there is no such program */
export function parseText(
  file: string,
  raw: string,
  sourceOf: (program: string) => string | undefined,
  problems: Problems,
): ParsedText | undefined {
  const before = problems.found.length
  const lines = raw.replace(/^\ufeff/, '').split(/\r\n|\n/)
  if (!isSound(file, lines, problems)) return undefined
  const { matter, next } = parseFrontMatter(file, lines, problems)
  if (!matter) return undefined
  const source = sourceOf(matter.program)
  if (source === undefined)
    problems.add(file, 1 + lines.findIndex((line) => line.startsWith('program:')), 'no-program', {
      name: quote(matter.program),
    })
  const steps = new BodyParser(file, lines, next, source ?? '', problems).steps()
  if (problems.found.length > before) return undefined
  return { matter, text: { title: matter.title, summary: matter.summary, steps } }
}

/** Sizes, and characters that show something else than what is there. */
function isSound(file: string, lines: readonly string[], problems: Problems): boolean {
  if (lines.length > LIMITS.lines) {
    problems.add(file, LIMITS.lines + 1, 'too-many-lines', { most: LIMITS.lines })
    return false
  }
  const bad = lines.findIndex((line) => line.length > LIMITS.line || INVISIBLE.test(line))
  const text = lines[bad]
  if (text === undefined) return true
  if (text.length > LIMITS.line) problems.add(file, bad + 1, 'long-line', { most: LIMITS.line })
  else problems.add(file, bad + 1, 'invisible')
  return false
}
const INVISIBLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/

class BodyParser {
  /** The stop that the cues so far have run to; 0 before the first. */
  private here = 0
  private readonly found: {
    title: string
    parts: LessonPart[]
    claims: LessonClaim[]
    notes: (readonly LessonSpan[])[]
    line: number
  }[] = []

  constructor(
    private readonly file: string,
    private readonly lines: readonly string[],
    private at: number,
    private readonly source: string,
    private readonly problems: Problems,
  ) {}

  steps(): readonly LessonStep[] {
    while (this.at < this.lines.length) this.takeLine()
    if (this.found.length === 0) this.complain(this.lines.length, 'no-step')
    for (const { parts, title, line } of this.found)
      if (parts.length === 0) this.complain(line, 'empty-step', { title: quote(title) })
    return this.found.map(({ title, parts, claims, notes }) => ({ title, parts, claims, notes }))
  }

  private complain(line: number, kind: Fault['kind'], values: Fault['values'] = {}): void {
    this.problems.add(this.file, line, kind, values)
  }

  private takeLine(): void {
    const text = this.lines[this.at] ?? ''
    if (text.trim() === '') this.at++
    else if (text.startsWith('#')) this.heading(text)
    else if (this.found.length === 0) {
      this.complain(this.at + 1, 'before-step')
      this.at = this.lines.length
    } else if (text.startsWith('```')) this.fence(text)
    else if (text.startsWith('- ')) this.list()
    else if (text.startsWith('>')) this.note()
    else this.paragraph()
  }

  private heading(text: string): void {
    const line = ++this.at
    const title = /^## (.+)$/.exec(text)?.[1]?.trim()
    if (title === undefined) this.complain(line, 'no-heading', { text: quote(text) })
    else if (title.length > LIMITS.title) this.complain(line, 'long-title', { most: LIMITS.title })
    else if (/[<>`{}[\]*]/.test(title)) this.complain(line, 'marked-title')
    if (this.found.length >= LIMITS.steps) {
      this.complain(line, 'too-many-steps', { most: LIMITS.steps })
      this.at = this.lines.length
      return
    }
    this.found.push({ title: title ?? '', parts: [], claims: [], notes: [], line })
  }

  // ---- text -------------------------------------------------------------------------------------------------------

  private inline(text: string, line: number) {
    return parseInline(text, this.here, ({ kind, values }) => this.complain(line, kind, values))
  }

  private paragraph(): void {
    const line = this.at + 1
    const text: string[] = []
    while (this.at < this.lines.length && !BLOCK_START.test(this.lines[this.at] ?? ''))
      text.push((this.lines[this.at++] ?? '').trim())
    this.addBlock({ kind: 'paragraph', spans: this.inline(joinLines(text), line) })
  }

  private list(): void {
    const items = []
    for (; (this.lines[this.at] ?? '').startsWith('- '); this.at++)
      items.push(this.inline((this.lines[this.at] ?? '').slice(2).trim(), this.at + 1))
    this.addBlock({ kind: 'list', items })
  }

  /** Lines that begin with > are for the presenter; one with nothing behind it ends a paragraph. */
  private note(): void {
    const { notes } = this.step
    const first = this.at
    let lines: string[] = []
    const finish = (): void => {
      if (lines.length > 0) notes.push(this.inline(joinLines(lines), first + 1))
      lines = []
    }
    for (; (this.lines[this.at] ?? '').startsWith('>'); this.at++) {
      const text = (this.lines[this.at] ?? '').slice(1).trim()
      if (text === '') finish()
      else lines.push(text)
    }
    finish()
    if (notes.length <= LIMITS.notes) return
    this.complain(first + 1, 'too-many-notes', { most: LIMITS.notes })
    notes.length = LIMITS.notes
  }

  private addBlock(block: LessonBlock): void {
    const last = this.step.parts.at(-1)
    if (last?.kind === 'text')
      this.step.parts[this.step.parts.length - 1] = { kind: 'text', blocks: [...last.blocks, block] }
    else this.addPart({ kind: 'text', blocks: [block] })
  }

  private get step() {
    return this.found[this.found.length - 1]!
  }

  private addPart(part: LessonPart): void {
    if (this.step.parts.length < LIMITS.parts) this.step.parts.push(part)
    else this.complain(this.at, 'too-many-parts', { most: LIMITS.parts })
  }

  // ---- fences -----------------------------------------------------------------------------------------------------

  private fence(opening: string): void {
    const first = this.at + 1
    const end = this.lines.findIndex((line, i) => i >= first && line.startsWith('```'))
    if (end < 0) {
      this.complain(first, 'open-block')
      this.at = this.lines.length
      return
    }
    const inside = this.lines.slice(first, end).map((text, i) => ({ text, line: first + i + 1 }))
    this.at = end + 1
    const kind = opening.slice(3).trim()
    if (kind === 'cues') this.cues(inside)
    else if (kind === 'claims') this.claims(inside)
    else if (kind === 'predict') this.predict(inside, first)
    else if (kind === 'c' || kind === 'text')
      this.addBlock({ kind: 'code', text: inside.map(({ text }) => text).join('\n') })
    else this.complain(first, 'no-block', { name: quote(kind) })
  }

  private cues(inside: readonly Line[]): void {
    const cues: LessonCue[] = []
    for (const { text, line } of written(inside)) {
      const cue = parseCue(text.trim(), this.here, this.source)
      if ('kind' in cue) this.complain(line, cue.kind, cue.values)
      else cues.push(cue)
      if ('cue' in cue && cue.cue === 'run') this.here = cue.stop
    }
    if (cues.length > 0) this.addPart({ kind: 'cues', cues })
  }

  private claims(inside: readonly Line[]): void {
    for (const { text, line } of written(inside)) {
      const claim = parseClaim(text.trim(), this.here, line)
      if ('why' in claim) this.complain(line, 'claim', { ...claim, text: quote(text) })
      else this.step.claims.push(claim)
    }
  }

  /** The question, then the answers: `+ ` before the right one, `- ` before the others. */
  private predict(inside: readonly Line[], first: number): void {
    const answers = written(inside).filter(({ text }) => /^[+-] /.test(text))
    const question = written(inside).filter(({ text }) => !/^[+-] /.test(text))
    const options = answers.map(({ text, line }) => ({
      right: text.startsWith('+'),
      spans: this.inline(text.slice(2).trim(), line),
    }))
    if (question.length === 0) this.complain(first, 'no-question')
    if (options.length < 2 || options.length > LIMITS.options)
      this.complain(first, 'answers', { count: options.length, most: LIMITS.options })
    else if (options.filter(({ right }) => right).length !== 1) this.complain(first, 'not-one-right')
    const text = joinLines(question.map((line) => line.text.trim()))
    this.addPart({ kind: 'predict', question: this.inline(text, first + 1), options })
  }
}

interface Line {
  readonly text: string
  readonly line: number
}
const written = (lines: readonly Line[]): readonly Line[] => lines.filter(({ text }) => text.trim() !== '')

const BLOCK_START = /^(\s*$|#|```|- |>)/

/** Lines of Chinese join without a space. */
const joinLines = (lines: readonly string[]): string =>
  lines.reduce(
    (text, line) => (CJK_END.test(text) || CJK_START.test(line) ? text + line : text === '' ? line : `${text} ${line}`),
    '',
  )
const CJK_END = /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]$/
const CJK_START = /^[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/

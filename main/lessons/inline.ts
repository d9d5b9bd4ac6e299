/**
 * The text of a paragraph, an item or an option: words, `code`, **strong** and {{figures}}. Nothing else of Markdown:
 * what is not known here is refused, and nothing of a lesson ever reaches the page as HTML.
 */
import { FIGURES, type LessonSpan } from '../../core/protocol/index.js'
import { parseFigure } from './figure-ref.js'
import { fault, quote, type Fault } from './problems.js'

/** @param complain gets what is wrong. */
export function parseInline(text: string, here: number, complain: (fault: Fault) => void): readonly LessonSpan[] {
  const spans: LessonSpan[] = []
  let rest = text
  while (rest !== '') {
    const found = /`([^`]+)`|\*\*([^*]+)\*\*|\{\{([^{}]*)\}\}/.exec(rest)
    const plain = rest.slice(0, found?.index ?? rest.length)
    if (plain !== '') spans.push(plainSpan(plain, complain))
    if (!found) break
    const [whole, code, strong, figure] = found
    if (code !== undefined) spans.push({ kind: 'code', text: code })
    else if (strong !== undefined) spans.push({ ...plainSpan(strong, complain), kind: 'strong' })
    else spans.push(...figureSpan(figure ?? '', here, complain))
    rest = rest.slice(found.index + whole.length)
  }
  return spans
}

function figureSpan(text: string, here: number, complain: (fault: Fault) => void): LessonSpan[] {
  const figure = parseFigure(text, here)
  if (!('why' in figure)) return [{ kind: 'figure', figure }]
  complain(fault('figure', { ...figure, text: text.slice(0, 40), names: FIGURES.join(', ') }))
  return []
}

const FORBIDDEN: readonly (readonly [RegExp, Fault['kind']])[] = [
  [/<[a-z!/?]/i, 'html'],
  [/&#?\w+;/, 'entity'],
  [/!?\[[^\]]*\]\(/, 'link'],
  [/\{\{|\}\}/, 'open-figure'],
  [/`/, 'open-code'],
  [/\*\*/, 'open-strong'],
]

function plainSpan(text: string, complain: (fault: Fault) => void): { kind: 'text'; text: string } {
  for (const [pattern, kind] of FORBIDDEN) {
    const found = pattern.exec(text)
    if (found) complain(fault(kind, { text: quote(text.slice(found.index)) }))
  }
  return { kind: 'text', text }
}

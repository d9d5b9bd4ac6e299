/**
 * The text of a paragraph, an item or an option: words, `code`, **strong** and {{figures}}. Nothing else of Markdown:
 * what is not known here is refused, and nothing of a lesson ever reaches the page as HTML.
 */
import type { LessonSpan } from '../../core/protocol/index.js'
import { FIGURE_REMEDY, parseFigure } from './figure-ref.js'
import { quote } from './problems.js'

/** @param complain gets what is wrong and what to do. */
export function parseInline(
  text: string,
  here: number,
  complain: (what: string, remedy: string) => void,
): readonly LessonSpan[] {
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

function figureSpan(text: string, here: number, complain: (what: string, remedy: string) => void): LessonSpan[] {
  const figure = parseFigure(text, here)
  if (typeof figure !== 'string') return [{ kind: 'figure', figure }]
  complain(`{{${text.slice(0, 40)}}}: ${figure}`, FIGURE_REMEDY)
  return []
}

const FORBIDDEN: readonly (readonly [RegExp, string, string])[] = [
  [/<[a-z!/?]/i, 'HTML is not allowed', 'put it between ` signs if it is code, or leave it out'],
  [/&#?\w+;/, 'HTML entities are not allowed', 'write the character itself'],
  [/!?\[[^\]]*\]\(/, 'links and pictures are not allowed', 'say it in words'],
  [/\{\{|\}\}/, 'a figure is not closed', 'write {{NAME}} in one line'],
  [/`/, 'a ` is not closed', 'close it in the same paragraph'],
  [/\*\*/, 'a ** is not closed', 'close it in the same paragraph'],
]

function plainSpan(text: string, complain: (what: string, remedy: string) => void): { kind: 'text'; text: string } {
  for (const [pattern, what, remedy] of FORBIDDEN) {
    const found = pattern.exec(text)
    if (found) complain(`${what}: ${quote(text.slice(found.index))}`, remedy)
  }
  return { kind: 'text', text }
}

/**
 * Figures and claims as lessons write them: `rss`, `rss@2` (at stop 2), `+rss` (since the stop before), `+rss@2`,
 * `rss@1..3` (from stop 1 to stop 3). Without a stop it is the one the lesson has run to.
 */
import {
  FIGURES,
  type FigureName,
  type FigureRef,
  type LessonClaim,
  type LessonWhy,
} from '../../core/protocol/index.js'
import type { Fault } from './problems.js'

const FIGURE = /^(\+?)([a-z]+)(?:@(\d{1,3})(?:\.\.(\d{1,3}))?)?$/
export const LAST_STOP = 200

/** Why it is none, with what the sentence of it holds. */
export type NoFigure = Fault['values'] & { readonly why: LessonWhy }

/** @param here the stop that stands when none is named; 0 before the first. Otherwise why it is none. */
export function parseFigure(text: string, here: number): FigureRef | NoFigure {
  const found = FIGURE.exec(text.trim())
  if (!found) return { why: 'no-figure' }
  const [, plus, name = '', first, last] = found
  if (!isFigure(name)) return { why: 'unknown-figure', name }
  const stop = last !== undefined ? Number(last) : first !== undefined ? Number(first) : here
  if (stop === 0) return { why: 'not-run' }
  const since = last !== undefined ? Number(first) : plus ? stop - 1 : undefined
  if (plus && last !== undefined) return { why: 'plus-and-range' }
  if (since === 0) return { why: 'before-first' }
  if (stop > LAST_STOP) return { why: 'beyond-last', last: LAST_STOP }
  if (since !== undefined && since >= stop) return { why: 'backwards' }
  return { name, stop, since }
}

const isFigure = (name: string): name is FigureName => (FIGURES as readonly string[]).includes(name)

const CLAIM = /^(\S+) (=|<|>|<=|>=) (\S+)$/

export function parseClaim(text: string, here: number, line: number): LessonClaim | NoFigure {
  const found = CLAIM.exec(text)
  if (!found) return { why: 'no-claim' }
  const [, left = '', relation, right = ''] = found
  const operands = [left, right].map((side) => (/^-?\d{1,12}$/.test(side) ? Number(side) : parseFigure(side, here)))
  const wrong = operands.find((operand) => typeof operand === 'object' && 'why' in operand)
  if (wrong !== undefined) return wrong
  const [a, b] = operands as [FigureRef | number, FigureRef | number]
  return { left: a, relation: relation as LessonClaim['relation'], right: b, text, line }
}

/**
 * Figures and claims as lessons write them: `rss`, `rss@2` (at stop 2), `+rss` (since the stop before), `+rss@2`,
 * `rss@1..3` (from stop 1 to stop 3). Without a stop it is the one the lesson has run to.
 */
import { FIGURES, type FigureName, type FigureRef, type LessonClaim } from '../../core/protocol/index.js'

const FIGURE = /^(\+?)([a-z]+)(?:@(\d{1,3})(?:\.\.(\d{1,3}))?)?$/
export const LAST_STOP = 200

/** @param here the stop that stands when none is named; 0 before the first. A text: why it is none. */
export function parseFigure(text: string, here: number): FigureRef | string {
  const found = FIGURE.exec(text.trim())
  if (!found) return 'this is no figure'
  const [, plus, name = '', first, last] = found
  if (!isFigure(name)) return `there is no figure '${name}'`
  const stop = last !== undefined ? Number(last) : first !== undefined ? Number(first) : here
  if (stop === 0) return 'the program has not been run to a stop yet'
  const since = last !== undefined ? Number(first) : plus ? stop - 1 : undefined
  if (plus && last !== undefined) return 'it has both a + and a range'
  if (since === 0) return 'there is no stop before the first'
  if (stop > LAST_STOP) return `a program has at most ${LAST_STOP} stops in a lesson`
  if (since !== undefined && since >= stop) return 'its range runs backwards'
  return { name, stop, since }
}

export const FIGURE_REMEDY = `write {{NAME}}, {{NAME@STOP}}, {{+NAME}} or {{NAME@FROM..TO}}, NAME one of ${FIGURES.join(', ')}`

const isFigure = (name: string): name is FigureName => (FIGURES as readonly string[]).includes(name)

const CLAIM = /^(\S+) (=|<|>|<=|>=) (\S+)$/

export function parseClaim(text: string, here: number, line: number): LessonClaim | string {
  const found = CLAIM.exec(text)
  if (!found) return 'this is no claim'
  const [, left = '', relation, right = ''] = found
  const operands = [left, right].map((side) => (/^-?\d{1,12}$/.test(side) ? Number(side) : parseFigure(side, here)))
  const wrong = operands.find((operand) => typeof operand === 'string')
  if (wrong !== undefined) return wrong
  const [a, b] = operands as [FigureRef | number, FigureRef | number]
  return { left: a, relation: relation as LessonClaim['relation'], right: b, text, line }
}

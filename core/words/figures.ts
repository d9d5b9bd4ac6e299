/** What a lesson speaks of: the stops it goes to, and its numbers, worked out from what was seen at these. */
import type { FigureRef, Figures, LessonClaim, LessonCue, LessonPart, LessonStep } from '../protocol/index.js'

/** @param stops figures at the first stop, the second, ...; undefined when it has not been reached */
export function figureValue({ name, stop, since }: FigureRef, stops: readonly Figures[]): number | undefined {
  const now = stops[stop - 1]?.[name]
  if (since === undefined || now === undefined) return now
  const then = stops[since - 1]?.[name]
  return then === undefined ? undefined : now - then
}

/** undefined: not to be told yet. */
export function claimHolds({ left, relation, right }: LessonClaim, stops: readonly Figures[]): boolean | undefined {
  const [a, b] = [left, right].map((side) => (typeof side === 'number' ? side : figureValue(side, stops)))
  if (a === undefined || b === undefined) return undefined
  switch (relation) {
    case '=':
      return a === b
    case '<':
      return a < b
    case '>':
      return a > b
    case '<=':
      return a <= b
    case '>=':
      return a >= b
  }
}

export const cuesOf = (parts: readonly LessonPart[]): readonly LessonCue[] =>
  parts.flatMap((part) => (part.kind === 'cues' ? part.cues : []))

/** The last stop that the lesson runs to, from 1; 0 when it runs to none. */
export const lastStop = (steps: readonly LessonStep[]): number =>
  Math.max(0, ...steps.flatMap(({ parts }) => cuesOf(parts)).map((cue) => (cue.cue === 'run' ? cue.stop : 0)))

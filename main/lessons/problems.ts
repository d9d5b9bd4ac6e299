/** What is wrong with a lesson, gathered while it is read: an author mends several things at a time, but not a hundred. */
import type { LessonProblem } from '../../core/protocol/index.js'
import { lessonProblemText } from '../../core/words/index.js'

/** What is wrong, wherever it is. */
export type Fault = Pick<LessonProblem, 'kind' | 'values'>
export const fault = (kind: Fault['kind'], values: Fault['values'] = {}): Fault => ({ kind, values })

const MOST = 20

export class Problems {
  readonly found: LessonProblem[] = []

  add(file: string, line: number, kind: Fault['kind'], values: Fault['values'] = {}): void {
    if (this.found.length < MOST) this.found.push({ file, line, kind, values })
  }
}

/** In English. */
export function problemText({ file, line, ...problem }: LessonProblem): string {
  const { what, remedy } = lessonProblemText(problem, 'en')
  return `${file}:${line}: ${what}; ${remedy}`
}

/** A piece of somebody's file for a message: short, and without what would disturb a terminal. */
export function quote(text: string): string {
  const plain = text.replace(/[\p{C}]/gu, '?')
  return `'${plain.length > 40 ? `${plain.slice(0, 40)}…` : plain}'`
}

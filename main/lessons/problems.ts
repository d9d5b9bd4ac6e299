/** What is wrong with a lesson, gathered while it is read: an author mends several things at a time, but not a hundred. */
import type { LessonProblem } from '../../core/protocol/index.js'

const MOST = 20

export class Problems {
  readonly found: LessonProblem[] = []

  add(file: string, line: number, what: string, remedy: string): void {
    if (this.found.length < MOST) this.found.push({ file, line, what, remedy })
  }
}

export const problemText = ({ file, line, what, remedy }: LessonProblem): string =>
  `${file}:${line}: ${what}; ${remedy}`

/** A piece of somebody's file for a message: short, and without what would disturb a terminal. */
export function quote(text: string): string {
  const plain = text.replace(/[\p{C}]/gu, '?')
  return `'${plain.length > 40 ? `${plain.slice(0, 40)}…` : plain}'`
}

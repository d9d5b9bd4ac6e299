/**
 * A file's text with its line continuations removed (translation phase 2), able to say where in the original each
 * character stood.
 */
import type { Span } from '../source.js'

const SPLICE = /\\[ \t]*\r?\n/g

export class SourceText {
  readonly file: string
  readonly original: string
  /** The text without backslash-newlines: what the lexer reads. */
  readonly text: string
  /** Offsets into `text` from which on `shift` more original characters lie before. */
  private readonly cuts: { readonly at: number; readonly shift: number }[] = []
  private readonly lineStarts: number[] = [0]

  constructor(file: string, original: string) {
    this.file = file
    this.original = original
    this.text = original.includes('\\') ? this.splice(original) : original
    for (let i = original.indexOf('\n'); i >= 0; i = original.indexOf('\n', i + 1)) this.lineStarts.push(i + 1)
  }

  /** Span of a half-open range of `text`. */
  span(start: number, end: number): Span {
    const from = this.originalOffset(start)
    const to = end > start ? this.originalOffset(end - 1) + 1 : from
    const line = lastNotAbove(this.lineStarts, from, (s) => s)
    return { file: this.file, start: from, end: to, line: line + 1, column: from - this.lineStarts[line] + 1 }
  }

  private splice(original: string): string {
    let text = ''
    let from = 0
    for (const match of original.matchAll(SPLICE)) {
      text += original.slice(from, match.index)
      from = match.index + match[0].length
      this.cuts.push({ at: text.length, shift: from - text.length })
    }
    return text + original.slice(from)
  }

  private originalOffset(offset: number): number {
    const cut = lastNotAbove(this.cuts, offset, (c) => c.at)
    return cut < 0 ? offset : offset + this.cuts[cut].shift
  }
}

/** Index of the last element whose key is <= value, by bisection; -1 if there is none. */
function lastNotAbove<T>(sorted: readonly T[], value: number, key: (element: T) => number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (key(sorted[middle]) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

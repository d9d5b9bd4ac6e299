/** What completion shows when there are several ways to go on. */
import { textWidth } from '../derive/text-width.js'

/** As far as all agree. */
export function commonStart(words: readonly string[]): string {
  const [first = '', ...others] = words
  let length = first.length
  for (const word of others) while (!word.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}

/** More than this is no help; the rest is counted. */
const MOST = 200

/** In columns, filled downwards, ended by a line end. */
export function inColumns(words: readonly string[], columns: number): string {
  const shown = words.slice(0, MOST)
  const width = Math.max(...shown.map(textWidth)) + 2
  const across = Math.max(1, Math.floor(columns / width))
  const rows = Math.ceil(shown.length / across)
  const lines = Array.from({ length: rows }, (_, row) =>
    shown
      .filter((_word, i) => i % rows === row)
      .map((word) => word + ' '.repeat(width - textWidth(word)))
      .join('')
      .trimEnd(),
  )
  const more = words.length > MOST ? [`... ${words.length - MOST}`] : []
  return [...lines, ...more].map((line) => `${line}\r\n`).join('')
}

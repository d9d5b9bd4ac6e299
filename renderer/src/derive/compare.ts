/** The difference of two moments as the view writes it: signs and words, and the whole of it as text. */
import type { DiffFieldRow, DiffState, MomentRef, Pair, SavedMark, SavedPlace } from '../../../core/protocol/index.js'
import { signed, tidy } from './format.js'
import { textWidth } from './text-width.js'

/** Added, gone and the like are told by a sign and a word. */
export const STATE_SIGN: Readonly<Record<DiffState, string>> = {
  same: '',
  changed: '≠',
  added: '+',
  gone: '−',
  grown: '↑',
  shrunk: '↓',
}

/** "+16", "−4", "0"; nothing where one of the two is not there, as a mapping that came or went. */
export function differenceOf({ before, after }: Pair | DiffFieldRow): string {
  if (before === after) return typeof after === 'number' ? '0' : ''
  if (typeof before === 'string' || typeof after === 'string') return '≠'
  const by = tidy((after ?? 0) - (before ?? 0))
  return by === 0 ? '0' : signed(by)
}

export const valueText = (value: number | string | undefined): string =>
  value === undefined ? '–' : typeof value === 'number' ? String(tidy(value)) : value

export const hasMoved = ({ before, after }: Pair | DiffFieldRow): boolean => before !== after

// ---- moments as choices -----------------------------------------------------------------------------------------------

/** The beginning of main. */
export const MAIN: SavedPlace = { time: 0 }

const samePlace = (a: MomentRef | undefined, b: MomentRef | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

export interface MomentChoice {
  readonly value: string
  readonly ref: MomentRef
  readonly label: string
  readonly detail?: string
}

/** The choice that stands for a moment; of several marks at one place the first. */
export const choiceOf = (choices: readonly MomentChoice[], ref: MomentRef | undefined): MomentChoice | undefined =>
  choices.find((choice) => samePlace(choice.ref, ref))

export interface ChoiceWords {
  readonly now: string
  readonly main: string
  stop(number: number): string
  line(line: number): string
}

/** More stops than this do not fit a list that anybody reads: the last ones. */
const MOST_STOPS = 200

export function momentChoices(
  marks: readonly SavedMark[],
  stops: readonly { readonly index: number; readonly line: number }[],
  words: ChoiceWords,
): readonly MomentChoice[] {
  return [
    { value: 'now', ref: 'now', label: words.now },
    ...marks.map(({ id, at, label }) => ({ value: `mark ${id}`, ref: at, label: `⚑ ${label}` })),
    { value: 'main', ref: MAIN, label: words.main },
    ...stops.slice(-MOST_STOPS).map(({ index, line }) => ({
      value: `stop ${index}`,
      ref: { stop: index },
      label: words.stop(index + 1),
      detail: words.line(line),
    })),
  ]
}

// ---- as text ----------------------------------------------------------------------------------------------------------

export interface TextTable {
  readonly title: string
  readonly columns: readonly { readonly title: string; readonly align: 'start' | 'end' }[]
  readonly rows: readonly (readonly string[])[]
}

/** Tables one under the other, columns as wide as their widest cell; to be pasted where the type is monospaced. */
export function tablesText(heading: string, tables: readonly TextTable[], none: string): string {
  return [heading, ...tables.map((table) => tableText(table, none))].join('\n\n') + '\n'
}

function tableText({ title, columns, rows }: TextTable, none: string): string {
  if (rows.length === 0) return `${title}\n${none}`
  const lines = [columns.map((column) => column.title), ...rows]
  const widths = columns.map((_, c) => Math.max(...lines.map((line) => textWidth(line[c] ?? ''))))
  const text = lines.map((line) =>
    columns
      .map(({ align }, c) => padded(line[c] ?? '', widths[c] ?? 0, align))
      .join('  ')
      .trimEnd(),
  )
  return [title, ...text].join('\n')
}

const padded = (text: string, width: number, align: 'start' | 'end'): string => {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'end' ? blanks + text : text + blanks
}

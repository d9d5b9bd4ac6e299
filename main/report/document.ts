/**
 * A report as chapters and blocks, before it becomes HTML or Markdown: what is told, in which order and in which words is
 * decided once, and a format only writes it down. Every text in it is plain: nothing is markup until a format says so.
 */
import type { ChartFacts } from './chart/facts.js'

export interface Document {
  readonly language: string
  readonly title: string
  readonly subtitle: string
  readonly facts: readonly Fact[]
  /** Words a format needs for its own furniture. */
  readonly words: { readonly contents: string; readonly asPrinted: string }
  readonly chapters: readonly Chapter[]
}

export interface Fact {
  readonly name: string
  readonly value: string
}

export interface Chapter {
  /** Unique, and made of letters, digits and hyphens. */
  readonly id: string
  readonly title: string
  readonly blocks: readonly Block[]
  readonly chapters?: readonly Chapter[]
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Its author's own words, paragraph by paragraph. */
  | { readonly kind: 'note'; readonly title: string; readonly paragraphs: readonly string[] }
  | Table
  /** What a tool shows: as a table where that reads better, and as the tool prints it. */
  | { readonly kind: 'readout'; readonly command: string; readonly text: string; readonly table: Table }
  | { readonly kind: 'text'; readonly label: string; readonly text: string }
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  | { readonly kind: 'source'; readonly label: string; readonly lines: readonly SourceLine[] }
  | { readonly kind: 'chart'; readonly facts: ChartFacts }

export interface Table {
  readonly kind: 'table'
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** Totals, set apart. */
  readonly foot?: readonly Cell[] | undefined
  readonly remark?: string | undefined
}

export interface Column {
  readonly title: string
  readonly kind: 'number' | 'text' | 'code'
}

/** `change`: by how much it moved, with its sign. */
export type Cell = string | number | { readonly value: string | number; readonly change: string }

export interface SourceLine {
  readonly number: number
  readonly text: string
  /** What is to be said of it. */
  readonly mark: string
}

export const number = (title: string): Column => ({ title, kind: 'number' })
export const words = (title: string): Column => ({ title, kind: 'text' })
export const code = (title: string): Column => ({ title, kind: 'code' })

export const cellText = (cell: Cell): string => (typeof cell === 'object' ? String(cell.value) : String(cell))
export const cellChange = (cell: Cell): string => (typeof cell === 'object' ? cell.change : '')

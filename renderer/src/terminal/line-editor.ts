/**
 * A line that is being typed: what keys do to it, and how it is drawn again. Knows nothing of the screen but its width.
 * Keys come as a terminal sends them (xterm's onData); what they mean beyond the line comes out as actions.
 */
import { charWidth } from '../derive/text-width.js'

export type LineAction =
  | { readonly do: 'enter'; readonly line: string }
  /** Tab: the line and the cursor, in UTF-16 units. */
  | { readonly do: 'complete'; readonly line: string; readonly cursor: number }
  | { readonly do: 'interrupt' }
  | { readonly do: 'clear' }
  /** Ctrl+D on an empty line. */
  | { readonly do: 'end' }

export interface LineEditorOptions {
  /** Earlier lines, the oldest first; undefined: none can be called up. */
  readonly history?: () => readonly string[]
  readonly completes: boolean
}

export class LineEditor {
  private chars: string[] = []
  private cursor = 0
  /** Which line of the history is shown; its length: the one being typed. */
  private at = -1
  private typed = ''
  private search: { query: string; from: number } | undefined
  /** Rows from the prompt to the cursor, as it was drawn last. */
  private row = 0

  constructor(
    private readonly prompt: string,
    private readonly options: LineEditorOptions,
  ) {}

  get line(): string {
    return this.chars.join('')
  }
  get isEmpty(): boolean {
    return this.chars.length === 0
  }

  // ---- keys -------------------------------------------------------------------------------------------------------

  /** Takes what the keyboard, the clipboard or an input method sends. */
  input(data: string): readonly LineAction[] {
    const actions: LineAction[] = []
    for (const key of keysOf(data)) {
      const action = this.key(key)
      if (action) actions.push(action)
    }
    return actions
  }

  private key(key: string): LineAction | undefined {
    if (this.search && this.searchKey(key)) return undefined
    const edit = EDITS[key]
    if (edit) {
      edit(this)
      return undefined
    }
    switch (key) {
      case '\r':
      case '\n':
        return { do: 'enter', line: this.take() }
      case '\t':
        return this.options.completes ? { do: 'complete', line: this.line, cursor: this.units } : undefined
      case '\u0003':
        this.take()
        return { do: 'interrupt' }
      case '\u0004':
        if (this.isEmpty) return { do: 'end' }
        this.erase(this.cursor, this.cursor + 1)
        return undefined
      case '\u000c':
        return { do: 'clear' }
      case '\u0012':
        if (this.options.history) this.search = { query: '', from: this.options.history().length }
        return undefined
      default:
        if (!/^[\u0000-\u001f\u007f-\u009f]/.test(key)) this.insert(key)
        return undefined
    }
  }

  /** The whole line, which is then empty. */
  private take(): string {
    const { line } = this
    this.set('')
    this.at = -1
    this.search = undefined
    return line
  }

  set(line: string): void {
    this.chars = [...line]
    this.cursor = this.chars.length
  }
  insert(text: string): void {
    const chars = [...text]
    this.chars.splice(this.cursor, 0, ...chars)
    this.cursor += chars.length
  }
  /** Puts another text in place of the word before the cursor. `from` in UTF-16 units. */
  replace(from: number, text: string): void {
    const start = [...this.line.slice(0, from)].length
    this.erase(start, this.cursor)
    this.insert(text)
  }
  erase(from: number, to: number): void {
    this.chars.splice(from, to - from)
    this.cursor = from
  }
  private get units(): number {
    return this.chars.slice(0, this.cursor).join('').length
  }

  moveTo(place: number): void {
    this.cursor = Math.max(0, Math.min(this.chars.length, place))
  }
  get place(): number {
    return this.cursor
  }
  get length(): number {
    return this.chars.length
  }
  /** Where the word before the cursor begins: blanks, then what is none. */
  get wordStart(): number {
    let at = this.cursor
    while (at > 0 && this.chars[at - 1] === ' ') at--
    while (at > 0 && this.chars[at - 1] !== ' ') at--
    return at
  }
  get wordEnd(): number {
    let at = this.cursor
    while (at < this.chars.length && this.chars[at] === ' ') at++
    while (at < this.chars.length && this.chars[at] !== ' ') at++
    return at
  }

  // ---- history ----------------------------------------------------------------------------------------------------

  recall(by: 1 | -1): void {
    const history = this.options.history?.() ?? []
    if (this.at < 0 || this.at > history.length) this.at = history.length
    if (this.at === history.length) this.typed = this.line
    const next = this.at + by
    if (next < 0 || next > history.length) return
    this.at = next
    this.set(next === history.length ? this.typed : (history[next] ?? ''))
  }

  /** @returns whether the key belongs to the search */
  private searchKey(key: string): boolean {
    const { search } = this
    if (!search) return false
    if (key === '\u0012') this.find(search.from - 1)
    else if (key === '\u007f') {
      search.query = [...search.query].slice(0, -1).join('')
      this.find(Infinity)
    } else if (!/^[\u0000-\u001f\u007f-\u009f]/.test(key)) {
      search.query += key
      this.find(search.from)
    } else {
      // The line that was found is there to go on with.
      this.search = undefined
      return key === '\u001b' || key === '\u0007'
    }
    return true
  }
  private find(from: number): void {
    const { search } = this
    const history = this.options.history?.() ?? []
    if (!search) return
    for (let i = Math.min(from, history.length - 1); i >= 0; i--)
      if (history[i]?.includes(search.query)) {
        search.from = i
        return this.set(history[i] ?? '')
      }
  }

  // ---- drawing ----------------------------------------------------------------------------------------------------

  private get head(): string {
    return this.search ? `(reverse-i-search)\`${this.search.query}': ` : this.prompt
  }

  /** From wherever the cursor was left: the line anew, the cursor in its place. */
  draw(columns: number): string {
    const before = this.head + this.chars.slice(0, this.cursor).join('')
    const all = this.head + this.line
    const end = placeAfter(all, columns)
    const at = placeAfter(before, columns)
    const up = end.row - at.row
    const text =
      this.toStart() +
      all +
      // A full row leaves the cursor on its last column: onto the next one.
      (end.column === 0 && end.row > 0 ? '\r\n' : '') +
      (up > 0 ? `\u001b[${up}A` : '') +
      '\r' +
      (at.column > 0 ? `\u001b[${at.column}C` : '')
    this.row = at.row
    return text
  }

  /** Takes the line off the screen; output can come in its place. */
  hide(): string {
    const text = this.toStart()
    this.row = 0
    return text
  }

  /** Leaves the line as it stands and goes below it. */
  leave(columns: number): string {
    this.cursor = this.chars.length
    const text = this.draw(columns)
    this.row = 0
    return `${text}\r\n`
  }

  /** The screen is empty, the cursor at its beginning. */
  forget(): void {
    this.row = 0
  }

  private toStart(): string {
    return `${this.row > 0 ? `\u001b[${this.row}A` : ''}\r\u001b[J`
  }
}

interface ScreenPlace {
  readonly row: number
  readonly column: number
}

/** Where the cursor stands after a text that began in the first column; what does not fit begins a row. */
export function placeAfter(text: string, columns: number): ScreenPlace {
  let row = 0
  let column = 0
  for (const char of text) {
    const width = charWidth(char)
    if (column + width > columns) {
      row++
      column = 0
    }
    column += width
  }
  return column === columns ? { row: row + 1, column: 0 } : { row, column }
}

/** Escape sequences whole, everything else by character. */
export function keysOf(data: string): readonly string[] {
  return data.match(/\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[\s\S])?|[\s\S]/gu) ?? []
}

const left = (line: LineEditor): void => line.moveTo(line.place - 1)
const right = (line: LineEditor): void => line.moveTo(line.place + 1)
const home = (line: LineEditor): void => line.moveTo(0)
const end = (line: LineEditor): void => line.moveTo(line.length)
const wordLeft = (line: LineEditor): void => line.moveTo(line.wordStart)
const wordRight = (line: LineEditor): void => line.moveTo(line.wordEnd)
const older = (line: LineEditor): void => line.recall(-1)
const newer = (line: LineEditor): void => line.recall(1)

/** As readline's (emacs mode) are. */
const EDITS: Readonly<Record<string, (line: LineEditor) => void>> = {
  '\u001b[D': left,
  '\u001bOD': left,
  '\u0002': left,
  '\u001b[C': right,
  '\u001bOC': right,
  '\u0006': right,
  '\u001b[H': home,
  '\u001bOH': home,
  '\u001b[1~': home,
  '\u0001': home,
  '\u001b[F': end,
  '\u001bOF': end,
  '\u001b[4~': end,
  '\u0005': end,
  '\u001b[1;5D': wordLeft,
  '\u001bb': wordLeft,
  '\u001b[1;5C': wordRight,
  '\u001bf': wordRight,
  '\u001b[A': older,
  '\u001bOA': older,
  '\u0010': older,
  '\u001b[B': newer,
  '\u001bOB': newer,
  '\u000e': newer,
  '\u007f': (line) => line.place > 0 && line.erase(line.place - 1, line.place),
  '\b': (line) => line.erase(line.wordStart, line.place),
  '\u0017': (line) => line.erase(line.wordStart, line.place),
  '\u001b\u007f': (line) => line.erase(line.wordStart, line.place),
  '\u001b[3~': (line) => line.place < line.length && line.erase(line.place, line.place + 1),
  '\u0015': (line) => line.erase(0, line.place),
  '\u000b': (line) => {
    const at = line.place
    line.erase(at, line.length)
  },
}

import { describe, expect, it } from 'vitest'
import { LineEditor, placeAfter } from './line-editor.js'

const ESC = '\u001b'
const ctrl = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 64)
const [LEFT, UP, DOWN, DELETE] = [`${ESC}[D`, `${ESC}[A`, `${ESC}[B`, `${ESC}[3~`]
const BACK = '\u007f'

function editor(history: readonly string[] = []): LineEditor {
  return new LineEditor('$ ', { history: () => history, completes: true })
}
/** The line after these keys, with the cursor as |. */
function typed(...keys: readonly string[]): string {
  const line = editor(['ps', 'pmap -x', 'free'])
  for (const key of keys) line.input(key)
  const chars = [...line.line]
  return [...chars.slice(0, line.place), '|', ...chars.slice(line.place)].join('')
}

describe('keys', () => {
  it.each([
    [['ab', LEFT, 'x'], 'ax|b'],
    [['ab', ctrl('A'), 'x'], 'x|ab'],
    [['ab', ctrl('A'), ctrl('E'), 'x'], 'abx|'],
    [['pmap -x 12', ctrl('W')], 'pmap -x |'],
    [['pmap -x  ', ctrl('W')], 'pmap |'],
    [['pmap', LEFT, LEFT, ctrl('U')], '|ap'],
    [['pmap', LEFT, LEFT, ctrl('K')], 'pm|'],
    [['ab', BACK], 'a|'],
    [[BACK], '|'],
    [['ab', LEFT, LEFT, DELETE], '|b'],
    [['ab', LEFT, ctrl('D')], 'a|'],
    [['a b', `${ESC}[1;5D`], 'a |b'],
    [['内存', LEFT, 'x'], '内x|存'],
    [['内存', BACK], '内|'],
    [['🙂', BACK], '|'],
    [[`a${ESC}[5~${ESC}[20~b`], 'ab|'],
    [['a\u0000\u0007b'], 'ab|'],
  ])('%j make %s', (keys, line) => expect(typed(...keys)).toBe(line))

  it('call up the history and come back to what was typed', () => {
    expect(typed('x', UP)).toBe('free|')
    expect(typed(UP, UP, UP, UP)).toBe('ps|')
    expect(typed('x', UP, UP, DOWN, DOWN)).toBe('x|')
    expect(typed(UP, DOWN, DOWN)).toBe('|')
  })
  it('search it backwards', () => {
    expect(typed(ctrl('R'), 'p')).toBe('pmap -x|')
    expect(typed(ctrl('R'), 'p', ctrl('R'))).toBe('ps|')
    expect(typed(ctrl('R'), 'map', ctrl('A'), 'x')).toBe('x|pmap -x')
  })
})

describe('what goes beyond the line', () => {
  it('is told: Enter, Tab, Ctrl+C, Ctrl+L, Ctrl+D', () => {
    const line = editor()
    expect(line.input('ab\r')).toEqual([{ do: 'enter', line: 'ab' }])
    expect(line.line).toBe('')
    expect(line.input('内p\t')).toEqual([{ do: 'complete', line: '内p', cursor: 2 }])
    expect(line.input(ctrl('L'))).toEqual([{ do: 'clear' }])
    expect(line.input(ctrl('C'))).toEqual([{ do: 'interrupt' }])
    expect(line.line).toBe('')
    expect(line.input(ctrl('D'))).toEqual([{ do: 'end' }])
  })
  it('is every line of what was pasted', () => {
    expect(editor().input('a\rb\rc')).toEqual([
      { do: 'enter', line: 'a' },
      { do: 'enter', line: 'b' },
    ])
  })
  it('a completion takes the place of the word', () => {
    const line = editor()
    line.input('cat /pr')
    line.replace(4, '/proc/')
    expect(line.line).toBe('cat /proc/')
  })
})

/** A terminal that knows just what the editor writes. */
class Screen {
  rows: string[][] = [[]]
  row = 0
  column = 0
  pending = false
  constructor(readonly columns: number) {}
  write(text: string): this {
    for (const token of text.match(/\u001b\[(\d*)[A-Z]|[\s\S]/gu) ?? []) this.token(token)
    return this
  }
  private token(token: string): void {
    const n = Number(token.slice(2, -1) || 1)
    if (token === '\r') [this.column, this.pending] = [0, false]
    else if (token === '\n') [this.row, this.pending] = [this.row + 1, false]
    else if (token.startsWith(ESC)) {
      const letter = token.at(-1)
      if (letter === 'A') this.row -= n
      if (letter === 'C') this.column += n
      if (letter === 'J') this.rows.splice(this.row, Infinity, (this.rows[this.row] ?? []).slice(0, this.column))
    } else this.put(token)
  }
  private put(char: string): void {
    const width = /[一-龥]/u.test(char) ? 2 : 1
    if (this.pending || this.column + width > this.columns) {
      this.row++
      this.column = 0
      this.pending = false
    }
    const row = (this.rows[this.row] ??= [])
    while (row.length < this.column) row.push(' ')
    row.splice(this.column, width, ...(width === 2 ? [char, ''] : [char]))
    this.column += width
    if (this.column === this.columns) [this.column, this.pending] = [this.columns - 1, true]
  }
  get text(): string {
    return this.rows
      .map((row) => row.join('').trimEnd())
      .join('\n')
      .trimEnd()
  }
}

describe('the line on the screen', () => {
  it.each([10, 7, 5])('is as it was typed, over several rows of %i columns, with Chinese in it', (columns) => {
    const line = editor()
    const screen = new Screen(columns)
    const keys = [
      'pm',
      'ap 内存',
      LEFT,
      LEFT,
      '页',
      ctrl('A'),
      'x',
      ctrl('E'),
      'yz12345',
      ctrl('W'),
      '中文字',
      BACK,
      ctrl('U'),
      'ps',
    ]
    for (const key of keys) {
      line.input(key)
      screen.write(line.draw(columns))
      const fresh = new Screen(columns).write(`$ ${line.line}`)
      expect(screen.text).toBe(fresh.text)
      const at = placeAfter(`$ ${[...line.line].slice(0, line.place).join('')}`, columns)
      expect([screen.row, screen.pending ? columns : screen.column]).toEqual([at.row, at.column])
    }
  })
  it('gives way to output and stands below it again', () => {
    const line = editor()
    const screen = new Screen(6)
    line.input('long line')
    screen.write(line.draw(6))
    screen.write(`${line.hide()}out\r\n${line.draw(6)}`)
    expect(screen.text).toBe('out\n$ long\n line')
  })
  it('stays when it is left', () => {
    const line = editor()
    const screen = new Screen(20)
    line.input(`ab${LEFT}`)
    screen.write(line.draw(20) + line.leave(20) + 'x')
    expect(screen.text).toBe('$ ab\nx')
  })
})

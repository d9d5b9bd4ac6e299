/** Text to preprocessing tokens (translation phases 3): comments become white space, nothing is interpreted yet. */
import type { Reporter } from './reporter.js'
import type { SourceText } from './source-text.js'
import type { Problem, Token, TokenKind } from './token.js'

const PUNCTUATORS: ReadonlySet<string> = new Set(
  (
    '... <<= >>= -> ++ -- << >> <= >= == != && || *= /= %= += -= &= ^= |= ## ' +
    '[ ] ( ) { } . & * + - ~ ! / % < > ^ | ? : ; = , #'
  ).split(' '),
)
const ENCODING_PREFIXES: ReadonlySet<string> = new Set(['L', 'u', 'U', 'u8'])

export function tokenize(source: SourceText, reporter: Reporter): Token[] {
  return new Lexer(source, reporter).run()
}

class Lexer {
  private readonly text: string
  private position = 0
  private lineStart = true
  private spaced = false
  private readonly tokens: Token[] = []
  private readonly word = /[\p{XID_Start}_$][\p{XID_Continue}$]*/uy
  private readonly ppNumber = /\.?[0-9](?:[eEpP][+-]|[\p{XID_Continue}.$])*/uy

  constructor(
    private readonly source: SourceText,
    private readonly reporter: Reporter,
  ) {
    this.text = source.text
  }

  run(): Token[] {
    this.skipBlank()
    while (this.position < this.text.length) {
      this.token()
      this.skipBlank()
    }
    this.lineStart = true
    this.add('eof', this.position)
    return this.tokens
  }

  private token(): void {
    const start = this.position
    const word = this.match(this.word)
    if (word !== undefined) {
      const quote = this.text[this.position]
      if (!(quote === '"' || (quote === "'" && word !== 'u8')) || !ENCODING_PREFIXES.has(word))
        return this.add('ident', start)
      return this.quoted(start, quote)
    }
    if (this.match(this.ppNumber) !== undefined) return this.add('number', start)
    const c = this.text[start]
    if (c === '"' || c === "'") return this.quoted(start, c)
    this.punctuator(start)
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.position += found.length
    return found
  }

  private quoted(start: number, quote: string): void {
    let at = this.position + 1
    while (at < this.text.length && this.text[at] !== quote && this.text[at] !== '\n')
      at += this.text[at] === '\\' ? 2 : 1
    // A backslash may have jumped over the line end.
    const closed = this.text[at] === quote && !this.text.slice(start, at).includes('\n')
    if (closed) this.position = at + 1
    else this.position = this.lineEnd(this.position)
    const problem: Problem = {
      severity: 'error',
      code: 'missing-terminator',
      message: `missing terminating ${quote} character`,
    }
    this.add(quote === '"' ? 'string' : 'char', start, closed ? undefined : problem)
  }

  private lineEnd(from: number): number {
    const end = this.text.indexOf('\n', from)
    return end < 0 ? this.text.length : end
  }

  private punctuator(start: number): void {
    for (let length = 3; length > 0; length--) {
      if (!PUNCTUATORS.has(this.text.slice(start, start + length))) continue
      this.position = start + length
      return this.add('punct', start)
    }
    const character = String.fromCodePoint(this.text.codePointAt(start)!)
    this.position = start + character.length
    this.add('other', start, strayCharacter(character))
  }

  private add(kind: TokenKind, start: number, problem?: Problem): void {
    const text = this.text.slice(start, this.position)
    const span = this.source.span(start, this.position)
    const { lineStart, spaced } = this
    this.tokens.push(
      problem ? { kind, text, span, lineStart, spaced, problem } : { kind, text, span, lineStart, spaced },
    )
    this.lineStart = false
    this.spaced = false
  }

  /** White space and comments. */
  private skipBlank(): void {
    for (;;) {
      const c = this.text[this.position]
      if (c === '\n') this.lineStart = true
      else if (c === '/' && this.text[this.position + 1] === '/') this.position = this.lineEnd(this.position) - 1
      else if (c === '/' && this.text[this.position + 1] === '*') this.skipBlockComment()
      else if (c === undefined || !/[ \t\r\v\f\u00a0\u3000\ufeff]/.test(c)) return
      this.spaced = true
      this.position++
    }
  }

  /** Leaves the position on the comment's last character. */
  private skipBlockComment(): void {
    const end = this.text.indexOf('*/', this.position + 2)
    if (end < 0) {
      this.reporter.error(
        this.source.span(this.position, this.position + 2),
        'unterminated-comment',
        'unterminated comment',
      )
      this.position = this.text.length
    } else this.position = end + 1
  }
}

/** Full-width punctuation is what a Chinese input method leaves in a program: say which character C wants. */
function strayCharacter(character: string): Problem {
  const code = character.codePointAt(0)!
  const shown = code < 32 || code === 127 ? `\\${code.toString(8)}` : character
  const plain = QUOTES.get(character) ?? character.normalize('NFKC')
  const note =
    plain !== character && PUNCTUATION.test(plain)
      ? { note: `this is not the ASCII character ‘${plain}’ that C uses` }
      : {}
  return { severity: 'error', code: 'stray-character', message: `stray ‘${shown}’ in program`, ...note }
}

const PUNCTUATION = /^[!-/:-@[-`{-~]+$/
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['“', '"'],
  ['”', '"'],
  ['‘', "'"],
  ['’', "'"],
  ['、', ','],
  ['。', '.'],
  ['【', '['],
  ['】', ']'],
  ['《', '<'],
  ['》', '>'],
])

/**
 * Words and operators of a command line, with quotes, comments and variables as in a POSIX shell.
 *
 * Left out: redirection, background, command and arithmetic substitution, assignments, splitting of expanded
 * values: what the lexer meets of them is an error with a message of ours.
 */

import { isPattern } from './glob.js'

export const OPERATORS = [';;', '&&', '||', ';', '|'] as const
export type Operator = (typeof OPERATORS)[number]

export type Token =
  /** `pattern`: the word with what stands for itself escaped, where it has * ? [ that do not. */
  | { readonly kind: 'word'; readonly text: string; readonly pattern?: string }
  | { readonly kind: 'operator'; readonly text: Operator }

export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem'
}

/** A real shell has it. */
export class NotSimulated extends Error {
  override readonly name = 'NotSimulated'
}

export const syntaxError = (what: string): SyntaxProblem => new SyntaxProblem(`Syntax error: ${what}`)

/** Value of a variable; an unset one is empty. */
export type Variables = (name: string) => string

export function tokenize(command: string, variables: Variables): readonly Token[] {
  return new Lexer(command, variables).tokens()
}

class Lexer {
  private at = 0

  constructor(
    private readonly text: string,
    private readonly variables: Variables,
  ) {}

  tokens(): readonly Token[] {
    const tokens: Token[] = []
    for (this.skipBlanks(); this.at < this.text.length; this.skipBlanks()) {
      const token = this.operator() ?? this.word()
      if (token) tokens.push(token)
    }
    return tokens
  }

  private skipBlanks(): void {
    while (/[ \t\r]/.test(this.text.charAt(this.at))) this.at++
    if (this.text[this.at] !== '#') return
    while (this.at < this.text.length && this.text[this.at] !== '\n') this.at++
  }

  private operator(): Token | undefined {
    if (this.text[this.at] === '\n') {
      this.at++
      return { kind: 'operator', text: ';' }
    }
    const text = OPERATORS.find((operator) => this.text.startsWith(operator, this.at))
    if (!text) return undefined
    this.at += text.length
    return { kind: 'operator', text }
  }

  /** Undefined for a word that expands to nothing and is not quoted: it is no word at all. */
  private word(): Token | undefined {
    let text = ''
    let pattern = ''
    let quoted = false
    while (this.at < this.text.length && !/[ \t\r\n;|]/.test(this.text[this.at])) {
      const char = this.text[this.at]
      if ('&<>()`'.includes(char)) throw new NotSimulated(`"${char}"`)
      quoted ||= char === '"' || char === "'"
      const part = char === "'" ? this.quoted() : char === '"' ? this.doubleQuoted() : this.plain()
      text += part
      pattern += '*?[]'.includes(char) ? char : part.replace(/[\\*?[\]]/g, '\\$&')
    }
    if (text === '' && !quoted) return undefined
    return isPattern(pattern) ? { kind: 'word', text, pattern } : { kind: 'word', text }
  }

  private quoted(): string {
    const end = this.text.indexOf("'", this.at + 1)
    if (end < 0) throw syntaxError('Unterminated quoted string')
    const inside = this.text.slice(this.at + 1, end)
    this.at = end + 1
    return inside
  }

  private doubleQuoted(): string {
    let inside = ''
    for (this.at++; this.text[this.at] !== '"';) {
      if (this.at >= this.text.length) throw syntaxError('Unterminated quoted string')
      const escapes = this.text[this.at] === '\\' && !'$"\\`'.includes(this.text.charAt(this.at + 1))
      inside += escapes ? this.text[this.at++] : this.plain()
    }
    this.at++
    return inside
  }

  /** One character, an escaped one, or a variable's value. */
  private plain(): string {
    const char = this.text[this.at++]
    if (char === '\\') return this.text[this.at++] ?? ''
    if (char !== '$') return char
    const [all, braced, bare] = /^(?:\{(\w+)\}|([A-Za-z_]\w*|\?))/.exec(this.text.slice(this.at)) ?? ['']
    if (all === '' && '({'.includes(this.text.charAt(this.at) || ' ')) throw new NotSimulated('this form of "$"')
    this.at += all.length
    return all === '' ? '$' : this.variables(braced ?? bare ?? '')
  }
}

/**
 * The parser's state and its hands on the token list. The grammar itself is in parse-*.ts; what those files need from
 * each other against the order of imports goes through {@link Grammar}.
 */
import type { Block, CaseLabel, Expr, LocalVar, LValue } from '../ast.js'
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import type { Notes, Reporter } from './reporter.js'
import { nearestName, Scopes } from './scope.js'
import { endOf, isIdent, isPunct, KEYWORDS, type Problem, type Token } from './token.js'
import { UnitBuilder, type FunctionContext } from './unit-builder.js'

/** How deep brackets, statements, operators and declarators may nest, and how many operators one expression may have. */
export const MAX_NESTING = 256
export const MAX_OPERATORS = 1000

/** Names for which a hint is looked up: it takes a walk over all names. */
const MAX_HINTS = 60

/** Unwinds to the next statement or declaration boundary; the error has been reported. */
export class SyntaxAbort extends Error {
  override readonly name = 'SyntaxAbort'
}

export interface Grammar {
  startsType(p: Parser, token: Token): boolean
  typeName(p: Parser): CType
  /** struct, union or enum. */
  taggedType(p: Parser): CType
  /** `{...}` behind `(type)`: the unnamed object. */
  compoundLiteral(p: Parser, type: CType, at: Span): LValue
  functionBody(p: Parser): Block
}

export interface SwitchContext {
  readonly type: CType
  readonly cases: { readonly value: bigint; readonly label: CaseLabel }[]
  readonly byValue: Map<bigint, CaseLabel>
  default: CaseLabel | undefined
}

/** What break, continue and case belong to. */
export interface Enclosing {
  readonly loops: number
  readonly breakable: number
  readonly switch: SwitchContext | undefined
}

export class Parser {
  readonly scopes = new Scopes()
  readonly unit = new UnitBuilder()
  fn: FunctionContext | undefined
  enclosing: Enclosing = { loops: 0, breakable: 0, switch: undefined }
  /** > 0 inside a list of parameters. */
  prototypes = 0
  /** > 0 inside sizeof and typeof: nothing that is parsed will run. */
  unevaluated = 0
  /** Nodes in a type's tree, see declarator.ts. */
  readonly typeWeights = new WeakMap<CType, number>()
  /** Parameters that were written as arrays: sizeof of them is a classic mistake. */
  readonly arrayParameters = new WeakSet<LocalVar>()
  private position = 0
  private nesting = 0
  private operators = 0
  private hints = 0

  constructor(
    private readonly tokens: readonly Token[],
    readonly reporter: Reporter,
    readonly grammar: Grammar,
    /** The bundled header that has a name: for notes. */
    private readonly headers: (name: string) => string | undefined,
  ) {}

  // ---- hints ------------------------------------------------------------------------------------------------------

  /** The bundled header that has the name. */
  headerOf(name: string): string | undefined {
    return this.hints++ < MAX_HINTS ? this.headers(name) : undefined
  }

  /** gcc's `; did you mean ‘x’?`, or nothing. */
  didYouMean(name: string, among: () => Iterable<string>): string {
    const near = this.hints++ < MAX_HINTS ? nearestName(name, among()) : undefined
    return near === undefined ? '' : `; did you mean ‘${near}’?`
  }

  // ---- tokens -----------------------------------------------------------------------------------------------------

  get token(): Token {
    return this.tokens[this.position]
  }
  get previous(): Token {
    return this.tokens[Math.max(0, this.position - 1)]
  }
  get atEnd(): boolean {
    return this.token.kind === 'eof'
  }
  get index(): number {
    return this.position
  }

  peek(ahead = 1): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]
  }

  next(): Token {
    const token = this.token
    if (token.kind !== 'eof') this.position++
    return token
  }

  at(text: string): boolean {
    return isPunct(this.token, text)
  }
  atWord(text: string): boolean {
    return this.token.kind === 'ident' && this.token.text === text
  }
  take(text: string): boolean {
    const found = this.at(text)
    if (found) this.position++
    return found
  }
  takeWord(text: string): boolean {
    const found = this.atWord(text)
    if (found) this.position++
    return found
  }

  /** The token, or gcc's complaint and a jump to the next boundary. */
  expect(text: string, words = `‘${text}’`): Token {
    if (this.at(text)) return this.next()
    const unique = words === `‘${text}’`
    return this.syntaxError(
      unique ? endOf(this.previous.span) : this.token.span,
      'expected-token',
      `expected ${words} ${describe(this.token)}`,
    )
  }

  /** A missing semicolon is taken as present at a line end: the next line is read as what it is. */
  expectSemicolon(words = '‘;’'): void {
    if (this.take(';')) return
    const message = `expected ${words} ${describe(this.token)}`
    this.error(words === '‘;’' ? endOf(this.previous.span) : this.here, 'expected-token', message)
    if (!this.token.lineStart && !this.at('}')) throw new SyntaxAbort(message)
  }

  /** Reports `expected X before Y` and unwinds. */
  expected(words: string): never {
    return this.syntaxError(this.here, 'expected-token', `expected ${words} ${describe(this.token)}`)
  }

  /** Where a complaint about the current token points: at the end of the file, behind the last one. */
  private get here(): Span {
    return this.atEnd && this.position > 0 ? endOf(this.previous.span) : this.token.span
  }

  syntaxError(span: Span, code: string, message: string, notes?: Notes): never {
    this.error(span, code, message, notes)
    throw new SyntaxAbort(message)
  }

  /** Something of C that is knowingly not supported. */
  unsupported(span: Span, feature: string, message: string): never {
    return this.syntaxError(span, `unsupported-${feature}`, message)
  }

  error(span: Span, code: string, message: string, notes?: Notes): void {
    this.reporter.error(span, code, message, notes)
  }
  warn(span: Span, code: string, message: string, notes?: Notes): void {
    this.reporter.warn(span, code, message, notes)
  }

  /** What the reading of a literal found. */
  report(span: Span, problems: readonly Problem[]): void {
    for (const { severity, code, message } of problems)
      this.reporter[severity === 'error' ? 'error' : 'warn'](span, code, message)
  }

  /** The source of a span as the tokens spell it: for messages like "read-only location ‘*p’". */
  spell(span: Span): string {
    let text = ''
    for (let i = this.position; i >= 0 && this.tokens[i].span.file === span.file; i--) {
      const token = this.tokens[i]
      if (token.span.end > span.end) continue
      if (token.span.start < span.start) break
      text = token.text + (text && this.tokens[i + 1].spaced ? ' ' : '') + text
    }
    return text
  }

  // ---- limits -----------------------------------------------------------------------------------------------------

  /** Runs `parse` one level deeper; refuses before JavaScript's stack would overflow. */
  nested<T>(parse: () => T): T {
    if (this.nesting >= MAX_NESTING) {
      this.reporter.fatal(this.token.span, 'nesting-too-deep', `nesting is deeper than ${MAX_NESTING} levels`)
    }
    this.nesting++
    const result = parse()
    this.nesting--
    return result
  }

  /** Counts one operator of the expression under way: a chain of them is as deep a tree as brackets are. */
  countOperator(): void {
    if (++this.operators <= MAX_OPERATORS) return
    this.reporter.fatal(
      this.token.span,
      'expression-too-long',
      `an expression with more than ${MAX_OPERATORS} operators is not supported`,
    )
  }

  /** Parses an expression of its own, with its own count of operators. */
  separately<T>(parse: () => T): T {
    const outer = this.operators
    this.operators = 0
    const result = parse()
    this.operators = outer
    return result
  }

  unevaluatedly<T>(parse: () => T): T {
    this.unevaluated++
    const result = parse()
    this.unevaluated--
    return result
  }

  // ---- recovery ---------------------------------------------------------------------------------------------------

  /** Runs `parse`; after a syntax error in it, skips to the next boundary and gives undefined. */
  recovering<T>(parse: () => T): T | undefined {
    const { enclosing, unevaluated, prototypes, nesting, operators, fn } = this
    const scopeDepth = this.scopes.depth
    const start = this.position
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof SyntaxAbort)) throw error
      Object.assign(this, { enclosing, unevaluated, prototypes, nesting, operators, fn })
      this.scopes.unwind(scopeDepth)
      this.skipToBoundary(start)
      return undefined
    }
  }

  /** To behind the next `;` or block, or before the `}` that closes the block around. */
  private skipToBoundary(start: number): void {
    // Braces that were opened before the error (of an initializer, a struct) close before the boundary.
    let inside = this.openBraces(start)
    if (this.position === start && !this.at('}')) this.next()
    for (let level = inside; !this.atEnd; this.next()) {
      if (this.at('{')) level++
      else if (this.at('}')) {
        if (--level < 0) return
        if (level === 0 && inside === 0) return void this.next()
        inside = Math.min(inside, level + 1)
      } else if (this.at(';') && level === 0) return void this.next()
    }
  }

  private openBraces(start: number): number {
    let level = 0
    for (let i = start; i < this.position; i++) {
      if (isPunct(this.tokens[i], '{')) level++
      else if (isPunct(this.tokens[i], '}')) level--
    }
    return Math.max(0, level)
  }

  /** Skips a block that is not understood. */
  skipBlock(): void {
    let level = 0
    do {
      if (this.at('{')) level++
      else if (this.at('}')) level--
      this.next()
    } while (level > 0 && !this.atEnd)
  }
}

/** How gcc names the token it did not expect. */
function describe(token: Token): string {
  switch (token.kind) {
    case 'eof':
      return 'at end of input'
    case 'number':
      return 'before numeric constant'
    case 'string':
      return 'before string constant'
    case 'char':
      return `before ${token.text}`
    case 'ident':
      return `before ‘${token.text}’`
    default:
      return `before ‘${token.text}’ token`
  }
}

export const isTypedefName = (p: Parser, token: Token): boolean =>
  isIdent(token) && p.scopes.find(token.text)?.kind === 'typedef'
export const isKeyword = (token: Token): boolean => token.kind === 'ident' && KEYWORDS.has(token.text)

/** An integer constant node. */
export const intConst = (value: bigint, type: CType, span: Span): Expr => ({ kind: 'int', value, type, span })

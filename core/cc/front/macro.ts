/**
 * Macros and their expansion (C17 6.10.3) by Prosser's algorithm: every token carries the set of macros it must not
 * be expanded by again. Tokens out of a macro's body get the span of the place of use, so that a message points into
 * the program and not into a header; tokens of arguments keep their own.
 */
import type { Span } from '../source.js'
import { tokenize } from './lexer.js'
import { Reporter } from './reporter.js'
import { SourceText } from './source-text.js'
import { isPunct, type Token } from './token.js'

export interface Macro {
  readonly name: string
  /** undefined for an object-like macro. */
  readonly params: readonly string[] | undefined
  /** The last parameter takes all remaining arguments (`...` or GNU's `name...`). */
  readonly variadic: boolean
  readonly body: readonly Token[]
  readonly span: Span
}

/** Tokens that expansion may produce in one compilation, and how deep it may go: no macro bomb hangs the compiler. */
const EXPANSION_BUDGET = 200_000
const MAX_HIDE = 400
const MAX_ARGUMENT_DEPTH = 150

/** Tokens to come: the file's, with the expansions of macros in front. */
export class TokenStream {
  private readonly frames: { readonly tokens: readonly Token[]; position: number }[] = []

  push(tokens: readonly Token[]): void {
    this.dropFinished()
    if (tokens.length > 0) this.frames.push({ tokens, position: 0 })
  }

  peek(): Token | undefined {
    this.dropFinished()
    const frame = this.frames.at(-1)
    return frame?.tokens[frame.position]
  }

  next(): Token | undefined {
    const token = this.peek()
    if (token) this.frames.at(-1)!.position++
    return token
  }

  private dropFinished(): void {
    for (let top = this.frames.at(-1); top && top.position >= top.tokens.length; top = this.frames.at(-1))
      this.frames.pop()
  }
}

export class MacroExpander {
  readonly macros = new Map<string, Macro>()
  private produced = 0

  constructor(
    private readonly reporter: Reporter,
    /** Macros whose value depends on the place (__LINE__...): their replacement, or undefined. */
    private readonly dynamic: (token: Token) => string | undefined,
  ) {}

  /** If the token starts a macro call, replaces it in the stream by its expansion. */
  expand(token: Token, stream: TokenStream, depth = 0): boolean {
    if (token.kind !== 'ident' || token.hide?.has(token.text)) return false
    const macro = this.macros.get(token.text)
    if (!macro) return this.expandDynamic(token, stream)
    if (macro.params === undefined) {
      this.pushBody(this.substitute(macro, new Map(), token, depth), hideMore(token.hide, token.text), token, stream)
      return true
    }
    const open = stream.peek()
    if (!open || !isPunct(open, '(')) return false
    stream.next()
    const call = this.collectArguments(macro, token, stream)
    if (!call) return false
    const hide = hideMore(intersection(token.hide, call.close.hide), token.text)
    this.pushBody(this.substitute(macro, call.args, token, depth), hide, token, stream)
    return true
  }

  /** All tokens with every macro in them expanded. */
  expandAll(tokens: readonly Token[], depth = 0): Token[] {
    const stream = new TokenStream()
    stream.push(tokens)
    const out: Token[] = []
    for (let token = stream.next(); token; token = stream.next())
      if (!this.expand(token, stream, depth)) out.push(token)
    return out
  }

  private expandDynamic(token: Token, stream: TokenStream): boolean {
    const text = this.dynamic(token)
    if (text === undefined) return false
    const kind = text.startsWith('"') ? 'string' : 'number'
    stream.push([{ kind, text, span: token.span, lineStart: token.lineStart, spaced: token.spaced }])
    return true
  }

  private pushBody(body: readonly Token[], hide: ReadonlySet<string>, use: Token, stream: TokenStream): void {
    this.spend(body.length + 1, use)
    if (hide.size > MAX_HIDE)
      this.reporter.fatal(use.span, 'macro-too-deep', `expansion of macro ‘${use.text}’ is nested too deeply`)
    stream.push(
      body.map((token, i) => ({
        ...token,
        hide: token.hide ? union(token.hide, hide) : hide,
        lineStart: i === 0 && use.lineStart,
        spaced: i === 0 ? use.spaced : token.spaced,
      })),
    )
  }

  private spend(tokens: number, use: Token): void {
    this.produced += tokens
    if (this.produced > EXPANSION_BUDGET)
      this.reporter.fatal(use.span, 'macro-too-large', `expansion of macro ‘${use.text}’ produces too many tokens`)
  }

  // ---- arguments --------------------------------------------------------------------------------------------------

  private collectArguments(
    macro: Macro,
    use: Token,
    stream: TokenStream,
  ): { args: Map<string, Token[]>; close: Token } | undefined {
    const lists: Token[][] = [[]]
    const variadicIndex = macro.variadic ? macro.params!.length - 1 : Infinity
    let close: Token | undefined
    for (let level = 0; ;) {
      const token = stream.peek()
      if (!token || token.kind === 'eof') break
      stream.next()
      this.spend(1, use)
      if (isPunct(token, '(')) level++
      if (isPunct(token, ')') && level-- === 0) {
        close = token
        break
      }
      if (isPunct(token, ',') && level === 0 && lists.length - 1 < variadicIndex) lists.push([])
      else lists.at(-1)!.push(token)
    }
    if (!close) {
      this.reporter.error(
        use.span,
        'unterminated-macro-call',
        `unterminated argument list invoking macro "${macro.name}"`,
      )
      return undefined
    }
    return this.bind(macro, lists, use) ? { args: bound(macro, lists), close } : undefined
  }

  private bind(macro: Macro, lists: readonly Token[][], use: Token): boolean {
    const wanted = macro.params!.length
    const given = lists.length
    if (wanted === given || (wanted === 0 && given === 1 && lists[0].length === 0)) return true
    if (macro.variadic && given === wanted - 1) return true
    const words =
      given < wanted
        ? `macro "${macro.name}" requires ${wanted} arguments, but only ${given} given`
        : `macro "${macro.name}" passed ${given} arguments, but takes just ${wanted}`
    this.reporter.error(use.span, 'macro-arguments', words, [
      { message: `macro "${macro.name}" defined here`, span: macro.span },
    ])
    return false
  }

  // ---- bodies -----------------------------------------------------------------------------------------------------

  private substitute(macro: Macro, args: ReadonlyMap<string, Token[]>, use: Token, depth: number): Token[] {
    const out: Token[] = []
    const { body } = macro
    const expanded = new Map<string, Token[]>()
    const argument = (token: Token): Token[] | undefined => (token.kind === 'ident' ? args.get(token.text) : undefined)
    const full = (token: Token, raw: Token[]): Token[] => {
      const known = expanded.get(token.text)
      if (known) return known
      if (depth > MAX_ARGUMENT_DEPTH)
        this.reporter.fatal(use.span, 'macro-too-deep', `calls of macro ‘${macro.name}’ are nested too deeply`)
      const tokens = this.expandAll(raw, depth + 1)
      expanded.set(token.text, tokens)
      return tokens
    }
    for (let i = 0; i < body.length; i++) {
      const token = body[i]
      const raw = argument(token)
      const next = body[i + 1]
      if (isPunct(token, '#') && macro.params && next && argument(next)) {
        out.push(stringize(argument(next)!, use.span, token.spaced))
        i++
      } else if (isPunct(token, '##') && out.length + i > 0 && next) {
        const right = argument(next) ?? [atUse(next, use)]
        this.paste(out, right, macro, next, use)
        i++
      } else if (raw && next && isPunct(next, '##')) {
        if (raw.length === 0) out.push(placemarker(token, use))
        else out.push(...spacedLike(raw, token))
      } else if (raw) {
        const tokens = full(token, raw)
        this.spend(tokens.length, use)
        out.push(...spacedLike(tokens, token))
      } else out.push(atUse(token, use))
    }
    return out.filter((t) => t.text !== '')
  }

  /** Joins the last token of `out` with the first of `right`. */
  private paste(out: Token[], right: readonly Token[], macro: Macro, operand: Token, use: Token): void {
    const left = out.pop()
    const isRest = macro.variadic && operand.text === macro.params!.at(-1)
    if (left && isRest && left.text === ',') {
      // GNU: `, ## __VA_ARGS__` drops the comma when there are no more arguments.
      if (right.length > 0) out.push(left, ...right)
      return
    }
    if (!left || right.length === 0) {
      if (left) out.push(left)
      return
    }
    const text = left.text + right[0].text
    const tokens = tokenize(new SourceText(use.span.file, text), new Reporter()).filter((t) => t.kind !== 'eof')
    if (tokens.length === 1 && !tokens[0].problem)
      out.push({ ...tokens[0], span: left.span, lineStart: left.lineStart, spaced: left.spaced })
    else if (tokens.length === 0) out.push({ ...left, text: '' })
    else {
      const words = `pasting "${left.text}" and "${right[0].text}" does not give a valid preprocessing token`
      this.reporter.error(use.span, 'invalid-paste', words)
      out.push(left, right[0])
    }
    out.push(...right.slice(1))
  }
}

const atUse = (token: Token, use: Token): Token => ({ ...token, span: use.span })

/** An empty argument beside ##: leaves nothing behind. */
const placemarker = (token: Token, use: Token): Token => ({ ...token, kind: 'other', text: '', span: use.span })

const spacedLike = (tokens: readonly Token[], like: Token): Token[] =>
  tokens.map((token, i) => (i === 0 ? { ...token, spaced: like.spaced } : token))

function bound(macro: Macro, lists: readonly Token[][]): Map<string, Token[]> {
  return new Map(macro.params!.map((name, i) => [name, lists[i] ?? []]))
}

function stringize(tokens: readonly Token[], span: Span, spaced: boolean): Token {
  const spell = (t: Token): string =>
    t.kind === 'string' || t.kind === 'char' ? t.text.replace(/[\\"]/g, '\\$&') : t.text
  const text = tokens.map((t, i) => (i > 0 && (t.spaced || t.lineStart) ? ' ' : '') + spell(t)).join('')
  return { kind: 'string', text: `"${text}"`, span, lineStart: false, spaced }
}

const hideMore = (hide: ReadonlySet<string> | undefined, name: string): ReadonlySet<string> => new Set(hide).add(name)

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(a)
  for (const name of b) all.add(name)
  return all
}

function intersection(
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  return a && b ? new Set([...a].filter((name) => b.has(name))) : undefined
}

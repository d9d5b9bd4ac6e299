/**
 * The preprocessor (C17 6.10): directives, conditional groups, inclusion of bundled headers, macro expansion. Out
 * comes one list of tokens for the parser.
 */
import type { Span } from '../source.js'
import { tokenize } from './lexer.js'
import { MacroExpander, TokenStream, type Macro } from './macro.js'
import { evaluateCondition } from './pp-condition.js'
import { PREDEFINED } from './predefined.js'
import type { Notes, Reporter } from './reporter.js'
import { SourceText } from './source-text.js'
import { endOf, isPunct, join, type Token } from './token.js'

export interface PreprocessOptions {
  readonly file: string
  readonly headers: ReadonlyMap<string, string>
  readonly defines?: Readonly<Record<string, string>>
}

export function preprocess(source: string, options: PreprocessOptions, reporter: Reporter): Token[] {
  return new Preprocessor(options, reporter).run(source)
}

const MAX_INCLUDE_DEPTH = 200

/** One #if ... #endif group under way. */
interface Group {
  readonly span: Span
  /** A branch has been taken: later ones are skipped. */
  taken: boolean
  elseSeen: boolean
}

interface OpenFile {
  readonly source: SourceText
  readonly groups: Group[]
  /** What #line added to the physical line, and the name it gave. */
  lineShift: number
  presumedName: string
}

class Preprocessor {
  private readonly stream = new TokenStream()
  private readonly expander: MacroExpander
  private readonly files: OpenFile[] = []
  private readonly once = new Set<string>()
  private readonly out: Token[] = []
  private counter = 0

  constructor(
    private readonly options: PreprocessOptions,
    private readonly reporter: Reporter,
  ) {
    this.expander = new MacroExpander(reporter, (token) => this.dynamicMacro(token))
    for (const [name, value] of Object.entries(PREDEFINED)) this.predefine(name, value)
    for (const [name, value] of Object.entries(options.defines ?? {})) this.predefine(name, value)
  }

  run(source: string): Token[] {
    this.openFile(this.options.file, source)
    for (;;) {
      const token = this.stream.next()
      if (!token || token.kind === 'eof') {
        if (this.closeFile(token)) return this.out
      } else if (isPunct(token, '#') && token.lineStart && !token.hide) this.directive()
      else if (!this.expander.expand(token, this.stream)) this.emit(token)
    }
  }

  private emit(token: Token): void {
    this.complainAbout(token)
    if (token.kind !== 'other') this.out.push(token)
  }

  private complainAbout(token: Token): void {
    const { problem, span } = token
    if (!problem) return
    const notes = problem.note === undefined ? undefined : [{ message: problem.note }]
    this.reporter[problem.severity === 'error' ? 'error' : 'warn'](span, problem.code, problem.message, notes)
  }

  private error(span: Span, code: string, message: string, notes?: Notes): void {
    this.reporter.error(span, code, message, notes)
  }

  // ---- files ------------------------------------------------------------------------------------------------------

  private get file(): OpenFile {
    return this.files.at(-1)!
  }

  private openFile(name: string, text: string): void {
    const source = new SourceText(name, text)
    this.files.push({ source, groups: [], lineShift: 0, presumedName: name })
    this.stream.push(tokenize(source, this.reporter))
  }

  /** At the end of a file; true when it was the main one. */
  private closeFile(eof: Token | undefined): boolean {
    const file = this.files.pop()!
    for (const group of file.groups) this.error(group.span, 'unterminated-if', 'unterminated #if')
    if (this.files.length > 0) return false
    if (eof) this.out.push(eof)
    return true
  }

  /** Tokens up to the end of the directive's line. */
  private restOfLine(): Token[] {
    const line: Token[] = []
    for (
      let token = this.stream.peek();
      token && !token.lineStart && token.kind !== 'eof';
      token = this.stream.peek()
    ) {
      line.push(token)
      this.stream.next()
    }
    return line
  }

  // ---- directives -------------------------------------------------------------------------------------------------

  private directive(): void {
    const line = this.restOfLine()
    const name = line.shift()
    if (!name || name.kind === 'number') return // a null directive, or a line marker
    const at = name.span
    switch (name.text) {
      case 'define': return this.define(line, at)
      case 'undef': return this.undef(line, at)
      case 'include': return this.include(line, at)
      case 'if': return this.openGroup(at, this.condition(line, at, 'if'))
      case 'ifdef': return this.openGroup(at, this.isDefined(line, at, '#ifdef'))
      case 'ifndef': return this.openGroup(at, !this.isDefined(line, at, '#ifndef'))
      case 'elif': case 'else': return this.skipAfterTaken(name, line, at)
      case 'endif': return this.endif(at)
      case 'error': return this.error(at, 'error-directive', `#error${this.spelling(line)}`)
      case 'warning': return this.reporter.warn(at, 'cpp', `#warning${this.spelling(line)}`)
      case 'line': return this.lineDirective(line, at)
      case 'pragma':
        if (line[0]?.text === 'once') this.once.add(this.file.source.file)
        return
      case 'ident': case 'sccs': case 'assert': case 'unassert': return
      default: return this.error(name.span, 'invalid-directive', `invalid preprocessing directive #${name.text}`)
    } // prettier-ignore
  }

  /** The line as it stands in the file, with a space before it. */
  private spelling(line: readonly Token[]): string {
    if (line.length === 0) return ''
    return ` ${this.file.source.original.slice(line[0].span.start, line.at(-1)!.span.end).replace(/\s+/g, ' ')}`
  }

  private lineDirective(line: readonly Token[], at: Span): void {
    const [number, name] = this.expander.expandAll(line)
    if (number?.kind !== 'number' || !/^\d{1,9}$/.test(number.text)) {
      return this.error(
        number?.span ?? at,
        'invalid-line',
        `"${number?.text ?? ''}" after #line is not a positive integer`,
      )
    }
    this.file.lineShift = Number(number.text) - at.line - 1
    if (name?.kind === 'string') this.file.presumedName = name.text.slice(1, -1)
  }

  private dynamicMacro(token: Token): string | undefined {
    switch (token.text) {
      case '__LINE__': return String(Math.max(0, token.span.line + this.file.lineShift))
      case '__FILE__': case '__BASE_FILE__': return JSON.stringify(this.file.presumedName)
      case '__COUNTER__': return String(this.counter++)
      case '__INCLUDE_LEVEL__': return String(this.files.length - 1)
      // The simulated machine has no calendar: the same program always compiles to the same bytes.
      case '__DATE__': return '"Jan  1 1970"'
      case '__TIME__': return '"00:00:00"'
      default: return undefined
    } // prettier-ignore
  }

  // ---- #define ----------------------------------------------------------------------------------------------------

  private predefine(name: string, value: string): void {
    const source = new SourceText('<built-in>', value)
    const body = tokenize(source, this.reporter).filter((t) => t.kind !== 'eof')
    this.expander.macros.set(name, { name, params: undefined, variadic: false, body, span: source.span(0, 0) })
  }

  private macroName(line: readonly Token[], at: Span, directive: string): Token | undefined {
    const name = line[0]
    if (!name) this.error(endOf(at), 'macro-name', `no macro name given in ${directive} directive`)
    else if (name.kind !== 'ident') this.error(name.span, 'macro-name', 'macro names must be identifiers')
    else if (name.text === 'defined') this.error(name.span, 'macro-name', '"defined" cannot be used as a macro name')
    else return name
    return undefined
  }

  private define(line: readonly Token[], at: Span): void {
    const name = this.macroName(line, at, '#define')
    if (!name) return
    const open = line[1]
    const functionLike = open !== undefined && isPunct(open, '(') && !open.spaced
    const head = functionLike ? this.parameters(line) : { params: undefined, variadic: false, end: 1 }
    if (!head) return
    const body = line.slice(head.end)
    if (!this.bodyIsValid(body, head.params)) return
    const macro: Macro = { name: name.text, params: head.params, variadic: head.variadic, body, span: name.span }
    this.warnIfRedefined(macro)
    this.expander.macros.set(name.text, macro)
  }

  private bodyIsValid(body: readonly Token[], params: readonly string[] | undefined): boolean {
    const pasteAtEnd = [body[0], body.at(-1)].find((t) => t && isPunct(t, '##'))
    if (pasteAtEnd) {
      this.error(pasteAtEnd.span, 'invalid-paste', "'##' cannot appear at either end of a macro expansion")
      return false
    }
    const hash = params && body.findIndex((t, i) => isPunct(t, '#') && !params.includes(body[i + 1]?.text ?? ''))
    if (hash === undefined || hash < 0) return true
    this.error(body[hash].span, 'invalid-stringize', "'#' is not followed by a macro parameter")
    return false
  }

  private warnIfRedefined(macro: Macro): void {
    const old = this.expander.macros.get(macro.name)
    const shape = (m: Macro): string => JSON.stringify([m.params, m.body.map((t, i) => [t.text, i > 0 && t.spaced])])
    if (!old || shape(old) === shape(macro)) return
    const notes = [{ message: 'this is the location of the previous definition', span: old.span }]
    this.reporter.warn(macro.span, 'macro-redefined', `"${macro.name}" redefined`, notes)
  }

  /** Parameter list of a function-like macro: `line[1]` is its parenthesis. */
  private parameters(line: readonly Token[]): { params: string[]; variadic: boolean; end: number } | undefined {
    const params: string[] = []
    let at = 2
    if (line[at] && isPunct(line[at], ')')) return { params, variadic: false, end: at + 1 }
    for (;;) {
      const token = line[at]
      if (!token) break
      let variadic = false
      if (isPunct(token, '...')) {
        variadic = true
        params.push('__VA_ARGS__')
      } else if (token.kind === 'ident') {
        if (params.includes(token.text)) {
          this.error(token.span, 'macro-parameters', `duplicate macro parameter "${token.text}"`)
          return undefined
        }
        params.push(token.text)
        variadic = line[at + 1] !== undefined && isPunct(line[at + 1], '...')
        if (variadic) at++
      } else break
      const next = line[++at]
      if (next && isPunct(next, ')')) return { params, variadic, end: at + 1 }
      if (variadic || !next || !isPunct(next, ',')) break
      at++
    }
    const wrong = line[at] ?? line.at(-1)!
    this.error(
      wrong.span,
      'macro-parameters',
      line[at] ? `expected parameter name, found "${wrong.text}"` : "expected ')' before end of line",
    )
    return undefined
  }

  private undef(line: readonly Token[], at: Span): void {
    const name = this.macroName(line, at, '#undef')
    if (name) this.expander.macros.delete(name.text)
  }

  // ---- conditional groups -----------------------------------------------------------------------------------------

  private isDefined(line: readonly Token[], at: Span, directive: string): boolean {
    const name = this.macroName(line, at, directive)
    return name !== undefined && this.hasMacro(name.text)
  }

  private hasMacro(name: string): boolean {
    return this.expander.macros.has(name) || /^__(LINE|FILE|DATE|TIME|COUNTER|BASE_FILE|INCLUDE_LEVEL)__$/.test(name)
  }

  private condition(line: readonly Token[], at: Span, directive: string): boolean {
    if (line.length === 0) {
      this.error(endOf(at), 'invalid-condition', `#${directive} with no expression`)
      return false
    }
    const resolved = this.resolveQueries(line)
    if (!resolved) return false
    const tokens = this.expander.expandAll(resolved)
    return evaluateCondition(tokens, at, (span, message) => this.error(span, 'invalid-condition', message))
  }

  /** Replaces `defined X`, `defined(X)` and `__has_include(...)` by 0 or 1, before macros are expanded. */
  private resolveQueries(line: readonly Token[]): Token[] | undefined {
    const out: Token[] = []
    for (let i = 0; i < line.length; i++) {
      const token = line[i]
      const truth = (value: boolean): Token => ({ ...token, kind: 'number', text: value ? '1' : '0' })
      if (token.kind !== 'ident') {
        out.push(token)
        continue
      }
      const open = line[i + 1] !== undefined && isPunct(line[i + 1], '(')
      if (token.text === 'defined') {
        const name = line[i + (open ? 2 : 1)]
        if (name?.kind !== 'ident' || (open && !(line[i + 3] && isPunct(line[i + 3], ')')))) {
          this.error(token.span, 'invalid-condition', 'operator "defined" requires an identifier')
          return undefined
        }
        out.push(truth(this.hasMacro(name.text)))
        i += open ? 3 : 1
      } else if (/^__has_(include|attribute|builtin|c_attribute)$/.test(token.text) && open) {
        const end = line.findIndex((t, k) => k > i && isPunct(t, ')'))
        const close = end < 0 ? line.length : end
        const name = this.spelling(line.slice(i + 2, close)).replace(/[\s<>"]/g, '')
        out.push(truth(token.text === '__has_include' && this.options.headers.has(name)))
        i = close
      } else out.push(token)
    }
    return out
  }

  private openGroup(span: Span, taken: boolean): void {
    this.file.groups.push({ span, taken, elseSeen: false })
    if (!taken) this.skipGroup()
  }

  private endif(at: Span): void {
    if (!this.file.groups.pop()) this.error(at, 'stray-endif', '#endif without #if')
  }

  /** #elif or #else reached while its group's branch was live: everything up to #endif is skipped. */
  private skipAfterTaken(name: Token, line: readonly Token[], at: Span): void {
    const group = this.file.groups.at(-1)
    if (!group) return this.error(at, 'stray-else', `#${name.text} without #if`)
    this.branch(group, name, line, at)
    this.skipGroup()
  }

  /** Whether an #elif or #else of a group that is being skipped starts its live branch. */
  private branch(group: Group, name: Token, line: readonly Token[], at: Span): boolean {
    if (group.elseSeen) {
      this.error(at, 'stray-else', `#${name.text} after #else`)
      return false
    }
    if (name.text === 'else') group.elseSeen = true
    const live = !group.taken && (name.text === 'else' || this.condition(line, at, 'elif'))
    if (live) group.taken = true
    return live
  }

  /** Skips to the live #elif or #else, or behind the #endif. */
  private skipGroup(): void {
    let nesting = 0
    for (let token = this.stream.peek(); token && token.kind !== 'eof'; token = this.stream.peek()) {
      this.stream.next()
      if (!isPunct(token, '#') || !token.lineStart) continue
      const line = this.restOfLine()
      const name = line.shift()
      const group = this.file.groups.at(-1)!
      if (name && /^if(n?def)?$/.test(name.text)) nesting++
      else if (name?.text === 'endif') {
        if (nesting-- === 0) return this.endif(name.span)
      } else if (nesting === 0 && name && (name.text === 'else' || name.text === 'elif')) {
        if (this.branch(group, name, line, name.span)) return
      }
    }
  }

  // ---- #include ---------------------------------------------------------------------------------------------------

  private include(line: readonly Token[], at: Span): void {
    if (line.length === 0) return this.namelessInclude(at)
    const name = this.headerName(line) ?? this.headerName(this.expander.expandAll(line))
    if (!name) return this.error(line[0].span, 'include-name', '#include expects "FILENAME" or <FILENAME>')
    const text = this.options.headers.get(name.text)
    if (text === undefined) return this.missingHeader(name.text, name.span)
    if (this.files.length > MAX_INCLUDE_DEPTH) {
      this.reporter.fatal(
        name.span,
        'include-depth',
        `#include nested depth ${this.files.length} exceeds maximum of ${MAX_INCLUDE_DEPTH}`,
      )
    }
    if (!this.once.has(name.text)) this.openFile(name.text, text)
  }

  /** Programs copied from web pages lose `<stdio.h>`: the browser took it for a tag. */
  private namelessInclude(at: Span): void {
    this.error(endOf(at), 'include-name', '#include expects "FILENAME" or <FILENAME>', [
      {
        message:
          'the name of the header is missing; text copied from a web page often loses what stands in angle brackets: ' +
          'write for example #include <stdio.h>',
      },
    ])
  }

  private headerName(line: readonly Token[]): { text: string; span: Span } | undefined {
    const first = line[0]
    if (first?.kind === 'string') return { text: first.text.slice(1, first.problem ? undefined : -1), span: first.span }
    const close = line.findIndex((t) => isPunct(t, '>'))
    if (!first || !isPunct(first, '<') || close < 0) return undefined
    const inner = line.slice(1, close)
    const text = inner.map((t, i) => (i > 0 && t.spaced ? ' ' : '') + t.text).join('')
    return { text, span: join(first.span, line[close].span) }
  }

  private missingHeader(name: string, span: Span): void {
    if (name === 'complex.h')
      this.reporter.fatal(span, 'unsupported-complex', '<complex.h>: complex numbers are not supported here')
    if (name === 'stdatomic.h')
      this.reporter.fatal(span, 'unsupported-atomic', '<stdatomic.h>: atomic types are not supported here')
    const known = [...this.options.headers.keys()].sort().join(', ')
    this.reporter.fatal(span, 'header-not-found', `${name}: No such file or directory`, [
      { message: `only the bundled headers exist here: ${known}` },
    ])
  }
}

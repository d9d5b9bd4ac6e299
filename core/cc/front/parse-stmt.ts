/** Statements (C17 6.8). */
import type { Block, CaseLabel, Expr, GotoStmt, LabelStmt, Stmt } from '../ast.js'
import type { Span } from '../source.js'
import { foldPrintf } from './fold-printf.js'
import { convertAssigned, promote } from './convert.js'
import { isPoison } from './operand.js'
import { discarded } from './operators.js'
import { atDeclaration, parseLocalDeclaration, type FileState } from './parse-decl.js'
import { parseCondition, parseConstant, parseExpression } from './parse-expr.js'
import { MAX_NESTING, type Parser, type SwitchContext } from './parser.js'
import { isIdent, isPunct, join } from './token.js'
import { INT, isInteger, wrap } from './types.js'

/** The body of the function whose parameters are in scope; stands behind `}` afterwards. */
export function parseFunctionBody(p: Parser, state: FileState): Block {
  const outer = p.enclosing
  p.enclosing = { loops: 0, breakable: 0, switch: undefined }
  const block = new StatementParser(p, state).block(false)
  p.enclosing = outer
  for (const label of p.fn!.labels.values()) {
    if (!label.defined)
      p.error(label.firstUse, 'undefined-label', `label ‘${label.statement.name}’ used but not defined`)
  }
  return block
}

class StatementParser {
  constructor(
    private readonly p: Parser,
    private readonly state: FileState,
  ) {}

  block(ownScope: boolean): Block {
    const { p } = this
    const open = p.expect('{').span
    if (ownScope) p.scopes.push()
    const body: Stmt[] = []
    while (!p.at('}') && !p.atEnd) {
      p.recovering(() => {
        body.push(...this.blockItem())
      })
    }
    const close = p.token.span
    if (!p.at('}')) p.expected('declaration or statement')
    p.next()
    if (ownScope) p.scopes.pop()
    return { kind: 'block', body, span: join(open, close) }
  }

  private blockItem(): readonly Stmt[] {
    if (atDeclaration(this.p)) return parseLocalDeclaration(this.p, this.state)
    const label = this.label()
    return label ? [label] : [this.statement()]
  }

  /** Any statement; a label and what it labels come out as one block. */
  private statement(): Stmt {
    const { p } = this
    return p.nested(() => {
      const labels: Stmt[] = []
      const start = p.token.span
      for (let label = this.label(); label; label = this.label()) labels.push(label)
      if (labels.length > 0 && (p.at('}') || atDeclaration(p))) return { kind: 'block', body: labels, span: start }
      const statement = this.unlabelled()
      return labels.length > 0
        ? { kind: 'block', body: [...labels, statement], span: join(start, p.previous.span) }
        : statement
    })
  }

  private unlabelled(): Stmt {
    const { p } = this
    const { token } = p
    if (token.kind === 'punct') {
      if (token.text === '{') return this.block(true)
      if (token.text === ';') return { kind: 'block', body: [], span: p.next().span }
    }
    if (token.kind !== 'ident') return this.expression()
    switch (token.text) {
      case 'if': return this.if(0)
      case 'while': return this.while()
      case 'do': return this.do()
      case 'for': return this.for()
      case 'switch': return this.switch()
      case 'break': return this.jump('break')
      case 'continue': return this.jump('continue')
      case 'return': return this.return()
      case 'goto': return this.goto()
      case 'else': return p.syntaxError(token.span, 'stray-else', '‘else’ without a previous ‘if’')
      case 'asm': case '__asm': case '__asm__': return p.unsupported(token.span, 'asm', 'inline assembly is not supported here')
      case '__label__': return p.unsupported(token.span, 'local-label', 'local labels are not supported here')
      default: return this.expression()
    } // prettier-ignore
  }

  private expression(): Stmt {
    const { p } = this
    const expr = p.separately(() => discarded(parseExpression(p)))
    const span = expr.span
    p.expectSemicolon()
    return { kind: 'expr', expr: foldPrintf(p, expr), span: join(span, p.previous.span) }
  }

  // ---- labels -----------------------------------------------------------------------------------------------------

  private label(): CaseLabel | LabelStmt | undefined {
    const { p } = this
    if (p.atWord('case')) return this.case()
    if (p.atWord('default')) return this.default()
    if (!isIdent(p.token) || !isPunct(p.peek(), ':')) return undefined
    const name = p.next()
    p.next()
    return this.defineLabel(name.text, name.span)
  }

  private defineLabel(name: string, span: Span): LabelStmt {
    const { p } = this
    const known = p.fn!.labels.get(name)
    if (known?.defined) {
      p.error(span, 'redefinition', `duplicate label ‘${name}’`, [
        { message: `previous definition of ‘${name}’`, span: known.statement.span },
      ])
    }
    const statement = known && !known.defined ? known.statement : ({ kind: 'label', name, span } as const)
    if (known && !known.defined) {
      // The gotos before it already point at this object: it only learns where it stands.
      Object.assign(known.statement, { span })
      known.defined = true
    } else p.fn!.labels.set(name, { statement, defined: true, firstUse: span })
    return statement
  }

  private goto(): GotoStmt {
    const { p } = this
    const keyword = p.next()
    if (p.at('*')) p.unsupported(p.token.span, 'computed-goto', 'computed goto is not supported here')
    const name = p.token
    if (!isIdent(name)) p.expected('identifier or ‘*’')
    p.next()
    const span = join(keyword.span, name.span)
    let label = p.fn!.labels.get(name.text)
    if (!label) {
      label = { statement: { kind: 'label', name: name.text, span: name.span }, defined: false, firstUse: name.span }
      p.fn!.labels.set(name.text, label)
    }
    p.expectSemicolon()
    return { kind: 'goto', target: label.statement, span }
  }

  private case(): CaseLabel {
    const { p } = this
    const keyword = p.next()
    const constant = parseConstant(p, 'case-label', 'case label does not reduce to an integer constant')
    if (p.at('...')) p.unsupported(p.token.span, 'case-range', 'case ranges (‘case 1 ... 5’) are not supported here')
    const label: CaseLabel = { kind: 'case', span: join(keyword.span, p.previous.span) }
    p.expect(':', '‘:’ or ‘...’')
    const { switch: context } = p.enclosing
    if (!context) p.error(keyword.span, 'stray-case', 'case label not within a switch statement')
    else if (constant) addCase(p, context, constant.value, label)
    return label
  }

  private default(): CaseLabel {
    const { p } = this
    const { span } = p.next()
    p.expect(':')
    const label: CaseLabel = { kind: 'case', span }
    const { switch: context } = p.enclosing
    if (!context) p.error(span, 'stray-case', '‘default’ label not within a switch statement')
    else if (context.default) {
      p.error(span, 'duplicate-case', 'multiple default labels in one switch', [
        { message: 'this is the first default label', span: context.default.span },
      ])
    } else context.default = label
    return label
  }

  // ---- selection --------------------------------------------------------------------------------------------------

  private parenthesized(parse: (p: Parser) => Expr): Expr {
    const { p } = this
    p.expect('(')
    const expr = p.separately(() => parse(p))
    p.expect(')')
    return expr
  }

  /** `else if` chains do not count as nesting, but have a limit of their own. */
  private if(links: number): Stmt {
    const { p } = this
    const keyword = p.next()
    if (links > 2 * MAX_NESTING)
      p.reporter.fatal(
        keyword.span,
        'nesting-too-deep',
        `a chain of more than ${2 * MAX_NESTING} ‘else if’ is not supported`,
      )
    const cond = this.parenthesized(parseCondition)
    const span = join(keyword.span, p.previous.span)
    const then = this.statement()
    let otherwise: Stmt | undefined
    if (p.takeWord('else')) otherwise = p.atWord('if') ? this.if(links + 1) : this.statement()
    return { kind: 'if', cond, then, else: otherwise, span }
  }

  private switch(): Stmt {
    const { p } = this
    const keyword = p.next()
    const given = this.parenthesized(parseExpression)
    const span = join(keyword.span, p.previous.span)
    const ok = isInteger(given.type)
    if (!ok && !isPoison(given)) p.error(given.span, 'switch-type', 'switch quantity not an integer')
    const value = ok ? promote(given) : given
    const context: SwitchContext = { type: ok ? value.type : INT, cases: [], byValue: new Map(), default: undefined }
    const outer = p.enclosing
    p.enclosing = { ...outer, breakable: outer.breakable + 1, switch: context }
    const body = this.statement()
    p.enclosing = outer
    return { kind: 'switch', value, body, cases: context.cases, default: context.default, span }
  }

  // ---- loops ------------------------------------------------------------------------------------------------------

  private loopBody(): Stmt {
    const { p } = this
    const outer = p.enclosing
    p.enclosing = { ...outer, loops: outer.loops + 1, breakable: outer.breakable + 1 }
    const body = this.statement()
    p.enclosing = outer
    return body
  }

  private while(): Stmt {
    const { p } = this
    const keyword = p.next()
    const cond = this.parenthesized(parseCondition)
    const span = join(keyword.span, p.previous.span)
    return { kind: 'loop', init: undefined, cond, step: undefined, testFirst: true, body: this.loopBody(), span }
  }

  private do(): Stmt {
    const { p } = this
    const { span } = p.next()
    const body = this.loopBody()
    if (!p.takeWord('while')) p.expected('‘while’')
    const cond = this.parenthesized(parseCondition)
    p.expectSemicolon()
    return { kind: 'loop', init: undefined, cond, step: undefined, testFirst: false, body, span }
  }

  private for(): Stmt {
    const { p } = this
    const keyword = p.next()
    p.expect('(')
    p.scopes.push()
    const init = this.forInit()
    const cond = p.at(';') ? undefined : p.separately(() => parseCondition(p))
    p.expect(';')
    const step = p.at(')') ? undefined : p.separately(() => discarded(parseExpression(p)))
    p.expect(')')
    const span = join(keyword.span, p.previous.span)
    const body = this.loopBody()
    p.scopes.pop()
    return { kind: 'loop', init, cond, step, testFirst: true, body, span }
  }

  private forInit(): Stmt | undefined {
    const { p } = this
    const { span } = p.token
    if (p.take(';')) return undefined
    if (!atDeclaration(p)) {
      const expr = p.separately(() => discarded(parseExpression(p)))
      p.expect(';')
      return { kind: 'expr', expr, span: expr.span }
    }
    const body = parseLocalDeclaration(p, this.state)
    return body.length === 1 ? body[0] : { kind: 'block', body, span: join(span, p.previous.span) }
  }

  // ---- jumps ------------------------------------------------------------------------------------------------------

  private jump(kind: 'break' | 'continue'): Stmt {
    const { p } = this
    const { span } = p.next()
    p.expectSemicolon()
    if (kind === 'break' && p.enclosing.breakable === 0)
      p.error(span, 'stray-break', 'break statement not within loop or switch')
    if (kind === 'continue' && p.enclosing.loops === 0)
      p.error(span, 'stray-continue', 'continue statement not within a loop')
    return { kind, span }
  }

  private return(): Stmt {
    const { p } = this
    const keyword = p.next()
    const { returns } = p.fn!.symbol.type
    if (p.take(';')) {
      if (returns.kind !== 'void')
        p.warn(keyword.span, 'return-type', '‘return’ with no value, in function returning non-void')
      return { kind: 'return', value: undefined, span: keyword.span }
    }
    const value = p.separately(() => parseExpression(p))
    p.expectSemicolon()
    const span = join(keyword.span, p.previous.span)
    if (returns.kind !== 'void')
      return { kind: 'return', value: convertAssigned(p, value, returns, { kind: 'return' }), span }
    if (value.type.kind !== 'void')
      p.warn(value.span, 'return-type', '‘return’ with a value, in function returning void')
    const evaluate: Stmt = { kind: 'expr', expr: discarded(value), span }
    return { kind: 'block', body: [evaluate, { kind: 'return', value: undefined, span }], span }
  }
}

function addCase(p: Parser, context: SwitchContext, given: bigint, label: CaseLabel): void {
  const value = context.type.kind === 'int' ? wrap(given, context.type.int) : given
  const before = context.byValue.get(value)
  if (before)
    p.error(label.span, 'duplicate-case', 'duplicate case value', [
      { message: 'previously used here', span: before.span },
    ])
  context.byValue.set(value, label)
  context.cases.push({ value, label })
}

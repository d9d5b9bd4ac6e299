/** Expressions (C17 6.5), by precedence climbing; nodes are typed as they are parsed. */
import type { Arithmetic, Expr } from '../ast.js'
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import { builtin, isBuiltin } from './builtins.js'
import { call, implicitFunction } from './call.js'
import { evaluate, evaluateInt, truthOf } from './consteval.js'
import { formatType } from './format-type.js'
import { charValue, parseNumber } from './literal.js'
import { isPoison, poison, rvalue, type Operand } from './operand.js'
import * as operators from './operators.js'
import { intConst, isKeyword, type Parser } from './parser.js'
import { includeNote, type Meaning } from './scope.js'
import { functionNameLiteral, stringLiteral } from './strings.js'
import { isIdent, isPunct, join, type Problem, type Token } from './token.js'
import { alignOf, findMember, INT, intType, isComplete, isInteger, sizeOf, ULONG } from './types.js'

// ---- entries ------------------------------------------------------------------------------------------------------

/** A full expression, with commas; its value. */
export function parseExpression(p: Parser): Expr {
  return rvalue(p, parseComma(p))
}

export function parseAssignmentValue(p: Parser): Expr {
  return rvalue(p, parseAssignment(p))
}

/** An expression that decides: if, while, for, the operands of && and ||. */
export function parseCondition(p: Parser): Expr {
  return operators.condition(p, parseComma(p))
}

/** An integer constant expression; `complaint` is what gcc says when it is not one. */
export function parseConstant(
  p: Parser,
  code: string,
  complaint: string,
): { readonly value: bigint; readonly expr: Expr } | undefined {
  const expr = p.separately(() => rvalue(p, parseConditional(p)))
  if (isPoison(expr)) return undefined
  const value = isInteger(expr.type) ? evaluateInt(expr) : undefined
  if (value !== undefined) return { value, expr }
  p.error(expr.span, code, complaint)
  return undefined
}

// ---- precedence levels --------------------------------------------------------------------------------------------

export function parseComma(p: Parser): Operand {
  let left = parseAssignment(p)
  while (p.at(',')) {
    p.countOperator()
    p.next()
    left = operators.comma(p, left, parseAssignment(p))
  }
  return left
}

export function parseAssignment(p: Parser): Operand {
  const left = parseConditional(p)
  const token = p.token
  if (token.kind !== 'punct' || !/^(=|(\*|\/|%|\+|-|<<|>>|&|\^|\|)=)$/.test(token.text)) return left
  p.countOperator()
  p.next()
  const right = p.nested(() => parseAssignment(p))
  if (token.text === '=') return operators.assign(p, token.span, left, right)
  return operators.update(p, token.text.slice(0, -1) as Arithmetic['op'], token.span, left, right, 'compound')
}

function parseConditional(p: Parser): Operand {
  const condition = parseBinary(p, 1)
  const question = p.token
  if (!p.take('?')) return condition
  p.countOperator()
  if (p.take(':')) return elvis(p, question.span, condition)
  const test = operators.condition(p, condition)
  const yes = p.nested(() => parseComma(p))
  const colon = p.expect(':')
  const no = p.nested(() => parseConditional(p))
  return operators.conditional(p, colon.span, test, yes, no)
}

/** GNU `a ?: b`: `a` is worked out once, into a frame slot. */
function elvis(p: Parser, at: Span, operand: Operand): Operand {
  const value = operators.condition(p, operand)
  const no = rvalue(
    p,
    p.nested(() => parseConditional(p)),
  )
  if (isPoison(value) || isPoison(no)) return poison(value.span)
  const known = truthOf(evaluate(value))
  if (known !== undefined || !p.fn) return operators.conditional(p, at, value, value, no)
  const { type, span } = value
  const target = { kind: 'var', symbol: p.fn.newLocal('<elvis>', type, span), type, span } as const
  const test: Expr = { kind: 'assign', target, value, type, span }
  return operators.conditional(p, at, test, target, no)
}

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1], ['&&', 2], ['|', 3], ['^', 4], ['&', 5], ['==', 6], ['!=', 6], ['<', 7], ['>', 7], ['<=', 7], ['>=', 7],
  ['<<', 8], ['>>', 8], ['+', 9], ['-', 9], ['*', 10], ['/', 10], ['%', 10],
]) // prettier-ignore

function parseBinary(p: Parser, level: number): Operand {
  let left = parseUnary(p)
  for (;;) {
    const token = p.token
    const precedence = token.kind === 'punct' ? PRECEDENCE.get(token.text) : undefined
    if (precedence === undefined || precedence < level) return left
    p.countOperator()
    p.next()
    const right = parseBinary(p, precedence + 1)
    left = operators.binary(p, token.text as operators.BinaryOp, token.span, left, right)
  }
}

// ---- unary --------------------------------------------------------------------------------------------------------

function parseUnary(p: Parser): Operand {
  const token = p.token
  if (token.kind === 'punct') return parsePrefix(p, token)
  if (token.kind !== 'ident') return parsePostfix(p)
  switch (token.text) {
    case 'sizeof':
      return parseSizeof(p, 'sizeof')
    case '_Alignof':
    case '__alignof':
    case '__alignof__':
      return parseSizeof(p, '_Alignof')
    case '__extension__':
      p.next()
      return p.nested(() => parseUnary(p))
    case '__real__':
    case '__imag__':
      return p.unsupported(token.span, 'complex', 'complex numbers are not supported here')
    default:
      return parsePostfix(p)
  }
}

function parsePrefix(p: Parser, token: Token): Operand {
  const operand = (): Operand => {
    p.countOperator()
    p.next()
    return p.nested(() => parseUnary(p))
  }
  switch (token.text) {
    case '++':
    case '--': {
      const target = operand()
      const kind = token.text === '++' ? 'increment' : 'decrement'
      return operators.update(
        p,
        token.text === '++' ? '+' : '-',
        token.span,
        target,
        intConst(1n, INT, token.span),
        kind,
      )
    }
    case '+':
    case '-':
    case '~':
    case '!':
      return operators.unary(p, token.text, token.span, operand())
    case '&':
      return operators.addressOf(p, token.span, operand())
    case '*':
      return operators.dereference(p, token.span, operand())
    case '&&':
      return p.unsupported(
        token.span,
        'computed-goto',
        'the address of a label (‘&&’, computed goto) is not supported here',
      )
    case '(':
      return parseCastOrPostfix(p)
    default:
      return parsePostfix(p)
  }
}

function parseCastOrPostfix(p: Parser): Operand {
  const open = p.token
  if (!p.grammar.startsType(p, p.peek())) return parsePostfix(p)
  p.next()
  const type = p.grammar.typeName(p)
  const close = p.expect(')')
  const at = join(open.span, close.span)
  if (p.at('{')) return postfixOf(p, compoundLiteral(p, type, at))
  p.countOperator()
  const operand = p.nested(() => parseUnary(p))
  return operators.cast(p, type, at, operand)
}

const compoundLiteral = (p: Parser, type: CType, at: Span): Operand =>
  p.nested(() => p.grammar.compoundLiteral(p, type, at))

function parseSizeof(p: Parser, word: 'sizeof' | '_Alignof'): Operand {
  const keyword = p.next()
  const at = p.token.span
  const type = p.unevaluatedly(() => p.nested(() => sizeofOperand(p, word)))
  const span = join(keyword.span, p.previous.span)
  if (!type) return poison(span)
  if (type.kind !== 'void' && type.kind !== 'function' && !isComplete(type)) {
    p.error(at, 'incomplete-type', `invalid application of ‘${word}’ to incomplete type ‘${formatType(type)}’`)
    return poison(span)
  }
  return intConst(BigInt(word === 'sizeof' ? sizeOf(type) : alignOf(type)), ULONG, span)
}

function sizeofOperand(p: Parser, word: string): CType | undefined {
  let operand: Operand
  if (p.at('(') && p.grammar.startsType(p, p.peek())) {
    p.next()
    const type = p.grammar.typeName(p)
    const at = p.expect(')').span
    if (!p.at('{')) return type
    operand = postfixOf(p, compoundLiteral(p, type, at))
  } else operand = parseUnary(p)
  if (isPoison(operand)) return undefined
  if (operand.kind === 'member' && operand.member.bits) {
    p.error(operand.span, 'bit-field-size', `‘${word}’ applied to a bit-field`)
    return undefined
  }
  if (word === 'sizeof') warnOfArrayParameter(p, operand)
  return operand.type
}

function warnOfArrayParameter(p: Parser, operand: Operand): void {
  if (operand.kind !== 'var' || operand.symbol.kind !== 'local' || !p.arrayParameters.has(operand.symbol)) return
  const { name, type, span } = operand.symbol
  const words = `‘sizeof’ on array function parameter ‘${name}’ will return size of ‘${formatType(type)}’`
  p.warn(operand.span, 'sizeof-array-argument', words, [{ message: 'declared here', span }])
}

// ---- postfix ------------------------------------------------------------------------------------------------------

function parsePostfix(p: Parser): Operand {
  return postfixOf(p, parsePrimary(p))
}

function postfixOf(p: Parser, start: Operand): Operand {
  let operand = start
  for (;;) {
    const token = p.token
    if (token.kind !== 'punct' || !POSTFIX.has(token.text)) return operand
    p.countOperator()
    p.next()
    operand = postfixStep(p, token, operand)
  }
}

const POSTFIX: ReadonlySet<string> = new Set(['[', '(', '.', '->', '++', '--'])

function postfixStep(p: Parser, token: Token, operand: Operand): Operand {
  switch (token.text) {
    case '[': {
      const index = p.nested(() => parseComma(p))
      const close = p.expect(']')
      const result = operators.subscript(p, token.span, operand, index)
      return { ...result, span: { ...operand.span, end: Math.max(operand.span.end, close.span.end) } }
    }
    case '(':
      return call(p, operand, parseArguments(p), join(operand.span, p.previous.span))
    case '.':
    case '->':
      return member(p, operand, token)
    default: {
      const increment = token.text === '++'
      const kind = increment ? 'postfix-increment' : 'postfix-decrement'
      return operators.update(p, increment ? '+' : '-', token.span, operand, intConst(1n, INT, token.span), kind)
    }
  }
}

function parseArguments(p: Parser): Expr[] {
  const args: Expr[] = []
  if (p.take(')')) return args
  p.nested(() => {
    do args.push(parseAssignmentValue(p))
    while (p.take(','))
  })
  p.expect(')')
  return args
}

function member(p: Parser, operand: Operand, token: Token): Operand {
  const name = p.token
  if (!isIdent(name)) p.expected('identifier')
  p.next()
  const span = join(operand.span, name.span)
  if (isPoison(operand)) return poison(span)
  const object =
    token.text === '.' ? operand : operators.dereference(p, token.span, arrowPointer(p, operand, token) ?? poison(span))
  if (isPoison(object)) return poison(span)
  if (object.type.kind !== 'record') {
    const words = `request for member ‘${name.text}’ in something not a structure or union`
    const note = object.type.kind === 'pointer' && object.type.to.kind === 'record'
    if (note) p.error(token.span, 'not-a-struct', `‘${p.spell(operand.span)}’ is a pointer; did you mean to use ‘->’?`)
    else p.error(token.span, 'not-a-struct', words)
    return poison(span)
  }
  const { type } = object
  if (!type.complete) {
    p.error(token.span, 'incomplete-type', `invalid use of undefined type ‘${formatType(type)}’`)
    return poison(span)
  }
  const path = findMember(type, name.text)
  if (!path) {
    const hint = p.didYouMean(name.text, () => type.members.flatMap((m) => m.name ?? []))
    p.error(token.span, 'no-member', `‘${formatType(type)}’ has no member named ‘${name.text}’${hint}`)
    return poison(span)
  }
  const base = operators.materialize(p, object)
  return base ? operators.memberOf(base, path, span) : poison(span)
}

/** The operand of `->` as a pointer, or nothing when it is none. */
function arrowPointer(p: Parser, operand: Operand, token: Token): Expr | undefined {
  const pointer = rvalue(p, operand)
  if (isPoison(pointer) || pointer.type.kind === 'pointer') return pointer
  p.error(token.span, 'invalid-operands', `invalid type argument of ‘->’ (have ‘${formatType(pointer.type)}’)`)
  return undefined
}

// ---- primary ------------------------------------------------------------------------------------------------------

function parsePrimary(p: Parser): Operand {
  const token = p.token
  switch (token.kind) {
    case 'number':
      p.next()
      return number(p, token)
    case 'char':
      p.next()
      return character(p, token)
    case 'string':
      return stringLiteral(p)
    case 'ident':
      return isKeyword(token) ? keyword(p, token) : identifier(p, token)
    default:
      return isPunct(token, '(') ? parenthesized(p) : p.expected('expression')
  }
}

function parenthesized(p: Parser): Operand {
  const open = p.next()
  if (p.at('{')) {
    p.skipBlock()
    p.unsupported(open.span, 'statement-expression', 'statement expressions (‘({ ... })’) are not supported here')
  }
  const inner = p.nested(() => parseComma(p))
  const close = p.expect(')')
  return { ...inner, span: join(open.span, close.span) }
}

function keyword(p: Parser, token: Token): Operand {
  switch (token.text) {
    case '_Generic':
      return p.unsupported(token.span, 'generic', '_Generic selections are not supported here')
    case '__builtin_offsetof':
    case '__builtin_va_arg':
      return builtin(p, token, parseAssignment)
    case 'asm':
    case '__asm':
    case '__asm__':
      return p.unsupported(token.span, 'asm', 'inline assembly is not supported here')
    default:
      return p.expected('expression')
  }
}

function number(p: Parser, token: Token): Operand {
  const parsed = parseNumber(token.text)
  if (parsed.problem) p.report(token.span, [parsed.problem])
  if (parsed.kind === 'int') return intConst(parsed.value, intType(parsed.int), token.span)
  return { kind: 'float', value: parsed.value, type: { kind: 'float', bits: parsed.bits }, span: token.span }
}

function character(p: Parser, token: Token): Operand {
  const problems: Problem[] = []
  // An unterminated one has been reported, and may have swallowed the line.
  if (token.problem) return intConst(0n, INT, token.span)
  const { value, int } = charValue(token.text, problems)
  p.report(token.span, problems)
  return intConst(value, intType(int), token.span)
}

function identifier(p: Parser, token: Token): Operand {
  const { text, span } = token
  const meaning = p.scopes.find(text)
  if (meaning) {
    p.next()
    return named(p, meaning, token)
  }
  const plain = text.startsWith('__builtin_') ? p.scopes.find(text.slice('__builtin_'.length)) : undefined
  if (plain?.kind === 'function') {
    p.next()
    return named(p, plain, token)
  }
  if (isBuiltin(text)) return builtin(p, token, parseAssignment)
  p.next()
  if (text === '__func__' || text === '__FUNCTION__' || text === '__PRETTY_FUNCTION__')
    return functionNameLiteral(p, span)
  return p.at('(') ? implicitFunction(p, token) : undeclared(p, token)
}

function named(p: Parser, meaning: Meaning, token: Token): Operand {
  const { span } = token
  switch (meaning.kind) {
    case 'constant':
      return intConst(meaning.value, meaning.type, span)
    case 'function':
      return { kind: 'designator', symbol: meaning.symbol, type: meaning.symbol.type, span }
    case 'object':
      if (meaning.symbol.kind === 'global' && p.unevaluated === 0) p.unit.use(meaning.symbol)
      return { kind: 'var', symbol: meaning.symbol, type: meaning.symbol.type, span }
    case 'typedef':
      return p.syntaxError(span, 'expected-token', `expected expression before ‘${token.text}’`)
  }
}

function undeclared(p: Parser, token: Token): Operand {
  const { text, span } = token
  const header = p.headerOf(text)
  const hint = header === undefined ? p.didYouMean(text, () => p.scopes.visible()) : ''
  const where = header === undefined ? [] : [includeNote(text, header)]
  if (!p.fn) p.error(span, 'undeclared-identifier', `‘${text}’ undeclared here (not in a function)${hint}`, where)
  else if (!p.fn.undeclared.has(text)) {
    const first = p.fn.undeclared.size === 0
    p.fn.undeclared.add(text)
    const note = { message: 'each undeclared identifier is reported only once for each function it appears in', span }
    p.error(
      span,
      'undeclared-identifier',
      `‘${text}’ undeclared (first use in this function)${hint}`,
      first ? [...where, note] : where,
    )
  }
  return poison(span)
}

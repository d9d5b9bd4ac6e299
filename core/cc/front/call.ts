/** Function calls: arguments against the prototype, with gcc's words, and functions nobody declared. */
import type { Expr, FunctionSymbol } from '../ast.js'
import type { Span } from '../source.js'
import type { FunctionType } from '../types.js'
import { convertAssigned, promoteArgument } from './convert.js'
import { formatType } from './format-type.js'
import { builtInType } from './hints.js'
import { isPoison, poison, rvalue, type Operand } from './operand.js'
import type { Parser } from './parser.js'
import type { Token } from './token.js'
import { compatible, INT, isComplete } from './types.js'

export function call(p: Parser, operand: Operand, args: readonly Expr[], span: Span): Expr {
  if (isPoison(operand)) return poison(span)
  const callee = operand.kind === 'designator' ? operand.symbol : functionPointer(p, operand)
  if (!callee) return poison(span)
  if (callee.kind === 'function' && p.unevaluated === 0) p.unit.use(callee)
  const signature = signatureOf(callee)
  const name = p.spell(operand.span)
  const converted = convertArguments(p, signature, args, name, span, operand.span, callee)
  if (!converted || converted.some(isPoison)) return poison(span)
  const { returns } = signature
  if (returns.kind !== 'void' && !isComplete(returns)) {
    p.error(span, 'incomplete-type', `invalid use of undefined type ‘${formatType(returns)}’`)
    return poison(span)
  }
  return { kind: 'call', callee, signature, args: converted, type: returns, span }
}

function functionPointer(p: Parser, operand: Operand): Expr | FunctionSymbol | undefined {
  const value = rvalue(p, operand)
  if (isPoison(value)) return undefined
  if (value.kind === 'funcaddr') return value.symbol
  if (value.type.kind === 'pointer' && value.type.to.kind === 'function') return value
  p.error(
    operand.span,
    'not-a-function',
    `called object ${operand.kind === 'var' ? `‘${operand.symbol.name}’ ` : ''}is not a function or function pointer`,
  )
  return undefined
}

function signatureOf(callee: Expr | FunctionSymbol): FunctionType {
  const type = callee.kind === 'function' ? callee.type : callee.type.kind === 'pointer' ? callee.type.to : callee.type
  return type as FunctionType
}

function convertArguments(
  p: Parser,
  signature: FunctionType,
  args: readonly Expr[],
  name: string,
  span: Span,
  calleeSpan: Span,
  callee: Expr | FunctionSymbol,
): Expr[] | undefined {
  const { params, variadic, unprototyped } = signature
  if (!unprototyped && (args.length < params.length || (args.length > params.length && !variadic))) {
    const few = args.length < params.length
    const notes = callee.kind === 'function' ? [{ message: 'declared here', span: callee.span }] : undefined
    p.error(
      calleeSpan,
      few ? 'too-few-arguments' : 'too-many-arguments',
      `too ${few ? 'few' : 'many'} arguments to function ‘${name}’`,
      notes,
    )
    return undefined
  }
  return args.map((arg, i) => {
    const param = unprototyped ? undefined : params[i]
    if (param)
      return convertAssigned(p, arg, param.type, { kind: 'argument', index: i + 1, callee: name, parameter: undefined })
    if (arg.type.kind === 'void' && !isPoison(arg)) {
      p.error(arg.span, 'void-value', 'invalid use of void expression')
      return poison(span)
    }
    return promoteArgument(arg)
  })
}

/** C89's rule that gcc 12 still follows with a warning: an unknown function returns int and takes anything. */
export function implicitFunction(p: Parser, token: Token): Operand {
  const { text, span } = token
  const builtIn = builtInType(text)
  const type: FunctionType = builtIn ?? {
    kind: 'function',
    returns: INT,
    params: [],
    variadic: false,
    unprototyped: true,
  }
  const known = p.unit.linked.get(text)
  const header = p.headerOf(text)
  const hint = header === undefined ? p.didYouMean(text, () => functionNames(p)) : ''
  const notes =
    header === undefined ? undefined : [{ message: `include ‘<${header}>’ or provide a declaration of ‘${text}’` }]
  p.warn(span, 'implicit-function-declaration', `implicit declaration of function ‘${text}’${hint}`, notes)
  if (builtIn && !isCompatibleWithImplicit(builtIn)) {
    p.warn(
      span,
      'builtin-declaration-mismatch',
      `incompatible implicit declaration of built-in function ‘${text}’`,
      notes,
    )
  }
  const symbol = known?.kind === 'function' ? known : p.unit.newFunction(text, type, span)
  if (!known) p.unit.linked.set(text, symbol)
  p.scopes.declare(text, { kind: 'function', symbol, span })
  return { kind: 'designator', symbol, type: symbol.type, span }
}

/** Would `int f()` do as a declaration of it? */
const isCompatibleWithImplicit = (type: FunctionType): boolean => !type.variadic && compatible(type.returns, INT)

function* functionNames(p: Parser): Iterable<string> {
  for (const name of p.scopes.visible()) if (p.scopes.find(name)?.kind === 'function') yield name
}

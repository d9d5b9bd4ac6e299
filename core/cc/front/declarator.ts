/** Declarators (C17 6.7.6): the part of a declaration that turns a base type into `int *(*f[3])(void)`. */
import type { LocalVar } from '../ast.js'
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import { parseAttributes } from './attributes.js'
import { evaluateInt } from './consteval.js'
import { formatType } from './format-type.js'
import { isPoison, rvalue } from './operand.js'
import { parseComma } from './parse-expr.js'
import { MAX_NESTING, type Parser } from './parser.js'
import { parseQualifiers, parseSpecifiers, startsType } from './specifiers.js'
import { isIdent, isPunct, join, type Token } from './token.js'
import {
  adjustParameter,
  arrayOf,
  ERROR_TYPE,
  isComplete,
  isError,
  isInteger,
  pointerTo,
  sizeOf,
  withQuals,
} from './types.js'

export interface Parameter {
  readonly symbol: LocalVar
  readonly named: boolean
  readonly register: boolean
}

/** One derivation, in the order in which the name is read: `*a[3]` is array, then pointer. */
type Part =
  | { readonly kind: 'pointer'; readonly quals: { const?: true; volatile?: true } }
  | { readonly kind: 'array'; readonly length: Length; readonly span: Span }
  | {
      readonly kind: 'function'
      readonly params: readonly Parameter[]
      readonly variadic: boolean
      readonly unprototyped: boolean
    }

type Length = number | 'variable' | 'negative' | 'not an integer' | 'too large' | undefined

export interface Declarator {
  readonly name: Token | undefined
  readonly parts: readonly Part[]
  readonly span: Span
}

/** Objects of more bytes cannot be addressed exactly. */
export const MAX_OBJECT_SIZE = 2 ** 53
/** Nodes one type may have: comparing and printing types walks them all. */
const MAX_TYPE_WEIGHT = 1000

type Naming = 'named' | 'abstract' | 'either'

export function parseDeclarator(p: Parser, naming: Naming): Declarator {
  return p.nested(() => declarator(p, naming))
}

function declarator(p: Parser, naming: Naming): Declarator {
  const start = p.token.span
  const pointers: Part[] = []
  while (p.take('*')) pointers.push({ kind: 'pointer', quals: parseQualifiers(p) })
  parseAttributes(p)
  const inner = directDeclarator(p, naming)
  const suffixes: Part[] = []
  for (let part = suffix(p); part; part = suffix(p)) suffixes.push(part)
  const parts = [...inner.parts, ...suffixes, ...pointers.reverse()]
  if (parts.length > MAX_NESTING)
    p.reporter.fatal(start, 'nesting-too-deep', `nesting is deeper than ${MAX_NESTING} levels`)
  return { name: inner.name, parts, span: inner.name?.span ?? join(start, p.previous.span) }
}

function directDeclarator(p: Parser, naming: Naming): { name: Token | undefined; parts: readonly Part[] } {
  if (naming !== 'abstract' && isIdent(p.token)) return { name: p.next(), parts: [] }
  if (p.at('(') && opensDeclarator(p, naming)) {
    p.next()
    parseAttributes(p)
    const inner = parseDeclarator(p, naming)
    p.expect(')')
    return inner
  }
  if (naming === 'named') p.expected('identifier or ‘(’')
  return { name: undefined, parts: [] }
}

/** In an abstract declarator `(` may open a parameter list instead: `int (int)`, `int ()`. */
function opensDeclarator(p: Parser, naming: Naming): boolean {
  if (naming === 'named') return true
  const next = p.peek()
  return !isPunct(next, ')') && !startsType(p, next)
}

function suffix(p: Parser): Part | undefined {
  if (p.at('[')) return arraySuffix(p)
  return p.at('(') ? functionSuffix(p) : undefined
}

// ---- arrays -------------------------------------------------------------------------------------------------------

function arraySuffix(p: Parser): Part {
  const open = p.next().span
  if (p.atWord('static')) p.next()
  parseQualifiers(p)
  if (p.atWord('static')) p.next()
  const star = p.at('*') && isPunct(p.peek(), ']')
  if (star) p.next()
  const length = star ? 'variable' : p.at(']') ? undefined : arrayLength(p)
  const close = p.expect(']').span
  return { kind: 'array', length, span: join(open, close) }
}

function arrayLength(p: Parser): Length {
  const expr = p.separately(() =>
    rvalue(
      p,
      p.nested(() => parseComma(p)),
    ),
  )
  if (isPoison(expr)) return 0
  const value = isInteger(expr.type) ? evaluateInt(expr) : undefined
  if (!isInteger(expr.type)) return 'not an integer'
  if (value === undefined) return 'variable'
  if (value < 0n) return 'negative'
  return value >= BigInt(MAX_OBJECT_SIZE) ? 'too large' : Number(value)
}

// ---- parameters ---------------------------------------------------------------------------------------------------

function functionSuffix(p: Parser): Part {
  p.next()
  if (p.take(')')) return { kind: 'function', params: [], variadic: false, unprototyped: true }
  if (p.atWord('void') && isPunct(p.peek(), ')')) {
    p.next()
    p.next()
    return { kind: 'function', params: [], variadic: false, unprototyped: false }
  }
  const listEnd = p.peek()
  if (isIdent(p.token) && !startsType(p, p.token) && (isPunct(listEnd, ',') || isPunct(listEnd, ')'))) {
    refuseOldStyle(p)
  }
  p.scopes.push()
  p.prototypes++
  const params: Parameter[] = []
  let variadic = false
  do {
    if (p.take('...')) variadic = true
    else params.push(p.nested(() => parameter(p, params.length + 1)))
  } while (!variadic && p.take(','))
  p.scopes.pop()
  p.prototypes--
  p.expect(')', '‘;’, ‘,’ or ‘)’')
  return { kind: 'function', params, variadic, unprototyped: false }
}

/** Reports an old-style function and goes to its body, so that its parameter declarations make no noise. */
function refuseOldStyle(p: Parser): never {
  const { span } = p.token
  while (!p.at('{') && !p.atEnd) p.next()
  p.unsupported(span, 'kr-function', 'parameter names without types (K&R style functions) are not supported here')
}

function parameter(p: Parser, index: number): Parameter {
  const start = p.token.span
  if (!startsType(p, p.token) && !p.atWord('register') && !isIdent(p.token))
    p.expected('declaration specifiers or ‘...’')
  const specifiers = parseSpecifiers(p, true)
  const declared = parseDeclarator(p, 'either')
  parseAttributes(p)
  const name = declared.name?.text
  if (specifiers.implicitInt)
    p.warn(declared.span, 'implicit-int', `type of ‘${name ?? '({anonymous})'}’ defaults to ‘int’`)
  const written = applyDeclarator(p, specifiers.type, declared, true)
  const type = adjustParameter(written)
  if (type.kind === 'void') voidParameter(p, index, declared)
  const symbol: LocalVar = { kind: 'local', name: name ?? '', type, span: declared.name?.span ?? start, param: true }
  if (written.kind === 'array') p.arrayParameters.add(symbol)
  const register = specifiers.storage === 'register'
  if (name !== undefined) {
    if (p.scopes.findHere(name)) p.error(declared.span, 'redefinition', `redefinition of parameter ‘${name}’`)
    p.scopes.declare(name, { kind: 'object', symbol, register, span: symbol.span })
  }
  return { symbol, named: name !== undefined, register }
}

/** gcc lets a declaration pass that calls a parameter void; no call of it can be right. */
function voidParameter(p: Parser, index: number, declared: Declarator): void {
  if (!p.at(',') && !p.at(')')) return
  const name = declared.name ? ` (‘${declared.name.text}’)` : ''
  p.warn(declared.span, 'void-parameter', `parameter ${index}${name} has void type`)
}

// ---- types --------------------------------------------------------------------------------------------------------

/** The type a declarator gives its name. */
export function applyDeclarator(p: Parser, base: CType, declared: Declarator, isParameter = false): CType {
  let type = base
  const { parts } = declared
  for (let i = parts.length - 1; i >= 0; i--) {
    if (isError(type)) return type
    type = derive(p, type, parts[i], declared, isParameter && i === 0)
  }
  if (weigh(p, type) > MAX_TYPE_WEIGHT) p.reporter.fatal(declared.span, 'type-too-complex', 'this type is too complex')
  return type
}

function derive(p: Parser, type: CType, part: Part, declared: Declarator, outermostOfParameter: boolean): CType {
  switch (part.kind) {
    case 'pointer':
      return withQuals(pointerTo(type), part.quals)
    case 'array':
      return deriveArray(p, type, part, declared, outermostOfParameter)
    case 'function': {
      const fail = (what: string): CType =>
        refuse(p, declared, `‘${nameOf(declared)}’ declared as function returning ${what}`)
      if (type.kind === 'array') return fail('an array')
      if (type.kind === 'function') return fail('a function')
      const params = part.params.map(({ symbol, named }) => ({
        name: named ? symbol.name : undefined,
        type: symbol.type,
      }))
      const { variadic } = part
      return { kind: 'function', returns: type, params, variadic, ...(part.unprototyped ? { unprototyped: true } : {}) }
    }
  }
}

type ArrayPart = Extract<Part, { kind: 'array' }>

function deriveArray(
  p: Parser,
  type: CType,
  part: ArrayPart,
  declared: Declarator,
  outermostOfParameter: boolean,
): CType {
  const name = nameOf(declared)
  if (type.kind === 'void') return refuse(p, declared, `declaration of ‘${name}’ as array of voids`)
  if (type.kind === 'function') return refuse(p, declared, `declaration of ‘${name}’ as array of functions`)
  if (!isComplete(type)) return refuse(p, declared, `array type has incomplete element type ‘${formatType(type)}’`)
  const { length } = part
  if (length === 'variable') {
    if (outermostOfParameter) return arrayOf(type, undefined)
    const where = p.fn ? '' : ` (‘${name}’ is variably modified)`
    return p.unsupported(
      part.span,
      'vla',
      `variable length arrays are not supported here: the size must be a constant${where}`,
    )
  }
  if (length === 'negative') return refuse(p, declared, `size of array ‘${name}’ is negative`)
  if (length === 'not an integer') return refuse(p, declared, `size of array ‘${name}’ has non-integer type`)
  if (length === 'too large' || (length ?? 0) * sizeOf(type) >= MAX_OBJECT_SIZE)
    return refuse(p, declared, `size of array ‘${name}’ is too large`)
  return arrayOf(type, length)
}

const nameOf = (declared: Declarator): string => declared.name?.text ?? 'type name'

function refuse(p: Parser, declared: Declarator, message: string): CType {
  p.error(declared.span, 'invalid-type', message)
  return ERROR_TYPE
}

function weigh(p: Parser, type: CType): number {
  const known = p.typeWeights.get(type)
  if (known !== undefined) return known
  let weight = 1
  if (type.kind === 'pointer') weight += weigh(p, type.to)
  else if (type.kind === 'array') weight += weigh(p, type.of)
  else if (type.kind === 'function')
    weight += type.params.reduce((sum, param) => sum + weigh(p, param.type), weigh(p, type.returns))
  p.typeWeights.set(type, weight)
  return weight
}

// ---- type names ---------------------------------------------------------------------------------------------------

/** `int *`, `char (*)[3]`: as in casts and sizeof. */
export function parseTypeName(p: Parser): CType {
  const specifiers = parseSpecifiers(p, false)
  const declared = parseDeclarator(p, 'abstract')
  return applyDeclarator(p, specifiers.type, declared)
}

/** Parameters of a function declarator, if the declared thing itself is a function. */
export function functionParameters(declared: Declarator): readonly Parameter[] | undefined {
  const first = declared.parts[0]
  return first?.kind === 'function' ? first.params : undefined
}

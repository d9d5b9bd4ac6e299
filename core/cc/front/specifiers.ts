/** Declaration specifiers (C17 6.7.1-6.7.4): storage class, qualifiers and the base type, in any order. */
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import { checkedAlign, noAttributes, parseAttributes, type Attributes } from './attributes.js'
import { parseComma, parseConstant } from './parse-expr.js'
import { isTypedefName, type Parser } from './parser.js'
import { isIdent, type Token } from './token.js'
import { includeNote } from './scope.js'
import { alignOf, DOUBLE, ERROR_TYPE, INT, intType, VA_LIST, VOID, withQuals } from './types.js'

export type Storage = 'typedef' | 'extern' | 'static' | 'auto' | 'register'

export interface Specifiers {
  readonly type: CType
  readonly storage: Storage | undefined
  readonly inline: boolean
  readonly attributes: Attributes
  readonly span: Span
  /** No type was written: C89's int. */
  readonly implicitInt: boolean
  /** A struct, union or enum was named: the declaration may end here. */
  readonly tagged: boolean
  readonly qualified: boolean
  /** The declaration ends here without its semicolon (reported). */
  readonly unfinished: boolean
}

const STORAGE: ReadonlySet<string> = new Set(['typedef', 'extern', 'static', 'auto', 'register'])
const QUALIFIERS: ReadonlyMap<string, 'const' | 'volatile' | 'restrict' | 'atomic'> = new Map([
  ['const', 'const'], ['__const', 'const'], ['__const__', 'const'],
  ['volatile', 'volatile'], ['__volatile', 'volatile'], ['__volatile__', 'volatile'],
  ['restrict', 'restrict'], ['__restrict', 'restrict'], ['__restrict__', 'restrict'],
  ['_Atomic', 'atomic'],
]) // prettier-ignore
const FUNCTION_WORDS: ReadonlySet<string> = new Set(['inline', '__inline', '__inline__', '_Noreturn'])
const BASIC: ReadonlySet<string> = new Set(
  'void char short int long float double signed __signed __signed__ unsigned _Bool'.split(' '),
)
const TAGGED: ReadonlySet<string> = new Set(['struct', 'union', 'enum'])
const TYPEOF: ReadonlySet<string> = new Set(['typeof', '__typeof', '__typeof__'])
const REFUSED: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['_Complex', ['complex', 'complex numbers are not supported here']],
  ['__complex__', ['complex', 'complex numbers are not supported here']],
  ['_Imaginary', ['complex', 'complex numbers are not supported here']],
  ['_Atomic', ['atomic', '_Atomic types are not supported here']],
  ['_Thread_local', ['thread-local', 'thread-local variables are not supported here']],
  ['__thread', ['thread-local', 'thread-local variables are not supported here']],
  ['__int128', ['int128', '128-bit integers are not supported here']],
  ['__auto_type', ['auto-type', '__auto_type is not supported here']],
  ['__float128', ['float128', '128-bit floating types are not supported here']],
  ['_Float128', ['float128', '128-bit floating types are not supported here']],
])
const OTHER: ReadonlySet<string> = new Set([
  '_Alignas',
  '__attribute__',
  '__attribute',
  '__extension__',
  '__builtin_va_list',
])

/** Could a declaration start with the token? */
export function startsDeclaration(p: Parser, token: Token): boolean {
  return (
    startsType(p, token) ||
    (token.kind === 'ident' &&
      (STORAGE.has(token.text) || FUNCTION_WORDS.has(token.text) || token.text === '_Static_assert'))
  )
}

/** Could a type name start with the token? */
export function startsType(p: Parser, token: Token): boolean {
  if (token.kind !== 'ident') return false
  const { text } = token
  if (BASIC.has(text) || TAGGED.has(text) || QUALIFIERS.has(text) || TYPEOF.has(text) || REFUSED.has(text)) return true
  return OTHER.has(text) ? text !== '__extension__' : isTypedefName(p, token)
}

/** Collects one specifier after the other. */
class Collector {
  readonly words = new Map<string, number>()
  type: CType | undefined
  tagged = false
  /** A `;` is missing behind a struct's brace: what follows is the next declaration. */
  unfinished = false
  /** The last word of the type, where gcc points when words do not go together. */
  last: Span | undefined
  storage: Storage | undefined
  inline = false
  quals: { const?: true; volatile?: true } = {}
  readonly attributes = noAttributes()

  get hasType(): boolean {
    return this.type !== undefined || this.words.size > 0
  }
}

export function parseSpecifiers(p: Parser, allowStorage: boolean): Specifiers {
  const start = p.token.span
  const c = new Collector()
  while (specifier(p, c, allowStorage));
  const implicitInt = !c.hasType
  const base = c.type ?? basicType(p, c.words, c.last ?? start)
  const { storage, inline, attributes, tagged, unfinished } = c
  return {
    type: withQuals(base, c.quals),
    storage,
    inline,
    attributes,
    span: start,
    implicitInt,
    tagged,
    qualified: Object.keys(c.quals).length > 0,
    unfinished,
  }
}

/** Reads one specifier; false when the token is none. */
function specifier(p: Parser, c: Collector, allowStorage: boolean): boolean {
  const { token } = p
  if (token.kind !== 'ident') return false
  const { text } = token
  const refused = REFUSED.get(text)
  if (refused) p.unsupported(token.span, refused[0], refused[1])
  const qualifier = QUALIFIERS.get(text)
  if (qualifier) {
    p.next()
    if (qualifier === 'const' || qualifier === 'volatile') c.quals[qualifier] = true
    return true
  }
  if (STORAGE.has(text)) return storageClass(p, c, text as Storage, allowStorage)
  if (FUNCTION_WORDS.has(text)) {
    p.next()
    c.inline ||= text !== '_Noreturn'
    return true
  }
  return text.startsWith('_') && OTHER.has(text) ? other(p, c) : typeSpecifier(p, c)
}

function storageClass(p: Parser, c: Collector, text: Storage, allowStorage: boolean): boolean {
  const { span } = p.next()
  if (!allowStorage) p.syntaxError(span, 'storage-class', `expected specifier-qualifier-list before ‘${text}’`)
  if (c.storage === text) p.error(span, 'storage-class', `duplicate ‘${text}’`)
  else if (c.storage) p.error(span, 'storage-class', 'multiple storage classes in declaration specifiers')
  c.storage = text
  return true
}

function other(p: Parser, c: Collector): boolean {
  const { text } = p.token
  if (text === '__builtin_va_list') return setType(p, c, VA_LIST)
  if (text === '_Alignas') alignas(p, c)
  else if (text === '__extension__') p.next()
  else parseAttributes(p, c.attributes)
  return true
}

function alignas(p: Parser, c: Collector): void {
  p.next()
  p.expect('(')
  const at = p.token.span
  let align: number | undefined
  if (startsType(p, p.token)) align = alignOf(p.grammar.typeName(p))
  else
    align = checkedAlign(
      p,
      parseConstant(p, 'invalid-alignment', 'requested alignment is not an integer constant')?.value,
      at,
    )
  p.expect(')')
  if (align !== undefined) c.attributes.align = Math.max(c.attributes.align ?? 1, align)
}

function typeSpecifier(p: Parser, c: Collector): boolean {
  const { token } = p
  const { text } = token
  if (BASIC.has(text)) {
    if (c.type && p.previous.text === '}') return missingSemicolon(p, c)
    p.next()
    c.last = token.span
    if (c.type) p.error(token.span, 'specifiers', 'two or more data types in declaration specifiers')
    const word = text.replaceAll('_', (u) => (text === '_Bool' ? u : ''))
    c.words.set(word, (c.words.get(word) ?? 0) + 1)
    return true
  }
  if (TAGGED.has(text)) {
    const type = p.nested(() => p.grammar.taggedType(p))
    c.tagged = true
    return takeType(p, c, type, token.span)
  }
  if (TYPEOF.has(text)) return takeType(p, c, parseTypeof(p), token.span)
  if (c.hasType) return false
  const meaning = p.scopes.find(text)
  if (isTypedefName(p, token)) return setType(p, c, meaning?.kind === 'typedef' ? meaning.type : INT)
  return meaning === undefined && looksLikeType(p) && unknownType(p, c)
}

/** An unknown name with another name or a star behind it can only be meant as a type. */
function looksLikeType(p: Parser): boolean {
  const next = p.peek()
  return isIdent(p.token) && (isIdent(next) || (next.kind === 'punct' && next.text === '*'))
}

function* typeNames(p: Parser): Iterable<string> {
  for (const name of p.scopes.visible()) if (p.scopes.find(name)?.kind === 'typedef') yield name
  yield* BASIC
}

function unknownType(p: Parser, c: Collector): boolean {
  const { text, span } = p.token
  const header = p.headerOf(text)
  const hint = header === undefined ? p.didYouMean(text, () => typeNames(p)) : ''
  p.error(
    span,
    'unknown-type',
    `unknown type name ‘${text}’${hint}`,
    header === undefined ? undefined : [includeNote(text, header)],
  )
  return setType(p, c, ERROR_TYPE)
}

function missingSemicolon(p: Parser, c: Collector): boolean {
  const { text, span } = p.token
  p.error(span, 'expected-token', `expected ‘;’, identifier or ‘(’ before ‘${text}’`)
  c.unfinished = true
  return false
}

function setType(p: Parser, c: Collector, type: CType): boolean {
  const { span } = p.next()
  return takeType(p, c, type, span)
}

function takeType(p: Parser, c: Collector, type: CType, at: Span): boolean {
  if (c.hasType) p.error(at, 'specifiers', 'two or more data types in declaration specifiers')
  c.type = type
  return true
}

function parseTypeof(p: Parser): CType {
  p.next()
  p.expect('(')
  const type = p.unevaluatedly(() => (startsType(p, p.token) ? p.grammar.typeName(p) : parseComma(p).type))
  p.expect(')')
  return type
}

/** The type that words like `unsigned long int` name together. */
function basicType(p: Parser, words: ReadonlyMap<string, number>, at: Span): CType {
  const n = (word: string): number => words.get(word) ?? 0
  const fail = (message: string): CType => {
    p.error(at, 'specifiers', message)
    return ERROR_TYPE
  }
  const clash = (a: string, b: string): CType => fail(`both ‘${a}’ and ‘${b}’ in declaration specifiers`)
  const longs = n('long')
  if (n('signed') && n('unsigned')) return clash('signed', 'unsigned')
  if (longs > 2) return fail('‘long long long’ is too long for GCC')
  if (longs && n('short')) return clash('long', 'short')
  const bases = ['void', 'char', 'int', 'float', 'double', '_Bool'].filter((word) => n(word))
  if (bases.length > 1 || (bases[0] && n(bases[0]) > 1)) return fail('two or more data types in declaration specifiers')
  const base = bases[0] ?? 'int'
  const sign = n('unsigned') ? 'unsigned' : n('signed') ? 'signed' : undefined
  if (sign && base !== 'char' && base !== 'int') return clash(sign, base)
  if (n('short') && base !== 'int') return clash('short', base)
  if (longs && base !== 'int' && !(base === 'double' && longs === 1))
    return clash(longs === 2 ? 'long long' : 'long', base)
  return named(base, sign === 'unsigned', sign !== undefined, longs, n('short') > 0)
}

function named(base: string, unsigned: boolean, signGiven: boolean, longs: number, short: boolean): CType {
  switch (base) {
    case 'void':
      return VOID
    case '_Bool':
      return intType('bool')
    case 'float':
      return { kind: 'float', bits: 32 }
    case 'double':
      return longs ? { kind: 'float', bits: 80 } : DOUBLE
    case 'char':
      return intType(unsigned ? 'uchar' : signGiven ? 'schar' : 'char')
    default: {
      const size = short ? 'short' : longs === 2 ? 'llong' : longs === 1 ? 'long' : 'int'
      return intType(unsigned ? `u${size}` : size)
    }
  }
}

/** Qualifiers behind a pointer's star. */
export function parseQualifiers(p: Parser): { const?: true; volatile?: true } {
  const quals: { const?: true; volatile?: true } = {}
  for (;;) {
    const qualifier = p.token.kind === 'ident' ? QUALIFIERS.get(p.token.text) : undefined
    if (qualifier === 'atomic') p.unsupported(p.token.span, 'atomic', '_Atomic types are not supported here')
    if (qualifier === 'const' || qualifier === 'volatile') quals[qualifier] = true
    if (qualifier) p.next()
    else if (p.atWord('__attribute__') || p.atWord('__attribute')) parseAttributes(p)
    else return quals
  }
}

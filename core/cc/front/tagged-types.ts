/** struct, union and enum specifiers (C17 6.7.2.1, 6.7.2.2). */
import type { Span } from '../source.js'
import type { CType, IntKind, IntType, RecordType } from '../types.js'
import { noAttributes, parseAttributes, type Attributes } from './attributes.js'
import { applyDeclarator, MAX_OBJECT_SIZE, parseDeclarator } from './declarator.js'
import { formatType } from './format-type.js'
import { layOut, type Field } from './layout.js'
import { parseConstant } from './parse-expr.js'
import type { Parser } from './parser.js'
import type { Tag } from './scope.js'
import { parseSpecifiers, type Specifiers } from './specifiers.js'
import { parseStaticAssert } from './static-assert.js'
import { isIdent, type Token } from './token.js'
import { bitsOf, INT, intType, isComplete, isError, isInteger, UINT } from './types.js'

export function parseTaggedType(p: Parser): CType {
  return p.atWord('enum') ? parseEnum(p) : parseRecord(p)
}

const wrongTag = (p: Parser, name: Token): never =>
  p.syntaxError(name.span, 'wrong-tag', `‘${name.text}’ defined as wrong kind of tag`)

// ---- struct and union ---------------------------------------------------------------------------------------------

function parseRecord(p: Parser): CType {
  const keyword = p.next()
  const union = keyword.text === 'union'
  const attributes = parseAttributes(p)
  const name = isIdent(p.token) ? p.next() : undefined
  if (!p.at('{')) return name ? recordReference(p, name, union) : p.expected('identifier or ‘{’')
  const tag = recordDefinition(p, name, union, keyword.span)
  p.next()
  const fields = p.nested(() => parseFields(p, tag.type))
  p.expect('}')
  parseAttributes(p, attributes)
  complete(p, tag, fields, attributes, name?.span ?? keyword.span)
  return tag.type
}

type RecordTag = Extract<Tag, { kind: 'record' }>

function newRecordTag(union: boolean, tag: string | undefined, span: Span): RecordTag {
  const type: RecordType = { kind: 'record', union, tag, complete: false, members: [], size: 0, align: 1 }
  return { kind: 'record', type, span, beingDefined: false }
}

/** `struct S` without a body: the known one, or a forward declaration. `struct S;` always means this block's. */
function recordReference(p: Parser, name: Token, union: boolean): RecordType {
  const known = p.at(';') ? p.scopes.findTagHere(name.text) : p.scopes.findTag(name.text)
  if (known) return known.kind === 'record' && known.type.union === union ? known.type : wrongTag(p, name)
  const tag = newRecordTag(union, name.text, name.span)
  warnInParameters(p, formatType(tag.type), name.span)
  p.scopes.declareTag(name.text, tag)
  return tag.type
}

/** A struct that first appears among parameters is another one than a later struct of the same name. */
function warnInParameters(p: Parser, what: string, at: Span): void {
  if (p.prototypes === 0) return
  const words = 'declared inside parameter list will not be visible outside of this definition or declaration'
  p.warn(at, 'struct-in-parameters', `${what.startsWith('anonymous') ? what : `‘${what}’`} ${words}`)
}

function recordDefinition(p: Parser, name: Token | undefined, union: boolean, at: Span): RecordTag {
  const known = name && p.scopes.findTagHere(name.text)
  if (!known) {
    const tag = newRecordTag(union, name?.text, name?.span ?? at)
    warnInParameters(p, name ? formatType(tag.type) : `anonymous ${union ? 'union' : 'struct'}`, name?.span ?? at)
    if (name) p.scopes.declareTag(name.text, tag)
    tag.beingDefined = true
    return tag
  }
  if (known.kind !== 'record' || known.type.union !== union) return wrongTag(p, name)
  const what = formatType(known.type)
  if (known.beingDefined) p.syntaxError(name.span, 'redefinition', `nested redefinition of ‘${what}’`)
  if (known.type.complete) {
    p.error(name.span, 'redefinition', `redefinition of ‘${what}’`, [
      { message: 'originally defined here', span: known.span },
    ])
    return newRecordTag(union, name.text, name.span)
  }
  known.beingDefined = true
  return known
}

function complete(p: Parser, tag: RecordTag, fields: readonly Field[], attributes: Attributes, at: Span): void {
  tag.beingDefined = false
  const packed = attributes.packed ? fields.map((f) => ({ ...f, packed: true })) : fields
  const packedBits = attributes.packed && fields.find((f) => f.width !== undefined)
  if (packedBits) p.unsupported(at, 'packed-bit-field', 'bit-fields in a packed struct are not supported here')
  layOut(tag.type, packed, attributes.align)
  if (tag.type.size < MAX_OBJECT_SIZE) return
  p.error(at, 'type-too-large', `type ‘${formatType(tag.type)}’ is too large`)
  layOut(tag.type, [])
}

function parseFields(p: Parser, record: RecordType): Field[] {
  const fields: Field[] = []
  const names = new Map<string, Span>()
  while (!p.at('}') && !p.atEnd) {
    if (p.take(';')) continue
    if (p.atWord('_Static_assert')) parseStaticAssert(p)
    else p.recovering(() => parseFieldDeclaration(p, record, fields, names))
  }
  return fields
}

function parseFieldDeclaration(p: Parser, record: RecordType, fields: Field[], names: Map<string, Span>): void {
  checkNotAfterFlexible(p, fields)
  const start = p.token
  const specifiers = parseSpecifiers(p, false)
  if (specifiers.implicitInt && p.token === start) p.expected('specifier-qualifier-list')
  if (p.at(';')) {
    p.next()
    return anonymousMember(p, specifiers, fields, names)
  }
  do {
    const field = parseField(p, record, specifiers)
    if (field.name !== undefined) declareMember(p, field.name, p.previous.span, names)
    fields.push(field)
  } while (p.take(','))
  if (p.at('}')) p.warn(p.token.span, 'missing-semicolon', 'no semicolon at end of struct or union')
  else p.expectSemicolon('‘:’, ‘,’, ‘;’, ‘}’ or ‘__attribute__’')
}

function declareMember(p: Parser, name: string, at: Span, names: Map<string, Span>): void {
  if (names.has(name)) p.error(at, 'redefinition', `duplicate member ‘${name}’`)
  names.set(name, at)
}

function anonymousMember(p: Parser, specifiers: Specifiers, fields: Field[], names: Map<string, Span>): void {
  const { type, span } = specifiers
  if (type.kind !== 'record' || type.tag !== undefined)
    return p.warn(span, 'empty-declaration', 'declaration does not declare anything')
  for (const member of type.members) if (member.name !== undefined) declareMember(p, member.name, span, names)
  fields.push({ name: undefined, type, align: specifiers.attributes.align })
}

function parseField(p: Parser, record: RecordType, specifiers: Specifiers): Field {
  if (p.at(':')) return bitField(p, undefined, specifiers.type, specifiers.span)
  const declared = parseDeclarator(p, 'named')
  const name = declared.name!.text
  const type = applyDeclarator(p, specifiers.type, declared)
  if (p.at(':')) return bitField(p, name, type, declared.span)
  const attributes = parseAttributes(p, { packed: false, align: specifiers.attributes.align })
  checkFieldType(p, record, name, type, declared.span)
  return { name, type, align: attributes.align, packed: attributes.packed }
}

function checkFieldType(p: Parser, record: RecordType, name: string, type: CType, at: Span): void {
  if (isError(type)) return
  if (type.kind === 'function') p.syntaxError(at, 'invalid-type', `field ‘${name}’ declared as a function`)
  if (type.kind === 'void') p.syntaxError(at, 'invalid-type', `variable or field ‘${name}’ declared void`)
  const flexible = type.kind === 'array' && type.length === undefined && isComplete(type.of)
  if (flexible && record.union) p.syntaxError(at, 'flexible-array', 'flexible array member in union')
  if (!flexible && !isComplete(type)) p.syntaxError(at, 'incomplete-type', `field ‘${name}’ has incomplete type`)
}

function checkNotAfterFlexible(p: Parser, fields: readonly Field[]): void {
  const last = fields.at(-1)
  if (last?.type.kind === 'array' && last.type.length === undefined) {
    p.error(p.token.span, 'flexible-array', 'flexible array member not at end of struct')
  }
}

function bitField(p: Parser, name: string | undefined, type: CType, at: Span): Field {
  p.next()
  const shown = name ?? '<anonymous>'
  const width = parseConstant(p, 'bit-field-width', `bit-field ‘${shown}’ width not an integer constant`)?.value
  parseAttributes(p, noAttributes())
  if (isError(type)) return { name, type, width: 1 }
  const fail = (message: string): Field => {
    p.error(at, 'bit-field-width', message)
    return { name, type: INT, width: 1 }
  }
  if (!isInteger(type)) return fail(`bit-field ‘${shown}’ has invalid type`)
  if (width === undefined) return { name, type, width: 1 }
  if (width < 0n) return fail(`negative width in bit-field ‘${shown}’`)
  if (width > BigInt(type.int === 'bool' ? 1 : bitsOf(type.int))) return fail(`width of ‘${shown}’ exceeds its type`)
  if (width === 0n && name !== undefined) return fail(`zero width for bit-field ‘${shown}’`)
  return { name, type, width: Number(width) }
}

// ---- enum ---------------------------------------------------------------------------------------------------------

function parseEnum(p: Parser): CType {
  const keyword = p.next()
  parseAttributes(p)
  const name = isIdent(p.token) ? p.next() : undefined
  if (!p.at('{')) return name ? enumReference(p, name) : p.expected('identifier or ‘{’')
  const known = name && p.scopes.findTagHere(name.text)
  if (name && known && known.kind !== 'enum') wrongTag(p, name)
  if (name && known?.kind === 'enum' && known.complete) {
    p.error(name.span, 'redefinition', `redeclaration of ‘enum ${name.text}’`, [
      { message: 'originally defined here', span: known.span },
    ])
  }
  p.next()
  const values = p.nested(() => parseEnumerators(p))
  p.expect('}')
  parseAttributes(p)
  const type: IntType = { kind: 'int', int: enumKind(values), enumTag: name?.text ?? '' }
  if (name) p.scopes.declareTag(name.text, { kind: 'enum', type, complete: true, span: keyword.span })
  return type
}

function enumReference(p: Parser, name: Token): CType {
  const known = p.scopes.findTag(name.text)
  if (known) return known.kind === 'enum' ? known.type : wrongTag(p, name)
  const type: IntType = { ...UINT, enumTag: name.text }
  p.scopes.declareTag(name.text, { kind: 'enum', type, complete: false, span: name.span })
  return type
}

/** gcc's choice: unsigned int unless a value is negative, and 64 bits when needed. */
function enumKind(values: readonly bigint[]): IntKind {
  const least = values.reduce((a, b) => (a < b ? a : b), 0n)
  const most = values.reduce((a, b) => (a > b ? a : b), 0n)
  if (least >= 0n) return most < 1n << 32n ? 'uint' : 'ulong'
  return least >= -(1n << 31n) && most < 1n << 31n ? 'int' : 'long'
}

function parseEnumerators(p: Parser): bigint[] {
  const values: bigint[] = []
  let next = 0n
  if (p.at('}')) p.error(p.token.span, 'empty-enum', 'empty enum is invalid')
  while (!p.at('}')) {
    const name = p.token
    if (!isIdent(name)) p.expected('identifier')
    p.next()
    parseAttributes(p)
    if (p.take('=')) {
      const complaint = `enumerator value for ‘${name.text}’ is not an integer constant`
      next = parseConstant(p, 'enumerator-value', complaint)?.value ?? next
    }
    declareEnumerator(p, name, next)
    values.push(next++)
    if (!p.take(',') && !p.at('}')) p.expected('‘,’ or ‘}’')
  }
  return values
}

function declareEnumerator(p: Parser, name: Token, value: bigint): void {
  const known = p.scopes.findHere(name.text)
  if (known) {
    const message =
      known.kind === 'constant'
        ? `redeclaration of enumerator ‘${name.text}’`
        : `‘${name.text}’ redeclared as different kind of symbol`
    p.error(name.span, 'redefinition', message, [
      { message: `previous definition of ‘${name.text}’`, span: known.span },
    ])
  }
  const fitsInt = value >= -(1n << 31n) && value < 1n << 31n
  const type = fitsInt ? INT : value < 1n << 32n && value >= 0n ? UINT : intType(value >= 1n << 63n ? 'ulong' : 'long')
  p.scopes.declare(name.text, { kind: 'constant', value, type, span: name.span })
}

/** Declarations and function definitions (C17 6.7, 6.9): names get their meaning, objects their initializers. */
import type { FunctionSymbol, GlobalVar, Stmt } from '../ast.js'
import type { Span } from '../source.js'
import type { CType, FunctionType } from '../types.js'
import { parseAttributes } from './attributes.js'
import { applyDeclarator, functionParameters, parseDeclarator, type Declarator, type Parameter } from './declarator.js'
import { formatType } from './format-type.js'
import { parseInitializer } from './initializer.js'
import { initStatement, staticBytes } from './lower-init.js'
import type { Parser } from './parser.js'
import { redeclared, redefined } from './redeclare.js'
import { parseSpecifiers, startsDeclaration, type Specifiers } from './specifiers.js'
import { parseStaticAssert } from './static-assert.js'
import { isIdent, isPunct, join, type Token } from './token.js'
import { alignOf, arrayOf, compatible, composite, isComplete, isError, qualsOf } from './types.js'
import { FunctionContext } from './unit-builder.js'

/** What declarations have to remember until the end of the file. */
export interface FileState {
  readonly statics: Set<FunctionSymbol | GlobalVar>
  /** Objects that have an initializer: a second one is an error. */
  readonly initialized: Set<GlobalVar>
  readonly tentative: Map<GlobalVar, Span>
}

/** One declared name with everything that is known about it. */
interface Declared {
  readonly name: string
  readonly type: CType
  readonly specifiers: Specifiers
  readonly declarator: Declarator
  readonly align: number | undefined
}

// ---- entries ------------------------------------------------------------------------------------------------------

/** A declaration or function definition at file scope. */
export function parseExternalDeclaration(p: Parser, state: FileState): void {
  if (p.take(';')) return
  if (p.atWord('_Static_assert')) return parseStaticAssert(p)
  if (/^(asm|__asm|__asm__)$/.test(p.token.text))
    p.unsupported(p.token.span, 'asm', 'inline assembly is not supported here')
  while (p.takeWord('__extension__'));
  const canStart = startsDeclaration(p, p.token) || isIdent(p.token) || p.at('*') || p.at('(')
  if (!canStart) p.expected('identifier or ‘(’')
  declaration(p, state)
}

/** A declaration in a block: the statements that initialize what it declares. */
export function parseLocalDeclaration(p: Parser, state: FileState): Stmt[] {
  if (p.atWord('_Static_assert')) {
    parseStaticAssert(p)
    return []
  }
  return declaration(p, state)
}

/** Does a declaration stand here? An unknown name followed by a name can only be a misspelt type. */
export function atDeclaration(p: Parser): boolean {
  const { token } = p
  const next = p.peek()
  if (isIdent(token) && isPunct(next, ':')) return false
  if (startsDeclaration(p, token)) return true
  if (token.text === '__extension__' && token.kind === 'ident') return startsDeclaration(p, next)
  return isIdent(token) && isIdent(next) && !p.scopes.find(token.text)
}

function declaration(p: Parser, state: FileState): Stmt[] {
  const specifiers = parseSpecifiers(p, true)
  if (specifiers.unfinished) return []
  if (p.at(';')) {
    emptyDeclaration(p, specifiers)
    p.next()
    return []
  }
  const statements: Stmt[] = []
  do {
    const declarator = parseDeclarator(p, 'named')
    const declared = describe(p, specifiers, declarator)
    const params = functionParameters(declarator)
    if (params && declared.type.kind === 'function' && p.at('{')) {
      if (p.fn) p.unsupported(p.token.span, 'nested-function', 'nested functions are not supported here')
      defineFunction(p, state, declared, declared.type, params)
      return []
    }
    const statement = p.fn ? declareInBlock(p, state, declared) : declareAtFileScope(p, state, declared)
    if (statement) statements.push(statement)
  } while (p.take(','))
  p.expectSemicolon(
    statements.length > 0 || isPunct(p.previous, ')') ? '‘,’ or ‘;’' : '‘=’, ‘,’, ‘;’, ‘asm’ or ‘__attribute__’',
  )
  return statements
}

function emptyDeclaration(p: Parser, specifiers: Specifiers): void {
  const { span, tagged, implicitInt } = specifiers
  if (tagged) return
  if (implicitInt) p.warn(span, 'empty-declaration', 'empty declaration')
  else p.warn(span, 'useless-declaration', 'useless type name in empty declaration')
}

function describe(p: Parser, specifiers: Specifiers, declarator: Declarator): Declared {
  const token = declarator.name as Token
  const name = token.text
  const type = applyDeclarator(p, specifiers.type, declarator)
  const attributes = parseAttributes(p, { ...specifiers.attributes })
  if (specifiers.implicitInt) warnOfImplicitInt(p, specifiers, name, token.span, type)
  return { name, type, specifiers, declarator, align: attributes.align }
}

function warnOfImplicitInt(p: Parser, specifiers: Specifiers, name: string, at: Span, type: CType): void {
  if (type.kind === 'function' && p.at('{')) return p.warn(at, 'implicit-int', 'return type defaults to ‘int’')
  if (!p.fn && !specifiers.storage && !specifiers.qualified)
    p.warn(at, 'data-definition', 'data definition has no type or storage class')
  p.warn(at, 'implicit-int', `type defaults to ‘int’ in declaration of ‘${name}’`)
}

const spanOf = (declared: Declared): Span => declared.declarator.span

// ---- functions ----------------------------------------------------------------------------------------------------

/** The symbol a function declaration means; the same for all declarations of the name. */
function declareFunction(p: Parser, state: FileState, declared: Declared, type: FunctionType): FunctionSymbol {
  const { name, specifiers } = declared
  const span = spanOf(declared)
  if (!['extern', 'static', undefined].includes(specifiers.storage)) {
    p.error(span, 'storage-class', `invalid storage class for function ‘${name}’`)
  }
  const known = p.unit.linked.get(name)
  const here = p.scopes.findHere(name)
  const clash = (here && here.kind !== 'function') || (known && known.kind !== 'function')
  if (clash) redeclared(p, name, span, here?.span ?? known!.span)
  const old = known?.kind === 'function' ? known : undefined
  if (old) mergeFunction(p, state, declared, old, type)
  const symbol = old ?? p.unit.newFunction(name, type, span)
  if (specifiers.storage === 'static') {
    state.statics.add(symbol)
    symbol.internal = true
  }
  p.unit.linked.set(name, symbol)
  if (!clash) p.scopes.declare(name, { kind: 'function', symbol, span })
  return symbol
}

function mergeFunction(p: Parser, state: FileState, declared: Declared, old: FunctionSymbol, type: FunctionType): void {
  const span = spanOf(declared)
  if (!compatible(old.type, type)) {
    const message = `conflicting types for ‘${declared.name}’; have ‘${formatType(type)}’`
    const before = old.body ? 'previous definition' : 'previous declaration'
    p.error(span, 'conflicting-types', message, [
      { message: `${before} of ‘${old.name}’ with type ‘${formatType(old.type)}’`, span: old.span },
    ])
    return
  }
  if (declared.specifiers.storage === 'static' && !state.statics.has(old)) {
    p.error(span, 'linkage', `static declaration of ‘${declared.name}’ follows non-static declaration`, [
      { message: `previous declaration of ‘${old.name}’ with type ‘${formatType(old.type)}’`, span: old.span },
    ])
  }
  p.unit.refine(old, { type: composite(old.type, type) })
}

function defineFunction(
  p: Parser,
  state: FileState,
  declared: Declared,
  type: FunctionType,
  params: readonly Parameter[],
): void {
  const { name, specifiers } = declared
  const span = spanOf(declared)
  if (specifiers.storage === 'typedef') p.error(span, 'storage-class', 'function definition declared ‘typedef’')
  // A definition with () takes no arguments, but calls of it are not checked.
  const symbol = declareFunction(p, state, declared, type)
  const isSecond = symbol.body !== undefined
  if (isSecond) redefined(p, name, span, symbol.span, formatType(symbol.type))
  p.unit.refine(symbol, { span })
  if (type.returns.kind !== 'void' && !isComplete(type.returns))
    p.error(span, 'incomplete-type', 'return type is an incomplete type')
  const outer = p.scopes.depth
  p.fn = new FunctionContext(
    symbol,
    params.map((param) => param.symbol),
  )
  p.scopes.push()
  for (const param of params) declareParameter(p, param)
  const fn = p.fn
  const block = p.grammar.functionBody(p)
  const end = p.previous.span
  p.scopes.unwind(outer)
  p.fn = undefined
  if (!isSecond) p.unit.define(symbol, { params: fn.params, locals: fn.locals, block, end })
}

function declareParameter(p: Parser, param: Parameter): void {
  const { symbol, named, register } = param
  if (!named) p.error(symbol.span, 'parameter-name-omitted', 'parameter name omitted')
  else p.scopes.declare(symbol.name, { kind: 'object', symbol, register, span: symbol.span })
  if (!isComplete(symbol.type) && symbol.type.kind !== 'void') {
    p.error(symbol.span, 'incomplete-type', `parameter ‘${symbol.name}’ has incomplete type`)
  }
}

// ---- objects ------------------------------------------------------------------------------------------------------

/** typedefs and functions are declared alike everywhere; true when the name was one of them. */
function declareOther(p: Parser, state: FileState, declared: Declared): boolean {
  const { name, type, specifiers } = declared
  const span = spanOf(declared)
  if (specifiers.storage === 'typedef') {
    declareTypedef(p, declared)
    return true
  }
  if (type.kind === 'function') {
    declareFunction(p, state, declared, type)
    if (p.at('=')) p.syntaxError(span, 'invalid-initializer', `function ‘${name}’ is initialized like a variable`)
    return true
  }
  if (type.kind === 'void') p.syntaxError(span, 'void-variable', `variable or field ‘${name}’ declared void`)
  return false
}

function declareTypedef(p: Parser, declared: Declared): void {
  const { name, type } = declared
  const span = spanOf(declared)
  const old = p.scopes.findHere(name)
  if (old && old.kind !== 'typedef') redeclared(p, name, span, old.span)
  else if (old && !compatible(old.type, type)) conflicting(p, name, type, span, old.type, old.span)
  if (p.at('=')) p.syntaxError(span, 'invalid-initializer', `typedef ‘${name}’ is initialized`)
  p.scopes.declare(name, { kind: 'typedef', type, span })
}

function conflicting(p: Parser, name: string, type: CType, span: Span, oldType: CType, oldSpan: Span): void {
  p.error(span, 'conflicting-types', `conflicting types for ‘${name}’; have ‘${formatType(type)}’`, [
    { message: `previous declaration of ‘${name}’ with type ‘${formatType(oldType)}’`, span: oldSpan },
  ])
}

function declareAtFileScope(p: Parser, state: FileState, declared: Declared): undefined {
  if (declareOther(p, state, declared)) return
  const { specifiers } = declared
  const span = spanOf(declared)
  if (specifiers.storage === 'auto' || specifiers.storage === 'register') {
    p.error(span, 'storage-class', `file-scope declaration of ‘${declared.name}’ specifies ‘${specifiers.storage}’`)
  }
  const symbol = linkObject(p, state, declared, p.at('='))
  if (p.take('=')) return initializeStatic(p, state, symbol, declared)
  if (specifiers.storage !== 'extern') state.tentative.set(symbol, span)
}

/** The symbol of an object with linkage: all declarations of the name mean the same. */
function linkObject(p: Parser, state: FileState, declared: Declared, defines: boolean): GlobalVar {
  const { name, type, specifiers, align } = declared
  const span = spanOf(declared)
  const external = specifiers.storage === 'extern' && !defines
  const here = p.scopes.findHere(name)
  const linked = p.unit.linked.get(name)
  if ((here && here.kind !== 'object') || linked?.kind === 'function')
    redeclared(p, name, span, here?.span ?? linked!.span)
  const old = linked?.kind === 'global' ? linked : undefined
  if (old) mergeObject(p, state, declared, old, external)
  const symbol =
    old ??
    p.unit.newGlobal(name, type, span, {
      external,
      readonly: qualsOf(type).const === true,
      align: moreThan(type, align),
    })
  if (specifiers.storage === 'static') {
    state.statics.add(symbol)
    symbol.internal = true
  }
  p.unit.linked.set(name, symbol)
  p.scopes.declare(name, { kind: 'object', symbol, register: false, span })
  return symbol
}

const moreThan = (type: CType, align: number | undefined): number | undefined =>
  align !== undefined && align > alignOf(type) ? align : undefined

function mergeObject(p: Parser, state: FileState, declared: Declared, old: GlobalVar, external: boolean): void {
  const { name, type, specifiers } = declared
  const span = spanOf(declared)
  if (!compatible(old.type, type)) return conflicting(p, name, type, span, old.type, old.span)
  const wasStatic = state.statics.has(old)
  const note = [{ message: `previous declaration of ‘${name}’ with type ‘${formatType(old.type)}’`, span: old.span }]
  if (specifiers.storage === 'static' && !wasStatic) {
    p.error(span, 'linkage', `static declaration of ‘${name}’ follows non-static declaration`, note)
  } else if (specifiers.storage === undefined && wasStatic) {
    p.error(span, 'linkage', `non-static declaration of ‘${name}’ follows static declaration`, note)
  }
  p.unit.refine(old, {
    type: composite(old.type, type),
    external: old.external && external,
    ...(external ? {} : { span }),
  })
}

function initializeStatic(p: Parser, state: FileState, symbol: GlobalVar, declared: Declared): undefined {
  if (state.initialized.has(symbol)) redefined(p, symbol.name, spanOf(declared), symbol.span, formatType(symbol.type))
  state.initialized.add(symbol)
  if (!checkComplete(p, symbol.type, declared, true))
    p.syntaxError(spanOf(declared), 'incomplete-type', `variable ‘${symbol.name}’ has initializer but incomplete type`)
  const init = parseInitializer(p, symbol.type, symbol.name)
  p.unit.refine(symbol, { type: init.type })
  p.unit.setInit(symbol, staticBytes(p, init, symbol.readonly))
}

/** Can an object of the type exist? An array may still get its length from the initializer. */
function checkComplete(p: Parser, type: CType, declared: Declared, initialized: boolean): boolean {
  if (isComplete(type) || isError(type)) return true
  if (type.kind === 'array' && initialized) return isComplete(type.of)
  if (initialized) return false
  const message =
    type.kind === 'array'
      ? `array size missing in ‘${declared.name}’`
      : `storage size of ‘${declared.name}’ isn’t known`
  p.error(spanOf(declared), 'incomplete-type', message)
  return true
}

// ---- objects in blocks --------------------------------------------------------------------------------------------

function declareInBlock(p: Parser, state: FileState, declared: Declared): Stmt | undefined {
  if (declareOther(p, state, declared)) return undefined
  const { storage } = declared.specifiers
  if (storage === 'extern') {
    if (p.at('='))
      p.syntaxError(spanOf(declared), 'storage-class', `‘${declared.name}’ has both ‘extern’ and initializer`)
    linkObject(p, state, declared, false)
    return undefined
  }
  checkNotDeclaredHere(p, declared)
  return storage === 'static' ? declareStaticLocal(p, state, declared) : declareAutomatic(p, declared)
}

function checkNotDeclaredHere(p: Parser, declared: Declared): void {
  const { name, type } = declared
  const span = spanOf(declared)
  const old = p.scopes.findHere(name)
  if (!old) return
  if (old.kind !== 'object' || (old.symbol.kind === 'local' && old.symbol.param))
    return redeclared(p, name, span, old.span)
  if (!compatible(old.symbol.type, type)) return conflicting(p, name, type, span, old.symbol.type, old.span)
  const linked = p.unit.linked.get(name) === old.symbol
  const words = linked
    ? `declaration of ‘${name}’ with no linkage follows extern declaration`
    : `redeclaration of ‘${name}’ with no linkage`
  p.error(span, 'redefinition', words, [
    { message: `previous declaration of ‘${name}’ with type ‘${formatType(old.symbol.type)}’`, span: old.span },
  ])
}

function declareStaticLocal(p: Parser, state: FileState, declared: Declared): undefined {
  const { name, type, align } = declared
  const span = spanOf(declared)
  const symbol = p.unit.newFunctionStatic(name, type, span, {
    external: false,
    readonly: qualsOf(type).const === true,
    align: moreThan(type, align),
  })
  p.scopes.declare(name, { kind: 'object', symbol, register: false, span })
  if (p.take('=')) return initializeStatic(p, state, symbol, declared)
  checkComplete(p, type, declared, false)
}

function declareAutomatic(p: Parser, declared: Declared): Stmt | undefined {
  const { name, type, align, specifiers } = declared
  const span = spanOf(declared)
  const symbol = p.fn!.newLocal(name, type, span, moreThan(type, align))
  p.scopes.declare(name, { kind: 'object', symbol, register: specifiers.storage === 'register', span })
  if (!p.take('=')) {
    checkComplete(p, type, declared, false)
    return undefined
  }
  if (!checkComplete(p, type, declared, true))
    p.syntaxError(span, 'incomplete-type', `variable ‘${name}’ has initializer but incomplete type`)
  const init = parseInitializer(p, type, name)
  p.unit.refine(symbol, { type: init.type })
  return initStatement(symbol, init, join(span, init.span))
}

// ---- the end of the file ------------------------------------------------------------------------------------------

/** Tentative definitions become real ones (C17 6.9.2): an array without a length gets one element. */
export function finishTentative(p: Parser, state: FileState): void {
  for (const [symbol, span] of state.tentative) {
    const { type, name } = symbol
    if (isComplete(type) || isError(type) || state.initialized.has(symbol)) continue
    if (type.kind === 'array' && isComplete(type.of)) {
      p.warn(span, 'array-size', `array ‘${name}’ assumed to have one element`)
      p.unit.refine(symbol, { type: arrayOf(type.of, 1) })
    } else p.error(span, 'incomplete-type', `storage size of ‘${name}’ isn’t known`)
  }
  for (const symbol of p.unit.usedFunctions()) {
    if (!symbol.body && state.statics.has(symbol))
      p.warn(symbol.span, 'unused', `‘${symbol.name}’ used but never defined`)
  }
}

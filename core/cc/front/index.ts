/** The C front end: source text in, the typed program of ast.ts out, or what is wrong with it in gcc's words. */
import { assert } from '../../base/index.js'
import type { LibraryUnit, Unit } from '../ast.js'
import type { Diagnostic } from '../source.js'
import { headerOf } from './hints.js'
import { parseCompoundLiteral } from './compound-literal.js'
import { parseTypeName } from './declarator.js'
import { finishTentative, parseExternalDeclaration, type FileState } from './parse-decl.js'
import { parseFunctionBody } from './parse-stmt.js'
import { Parser, type Grammar } from './parser.js'
import { preprocess, type PreprocessOptions } from './preprocess.js'
import { CompilationStopped, Reporter } from './reporter.js'
import { startsType } from './specifiers.js'
import { parseTaggedType } from './tagged-types.js'

export { formatDiagnostic } from './format-diagnostic.js'
export { formatType } from './format-type.js'
export { sizeOf, alignOf } from './types.js'

export type ParseOptions = PreprocessOptions
export type ParseResult =
  { readonly ok: true; readonly unit: Unit } | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/** Programs of more characters are not read: nobody writes them, and only a mistake opens such a file. */
const MAX_SOURCE = 4 * 1024 * 1024

export function parse(source: string, options: ParseOptions): ParseResult {
  const reporter = new Reporter()
  let unit: Unit | undefined
  try {
    unit = parseUnit(source, options, reporter)
  } catch (error) {
    if (!(error instanceof CompilationStopped)) throw error
  }
  return unit && reporter.errors.length === 0 ? { ok: true, unit } : { ok: false, diagnostics: reporter.all() }
}

/** Parses a part of libc that is written in C. It is our own text: what is wrong with it is a mistake of ours. */
export function parseLibraryUnit(source: string, options: ParseOptions): LibraryUnit {
  const reporter = new Reporter()
  const { unit } = parseFile(source, options, reporter)
  assert(reporter.all().length === 0, `${options.file}: ${reporter.all()[0]?.message}`)
  return unit.finish(options.file, [])
}

function parseUnit(source: string, options: ParseOptions, reporter: Reporter): Unit | undefined {
  const start = { file: options.file, start: 0, end: 0, line: 1, column: 1 }
  if (source.length > MAX_SOURCE) reporter.fatal(start, 'source-too-large', 'the source file is larger than 4 MiB')
  return finish(parseFile(source, options, reporter), options, reporter, start)
}

function parseFile(source: string, options: ParseOptions, reporter: Reporter): Parser {
  const tokens = preprocess(source, options, reporter)
  const state: FileState = { statics: new Set(), initialized: new Set(), tentative: new Map() }
  const grammar: Grammar = {
    startsType,
    typeName: parseTypeName,
    taggedType: parseTaggedType,
    compoundLiteral: parseCompoundLiteral,
    functionBody: (p) => parseFunctionBody(p, state),
  }
  const parser = new Parser(tokens, reporter, grammar, (name) => headerOf(name, options.headers))
  while (!parser.atEnd) {
    // A closing brace that nothing opened would stop the recovery for ever.
    if (parser.at('}')) {
      parser.error(parser.next().span, 'expected-token', 'expected identifier or ‘(’ before ‘}’ token')
    } else parser.recovering(() => parseExternalDeclaration(parser, state))
  }
  finishTentative(parser, state)
  return parser
}

function finish(
  parser: Parser,
  options: ParseOptions,
  reporter: Reporter,
  start: Diagnostic['span'],
): Unit | undefined {
  if (reporter.errors.length > 0) return undefined
  const main = parser.unit.linked.get('main')
  if (main?.kind === 'function' && main.body) return { ...parser.unit.finish(options.file, reporter.warnings), main }
  reporter.error(start, 'no-main', 'undefined reference to ‘main’: the program has no main function')
  return undefined
}

/** Collects the parts of the typed program (ast.ts) while the parser meets them. */
import type {
  FunctionBody,
  FunctionSymbol,
  GlobalVar,
  LabelStmt,
  LibraryUnit,
  LocalVar,
  StaticInit,
  StringLiteral,
} from '../ast.js'
import type { Diagnostic, Span } from '../source.js'
import type { CType, FunctionType } from '../types.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A label of the function under way; used before it is defined, or not yet used. */
export interface Label {
  readonly statement: LabelStmt
  defined: boolean
  readonly firstUse: Span
}

/** What statements need to know about the function around them. */
export class FunctionContext {
  readonly locals: LocalVar[] = []
  readonly labels = new Map<string, Label>()
  /** Undeclared identifiers already reported: gcc says each once in a function. */
  readonly undeclared = new Set<string>()

  constructor(
    readonly symbol: FunctionSymbol,
    readonly params: readonly LocalVar[],
  ) {
    this.locals.push(...params)
  }

  newLocal(name: string, type: CType, span: Span, align?: number): LocalVar {
    const local: LocalVar = { kind: 'local', name, type, span, param: false, ...(align === undefined ? {} : { align }) }
    this.locals.push(local)
    return local
  }
}

interface GlobalFlags {
  readonly external: boolean
  readonly readonly: boolean
  readonly align?: number | undefined
}

export class UnitBuilder {
  /** File-scope and extern names by name: all declarations of one name mean one symbol. */
  readonly linked = new Map<string, GlobalVar | FunctionSymbol>()
  private readonly defined: FunctionSymbol[] = []
  private readonly globals: GlobalVar[] = []
  /** `static` variables of functions, those of the function being read among them. */
  private readonly functionStatics: GlobalVar[] = []
  private readonly strings = new Map<string, StringLiteral>()
  /** How often each is used. */
  private readonly uses = new Map<FunctionSymbol | GlobalVar | StringLiteral, number>()
  /** What was used since the last definition, and in each function's body. */
  private latestUses: (FunctionSymbol | GlobalVar | StringLiteral)[] = []
  private readonly bodyUses = new Map<FunctionSymbol, readonly (FunctionSymbol | GlobalVar | StringLiteral)[]>()

  newGlobal(name: string, type: CType, span: Span, flags: GlobalFlags): GlobalVar {
    const global = this.makeGlobal(name, type, span, flags)
    this.globals.push(global)
    return global
  }

  /** A `static` variable of a function. */
  newFunctionStatic(name: string, type: CType, span: Span, flags: GlobalFlags): GlobalVar {
    const global = this.makeGlobal(name, type, span, flags)
    global.internal = true
    this.functionStatics.push(global)
    return global
  }

  private makeGlobal(name: string, type: CType, span: Span, flags: GlobalFlags): GlobalVar {
    const { align, ...rest } = flags
    return {
      kind: 'global',
      name,
      type,
      span,
      ...rest,
      ...(align === undefined ? {} : { align }),
      init: undefined,
    }
  }

  newFunction(name: string, type: FunctionType, span: Span): FunctionSymbol {
    return { kind: 'function', name, type, span, body: undefined }
  }

  /** Takes over what a later declaration adds (symbols are shared by reference, so they change in place). */
  refine(
    symbol: LocalVar | GlobalVar | FunctionSymbol,
    change: { type?: CType; external?: boolean; span?: Span },
  ): void {
    Object.assign(symbol as Mutable<typeof symbol>, change)
  }

  setInit(symbol: GlobalVar, init: StaticInit | undefined): void {
    symbol.init = init
  }

  define(symbol: FunctionSymbol, body: FunctionBody): void {
    symbol.body = body
    this.defined.push(symbol)
    this.bodyUses.set(symbol, this.latestUses)
    this.latestUses = []
    for (const variable of this.functionStatics) variable.inFunction ??= symbol
  }

  use(symbol: FunctionSymbol | GlobalVar | StringLiteral): void {
    this.latestUses.push(symbol)
    this.uses.set(symbol, (this.uses.get(symbol) ?? 0) + 1)
  }
  /** Something else stands in its place now. */
  drop(symbol: FunctionSymbol | StringLiteral): void {
    this.uses.set(symbol, (this.uses.get(symbol) ?? 0) - 1)
  }
  private isUsed(symbol: FunctionSymbol | GlobalVar | StringLiteral): boolean {
    return (this.uses.get(symbol) ?? 0) > 0
  }

  /** The .rodata entry with these bytes. */
  intern(bytes: Uint8Array): StringLiteral {
    const key = Array.from(bytes, (b) => String.fromCharCode(b)).join('')
    const literal = this.strings.get(key) ?? { kind: 'string', bytes }
    this.strings.set(key, literal)
    this.use(literal)
    return literal
  }

  /** Functions that are called or whose address is taken. */
  *usedFunctions(): Iterable<FunctionSymbol> {
    for (const symbol of this.uses.keys()) if (symbol.kind === 'function' && this.isUsed(symbol)) yield symbol
  }

  /** A function that a header defines stands for one of the library's: it is there only for who calls it. */
  private dropUncalled(file: string): void {
    for (const symbol of this.defined.filter((f) => f.span.file !== file && !this.isUsed(f))) {
      this.defined.splice(this.defined.indexOf(symbol), 1)
      for (const used of this.bodyUses.get(symbol) ?? []) if (used.kind !== 'global') this.drop(used)
    }
  }

  finish(file: string, warnings: readonly Diagnostic[]): LibraryUnit {
    this.dropUncalled(file)
    const libc = [...this.usedFunctions()].filter((s) => !s.body)
    return {
      file,
      functions: this.defined,
      globals: [...this.globals.filter((g) => !g.external || this.isUsed(g)), ...this.functionStatics],
      strings: [...this.strings.values()].filter((literal) => this.isUsed(literal)),
      libcFunctions: libc,
      warnings,
    }
  }
}

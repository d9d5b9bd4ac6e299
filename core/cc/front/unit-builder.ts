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
  /** `static` variables of the function being read, and of those before it in their final order. */
  private readonly ownStatics: GlobalVar[] = []
  private readonly functionStatics: GlobalVar[] = []
  private readonly strings = new Map<string, StringLiteral>()
  private readonly used = new Set<FunctionSymbol | GlobalVar>()

  newGlobal(name: string, type: CType, span: Span, flags: GlobalFlags): GlobalVar {
    const global = this.makeGlobal(name, type, span, flags)
    this.globals.push(global)
    return global
  }

  /** A `static` variable of a function. */
  newFunctionStatic(name: string, type: CType, span: Span, flags: GlobalFlags): GlobalVar {
    const global = this.makeGlobal(name, type, span, flags)
    global.internal = true
    this.ownStatics.push(global)
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
    this.placeStatics()
  }

  /**
   * gcc emits the variables of functions behind all others, function by function: first those that code mentions, in the
   * order in which it does, then, at -O0, also the rest, last declared first (nm on gcc 12.2).
   */
  private placeStatics(): void {
    const mentioned = [...this.used].filter((s): s is GlobalVar => s.kind === 'global' && this.ownStatics.includes(s))
    const rest = this.ownStatics.filter((s) => !this.used.has(s)).reverse()
    this.functionStatics.push(...mentioned, ...rest)
    this.ownStatics.length = 0
  }

  use(symbol: FunctionSymbol | GlobalVar): void {
    this.used.add(symbol)
  }

  /** The .rodata entry with these bytes. */
  intern(bytes: Uint8Array): StringLiteral {
    const key = Array.from(bytes, (b) => String.fromCharCode(b)).join('')
    const known = this.strings.get(key)
    if (known) return known
    const literal: StringLiteral = { kind: 'string', bytes }
    this.strings.set(key, literal)
    return literal
  }

  /** Functions that are called or whose address is taken. */
  *usedFunctions(): Iterable<FunctionSymbol> {
    for (const symbol of this.used) if (symbol.kind === 'function') yield symbol
  }

  finish(file: string, warnings: readonly Diagnostic[]): LibraryUnit {
    const libc = [...this.usedFunctions()].filter((s) => !s.body)
    return {
      file,
      functions: this.defined,
      globals: [...this.globals.filter((g) => !g.external || this.used.has(g)), ...this.functionStatics],
      strings: [...this.strings.values()],
      libcFunctions: libc,
      warnings,
    }
  }
}

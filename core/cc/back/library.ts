/**
 * Library units: functions of libc that are written in C because they call back into the program (qsort its comparison,
 * exit its handlers). They run as the program's code does, with frames on its stack, so that it can be stopped inside
 * them; but they are libc's: their text is in libc, and the program's own image is the same with and without them.
 */
import { assert } from '../../base/index.js'
import type { FunctionSymbol, LibraryUnit } from '../ast.js'
import { type CodePoint, numberCodePoints } from './code-points.js'
import type { Label, LoweredFunction } from './ir.js'
import { lowerFunction } from './lower-statement.js'

export class LinkedUnits {
  readonly lowered: readonly LoweredFunction[]
  readonly points: readonly CodePoint[]
  /** Functions the host serves for them. */
  readonly hostFunctions: readonly FunctionSymbol[]
  readonly #entries: ReadonlyMap<string, Label>

  /** @param first code point their first function begins at */
  constructor(units: readonly LibraryUnit[], first: number) {
    for (const unit of units)
      assert(unit.globals.length + unit.strings.length === 0, `${unit.file} keeps its static data in libc's`)
    this.lowered = units.flatMap((unit) => unit.functions.map((symbol) => lowerFunction(symbol)))
    this.points = numberCodePoints(this.lowered, first)
    const shared = this.lowered.filter(({ symbol }) => !symbol.internal)
    this.#entries = new Map(shared.map(({ symbol, entry }) => [symbol.name, entry]))
    this.hostFunctions = units.flatMap((unit) => unit.libcFunctions).filter(({ name }) => !this.#entries.has(name))
  }

  entry(name: string): Label | undefined {
    return this.#entries.get(name)
  }

  /** Code points of the functions by name. */
  get entryPoints(): ReadonlyMap<string, number> {
    return new Map([...this.#entries].map(([name, { codePoint }]) => [name, codePoint]))
  }
}

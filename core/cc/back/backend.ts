/** Typed program -> image and WebAssembly module. */
import type { ImageTemplate } from '../../kernel/uapi/index.js'
import type { FunctionSymbol, GlobalVar, LibraryUnit, StringLiteral, Unit } from '../ast.js'
import { CODE_POINT_BYTES, type CompiledProgram, type ProgramInstance } from '../program.js'
import type { CType } from '../types.js'
import { emitFunction, type ProgramContext } from './emit-function.js'
import { type ImageRelocation, layoutImage } from './image.js'
import { type CodePoint, numberCodePoints, pointsOf } from './code-points.js'
import { ProgramProcess } from './instance.js'
import type { Label, LoweredFunction } from './ir.js'
import { LinkedUnits } from './library.js'
import { inEmittedOrder } from './mentions.js'
import { lowerFunction } from './lower-statement.js'
import { addDriver, addRuntime } from './runtime.js'
import { ModuleBuilder } from './wasm.js'

/** A compiled program together with what the loader has to fill in. */
export interface LinkedProgram extends CompiledProgram {
  /** Addresses in .data.rel.ro and .data that depend on where things were loaded. */
  readonly relocations: readonly ImageRelocation[]
  /** Size of the WebAssembly module in bytes, for curiosity and benchmarks. */
  readonly moduleBytes: number
}

export interface BackEndOptions {
  readonly imagePath: string
  readonly template: ImageTemplate
}

/** @param library the parts of libc that are written in C and that the program refers to */
export function compileUnit(unit: Unit, library: readonly LibraryUnit[], options: BackEndOptions): LinkedProgram {
  const lowered = unit.functions.map((symbol) => lowerFunction(symbol))
  const own = numberCodePoints(lowered, 0)
  const units = new LinkedUnits(library, own.length + 1)
  const mainCaller: CodePoint = { span: known(unit.main.body, 'main').end, name: unit.main.name, entry: false }
  const points: readonly CodePoint[] = [...own, mainCaller, ...units.points]
  const entries = new Map([...lowered, ...units.lowered].map((f) => [f.symbol, f.entry]))
  const entryOf = (symbol: FunctionSymbol): Label => known(entries.get(symbol), symbol.name)
  const layout = layoutImage(unit, inEmittedOrder(unit.globals, lowered), own.length, options.template)
  const linked = layout.build(
    options.imagePath,
    (symbol) => layout.textBase + entryOf(symbol).codePoint * CODE_POINT_BYTES,
  )
  const libcFunctions = withNames([...unit.libcFunctions, ...units.hostFunctions])
  const context: CodeContext = {
    textBase: layout.textBase,
    entryOf,
    libraryEntry: (name) => units.entry(name),
    libcIndex: (symbol) => libcFunctions.findIndex((f) => f.name === symbol.name),
    statics: { addressOf: (target) => known(layout.addresses.get(target as GlobalVar | StringLiteral), 'object') },
  }
  const code = encodeModule({ unit, lowered, units, libcFunctions, codePoints: own.length }, context)
  // The engine compiles when the program first runs, and once for all its processes.
  let module: WebAssembly.Module | undefined
  const program: LinkedProgram = {
    image: linked.image,
    relocations: linked.relocations,
    moduleBytes: code.bytes.length,
    codePoints: own.length,
    libraryPoints: units.points.length,
    mainEntry: entryOf(unit.main).codePoint,
    textBase: layout.textBase,
    libcCalls: libcFunctions.map(({ name, type }) => ({ name, returns: returnsOf(type.returns), type: type.returns })),
    spanOf: (codePoint) => (codePoint > own.length ? undefined : points[codePoint]?.span),
    functionOf: (codePoint) => (codePoint > own.length ? undefined : points[codePoint]?.name),
    isLibrary: (codePoint) => codePoint > own.length,
    isEntry: (codePoint) => points[codePoint]?.entry ?? false,
    warnings: unit.warnings,
    instantiate: (cpu, bias, externals): ProgramInstance => {
      module ??= new WebAssembly.Module(code.bytes)
      return new ProgramProcess(program, module, { cpu, bias, externals, ...code.externals })
    },
  }
  return program
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} was never laid out`)
  return value
}

/** A function declared twice under one name is one function of libc. */
function withNames(functions: readonly FunctionSymbol[]): readonly FunctionSymbol[] {
  return [...new Map(functions.map((f) => [f.name, f])).values()]
}

interface LinkedCode {
  readonly unit: Unit
  readonly lowered: readonly LoweredFunction[]
  readonly units: LinkedUnits
  /** Those of the program first, in the order of its procedure linkage table. */
  readonly libcFunctions: readonly FunctionSymbol[]
  readonly codePoints: number
}

interface ExternalNames {
  readonly objects: readonly string[]
  readonly functions: readonly string[]
  readonly library: ReadonlyMap<string, number>
}

type CodeContext = Pick<ProgramContext, 'textBase' | 'entryOf' | 'libraryEntry' | 'libcIndex' | 'statics'>

function encodeModule(
  { unit, lowered, units, libcFunctions, codePoints }: LinkedCode,
  context: CodeContext,
): { readonly bytes: Uint8Array; readonly externals: ExternalNames } {
  const module = new ModuleBuilder()
  const externals: ExternalNames = {
    objects: unit.globals.filter((variable) => variable.external).map((variable) => variable.name),
    functions: libcFunctions.map((f) => f.name),
    library: units.entryPoints,
  }
  module.importMemory('memory', 1, 65536)
  const { textBase } = context
  const runtime = addRuntime(module, { textBase, codePoints, libraryPoints: units.points.length })
  const objects = new Map(externals.objects.map((name) => [name, module.importGlobal(`object:${name}`, 'i64')]))
  const functions = new Map(externals.functions.map((name) => [name, module.importGlobal(`function:${name}`, 'i64')]))
  const program: ProgramContext = {
    ...context,
    runtime,
    externalObject: (name) => known(objects.get(name), name),
    externalFunction: (name) => known(functions.get(name), name),
  }
  const codeType = module.type(['i32'], ['i32'])
  const emit = (f: LoweredFunction): number[] => {
    const builder = module.addFunction(['i32'], ['i32'])
    emitFunction(builder, f, program)
    return pointsOf(f).map(() => builder.index)
  }
  const table = lowered.flatMap(emit)
  const library = units.lowered.flatMap(emit)
  const exit = units.entry('exit')?.codePoint
  const driver = addDriver(module, codeType, { runtime, codePoint: codePoints, exit })
  module.setTable([...table, driver.exit, ...library])
  module.exportFunction('run', driver.run)
  return { bytes: module.finish(), externals }
}

function returnsOf(type: CType): 'void' | 'int' | 'float' | 'double' {
  if (type.kind === 'void') return 'void'
  if (type.kind !== 'float') return 'int'
  return type.bits === 32 ? 'float' : 'double'
}

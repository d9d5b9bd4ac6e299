/** Typed program -> image and WebAssembly module. */
import type { ImageTemplate } from '../../kernel/uapi/index.js'
import type { FunctionSymbol, GlobalVar, StringLiteral, Unit } from '../ast.js'
import { CODE_POINT_BYTES, type CompiledProgram, type ProgramInstance } from '../program.js'
import type { Span } from '../source.js'
import type { CType } from '../types.js'
import { emitFunction, type ProgramContext } from './emit-function.js'
import { type ImageRelocation, layoutImage } from './image.js'
import { ProgramProcess } from './instance.js'
import type { Label, LoweredFunction } from './ir.js'
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

export function compileUnit(unit: Unit, options: BackEndOptions): LinkedProgram {
  const lowered = unit.functions.map((symbol) => lowerFunction(symbol))
  const points = numberCodePoints(lowered)
  const entries = new Map(lowered.map((f) => [f.symbol, f.entry]))
  const entryOf = (symbol: FunctionSymbol): Label => known(entries.get(symbol), symbol.name)
  const layout = layoutImage(unit, points.length, options.template)
  const linked = layout.build(
    options.imagePath,
    (symbol) => layout.textBase + entryOf(symbol).codePoint * CODE_POINT_BYTES,
  )
  const code = encodeModule(unit, lowered, points.length, {
    textBase: layout.textBase,
    entryOf,
    libcIndex: (symbol) => unit.libcFunctions.findIndex((f) => f.name === symbol.name),
    statics: { addressOf: (target) => known(layout.addresses.get(target as GlobalVar | StringLiteral), 'object') },
  })
  // The engine compiles when the program first runs, and once for all its processes.
  let module: WebAssembly.Module | undefined
  const program: LinkedProgram = {
    image: linked.image,
    relocations: linked.relocations,
    moduleBytes: code.bytes.length,
    codePoints: points.length,
    mainEntry: entryOf(unit.main).codePoint,
    textBase: layout.textBase,
    libcCalls: unit.libcFunctions.map(({ name, type }) => ({
      name,
      returns: returnsOf(type.returns),
      type: type.returns,
    })),
    spanOf: (codePoint) => points[codePoint]?.span,
    functionOf: (codePoint) => points[codePoint]?.name,
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

interface CodePoint {
  readonly span: Span
  readonly name: string
}

/** Code points are numbered in source order, so that text addresses grow as they do in a real program. */
function numberCodePoints(functions: readonly LoweredFunction[]): readonly CodePoint[] {
  const points: CodePoint[] = []
  for (const { symbol, entry, operations } of functions) {
    const labels = operations.flatMap((o) => (o.op === 'label' || o.op === 'statement' ? [o.label] : []))
    for (const label of [entry, ...labels].filter((l) => l.point))
      label.codePoint = points.push({ span: label.span, name: symbol.name }) - 1
  }
  return points
}

export interface ExternalNames {
  readonly objects: readonly string[]
  readonly functions: readonly string[]
}

type CodeContext = Pick<ProgramContext, 'textBase' | 'entryOf' | 'libcIndex' | 'statics'>

function encodeModule(
  unit: Unit,
  lowered: readonly LoweredFunction[],
  codePoints: number,
  context: CodeContext,
): { readonly bytes: Uint8Array; readonly externals: ExternalNames } {
  const module = new ModuleBuilder()
  const externals: ExternalNames = {
    objects: unit.globals.filter((variable) => variable.external).map((variable) => variable.name),
    functions: unit.libcFunctions.map((f) => f.name),
  }
  module.importMemory('memory', 1, 65536)
  const runtime = addRuntime(module, { textBase: context.textBase, codePoints })
  const objects = new Map(externals.objects.map((name) => [name, module.importGlobal(`object:${name}`, 'i64')]))
  const functions = new Map(externals.functions.map((name) => [name, module.importGlobal(`function:${name}`, 'i64')]))
  const program: ProgramContext = {
    ...context,
    runtime,
    externalObject: (name) => known(objects.get(name), name),
    externalFunction: (name) => known(functions.get(name), name),
  }
  const codeType = module.type(['i32'], ['i32'])
  const table: number[] = []
  for (const f of lowered) {
    const builder = module.addFunction(['i32'], ['i32'])
    emitFunction(builder, f, program)
    const labels = f.operations.filter((o) => (o.op === 'label' || o.op === 'statement') && o.label.point)
    for (let i = 0; i <= labels.length; i++) table.push(builder.index)
  }
  const driver = addDriver(module, codeType)
  module.setTable([...table, driver.exit])
  module.exportFunction('run', driver.run)
  return { bytes: module.finish(), externals }
}

function returnsOf(type: CType): 'void' | 'int' | 'float' | 'double' {
  if (type.kind === 'void') return 'void'
  if (type.kind !== 'float') return 'int'
  return type.bits === 32 ? 'float' : 'double'
}

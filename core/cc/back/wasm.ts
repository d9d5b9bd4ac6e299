/**
 * A small WebAssembly encoder: instructions of one function ({@link FunctionBuilder}) and the module around them
 * ({@link ModuleBuilder}). It checks nothing; the engine's validator does.
 */
import { Bytes } from './bytes.js'
import { EMPTY_BLOCK, Op, TYPE_BYTE, type WasmType } from './opcodes.js'

/** Instructions and locals of one function. Tracks the block depth, so that branches can name absolute blocks. */
export class FunctionBuilder {
  readonly #code = new Bytes()
  readonly #locals: WasmType[] = []
  readonly #free: Record<WasmType, number[]> = { i32: [], i64: [], f32: [], f64: [] }
  #depth = 0

  constructor(
    readonly index: number,
    readonly typeIndex: number,
    readonly params: readonly WasmType[],
  ) {}

  /** Number of open blocks. A block opened now is left by `leaveBlock` with the depth before it was opened. */
  get depth(): number {
    return this.#depth
  }

  newLocal(type: WasmType): number {
    this.#locals.push(type)
    return this.params.length + this.#locals.length - 1
  }
  /** Borrows a scratch local until `release`. */
  scratch(type: WasmType): number {
    return this.#free[type].pop() ?? this.newLocal(type)
  }
  release(type: WasmType, local: number): void {
    this.#free[type].push(local)
  }

  op(...ops: readonly Op[]): this {
    for (const op of ops) this.#code.byte(op)
    return this
  }
  i32(value: number): this {
    this.#code.byte(Op.i32Const)
    this.#code.signed32(value)
    return this
  }
  i64(value: bigint | number): this {
    this.#code.byte(Op.i64Const)
    this.#code.signed64(BigInt(value))
    return this
  }
  f32(value: number): this {
    this.#code.byte(Op.f32Const)
    this.#code.f32(value)
    return this
  }
  f64(value: number): this {
    this.#code.byte(Op.f64Const)
    this.#code.f64(value)
    return this
  }
  get(local: number): this {
    return this.#indexed(Op.localGet, local)
  }
  set(local: number): this {
    return this.#indexed(Op.localSet, local)
  }
  tee(local: number): this {
    return this.#indexed(Op.localTee, local)
  }
  global(index: number): this {
    return this.#indexed(Op.globalGet, index)
  }
  call(index: number): this {
    return this.#indexed(Op.call, index)
  }
  callIndirect(typeIndex: number): this {
    this.#indexed(Op.callIndirect, typeIndex)
    this.#code.byte(0)
    return this
  }
  /** Load or store with alignment hint 0: guest data may be anywhere. */
  memory(op: Op, offset: number): this {
    this.#code.byte(op)
    this.#code.byte(0)
    this.#code.unsigned(offset)
    return this
  }
  block(): this {
    return this.#open(Op.block)
  }
  loop(): this {
    return this.#open(Op.loop)
  }
  if(result?: WasmType): this {
    return this.#open(Op.if, result)
  }
  else(): this {
    return this.op(Op.else)
  }
  end(): this {
    this.#depth--
    return this.op(Op.end)
  }
  /** Branches to the block that was opened at `depth` (see {@link depth}). */
  branch(op: typeof Op.br | typeof Op.brIf, depth: number): this {
    return this.#indexed(op, this.#depth - depth - 1)
  }
  branchTable(depths: readonly number[], otherwise: number): this {
    this.#code.byte(Op.brTable)
    this.#code.unsigned(depths.length)
    for (const depth of [...depths, otherwise]) this.#code.unsigned(this.#depth - depth - 1)
    return this
  }

  /** The body as the code section wants it: runs of locals, instructions, end. */
  body(): Uint8Array {
    const out = new Bytes()
    const runs: { type: WasmType; count: number }[] = []
    for (const type of this.#locals) {
      const last = runs.at(-1)
      if (last?.type === type) last.count++
      else runs.push({ type, count: 1 })
    }
    out.unsigned(runs.length)
    for (const run of runs) {
      out.unsigned(run.count)
      out.byte(TYPE_BYTE[run.type])
    }
    out.append(this.#code.view())
    out.byte(Op.end)
    return out.view()
  }

  #open(op: Op, result?: WasmType): this {
    this.#depth++
    this.#code.byte(op)
    this.#code.byte(result ? TYPE_BYTE[result] : EMPTY_BLOCK)
    return this
  }
  #indexed(op: Op, index: number): this {
    this.#code.byte(op)
    this.#code.unsigned(index)
    return this
  }
}

const SECTION = { type: 1, import: 2, function: 3, table: 4, export: 7, element: 9, code: 10 } as const
const EXTERN = { function: 0, memory: 2, global: 3 } as const
const FUNCREF = 0x70

export class ModuleBuilder {
  readonly #types: string[] = []
  readonly #typeBytes = new Bytes()
  readonly #imports = new Bytes()
  #importCount = 0
  #importedFunctions = 0
  #importedGlobals = 0
  readonly #functions: FunctionBuilder[] = []
  readonly #exports: { readonly name: string; readonly index: number }[] = []
  #table: readonly number[] = []

  type(params: readonly WasmType[], results: readonly WasmType[]): number {
    const key = `${params.join()}>${results.join()}`
    const known = this.#types.indexOf(key)
    if (known >= 0) return known
    this.#typeBytes.byte(0x60)
    for (const list of [params, results]) {
      this.#typeBytes.unsigned(list.length)
      for (const type of list) this.#typeBytes.byte(TYPE_BYTE[type])
    }
    return this.#types.push(key) - 1
  }

  importMemory(name: string, initial: number, maximum: number): void {
    this.#import(name, EXTERN.memory)
    this.#imports.byte(1)
    this.#imports.unsigned(initial)
    this.#imports.unsigned(maximum)
  }
  /** All imports come before the first function: they take the first indices. */
  importFunction(name: string, params: readonly WasmType[], results: readonly WasmType[]): number {
    this.#import(name, EXTERN.function)
    this.#imports.unsigned(this.type(params, results))
    return this.#importedFunctions++
  }
  /** An immutable global. */
  importGlobal(name: string, type: WasmType): number {
    this.#import(name, EXTERN.global)
    this.#imports.byte(TYPE_BYTE[type])
    this.#imports.byte(0)
    return this.#importedGlobals++
  }
  addFunction(params: readonly WasmType[], results: readonly WasmType[]): FunctionBuilder {
    const builder = new FunctionBuilder(
      this.#importedFunctions + this.#functions.length,
      this.type(params, results),
      params,
    )
    this.#functions.push(builder)
    return builder
  }
  exportFunction(name: string, index: number): void {
    this.#exports.push({ name, index })
  }
  /** Fills table 0 with these functions. */
  setTable(functions: readonly number[]): void {
    this.#table = functions
  }

  finish(): Uint8Array {
    const out = new Bytes()
    out.append(new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]))
    section(out, SECTION.type, this.#types.length, this.#typeBytes)
    section(out, SECTION.import, this.#importCount, this.#imports)
    section(
      out,
      SECTION.function,
      this.#functions.length,
      this.#each((bytes, f) => bytes.unsigned(f.typeIndex)),
    )
    section(out, SECTION.table, 1, this.#tableType())
    section(out, SECTION.export, this.#exports.length, this.#exportBytes())
    section(out, SECTION.element, 1, this.#elements())
    section(
      out,
      SECTION.code,
      this.#functions.length,
      this.#each((bytes, f) => bytes.sized(f.body())),
    )
    return out.view().slice()
  }

  #import(name: string, kind: number): void {
    this.#importCount++
    this.#imports.name('env')
    this.#imports.name(name)
    this.#imports.byte(kind)
  }
  #each(write: (bytes: Bytes, f: FunctionBuilder) => void): Bytes {
    const bytes = new Bytes()
    for (const f of this.#functions) write(bytes, f)
    return bytes
  }
  #tableType(): Bytes {
    const bytes = new Bytes()
    bytes.byte(FUNCREF)
    bytes.byte(0)
    bytes.unsigned(this.#table.length)
    return bytes
  }
  #exportBytes(): Bytes {
    const bytes = new Bytes()
    for (const { name, index } of this.#exports) {
      bytes.name(name)
      bytes.byte(EXTERN.function)
      bytes.unsigned(index)
    }
    return bytes
  }
  #elements(): Bytes {
    const bytes = new Bytes()
    bytes.byte(0)
    bytes.byte(Op.i32Const)
    bytes.signed32(0)
    bytes.byte(Op.end)
    bytes.unsigned(this.#table.length)
    for (const index of this.#table) bytes.unsigned(index)
    return bytes
  }
}

function section(out: Bytes, id: number, count: number, items: Bytes): void {
  const body = new Bytes()
  body.unsigned(count)
  body.append(items.view())
  out.byte(id)
  out.sized(body.view())
}

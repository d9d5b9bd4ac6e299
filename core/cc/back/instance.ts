/** A running program: the WebAssembly instance over a machine's memory. */
import { high32, join32, low32 } from '../../base/index.js'
import { REG_ARGC, REG_ARGS, REG_BP, REG_PC, REG_SP, type UserCpu } from '../../kernel/uapi/index.js'
import type { CompiledProgram, ExternalAddresses, ProgramInstance, RunStatus } from '../program.js'
import type { ImageRelocation } from './image.js'
import { NOT_CODE } from './runtime.js'
import { TextMap } from './text.js'

export interface InstanceOptions {
  readonly cpu: UserCpu
  readonly bias: number
  readonly externals: ExternalAddresses
  readonly objects: readonly string[]
  readonly functions: readonly string[]
  /** Code points of the functions that are library units. */
  readonly library: ReadonlyMap<string, number>
}

interface RelocatableProgram extends CompiledProgram {
  readonly relocations: readonly ImageRelocation[]
}

export class ProgramProcess implements ProgramInstance {
  readonly run: () => RunStatus
  readonly #libc: ReadonlyMap<number, number>
  readonly #text: TextMap

  constructor(
    private readonly program: RelocatableProgram,
    module: WebAssembly.Module,
    private readonly options: InstanceOptions,
  ) {
    const { cpu, bias, externals } = options
    this.#text = new TextMap(program, bias, externals.library)
    this.#libc = new Map(options.functions.map((name, index) => [this.#functionAddress(name), index]))
    const env = {
      memory: cpu.memory,
      loadMiss: (low: number, high: number, size: number) => cpu.loadMiss(low, high, size),
      storeMiss: (low: number, high: number, size: number, valueLow: number, valueHigh: number) =>
        cpu.storeMiss(low, high, size, valueLow, valueHigh),
      resolve: (low: number, high: number) => this.#resolve(join32(low, high)),
      bias: constant(bias),
      ...Object.fromEntries(
        options.objects.map((name) => [`object:${name}`, constant(objectAddress(externals, name))]),
      ),
      library: constant(externals.library),
      ...Object.fromEntries(
        options.functions.map((name) => [`function:${name}`, constant(this.#functionAddress(name))]),
      ),
    }
    const instance = new WebAssembly.Instance(module, { env })
    this.run = instance.exports['run'] as () => RunStatus
  }

  #functionAddress(name: string): number {
    const { library, externals } = this.options
    const entry = library.get(name)
    return entry === undefined ? externals.function(name) : this.#text.addressOf(entry)
  }

  /** As the start-up code calls main: argc, argv, envp, and a return address that ends the program. */
  start(stackPointer: number, argc: number, argv: number, envp: number): void {
    const { program, options } = this
    program.relocations.forEach((relocation) => this.#relocate(relocation))
    const view = new DataView(options.cpu.memory.buffer)
    const args = [BigInt(argc), BigInt(argv), BigInt(envp)]
    args.forEach((value, i) => view.setBigInt64(REG_ARGS + 8 * i, value, true))
    view.setInt32(REG_ARGC, args.length, true)
    const sp = stackPointer - (stackPointer % 16) - 8
    const returnAddress = this.addressOf(program.codePoints)
    view.setBigInt64(REG_SP, BigInt(sp), true)
    view.setBigInt64(REG_BP, 0n, true)
    view.setInt32(REG_PC, program.mainEntry, true)
    this.#store(sp, returnAddress)
  }

  /** The loader's part: fills in an address that depends on where things were loaded. */
  #relocate({ vaddr, base, addend }: ImageRelocation): void {
    const { bias, externals } = this.options
    const at =
      base.kind === 'image'
        ? bias
        : base.kind === 'object'
          ? objectAddress(externals, base.name)
          : this.#functionAddress(base.name)
    this.#store(bias + vaddr, at + addend)
  }
  #store(address: number, value: number): void {
    this.options.cpu.storeMiss(low32(address), high32(address), 8, low32(value), high32(value))
  }

  codePointAt(address: number): number {
    return this.#text.codePointAt(address) ?? -1
  }
  addressOf(codePoint: number): number {
    return this.#text.addressOf(codePoint)
  }

  /** Code point of an address, -1 - call index for libc, or {@link NOT_CODE}. */
  #resolve(address: number): number {
    const point = this.codePointAt(address)
    if (point >= 0) return point
    const index = this.#libc.get(address)
    return index === undefined ? NOT_CODE : -1 - index
  }
}

const constant = (value: number): WebAssembly.Global =>
  new WebAssembly.Global({ value: 'i64', mutable: false }, BigInt(value))

function objectAddress(externals: ExternalAddresses, name: string): number {
  const address = externals.object(name)
  if (address === undefined) throw new Error(`libc has no object ${name}`)
  return address
}

/**
 * Places the program's sections as the machine's linker would, and writes the file's bytes.
 *
 *   separateCode (binutils >= 2.31)                       one r-x segment (Ubuntu 16.04)
 *   r--  ELF header, dynamic symbols, relocations         r-x  headers, .text, .rodata, .eh_frame
 *   r-x  .plt, start-up code, .text
 *   r--  .rodata, string literals, .eh_frame
 *   rw-  .init_array, .dynamic, .got        <- RELRO: ends on a page boundary, made read-only after relocation
 *        .got.plt, .data, .bss
 *
 * The data segment starts in the middle of a page so that the RELRO part ends on a page boundary (ld's
 * DATA_SEGMENT_ALIGN and DATA_SEGMENT_RELRO_END); its first page is mapped from the same file page as the end of the
 * read-only part. Sizes of what the tool chain adds are in the template. Left out: section headers and symbol tables
 * (only their size counts), and machine code: the text is there to be mapped, code points are what runs.
 */
import { alignUp, PAGE_SIZE } from '../../base/index.js'
import type { ElfImage, ElfSegment, ImageTemplate } from '../../kernel/uapi/index.js'
import type { FunctionSymbol, GlobalVar, StaticInit, StringLiteral, Symbol, Unit } from '../ast.js'
import { CODE_POINT_BYTES } from '../program.js'
import { alignOf, isAggregate, sizeOf } from './ctype.js'

/** An 8-byte address the loader has to fill in (R_X86_64_RELATIVE, GLOB_DAT and the like). */
export interface ImageRelocation {
  /** Where, relative to the load bias. */
  readonly vaddr: number
  /** Value: load bias + addend, or address of libc's object or function + addend. */
  readonly base: { readonly kind: 'image' } | { readonly kind: 'object' | 'function'; readonly name: string }
  readonly addend: number
}

export interface ImageLayout {
  readonly textBase: number
  readonly addresses: ReadonlyMap<GlobalVar | StringLiteral, number>
  /** Finishes the image once the code points of functions are known. */
  build(path: string, entryAddress: (symbol: FunctionSymbol) => number): LinkedImage
}
export interface LinkedImage {
  readonly image: ElfImage
  readonly relocations: readonly ImageRelocation[]
}

/** .eh_frame and its index: what one more function adds. */
const UNWIND_BYTES_PER_FUNCTION = 0x28
/** .plt and .got.plt entries of one called libc function. */
const PLT_ENTRY_BYTES = 16
const GOT_ENTRY_BYTES = 8
/** crtstuff's `completed` flag, the first byte of every .bss. */
const COMPLETED_BYTES = 1
/** .comment, .symtab, .strtab, .shstrtab and section headers of a small program. */
const UNMAPPED_TAIL_BYTES = 0xee8
/** _IO_stdin_used, the first word of every .rodata. */
const STDIN_USED_BYTES = 4

/** One output section being filled. */
class Section {
  #end: number
  readonly items: { readonly address: number; readonly init: StaticInit | StringLiteral }[] = []

  constructor(
    readonly start: number,
    private readonly addresses: Map<GlobalVar | StringLiteral, number>,
  ) {
    this.#end = start
  }
  get end(): number {
    return this.#end
  }
  skip(bytes: number): void {
    this.#end += bytes
  }
  /** The program's own part of a section begins where its strictest variable could. */
  align(to: number): void {
    this.#end = alignUp(this.#end, to)
  }
  variable(variable: GlobalVar): void {
    const address = alignUp(this.#end, alignmentOf(variable))
    this.addresses.set(variable, address)
    if (variable.init) this.items.push({ address, init: variable.init })
    this.#end = address + sizeOf(variable.type)
  }
  literal(literal: StringLiteral): void {
    this.addresses.set(literal, this.#end)
    this.items.push({ address: this.#end, init: literal })
    this.#end += literal.bytes.length
  }
}

/** gcc aligns arrays and structs beyond what their type asks for. @see ix86_data_alignment gcc/config/i386/i386.cc */
function alignmentOf(variable: GlobalVar): number {
  const natural = Math.max(alignOf(variable.type), 1)
  const size = sizeOf(variable.type)
  if (!isAggregate(variable.type) || size < 8) return natural
  return Math.max(natural, size >= 32 ? 32 : size >= 16 ? 16 : 8)
}

const strictest = (variables: readonly GlobalVar[]): number => Math.max(...variables.map(alignmentOf), 1)

type SectionName = 'rodata' | 'data' | 'bss'

/** Constants with addresses in them would be .data.rel.ro; they are in .data, where `start` can still relocate them. */
function sectionOf(variable: GlobalVar): SectionName {
  if (!variable.init) return variable.readonly ? 'rodata' : 'bss'
  return variable.readonly && variable.init.relocs.length === 0 ? 'rodata' : 'data'
}

interface Bounds {
  readonly textStart: number
  readonly textEnd: number
  readonly rodataStart: number
  readonly rodataEnd: number
  readonly relroStart: number
  readonly relroEnd: number
  readonly dataEnd: number
  readonly bssEnd: number
}

/** @param variables the unit's, in the order in which they are emitted */
export function layoutImage(
  unit: Unit,
  variables: readonly GlobalVar[],
  codePoints: number,
  template: ImageTemplate,
): ImageLayout {
  const addresses = new Map<GlobalVar | StringLiteral, number>()
  const globals = variables.filter((variable) => !variable.external)
  const inSection = (name: SectionName): readonly GlobalVar[] => globals.filter((g) => sectionOf(g) === name)
  const libcFunctions = unit.libcFunctions.length

  const textStart = template.base + (template.separateCode ? PAGE_SIZE : template.headerSize)
  const textBase = alignUp(textStart + template.crtTextSize + libcFunctions * PLT_ENTRY_BYTES, 16)
  // One slot more than code points: the place main returns to.
  const textEnd = Math.max(textBase + (codePoints + 1) * CODE_POINT_BYTES, textStart + (template.measured?.text ?? 0))

  const rodata = new Section(alignUp(textEnd, template.separateCode ? PAGE_SIZE : 16), addresses)
  rodata.skip(STDIN_USED_BYTES)
  unit.strings.forEach((literal) => rodata.literal(literal))
  inSection('rodata').forEach((variable) => rodata.variable(variable))
  const unwind = template.baseRodataSize + UNWIND_BYTES_PER_FUNCTION * (unit.functions.length - 1)
  rodata.skip(Math.max(unwind - STDIN_USED_BYTES, (template.measured?.rodata ?? 0) - (rodata.end - rodata.start), 0))

  const relroEnd = relroEndAfter(rodata.end, template)
  const relroStart = relroEnd - template.relroSize
  const data = new Section(relroEnd, addresses)
  data.skip(libcFunctions * GOT_ENTRY_BYTES)
  // .data as a whole is aligned for its strictest variable, and so is the program's part of it behind the start-up code's.
  data.align(strictest(inSection('data')))
  data.skip(template.baseDataSize)
  data.align(strictest(inSection('data')))
  inSection('data').forEach((variable) => data.variable(variable))
  // The assembler places what only this file knows (.local .comm) behind the rest.
  const bssVariables = [...inSection('bss').filter((g) => !g.internal), ...inSection('bss').filter((g) => g.internal)]
  const bssStart = alignUp(data.end, strictest(bssVariables))
  const bss = new Section(bssStart, addresses)
  bss.skip(COMPLETED_BYTES)
  bss.align(strictest(bssVariables))
  bssVariables.forEach((variable) => bss.variable(variable))

  const bounds: Bounds = {
    ...{ textStart, textEnd, rodataStart: rodata.start, rodataEnd: rodata.end },
    ...{ relroStart, relroEnd, dataEnd: data.end, bssEnd: alignUp(bss.end, 8) },
  }
  return {
    textBase,
    addresses,
    build: (path, entryAddress) => {
      const { segments, offsetOf } = segmentsOf(bounds, template)
      const linker = new Linker(template.pie, addresses, entryAddress)
      const contents = [rodata, data].flatMap((section) =>
        section.items.map(({ address, init }) => ({ offset: offsetOf(address), bytes: linker.bytes(address, init) })),
      )
      const fileSize = offsetOf(bounds.dataEnd) + UNMAPPED_TAIL_BYTES
      const relroRange = { vaddr: relroStart, size: template.relroSize }
      const header = { offset: 0, bytes: ELF_IDENT }
      const image = {
        ...{ path, pie: template.pie, segments, relro: relroRange },
        ...{ contents: [header, ...contents], fileSize },
      }
      return { image, relocations: linker.relocations }
    },
  }
}

const ELF_IDENT = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])

/** ld skips one (maximum) page after the read-only part, keeping the offset in the page, then rounds the RELRO part up. */
function relroEndAfter(rodataEnd: number, template: ImageTemplate): number {
  const page = Math.max(template.dataGap, PAGE_SIZE)
  return alignUp(alignUp(rodataEnd, page) + (rodataEnd % page) + template.relroSize, PAGE_SIZE)
}

function segmentsOf(
  bounds: Bounds,
  template: ImageTemplate,
): { readonly segments: readonly ElfSegment[]; readonly offsetOf: (address: number) => number } {
  const { base } = template
  const fileEnd = bounds.rodataEnd - base
  const inPage = bounds.relroStart % PAGE_SIZE
  // The next file offset that is congruent to the address.
  const dataOffset = fileEnd - (fileEnd % PAGE_SIZE) + inPage + (fileEnd % PAGE_SIZE > inPage ? PAGE_SIZE : 0)
  const readOnly = (start: number, end: number, exec: boolean): ElfSegment => {
    const size = end - start
    return { vaddr: start, offset: start - base, fileSize: size, memSize: size, read: true, write: false, exec }
  }
  const data: ElfSegment = {
    vaddr: bounds.relroStart,
    offset: dataOffset,
    fileSize: bounds.dataEnd - bounds.relroStart,
    memSize: bounds.bssEnd - bounds.relroStart,
    ...{ read: true, write: true, exec: false },
  }
  const fixed = template.separateCode
    ? [
        readOnly(base, base + template.headerSize, false),
        readOnly(bounds.textStart, bounds.textEnd, true),
        readOnly(bounds.rodataStart, bounds.rodataEnd, false),
      ]
    : [readOnly(base, bounds.rodataEnd, true)]
  const offsetOf = (address: number): number =>
    address < bounds.relroStart ? address - base : address - bounds.relroStart + dataOffset
  return { segments: [...fixed, data], offsetOf }
}

/** Fills addresses into initial values, and lists those only the loader can know. */
class Linker {
  readonly relocations: ImageRelocation[] = []

  constructor(
    private readonly pie: boolean,
    private readonly addresses: ReadonlyMap<GlobalVar | StringLiteral, number>,
    private readonly entryAddress: (symbol: FunctionSymbol) => number,
  ) {}

  bytes(address: number, init: StaticInit | StringLiteral): Uint8Array {
    if ('kind' in init) return init.bytes
    const bytes = init.bytes.slice()
    const view = new DataView(bytes.buffer)
    for (const { offset, target, addend } of init.relocs) {
      const relocation = this.#relocation(address + offset, target, addend)
      if (relocation.base.kind === 'image') view.setBigUint64(offset, BigInt(relocation.addend), true)
      if (relocation.base.kind !== 'image' || this.pie) this.relocations.push(relocation)
    }
    return bytes
  }

  #relocation(vaddr: number, target: Symbol | StringLiteral, addend: number): ImageRelocation {
    if (target.kind === 'function') {
      if (!target.body) return { vaddr, base: { kind: 'function', name: target.name }, addend }
      return { vaddr, base: { kind: 'image' }, addend: this.entryAddress(target) + addend }
    }
    if (target.kind === 'global' && target.external)
      return { vaddr, base: { kind: 'object', name: target.name }, addend }
    const address = target.kind === 'local' ? undefined : this.addresses.get(target)
    if (address === undefined) throw new Error('a relocation against something without an address')
    return { vaddr, base: { kind: 'image' }, addend: address + addend }
  }
}

/** Makes of initializer entries what the back end wants: assignments for automatic objects, bytes for static ones. */
import type { Expr, GlobalVar, InitStmt, LocalVar, LValue, StaticInit, Symbol } from '../ast.js'
import type { CType } from '../types.js'
import { evaluate, type Constant } from './consteval.js'
import { lvalueOf, type Entry, type Initializer } from './initializer.js'
import { intConst, type Parser } from './parser.js'
import { sizeOf, unqualified, wrap } from './types.js'

/** The biggest static object with an initializer: its bytes are part of the program's image. */
const MAX_STATIC_INIT = 64 * 1024 * 1024

// ---- automatic objects --------------------------------------------------------------------------------------------

export function storesFor(init: Initializer, whole: LValue): { readonly stores: Expr[]; readonly zeroFirst: boolean } {
  const zeroFirst = init.partial
  return { stores: init.entries.flatMap((entry) => storesOf(entry, whole, zeroFirst)), zeroFirst }
}

export function initStatement(variable: LocalVar, init: Initializer, span: InitStmt['span']): InitStmt {
  const whole: LValue = { kind: 'var', symbol: variable, type: init.type, span: variable.span }
  return { kind: 'init', var: variable, ...storesFor(init, whole), span }
}

function storesOf(entry: Entry, whole: LValue, zeroed: boolean): Expr[] {
  const target = lvalueOf(entry.place, whole)
  if (entry.kind === 'string') return stringStores(entry, target)
  const { value } = entry
  if (zeroed && value.kind === 'int' && value.value === 0n) return []
  return [{ kind: 'assign', target, value, type: unqualified(target.type), span: value.span }]
}

/** One store per character; the zeros behind are already there. */
function stringStores(entry: Extract<Entry, { kind: 'string' }>, array: LValue): Expr[] {
  if (array.type.kind !== 'array') return []
  const { of } = array.type
  return entry.units.flatMap((unit, i): Expr[] => {
    if (unit === 0 || of.kind !== 'int') return []
    const place = {
      parent: { parent: undefined, step: undefined, type: array.type, offset: 0 },
      step: i,
      type: of,
      offset: 0,
    }
    const target = lvalueOf(place, array)
    const value = intConst(
      of.int === 'char' || of.int === 'schar' ? BigInt.asIntN(8, BigInt(unit)) : BigInt(unit),
      unqualified(of),
      entry.span,
    )
    return [{ kind: 'assign', target, value, type: value.type, span: entry.span }]
  })
}

// ---- static objects -----------------------------------------------------------------------------------------------

type Reloc = StaticInit['relocs'][number]

/** Bytes of a static object; undefined when all are zero, which then lie in .bss (a const one stays in .rodata). */
export function staticBytes(p: Parser, init: Initializer, readonly: boolean): StaticInit | undefined {
  const size = sizeOf(init.type)
  if (size > MAX_STATIC_INIT) {
    const zero = init.entries.every((e) => e.kind === 'value' && e.value.kind === 'int' && e.value.value === 0n)
    if (!zero)
      p.error(
        init.span,
        'unsupported-large-initializer',
        'initialized objects of more than 64 MiB are not supported here',
      )
    return undefined
  }
  const bytes = new Uint8Array(size)
  const relocs: Reloc[] = []
  for (const entry of init.entries) write(p, entry, bytes, relocs)
  return readonly || relocs.length > 0 || bytes.some((b) => b !== 0) ? { bytes, relocs } : undefined
}

function write(p: Parser, entry: Entry, bytes: Uint8Array, relocs: Reloc[]): void {
  const { offset, type, step } = entry.place
  if (entry.kind === 'string') {
    entry.units.forEach((unit, i) => writeInt(bytes, offset + i * entry.elementSize, entry.elementSize, BigInt(unit)))
    return
  }
  if (type.kind === 'record' && copyLiteral(entry.value, offset, bytes, relocs)) return
  const constant = evaluate(entry.value, readConst)
  if (!constant || (constant.kind === 'address' && sizeOf(type) !== 8)) {
    return p.error(entry.value.span, 'not-constant', 'initializer element is not constant')
  }
  clearRelocs(relocs, offset, sizeOf(type))
  const bits = typeof step === 'object' ? step.bits : undefined
  if (bits && constant.kind === 'int') writeBits(bytes, offset, sizeOf(type), bits, constant.value)
  else writeConstant(constant, type, offset, bytes, relocs)
}

/**
 * The value of a const variable that has its initializer, or of a string literal's character: gcc (since version 8)
 * takes them for constants here.
 */
function readConst(object: LValue): Constant | undefined {
  if (object.kind === 'deref') return readCharacter(object)
  if (object.kind !== 'var' || object.symbol.kind !== 'global' || !object.symbol.readonly) return undefined
  const { init } = object.symbol
  if (!init) return undefined
  const view = new DataView(init.bytes.buffer)
  const { type } = object
  if (type.kind === 'float')
    return { kind: 'float', value: type.bits === 32 ? view.getFloat32(0, true) : view.getFloat64(0, true) }
  const reloc = init.relocs[0]
  if (reloc) return { kind: 'address', target: reloc.target, addend: BigInt(reloc.addend) }
  if (type.kind !== 'int')
    return type.kind === 'pointer' ? { kind: 'int', value: view.getBigUint64(0, true) } : undefined
  return { kind: 'int', value: wrap(readInt(init.bytes), type.int) }
}

function readCharacter(object: Extract<LValue, { kind: 'deref' }>): Constant | undefined {
  const address = evaluate(object.pointer, readConst)
  if (address?.kind !== 'address' || address.target.kind !== 'string' || object.type.kind !== 'int') return undefined
  const from = Number(address.addend)
  const bytes = address.target.bytes.slice(from, from + sizeOf(object.type))
  return from >= 0 && bytes.length === sizeOf(object.type)
    ? { kind: 'int', value: wrap(readInt(bytes), object.type.int) }
    : undefined
}

function readInt(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n)
}

/** `static struct S s = (struct S){...}`: gcc takes the literal's value. */
function copyLiteral(value: Expr, offset: number, bytes: Uint8Array, relocs: Reloc[]): boolean {
  if (value.kind !== 'load' || value.from.kind !== 'var' || !isLiteral(value.from.symbol)) return false
  const { init } = value.from.symbol
  if (init) bytes.set(init.bytes, offset)
  for (const reloc of init?.relocs ?? []) relocs.push({ ...reloc, offset: reloc.offset + offset })
  return true
}

const isLiteral = (symbol: Symbol): symbol is GlobalVar => symbol.kind === 'global' && symbol.name === '<literal>'

function clearRelocs(relocs: Reloc[], offset: number, size: number): void {
  const hit = relocs.findIndex((r) => r.offset < offset + size && r.offset + 8 > offset)
  if (hit >= 0) relocs.splice(hit, 1)
}

function writeConstant(constant: Constant, type: CType, offset: number, bytes: Uint8Array, relocs: Reloc[]): void {
  if (constant.kind === 'address') relocs.push({ offset, target: constant.target, addend: Number(constant.addend) })
  else if (constant.kind === 'float') writeFloat(bytes, offset, sizeOf(type), constant.value)
  else writeInt(bytes, offset, sizeOf(type), constant.value)
}

function writeInt(bytes: Uint8Array, offset: number, size: number, value: bigint): void {
  for (let i = 0; i < size; i++) bytes[offset + i] = Number(BigInt.asUintN(8, value >> BigInt(8 * i)))
}

/** `long double` keeps a double in its first eight bytes: it is computed as one. */
function writeFloat(bytes: Uint8Array, offset: number, size: number, value: number): void {
  const view = new DataView(bytes.buffer)
  if (size === 4) view.setFloat32(offset, value, true)
  else view.setFloat64(offset, value, true)
}

function writeBits(
  bytes: Uint8Array,
  offset: number,
  size: number,
  bits: { offset: number; width: number },
  value: bigint,
): void {
  let unit = 0n
  for (let i = 0; i < size; i++) unit |= BigInt(bytes[offset + i]) << BigInt(8 * i)
  const mask = ((1n << BigInt(bits.width)) - 1n) << BigInt(bits.offset)
  writeInt(bytes, offset, size, (unit & ~mask) | ((value << BigInt(bits.offset)) & mask))
}

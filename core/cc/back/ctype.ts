/** What the back end needs to know of a C type: its size, how it sits in memory and what carries it in WebAssembly. */
import { unreachable } from '../../base/index.js'
import type { CType, IntKind, RecordType } from '../types.js'
import { Op, type WasmType } from './opcodes.js'

const INT_SIZE: Readonly<Record<IntKind, 1 | 2 | 4 | 8>> = {
  bool: 1,
  char: 1,
  schar: 1,
  uchar: 1,
  short: 2,
  ushort: 2,
  int: 4,
  uint: 4,
  long: 8,
  ulong: 8,
  llong: 8,
  ullong: 8,
}
const UNSIGNED: ReadonlySet<IntKind> = new Set(['bool', 'uchar', 'ushort', 'uint', 'ulong', 'ullong'])

export function sizeOf(type: CType): number {
  switch (type.kind) {
    case 'void':
    case 'function':
      return 1
    case 'int':
      return INT_SIZE[type.int]
    case 'float':
      return type.bits === 80 ? 16 : type.bits / 8
    case 'pointer':
      return 8
    case 'array':
      return sizeOf(type.of) * (type.length ?? 0)
    case 'record':
      return type.size
    default:
      return unreachable(type)
  }
}

export function alignOf(type: CType): number {
  if (type.kind === 'array') return alignOf(type.of)
  if (type.kind === 'record') return type.align
  return sizeOf(type)
}

export const isRecord = (type: CType): type is RecordType => type.kind === 'record'
/** Objects that have no single value: they are only ever copied or addressed. */
export const isAggregate = (type: CType): boolean => type.kind === 'record' || type.kind === 'array'
export const isBool = (type: CType): boolean => type.kind === 'int' && type.int === 'bool'
/** Pointers compare and convert as unsigned. */
export const isUnsigned = (type: CType): boolean =>
  type.kind === 'int' ? UNSIGNED.has(type.int) : type.kind !== 'float'

/** The WebAssembly type that carries a scalar. Narrow integers are kept sign- or zero-extended to 32 bits. */
export function wasmType(type: CType): WasmType {
  if (type.kind === 'float') return type.bits === 32 ? 'f32' : 'f64'
  return sizeOf(type) === 8 ? 'i64' : 'i32'
}

/** How a scalar is loaded and stored. A long double is a double in the first half of its 16 bytes. */
export interface Access {
  readonly value: WasmType
  readonly size: 1 | 2 | 4 | 8
  readonly load: Op
  readonly store: Op
}
const access = (value: WasmType, size: 1 | 2 | 4 | 8, load: Op, store: Op): Access => ({ value, size, load, store })

export const I64_ACCESS = access('i64', 8, Op.i64Load, Op.i64Store)
const F32_ACCESS = access('f32', 4, Op.f32Load, Op.f32Store)
const F64_ACCESS = access('f64', 8, Op.f64Load, Op.f64Store)
const I32_ACCESS = access('i32', 4, Op.i32Load, Op.i32Store)
const SIGNED_ACCESS = {
  1: access('i32', 1, Op.i32Load8S, Op.i32Store8),
  2: access('i32', 2, Op.i32Load16S, Op.i32Store16),
  4: I32_ACCESS,
  8: I64_ACCESS,
} as const
const UNSIGNED_ACCESS = {
  1: access('i32', 1, Op.i32Load8U, Op.i32Store8),
  2: access('i32', 2, Op.i32Load16U, Op.i32Store16),
  4: I32_ACCESS,
  8: I64_ACCESS,
} as const

export function accessOf(type: CType): Access {
  if (type.kind === 'float') return type.bits === 32 ? F32_ACCESS : F64_ACCESS
  const size = sizeOf(type) as 1 | 2 | 4 | 8
  return isUnsigned(type) ? UNSIGNED_ACCESS[size] : SIGNED_ACCESS[size]
}

export const VOID: CType = { kind: 'void' }
export const INT: CType = { kind: 'int', int: 'int' }
export const VOID_POINTER: CType = { kind: 'pointer', to: VOID }

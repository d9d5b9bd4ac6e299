/** Writes conversions between scalar types: the value on the stack becomes one of the other type. */
import type { CType } from '../types.js'
import { isBool, isUnsigned, sizeOf, wasmType } from './ctype.js'
import { Op, type WasmType } from './opcodes.js'
import type { Runtime } from './runtime.js'
import type { FunctionBuilder } from './wasm.js'

export function writeConvert(f: FunctionBuilder, runtime: Runtime, from: CType, to: CType): void {
  const source = wasmType(from)
  if (isBool(to)) writeTruth(f, source)
  else if (from.kind === 'float') writeFromFloat(f, runtime, source, to)
  else if (to.kind === 'float') f.op(...FROM_INT[wasmType(to) as 'f32' | 'f64'][source as 'i32' | 'i64'][signOf(from)])
  else writeIntToInt(f, from, to)
}

/** 1 when the value is not zero (NaN is not zero). */
export function writeTruth(f: FunctionBuilder, type: WasmType): void {
  switch (type) {
    case 'i32':
      f.i32(0).op(Op.i32Ne)
      break
    case 'i64':
      f.i64(0).op(Op.i64Ne)
      break
    case 'f32':
      f.f32(0).op(Op.f32Ne)
      break
    case 'f64':
      f.f64(0).op(Op.f64Ne)
  }
}

const signOf = (type: CType): 'signed' | 'unsigned' => (isUnsigned(type) ? 'unsigned' : 'signed')

const FROM_INT = {
  f32: {
    i32: { signed: [Op.f32ConvertI32S], unsigned: [Op.f32ConvertI32U] },
    i64: { signed: [Op.f32ConvertI64S], unsigned: [Op.f32ConvertI64U] },
  },
  f64: {
    i32: { signed: [Op.f64ConvertI32S], unsigned: [Op.f64ConvertI32U] },
    i64: { signed: [Op.f64ConvertI64S], unsigned: [Op.f64ConvertI64U] },
  },
} as const

/** gcc converts to unsigned int and to narrow types by way of a wider conversion, and cuts. */
function writeFromFloat(f: FunctionBuilder, runtime: Runtime, source: WasmType, to: CType): void {
  if (to.kind === 'float') {
    const target = wasmType(to)
    if (source === 'f32' && target === 'f64') f.op(Op.f64PromoteF32)
    if (source === 'f64' && target === 'f32') f.op(Op.f32DemoteF64)
    return
  }
  if (source === 'f32') f.op(Op.f64PromoteF32)
  const size = sizeOf(to)
  if (size === 8) f.call(isUnsigned(to) ? runtime.toULong : runtime.toLong)
  else if (size === 4 && isUnsigned(to)) f.call(runtime.toLong).op(Op.i32WrapI64)
  else {
    f.call(runtime.toInt)
    writeNarrow(f, to)
  }
}

function writeIntToInt(f: FunctionBuilder, from: CType, to: CType): void {
  const [source, target] = [wasmType(from), wasmType(to)]
  if (source === 'i32' && target === 'i64') f.op(isUnsigned(from) ? Op.i64ExtendI32U : Op.i64ExtendI32S)
  else if (source === 'i64' && target === 'i32') f.op(Op.i32WrapI64)
  if (target === 'i32' && (sizeOf(to) < sizeOf(from) || changesSign(from, to))) writeNarrow(f, to)
}

const changesSign = (from: CType, to: CType): boolean =>
  sizeOf(to) < 4 && isUnsigned(from) !== isUnsigned(to) && sizeOf(to) <= sizeOf(from) + (isUnsigned(to) ? 4 : 0)

/** Brings 32 bits into the range of a char or short. */
export function writeNarrow(f: FunctionBuilder, to: CType): void {
  const size = sizeOf(to)
  if (size >= 4) return
  if (isUnsigned(to)) f.i32(size === 1 ? 0xff : 0xffff).op(Op.i32And)
  else f.op(size === 1 ? Op.i32Extend8S : Op.i32Extend16S)
}

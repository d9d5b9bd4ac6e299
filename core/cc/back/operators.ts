/** Which WebAssembly instruction does which C operator. */
import type { Arithmetic, Compare } from '../ast.js'
import { Op, type WasmType } from './opcodes.js'

type Sign = 'signed' | 'unsigned'
type SignedOps = Readonly<Record<Sign, Op>>

const both = (op: Op): SignedOps => ({ signed: op, unsigned: op })
const sign = (signed: Op, unsigned: Op): SignedOps => ({ signed, unsigned })

const I32: Readonly<Record<Arithmetic['op'], SignedOps>> = {
  '+': both(Op.i32Add),
  '-': both(Op.i32Sub),
  '*': both(Op.i32Mul),
  '/': sign(Op.i32DivS, Op.i32DivU),
  '%': sign(Op.i32RemS, Op.i32RemU),
  '&': both(Op.i32And),
  '|': both(Op.i32Or),
  '^': both(Op.i32Xor),
  '<<': both(Op.i32Shl),
  '>>': sign(Op.i32ShrS, Op.i32ShrU),
}
const I64: Readonly<Record<Arithmetic['op'], SignedOps>> = {
  '+': both(Op.i64Add),
  '-': both(Op.i64Sub),
  '*': both(Op.i64Mul),
  '/': sign(Op.i64DivS, Op.i64DivU),
  '%': sign(Op.i64RemS, Op.i64RemU),
  '&': both(Op.i64And),
  '|': both(Op.i64Or),
  '^': both(Op.i64Xor),
  '<<': both(Op.i64Shl),
  '>>': sign(Op.i64ShrS, Op.i64ShrU),
}
type FloatOps = Readonly<Partial<Record<Arithmetic['op'], Op>>>
const F32: FloatOps = { '+': Op.f32Add, '-': Op.f32Sub, '*': Op.f32Mul, '/': Op.f32Div }
const F64: FloatOps = { '+': Op.f64Add, '-': Op.f64Sub, '*': Op.f64Mul, '/': Op.f64Div }

export function arithmeticOp(op: Arithmetic['op'], type: WasmType, unsigned: boolean): Op {
  const way: Sign = unsigned ? 'unsigned' : 'signed'
  const found = { i32: I32[op][way], i64: I64[op][way], f32: F32[op], f64: F64[op] }[type]
  if (found === undefined) throw new Error(`${op} is not defined for ${type}`)
  return found
}

const I32_COMPARE: Readonly<Record<Compare['op'], SignedOps>> = {
  '==': both(Op.i32Eq),
  '!=': both(Op.i32Ne),
  '<': sign(Op.i32LtS, Op.i32LtU),
  '<=': sign(Op.i32LeS, Op.i32LeU),
  '>': sign(Op.i32GtS, Op.i32GtU),
  '>=': sign(Op.i32GeS, Op.i32GeU),
}
const I64_COMPARE: Readonly<Record<Compare['op'], SignedOps>> = {
  '==': both(Op.i64Eq),
  '!=': both(Op.i64Ne),
  '<': sign(Op.i64LtS, Op.i64LtU),
  '<=': sign(Op.i64LeS, Op.i64LeU),
  '>': sign(Op.i64GtS, Op.i64GtU),
  '>=': sign(Op.i64GeS, Op.i64GeU),
}
const F32_COMPARE: Readonly<Record<Compare['op'], Op>> = {
  '==': Op.f32Eq,
  '!=': Op.f32Ne,
  '<': Op.f32Lt,
  '<=': Op.f32Le,
  '>': Op.f32Gt,
  '>=': Op.f32Ge,
}
const F64_COMPARE: Readonly<Record<Compare['op'], Op>> = {
  '==': Op.f64Eq,
  '!=': Op.f64Ne,
  '<': Op.f64Lt,
  '<=': Op.f64Le,
  '>': Op.f64Gt,
  '>=': Op.f64Ge,
}

export function compareOp(op: Compare['op'], type: WasmType, unsigned: boolean): Op {
  const way: Sign = unsigned ? 'unsigned' : 'signed'
  return { i32: I32_COMPARE[op][way], i64: I64_COMPARE[op][way], f32: F32_COMPARE[op], f64: F64_COMPARE[op] }[type]
}

/** The comparison that is true exactly when this one is false; not for floats, where NaN makes both false. */
export const OPPOSITE: Readonly<Record<Compare['op'], Compare['op']>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

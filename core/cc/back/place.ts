/** Where an object is: what an lvalue comes to once frames and sections are laid out. */
import { unreachable } from '../../base/index.js'
import type { Expr, LValue, StringLiteral, Symbol } from '../ast.js'
import type { Member } from '../types.js'
import { REG_RET } from '../../kernel/uapi/index.js'
import type { Frame } from './frame.js'
import { RETURN_REGISTER } from './ir.js'

export type Place =
  /** In the register block: an offset in memory, always there. */
  | { readonly at: 'register'; readonly offset: number }
  /** Relative to rbp. */
  | { readonly at: 'frame'; readonly offset: number }
  /** In the image, relative to the load bias. */
  | { readonly at: 'image'; readonly offset: number }
  /** An object of libc. */
  | { readonly at: 'external'; readonly name: string; readonly offset: number }
  /** Behind a pointer, which is computed when the object is reached. */
  | { readonly at: 'pointer'; readonly pointer: Expr; readonly offset: number }
  /** Behind a pointer that was computed before. */
  | { readonly at: 'local'; readonly local: number; readonly offset: number }

export type Bits = Member['bits']

/** Addresses of globals and string literals in the image. */
export interface StaticAddresses {
  addressOf(object: Symbol | StringLiteral): number
}

export function placeOf(lvalue: LValue, frame: Frame, statics: StaticAddresses): Place {
  switch (lvalue.kind) {
    case 'var':
      return placeOfVariable(lvalue.symbol, frame, statics)
    case 'stringref':
      return { at: 'image', offset: statics.addressOf(lvalue.literal) }
    case 'deref':
      return placeOfPointer(lvalue.pointer, frame, statics)
    case 'member': {
      const object = placeOf(lvalue.object, frame, statics)
      return { ...object, offset: object.offset + lvalue.member.offset }
    }
    case 'temp':
      throw new Error('unnamed objects are lowered before')
    default:
      return unreachable(lvalue)
  }
}

function placeOfVariable(symbol: Symbol, frame: Frame, statics: StaticAddresses): Place {
  if (symbol === RETURN_REGISTER) return { at: 'register', offset: REG_RET }
  if (symbol.kind === 'global' && symbol.external) return { at: 'external', name: symbol.name, offset: 0 }
  if (symbol.kind !== 'local') return { at: 'image', offset: statics.addressOf(symbol) }
  const offset = frame.offsets.get(symbol)
  if (offset === undefined) throw new Error(`${symbol.name} has no place in the frame`)
  return { at: 'frame', offset }
}

/** `*&x` is x and `*(p + constant)` is at a fixed distance: constants are folded into the offset. */
function placeOfPointer(pointer: Expr, frame: Frame, statics: StaticAddresses): Place {
  if (pointer.kind === 'addr') return placeOf(pointer.of, frame, statics)
  if (pointer.kind === 'convert' && pointer.operand.type.kind === 'pointer' && pointer.type.kind === 'pointer')
    return placeOfPointer(pointer.operand, frame, statics)
  if (pointer.kind !== 'ptradd') return { at: 'pointer', pointer, offset: 0 }
  const index = constantOf(pointer.index)
  if (index === undefined) return { at: 'pointer', pointer, offset: 0 }
  const base = placeOfPointer(pointer.pointer, frame, statics)
  const distance = Number(index) * pointer.scale
  return { ...base, offset: base.offset + (pointer.subtract ? -distance : distance) }
}

function constantOf(expr: Expr): bigint | undefined {
  if (expr.kind === 'convert' && expr.type.kind === 'int') return constantOf(expr.operand)
  return expr.kind === 'int' && expr.value > -0x8000_0000n && expr.value < 0x8000_0000n ? expr.value : undefined
}

/** The bit-field an lvalue names, if it does. */
export const bitsOf = (lvalue: LValue): Bits => (lvalue.kind === 'member' ? lvalue.member.bits : undefined)

/**
 * Where the members of a struct or union lie: System V x86-64 ABI as gcc implements it.
 *
 *   struct { char a; int b : 5; int c : 30; };      bytes 0..7, align 4
 *   | a | b.... ........ ........ | c (its own int unit, it would straddle) |
 */
import type { CType, Member, RecordType } from '../types.js'
import { alignOf, sizeOf } from './types.js'

export interface Field {
  /** undefined: anonymous struct/union, or an unnamed bit-field. */
  readonly name: string | undefined
  readonly type: CType
  /** Bit-field width. */
  readonly width?: number | undefined
  /** From `aligned` or _Alignas. */
  readonly align?: number | undefined
  /** From `packed`: aligned to bytes only. */
  readonly packed?: boolean | undefined
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to

/** Completes the record. Positions are counted in bits so that bit-fields and others share one rule. */
export function layOut(record: RecordType, fields: readonly Field[], minAlign = 1): void {
  let bit = 0
  let size = 0
  let align = 1
  const members: Member[] = []
  for (const field of fields) {
    if (record.union) bit = 0
    const place = field.width === undefined ? placeMember(field, bit) : placeBitField(field, field.width, bit)
    if (place.member) members.push(place.member)
    align = Math.max(align, place.align)
    bit = place.end
    size = Math.max(size, Math.ceil(bit / 8))
  }
  record.members = members
  record.align = Math.max(align, minAlign)
  record.size = roundUp(size, record.align)
  record.complete = true
}

interface Place {
  readonly member: Member | undefined
  readonly align: number
  readonly end: number
}

function placeMember(field: Field, bit: number): Place {
  const natural = field.packed ? 1 : alignOf(field.type)
  const align = Math.max(natural, field.align ?? 1)
  const offset = roundUp(Math.ceil(bit / 8), align)
  return { member: { name: field.name, type: field.type, offset }, align, end: (offset + sizeOf(field.type)) * 8 }
}

/** A bit-field must not cross a boundary of its type; an unnamed one takes room but does not align the struct. */
function placeBitField(field: Field, width: number, bit: number): Place {
  const unit = sizeOf(field.type) * 8
  if (width === 0) return { member: undefined, align: 1, end: roundUp(bit, unit) }
  const straddles = Math.floor(bit / unit) !== Math.floor((bit + width - 1) / unit)
  const start = straddles ? roundUp(bit, unit) : bit
  const end = start + width
  if (field.name === undefined) return { member: undefined, align: 1, end }
  const offset = Math.floor(start / unit) * (unit / 8)
  const bits = { offset: start % unit, width }
  return { member: { name: field.name, type: field.type, offset, bits }, align: alignOf(field.type), end }
}

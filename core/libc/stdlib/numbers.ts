/** Number functions of <stdlib.h>: abs, atoi, strtol, strtod. */
import { Errno } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { isSpace } from '../string/ctype.js'
import { boundedLength, findByte } from '../string/scan.js'
import { textOf } from '../text.js'
import { parseFloat64 } from './parse-float.js'
import { asLong, asUnsignedLong, parseInteger, type Clamped, type ParsedInteger } from './parse-integer.js'

/** Longest number looked at: behind it a text may go on for megabytes. */
const LONGEST = 4096

/** The start of a string: its blanks and what a number can need behind them. */
function numberText(rt: Runtime, s: number): Uint8Array {
  const blanks = findByte(rt.mem, s, Number.MAX_SAFE_INTEGER, (byte) => !isSpace(byte))
  return rt.mem.readBytes(s, blanks + boundedLength(rt.mem, s + blanks, LONGEST))
}

function integer(rt: Runtime, a: CallArgs, clamp: (parsed: ParsedInteger) => Clamped): bigint {
  const [s, end, base] = [a.ptr(0), a.ptr(1), a.i32(2)]
  if (base < 0 || base === 1 || base > 36) {
    rt.fail(Errno.EINVAL)
    return 0n
  }
  const parsed = parseInteger(numberText(rt, s), base)
  if (end !== 0) rt.mem.writePtr(end, s + parsed.length)
  const { value, overflow } = clamp(parsed)
  if (overflow) rt.fail(Errno.ERANGE)
  return value
}

function strtod(rt: Runtime, s: number, end: number): number {
  const { value, length, range } = parseFloat64(textOf(numberText(rt, s)))
  if (end !== 0) rt.mem.writePtr(end, s + length)
  if (range) rt.fail(Errno.ERANGE)
  return value
}

export function numberFunctions(rt: Runtime): FunctionTable {
  const decimal = (a: CallArgs): bigint => {
    const { value, overflow } = asLong(parseInteger(numberText(rt, a.ptr(0)), 10))
    if (overflow) rt.fail(Errno.ERANGE)
    return value
  }
  const signed = (a: CallArgs) => integer(rt, a, asLong)
  const unsigned = (a: CallArgs) => integer(rt, a, asUnsignedLong)
  const magnitude = (a: CallArgs): bigint => (a.i64(0) < 0n ? -a.i64(0) : a.i64(0))
  return {
    abs: (a) => Math.abs(a.i32(0)) | 0,
    labs: magnitude,
    llabs: magnitude,
    imaxabs: magnitude,
    atoi: (a) => Number(BigInt.asIntN(32, decimal(a))),
    atol: decimal,
    atoll: decimal,
    atof: (a) => strtod(rt, a.ptr(0), 0),
    strtol: signed,
    strtoll: signed,
    strtoimax: signed,
    strtoul: unsigned,
    strtoull: unsigned,
    strtoumax: unsigned,
    strtod: (a) => strtod(rt, a.ptr(0), a.ptr(1)),
  }
}

/**
 * <math.h> for double, by JavaScript's Math with C's special cases. Left out: the last bit (glibc's results are
 * correctly rounded more often), floating-point exceptions, the sign of a NaN, ERANGE for results that underflow.
 */
import { Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { divideRounded, partsOf } from '../stdio/print-float.js'

const bitsOf = (x: number): bigint => new BigInt64Array(new Float64Array([x]).buffer)[0]
const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0)

/** Half to even: the rounding mode every program starts with. */
function rint(x: number): number {
  const down = Math.floor(x)
  const rest = x - down
  const result = rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1
  return result === 0 && isNegative(x) ? -0 : result
}

/** Halves away from zero. */
function round(x: number): number {
  const size = Math.abs(x)
  const down = Math.floor(size)
  const result = size - down >= 0.5 ? down + 1 : down
  return isNegative(x) ? -result : result
}

/** 1 to any power is 1, even to NaN; -1 to an infinite power is 1. */
function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1
  return Math.pow(x, y)
}

const fmin = (x: number, y: number): number => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y))
const fmax = (x: number, y: number): number => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y))
const hypot = (x: number, y: number): number =>
  Math.abs(x) === Infinity || Math.abs(y) === Infinity ? Infinity : Math.hypot(x, y)

const unary: Readonly<Record<string, (x: number) => number>> = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  exp: Math.exp,
  exp2: (x) => Math.pow(2, x),
  expm1: Math.expm1,
  fabs: Math.abs,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  nearbyint: rint,
  rint,
  round,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
}

const binary: Readonly<Record<string, (x: number, y: number) => number>> = {
  atan2: Math.atan2,
  copysign: (x, y) => (isNegative(y) ? -Math.abs(x) : Math.abs(x)),
  fdim: (x, y) => (x <= y ? 0 : x - y),
  fmax,
  fmin,
  fmod: (x, y) => x % y,
  hypot,
  pow,
}

/** NaN from numbers is a domain error, infinity from finite numbers a pole or an overflow. */
function withErrno(rt: Runtime, result: number, ...from: number[]): number {
  if (Number.isNaN(result)) {
    if (!from.some(Number.isNaN)) rt.fail(Errno.EDOM)
    // One NaN on every host: its sign bit would show in printf.
    return NaN
  }
  if (Math.abs(result) === Infinity && from.every(Number.isFinite)) rt.fail(Errno.ERANGE)
  return result
}

/** x * 2^n with one rounding. */
function ldexp(x: number, n: number): number {
  const parts = partsOf(BigInt.asUintN(64, bitsOf(x)))
  if (parts.kind !== 'finite' || x === 0) return x
  const power = Math.max(-5000, Math.min(5000, n)) + parts.exponent
  const drop = Math.max(0, -1074 - power)
  const mantissa = Number(divideRounded(parts.mantissa, 1n << BigInt(drop)))
  const scaled = power + drop
  const half = Math.trunc(scaled / 2)
  const size = mantissa * 2 ** half * 2 ** (scaled - half)
  return parts.negative ? -size : size
}

function frexp(rt: Runtime, x: number, place: number): number {
  const parts = partsOf(BigInt.asUintN(64, bitsOf(x)))
  if (parts.kind !== 'finite' || x === 0) {
    rt.mem.writeU32(place, 0)
    return x
  }
  const exponent = parts.exponent + parts.mantissa.toString(2).length
  rt.mem.writeU32(place, exponent >>> 0)
  return ldexp(x, -exponent)
}

function modf(rt: Runtime, x: number, place: number): number {
  rt.mem.writeF64(place, Math.trunc(x))
  const rest = Math.abs(x) === Infinity ? 0 : x - Math.trunc(x)
  return isNegative(x) ? -Math.abs(rest) : rest
}

/** Out of range gives what cvtsd2si gives. */
const toLong = (x: number): bigint => (Math.abs(x) < 2 ** 63 ? BigInt(x) : -(1n << 63n))

export function mathFunctions(rt: Runtime): FunctionTable {
  const one = Object.entries(unary).map(([name, fn]) => [
    name,
    (a: { f64(index: number): number }) => withErrno(rt, fn(a.f64(0)), a.f64(0)),
  ])
  const two = Object.entries(binary).map(([name, fn]) => [
    name,
    (a: { f64(index: number): number }) => withErrno(rt, fn(a.f64(0), a.f64(1)), a.f64(0), a.f64(1)),
  ])
  return {
    ...(Object.fromEntries([...one, ...two]) as FunctionTable),
    ldexp: (a) => withErrno(rt, ldexp(a.f64(0), a.i32(1)), a.f64(0)),
    frexp: (a) => frexp(rt, a.f64(0), a.ptr(1)),
    modf: (a) => modf(rt, a.f64(0), a.ptr(1)),
    lround: (a) => toLong(round(a.f64(0))),
    llround: (a) => toLong(round(a.f64(0))),
    lrint: (a) => toLong(rint(a.f64(0))),
    __isnan: (a) => (Number.isNaN(a.f64(0)) ? 1 : 0),
    __isinf: (a) => (Math.abs(a.f64(0)) === Infinity ? Math.sign(a.f64(0)) : 0),
    __finite: (a) => (Number.isFinite(a.f64(0)) ? 1 : 0),
    __signbit: (a) => (a.i64(0) < 0n ? 128 : 0),
  }
}

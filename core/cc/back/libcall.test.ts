import { expect, it } from 'vitest'
import { REG_ARGC, REG_ARGS, REG_RET } from '../../kernel/uapi/index.js'
import type { CType } from '../types.js'
import { RegisterArgs, writeLibcResult } from './libcall.js'

const memory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1, maximum: 4 })

it('reads argument slots by the type asked for, also after the memory grew', () => {
  const m = memory()
  const args = new RegisterArgs(m)
  m.grow(1)
  const view = new DataView(m.buffer)
  view.setInt32(REG_ARGC, 3, true)
  view.setBigInt64(REG_ARGS, -2n, true)
  view.setBigUint64(REG_ARGS + 8, 0x7fff_ffff_e000n, true)
  view.setFloat64(REG_ARGS + 16, 1.5, true)
  expect(args.count).toBe(3)
  expect(args.i32(0)).toBe(-2)
  expect(args.u32(0)).toBe(0xffff_fffe)
  expect(args.u64(0)).toBe(0xffff_ffff_ffff_fffen)
  expect(args.ptr(0)).toBeGreaterThanOrEqual(2 ** 53)
  expect(args.ptr(1)).toBe(0x7fff_ffff_e000)
  const rest = args.variable(1)
  expect([rest.i64(), rest.f64()]).toEqual([0x7fff_ffff_e000n, 1.5])
})

it('cuts results to their C type', () => {
  const result = (type: CType, returns: 'int' | 'double' | 'float', value: number | bigint): DataView => {
    const m = memory()
    writeLibcResult({ libcCalls: [{ name: 'f', returns, type }] }, 0, value, m)
    return new DataView(m.buffer, REG_RET)
  }
  const int = (kind: 'int' | 'uint' | 'long' | 'bool'): CType => ({ kind: 'int', int: kind })
  expect(result(int('int'), 'int', 0xffff_ffff).getBigInt64(0, true)).toBe(-1n)
  expect(result(int('uint'), 'int', -1).getBigInt64(0, true)).toBe(0xffff_ffffn)
  expect(result(int('long'), 'int', 2n ** 63n).getBigInt64(0, true)).toBe(-(2n ** 63n))
  expect(result({ kind: 'pointer', to: { kind: 'void' } }, 'int', 0x7fff_0000_1000).getBigInt64(0, true)).toBe(
    0x7fff_0000_1000n,
  )
  expect(result({ kind: 'float', bits: 64 }, 'double', 0.25).getFloat64(0, true)).toBe(0.25)
  expect(result({ kind: 'float', bits: 32 }, 'float', 0.1).getFloat32(0, true)).toBe(Math.fround(0.1))
})

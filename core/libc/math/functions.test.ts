import { describe, expect, it } from 'vitest'
import { Errno } from '../../kernel/uapi/index.js'
import { FakeUser } from '../../testing/fake-user.js'

const d = (f64: number) => ({ f64 })

describe('math where C and JavaScript differ', () => {
  const user = new FakeUser()
  const call = (name: string, ...x: number[]): number => user.call(name, ...x.map(d))

  it('round goes away from zero, rint to even', () => {
    expect([2.5, -2.5, 0.49999999999999994, -0.2].map((x) => call('round', x))).toEqual([3, -3, 0, -0])
    expect([2.5, 3.5, -2.5, -0.2].map((x) => call('rint', x))).toEqual([2, 4, -2, -0])
    expect(user.call('lround', d(-7.5))).toBe(-8)
  })

  it('pow of 1 is 1 whatever the exponent', () => {
    expect([call('pow', 1, NaN), call('pow', -1, Infinity), call('pow', 2, 10)]).toEqual([1, 1, 1024])
  })

  it('sets errno for domain errors and poles', () => {
    user.errno = 0
    expect(call('sqrt', -1)).toBeNaN()
    expect(user.errno).toBe(Errno.EDOM)
    expect(call('log', 0)).toBe(-Infinity)
    expect(user.errno).toBe(Errno.ERANGE)
  })

  it('takes numbers apart and puts them together', () => {
    const place = user.space(8)
    expect(user.call('frexp', d(-12), place)).toBe(-0.75)
    expect(user.mem.readI32(place)).toBe(4)
    expect([user.call('ldexp', d(0.75), 4), user.call('ldexp', d(1), -1074), user.call('ldexp', d(1), 1024)]).toEqual([
      12,
      5e-324,
      Infinity,
    ])
    expect([user.call('ldexp', d(1), -1075), user.call('ldexp', d(3), -1075)]).toEqual([0, 1e-323])
    expect(user.call('modf', d(-3.25), place)).toBe(-0.25)
    expect(user.mem.readF64(place)).toBe(-3)
    expect([call('fmod', -7, 3), call('fmax', NaN, 1), call('hypot', 3, 4), call('copysign', 2, -0)]).toEqual([
      -1, 1, 5, -2,
    ])
  })
})

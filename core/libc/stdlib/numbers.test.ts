import { describe, expect, it } from 'vitest'
import { FakeUser } from '../../testing/fake-user.js'
import golden from './numbers.golden.json'

/** numbers.golden.json: what glibc 2.36 answered, captured by capture-numbers.sh. */
const bitsOf = (value: number): string =>
  new BigUint64Array(new Float64Array([value]).buffer)[0].toString(16).padStart(16, '0')

describe('numbers from text, as glibc reads them', () => {
  it(`strtod: ${golden.strtod.length} texts`, () => {
    const user = new FakeUser()
    const end = user.space(8)
    for (const expected of golden.strtod) {
      const s = user.string(expected.text)
      user.errno = 0
      const bits = bitsOf(Number(user.callRaw('strtod', s, end)))
      expect({ text: expected.text, bits, length: user.mem.readPtr(end) - s, errno: user.errno }).toEqual(expected)
    }
  })

  it(`strtol and strtoul: ${golden.strtol.length} texts and bases`, () => {
    const user = new FakeUser()
    const end = user.space(8)
    for (const expected of golden.strtol) {
      const { text, base } = expected
      const s = user.string(text)
      user.mem.writePtr(end, s)
      user.errno = 0
      const signed = String(user.callRaw('strtol', s, end, base))
      const errno = user.errno
      const unsigned = String(user.callRaw('strtoul', s, 0, base))
      expect({ text, base, signed, unsigned, length: user.mem.readPtr(end) - s, errno }).toEqual(expected)
    }
  })

  it('atoi takes the digits there are', () => {
    const user = new FakeUser()
    expect(['12', ' -5x', 'x', '4294967297'].map((text) => user.call('atoi', text))).toEqual([12, -5, 0, 1])
  })
})

describe('rand', () => {
  it.each(golden.rand)('gives the numbers of the real library for seed $seed', ({ seed, numbers, rand_r }) => {
    const user = new FakeUser()
    user.call('srand', seed)
    expect(numbers.map(() => user.call('rand'))).toEqual(numbers)
    const place = user.space(4)
    user.mem.writeU32(place, seed)
    expect(rand_r.map(() => user.call('rand_r', place))).toEqual(rand_r)
  })

  it('starts as after srand(1)', () => {
    expect(new FakeUser().call('rand')).toBe(golden.rand[0].numbers[0])
  })
})

describe('ctype', () => {
  it.each(Object.entries(golden.ctype))('%s answers the same bits for every byte and EOF', (name, answers) => {
    const user = new FakeUser()
    expect(answers.map((_, i) => user.call(name, i - 1))).toEqual(answers)
  })
})

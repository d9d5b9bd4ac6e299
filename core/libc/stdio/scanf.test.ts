import { describe, expect, it } from 'vitest'
import { WouldBlock } from '../../kernel/uapi/index.js'
import { FakeUser } from '../../testing/fake-user.js'
import golden from './scanf.golden.json'

/** Bytes as hex: what glibc left in the four 16-byte places its arguments point to. */
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')

describe('sscanf', () => {
  it(`reads ${golden.length} captured cases as glibc does`, () => {
    const user = new FakeUser()
    const out = user.space(64)
    for (const expected of golden) {
      const { format, input } = expected
      user.mem.fill(out, 0xaa, 64)
      const result = user.call('sscanf', input, format, out, out + 16, out + 32, out + 48)
      expect({ format, input, result, memory: hexOf(user.mem.readBytes(out, 64)) }).toEqual(expected)
    }
  })
})

describe('scanf on a terminal', () => {
  it('loses nothing when it has to wait in the middle', () => {
    const user = new FakeUser()
    const [a, b, name] = [user.space(4), user.space(4), user.space(16)]
    const scan = () => user.call('scanf', '%d %d %s', a, b, name)
    user.type('12\n')
    expect(scan).toThrow(WouldBlock)
    user.type('  34\n')
    expect(scan).toThrow(WouldBlock)
    user.type('word rest\n')
    expect(scan()).toBe(3)
    expect([user.mem.readI32(a), user.mem.readI32(b), user.text(name)]).toEqual([12, 34, 'word'])
    expect(user.call('getchar')).toBe(' '.charCodeAt(0))
  })

  it('leaves the newline behind a number to the next call', () => {
    const user = new FakeUser()
    const n = user.space(4)
    user.type('7\n')
    expect(user.call('scanf', '%d', n)).toBe(1)
    expect(user.call('getchar')).toBe(10)
  })

  it('survives a snapshot while waiting', () => {
    const user = new FakeUser()
    const [a, b] = [user.space(4), user.space(4)]
    user.type('1\n')
    expect(() => user.call('scanf', '%d %d', a, b)).toThrow(WouldBlock)
    const saved = JSON.stringify(user.libc.save())
    const again = user.makeLibc()
    again.restore(JSON.parse(saved))
    user.type('2\n')
    const scanf = again.functions.get('scanf')!
    expect(scanf(user.args(['%d %d', a, b]))).toBe(2)
    expect([user.mem.readI32(a), user.mem.readI32(b)]).toEqual([1, 2])
  })

  it('answers EOF at the end of input, and keeps the mismatching character', () => {
    const user = new FakeUser({ terminal: false })
    const n = user.space(4)
    user.type('x')
    user.closeInput()
    expect(user.call('scanf', '%d', n)).toBe(0)
    expect(user.call('getchar')).toBe('x'.charCodeAt(0))
    expect(user.call('scanf', '%d', n)).toBe(-1)
    expect(user.call('feof', user.file('stdin'))).toBe(1)
  })
})

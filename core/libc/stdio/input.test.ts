import { describe, expect, it } from 'vitest'
import { WouldBlock } from '../../kernel/uapi/index.js'
import { FakeUser } from '../../testing/fake-user.js'

describe('lines', () => {
  it('fgets keeps the newline and stops at the size', () => {
    const user = new FakeUser()
    const buffer = user.space(64)
    user.type('hello\nworld\n')
    expect(user.call('fgets', buffer, 64, user.file('stdin'))).toBe(buffer)
    expect(user.text(buffer)).toBe('hello\n')
    user.call('fgets', buffer, 4, user.file('stdin'))
    expect(user.text(buffer)).toBe('wor')
    user.call('fgets', buffer, 64, user.file('stdin'))
    expect(user.text(buffer)).toBe('ld\n')
  })

  it('a line that comes in two pieces is whole when the call is issued again', () => {
    const user = new FakeUser({ terminal: false })
    const buffer = user.space(64)
    user.type('first half, ')
    expect(() => user.call('fgets', buffer, 64, user.file('stdin'))).toThrow(WouldBlock)
    user.type('second half\nnext')
    user.call('fgets', buffer, 64, user.file('stdin'))
    expect(user.text(buffer)).toBe('first half, second half\n')
    expect(user.call('getchar')).toBe('n'.charCodeAt(0))
  })

  it('fgets gives what there was before the end of file, then NULL', () => {
    const user = new FakeUser()
    const buffer = user.space(64)
    user.type('tail')
    user.closeInput()
    expect(user.call('fgets', buffer, 64, user.file('stdin'))).toBe(buffer)
    expect(user.text(buffer)).toBe('tail')
    expect(user.call('fgets', buffer, 64, user.file('stdin'))).toBe(0)
    expect(user.call('feof', user.file('stdin'))).toBe(1)
  })

  it('getline allocates 120 bytes and grows', () => {
    const user = new FakeUser({ terminal: false })
    const [line, size] = [user.space(8), user.space(8)]
    user.type(`short\n${'x'.repeat(500)}\n`)
    user.closeInput()
    expect(user.call('getline', line, size, user.file('stdin'))).toBe(6)
    expect(user.mem.readPtr(size)).toBe(120)
    expect(user.call('getline', line, size, user.file('stdin'))).toBe(501)
    expect(user.mem.readPtr(size)).toBeGreaterThanOrEqual(502)
    expect(user.text(user.mem.readPtr(line))).toBe(`${'x'.repeat(500)}\n`)
    expect(user.call('getline', line, size, user.file('stdin'))).toBe(-1)
  })
})

describe('blocks', () => {
  it('fread counts whole items and reads large blocks past the buffer', () => {
    const user = new FakeUser({ terminal: false })
    const to = user.space(10_000)
    user.type('a'.repeat(9_001))
    user.closeInput()
    expect(user.call('fread', to, 2, 5_000, user.file('stdin'))).toBe(4500)
    expect(user.mem.readU8(to + 9_000)).toBe(97)
    expect(user.call('feof', user.file('stdin'))).toBe(1)
  })

  it('fread that has to wait goes on where it was', () => {
    const user = new FakeUser()
    const to = user.space(16)
    user.type('ab\n')
    expect(() => user.call('fread', to, 1, 6, user.file('stdin'))).toThrow(WouldBlock)
    user.type('cd\n')
    expect(user.call('fread', to, 1, 6, user.file('stdin'))).toBe(6)
    expect(user.text(to)).toBe('ab\ncd\n')
  })
})

describe('characters', () => {
  it('ungetc gives characters back, last first', () => {
    const user = new FakeUser()
    user.type('xy\n')
    const stdin = user.file('stdin')
    user.call('getc', stdin)
    user.call('ungetc', 'A'.charCodeAt(0), stdin)
    user.call('ungetc', 'B'.charCodeAt(0), stdin)
    expect([1, 2, 3].map(() => String.fromCharCode(user.call('getc', stdin)))).toEqual(['B', 'A', 'y'])
  })

  it('end of file sticks since 2.28, and did not before', () => {
    const atEnd = (glibc: string): number => {
      const user = new FakeUser({ glibc, terminal: false })
      user.closeInput()
      user.call('getchar')
      user.type('x')
      return user.call('getchar')
    }
    expect([atEnd('2.36'), atEnd('2.27')]).toEqual([-1, 'x'.charCodeAt(0)])
  })

  it('read(2) passes stdio by, and waits as well', () => {
    const user = new FakeUser()
    const to = user.space(16)
    expect(() => user.call('read', 0, to, 16)).toThrow(WouldBlock)
    user.type('q\n')
    expect(user.call('read', 0, to, 16)).toBe(2)
    expect(user.call('read', 7, to, 16)).toBe(-1)
  })
})

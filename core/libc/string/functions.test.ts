import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserFault } from '../../kernel/uapi/index.js'
import { FakeUser } from '../../testing/fake-user.js'

const PAGE = 4096

/** A string whose NUL is the last byte before unmapped memory: a scan that goes too far faults. */
function atPageEnd(user: FakeUser, text: string): number {
  const page = user.call('mmap', 0, PAGE, 3, 0x22, -1, 0)
  const at = page + PAGE - text.length - 1
  user.mem.writeBytes(
    at,
    Uint8Array.from([...text, '\0'], (ch) => ch.charCodeAt(0)),
  )
  return at
}

describe('strings', () => {
  it('never read past the NUL into the next page', () => {
    const user = new FakeUser()
    const s = atPageEnd(user, 'hello world')
    const same = atPageEnd(user, 'hello world')
    expect(user.call('strlen', s)).toBe(11)
    expect(user.call('strnlen', s, 1000)).toBe(11)
    expect(user.call('strcmp', s, same)).toBe(0)
    expect(user.call('strncmp', s, same, 4000)).toBe(0)
    expect(user.call('strchr', s, 'w'.charCodeAt(0))).toBe(s + 6)
    expect(user.call('strchr', s, 'q'.charCodeAt(0))).toBe(0)
    expect(user.call('strspn', s, 'hel')).toBe(4)
    expect(user.call('strcspn', s, 'xyz')).toBe(11)
    expect(user.call('strstr', s, 'wor')).toBe(s + 6)
    expect(user.call('memchr', s, 'd'.charCodeAt(0), 5000)).toBe(s + 10)
    expect(() => user.call('memchr', s, 'q'.charCodeAt(0), 5000)).toThrow(UserFault)
    expect(() => user.call('strlen', 0)).toThrow(UserFault)
  })

  it('answer the difference of the first bytes that differ, as unsigned char', () => {
    const user = new FakeUser()
    expect(user.call('strcmp', 'abc', 'abd')).toBe(-1)
    expect(user.call('strcmp', 'b', 'a')).toBe(1)
    expect(user.call('strcmp', '\xff', 'a')).toBe(0xff - 0x61)
    expect(user.call('memcmp', 'a\0c', 'a\0a', 3)).toBe(2)
    expect(user.call('strcasecmp', 'HeLLo', 'hEllO')).toBe(0)
    expect(user.call('strncmp', 'abX', 'abY', 2)).toBe(0)
  })

  it('copy and append', () => {
    const user = new FakeUser()
    const to = user.space(64)
    expect(user.call('strcpy', to, 'one')).toBe(to)
    user.call('strcat', to, ' two')
    user.call('strncat', to, ' three', 3)
    expect(user.text(to)).toBe('one two th')
    user.mem.fill(to, 0xff, 16)
    user.call('strncpy', to, 'ab', 5)
    expect(Array.from(user.mem.readBytes(to, 6))).toEqual([97, 98, 0, 0, 0, 255])
    expect(user.call('stpcpy', to, 'xyz')).toBe(to + 3)
    expect(user.text(user.call('strdup', 'kept'))).toBe('kept')
    expect(user.text(user.call('strndup', 'kept', 2))).toBe('ke')
  })

  it('search from both ends', () => {
    const user = new FakeUser()
    const s = user.string('a/b/c')
    expect(user.call('strrchr', s, 47)).toBe(s + 3)
    expect(user.call('strrchr', s, 0)).toBe(s + 5)
    expect(user.call('strchr', s, 0)).toBe(s + 5)
    expect(user.call('memrchr', s, 97, 5)).toBe(s)
    expect(user.call('strpbrk', s, 'cb')).toBe(s + 2)
    expect(user.call('strpbrk', s, 'x')).toBe(0)
    expect(user.call('strcasestr', s, 'B/C')).toBe(s + 2)
    expect(user.call('memmem', s, 5, '/c', 2)).toBe(s + 3)
  })

  it('strtok cuts, and its place survives a snapshot', () => {
    const user = new FakeUser()
    const s = user.string('  a,b;; c')
    expect(user.text(user.call('strtok', s, ' ,;'))).toBe('a')
    const again = user.makeLibc()
    again.restore(user.libc.save())
    const strtok = again.functions.get('strtok')!
    expect(user.text(Number(strtok(user.args([0, ' ,;']))))).toBe('b')
    expect(user.text(Number(strtok(user.args([0, ' ,;']))))).toBe('c')
    expect(Number(strtok(user.args([0, ' ,;'])))).toBe(0)
  })

  it('strsep keeps empty tokens', () => {
    const user = new FakeUser()
    const place = user.space(8)
    user.mem.writePtr(place, user.string('a,,b'))
    expect([1, 2, 3].map(() => user.text(user.call('strsep', place, ',')))).toEqual(['a', '', 'b'])
    expect(user.call('strsep', place, ',')).toBe(0)
  })

  it('strerror and strsignal speak glibc, several at once', () => {
    const user = new FakeUser()
    const [a, b] = [user.call('strerror', 12), user.call('strerror', 2)]
    expect([user.text(a), user.text(b)]).toEqual(['Cannot allocate memory', 'No such file or directory'])
    expect(user.call('strerror', 12)).toBe(a)
    expect(user.text(user.call('strerror', 0))).toBe('Success')
    expect(user.text(user.call('strerror', 4711))).toBe('Unknown error 4711')
    expect(user.text(user.call('strsignal', 11))).toBe('Segmentation fault')
  })

  it('property: memmove is right for overlapping ranges', () => {
    const user = new FakeUser()
    const base = user.space(20_000)
    fc.assert(
      fc.property(fc.nat(9000), fc.nat(9000), fc.nat(9000), (from, to, length) => {
        const before = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7) % 251)
        user.mem.writeBytes(base, before)
        user.call('memmove', base + to, base + from, length)
        before.copyWithin(to, from, from + length)
        expect(user.mem.readBytes(base, 20_000)).toEqual(before)
      }),
      { numRuns: 30, seed: 3 },
    )
  })
})

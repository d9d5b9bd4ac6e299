import { describe, expect, it } from 'vitest'
import { Errno, ProcessEnded, WouldBlock } from '../../kernel/uapi/index.js'
import { FakeUser, HEAP_BASE } from '../../testing/fake-user.js'

const IOFBF = 0
const IOLBF = 1
const IONBF = 2

describe('stdout on a terminal', () => {
  it('is line-buffered: each line is one write', () => {
    const user = new FakeUser()
    user.call('printf', 'pid is %d\n', 42)
    user.call('printf', 'a=%d ', 1)
    user.call('printf', 'b=%d\nrest', 2)
    expect(user.writesTo(1)).toEqual(['pid is 42\n', 'a=1 b=2\n'])
  })

  it('takes a buffer of 1024 bytes from malloc at the first output, behind the tcache', () => {
    const user = new FakeUser()
    user.call('puts', 'x')
    expect(user.counters.touched.filter((symbol) => symbol === 'malloc')).toHaveLength(1)
    expect(user.mem.readPtr(HEAP_BASE + 0x298)).toBe(0x411)
    expect(user.mem.readBytes(HEAP_BASE + 0x2a0, 2)).toEqual(Uint8Array.from([0x78, 0x0a]))
  })

  it('writes a full buffer of 1024 out without waiting for the newline', () => {
    const user = new FakeUser()
    for (let i = 0; i < 1030; i++) user.call('putchar', 65)
    expect(user.writesTo(1).map((text) => text.length)).toEqual([1024])
  })

  it('is flushed when the terminal has to be read, and only once for a call that waits', () => {
    const user = new FakeUser()
    user.call('printf', 'name? ')
    expect(user.output()).toBe('')
    expect(() => user.call('getchar')).toThrow(WouldBlock)
    expect(() => user.call('getchar')).toThrow(WouldBlock)
    expect(user.writesTo(1)).toEqual(['name? '])
    user.type('ab\n')
    expect([user.call('getchar'), user.call('getchar'), user.call('getchar')]).toEqual([97, 98, 10])
    expect(user.counters.reads).toBe(1)
  })

  it('is not flushed while stdin still has characters', () => {
    const user = new FakeUser()
    user.type('ab\n')
    user.call('getchar')
    user.call('printf', 'held')
    user.call('getchar')
    expect(user.output()).toBe('')
  })
})

describe('stdout on a pipe', () => {
  it('is fully buffered with 4096 bytes and written at exit', () => {
    const user = new FakeUser({ terminal: false })
    user.call('printf', 'one\n')
    user.call('puts', 'two')
    expect(user.writesTo(1)).toEqual([])
    expect(() => user.libc.exit(3)).toThrow(ProcessEnded)
    expect(user.writesTo(1)).toEqual(['one\ntwo\n'])
  })

  it('fills the buffer before it writes, and lets whole blocks of a long run go past it', () => {
    const user = new FakeUser({ terminal: false })
    user.call('fputs', 'x'.repeat(100), user.file('stdout'))
    user.call('fputs', 'y'.repeat(10_000), user.file('stdout'))
    expect(user.writesTo(1).map((text) => text.length)).toEqual([4096, 4096])
    user.call('fflush', 0)
    expect(user.output()).toBe('x'.repeat(100) + 'y'.repeat(10_000))
  })

  it('stays in the buffer while stdin is read', () => {
    const user = new FakeUser({ terminal: false })
    user.call('printf', 'prompt')
    user.type('x')
    user.call('getchar')
    expect(user.output()).toBe('')
  })

  it('is lost by _exit', () => {
    const user = new FakeUser({ terminal: false })
    user.call('printf', 'lost')
    expect(() => user.call('_exit', 0)).toThrow(ProcessEnded)
    expect(user.output()).toBe('')
  })
})

describe('stderr', () => {
  it('is unbuffered, has no buffer on the heap, and gets a printf in one write', () => {
    const user = new FakeUser()
    user.call('fprintf', user.file('stderr'), 'a %d b %s\n', 1, 'c')
    expect(user.writesTo(2)).toEqual(['a 1 b c\n'])
    expect(user.counters.brk).toBe(0)
  })

  it('gets single characters one by one', () => {
    const user = new FakeUser()
    user.call('fputc', 65, user.file('stderr'))
    user.call('fputc', 66, user.file('stderr'))
    expect(user.writesTo(2)).toEqual(['A', 'B'])
  })

  it('perror names errno', () => {
    const user = new FakeUser()
    user.errno = Errno.ENOMEM
    user.call('perror', 'mmap')
    expect(user.output(2)).toBe('mmap: Cannot allocate memory\n')
  })
})

describe('setvbuf', () => {
  it('makes stdout unbuffered', () => {
    const user = new FakeUser()
    user.call('setvbuf', user.file('stdout'), 0, IONBF, 0)
    user.call('printf', 'a%db', 1)
    expect(user.writesTo(1)).toEqual(['a1b'])
    expect(user.counters.brk).toBe(0)
  })

  it('makes a terminal fully buffered, in the program’s own buffer', () => {
    const user = new FakeUser()
    const buffer = user.space(256)
    user.call('setvbuf', user.file('stdout'), buffer, IOFBF, 256)
    user.call('printf', 'line\n')
    expect(user.output()).toBe('')
    expect(user.text(buffer)).toBe('line\n')
    user.call('fflush', user.file('stdout'))
    expect(user.output()).toBe('line\n')
  })

  it('makes a pipe line-buffered', () => {
    const user = new FakeUser({ terminal: false })
    user.call('setvbuf', user.file('stdout'), 0, IOLBF, 0)
    user.call('puts', 'a')
    expect(user.writesTo(1)).toEqual(['a\n'])
  })

  it('refuses a mode that does not exist', () => {
    const user = new FakeUser()
    expect(user.call('setvbuf', user.file('stdout'), 0, 9, 0)).toBe(-1)
  })
})

describe('errors of streams', () => {
  it('a failed write sets the error flag and errno', () => {
    const user = new FakeUser()
    user.writeError = Errno.EPIPE
    expect(user.call('puts', 'x')).toBe(-1)
    expect(user.errno).toBe(Errno.EPIPE)
    expect(user.call('ferror', user.file('stdout'))).toBe(1)
    user.call('clearerr', user.file('stdout'))
    expect(user.call('ferror', user.file('stdout'))).toBe(0)
  })

  it('reading stdout and writing stdin fail with EBADF', () => {
    const user = new FakeUser()
    expect(user.call('fgetc', user.file('stdout'))).toBe(-1)
    expect(user.errno).toBe(Errno.EBADF)
    expect(user.call('fputc', 65, user.file('stdin'))).toBe(-1)
  })

  it('a FILE pointer that is none ends the program', () => {
    const user = new FakeUser()
    expect(() => user.call('fputs', 'x', user.space(256))).toThrow(ProcessEnded)
    expect(user.output(2)).toBe('Fatal error: glibc detected an invalid stdio handle\n')
  })
})

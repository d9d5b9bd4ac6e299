import { describe, expect, it } from 'vitest'
import { ProcessEnded } from '../../kernel/uapi/index.js'
import { FakeUser } from '../../testing/fake-user.js'
import golden from './writes.golden.json'

const IOFBF = 0
const IOLBF = 1

/** The calls of capture-writes.c. */
function makeCalls(user: FakeUser, size: number): void {
  const big = 'x'.repeat(5999)
  const [stdout, stderr] = [user.file('stdout'), user.file('stderr')]
  if (size !== 0) user.call('setvbuf', stdout, user.space(4096), size < 0 ? IOLBF : IOFBF, Math.abs(size))
  user.call('printf', 'line\n')
  user.call('printf', 'a=%d b=%s\nrest', 5, 'xyz')
  user.call('fputs', 'p\nq\nr', stdout)
  for (let i = 0; i < 3; i++) user.call('printf', '%010d', i)
  user.call('printf', 'a%d\nb%s\n', 1, 'q\nz')
  user.call('puts', 'end')
  user.call('printf', '[%s]\n', big)
  user.call('fputs', big, stdout)
  user.call('fwrite', 'a\nb\nc', 1, 5, stdout)
  user.call('putchar', 10)
  user.call('putchar', 122)
  user.call('fprintf', stderr, 'e%dr\nf', 3)
  user.call('fputs', 'abc\ndef', stderr)
  user.call('fputc', 33, stderr)
  user.call('puts', 'last')
  user.call('printf', '%.1500s|%s\n', big, 'tail')
}

describe('which write(2) calls stdio makes', () => {
  it.each(golden)('as glibc: buffer $size, terminal $terminal', ({ size, terminal, writes }) => {
    const user = new FakeUser({ terminal })
    makeCalls(user, size)
    expect(() => user.libc.exit(0)).toThrow(ProcessEnded)
    expect(user.counters.writes.map(({ fd, text }) => [fd, text.length])).toEqual(writes)
  })
})

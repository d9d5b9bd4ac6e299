import { describe, expect, it } from 'vitest'
import type { ProcessEnded } from '../../kernel/uapi/index.js'
import { Errno } from '../../kernel/uapi/index.js'
import { FakeUser, HEAP_BASE } from '../../testing/fake-user.js'

describe('mmap', () => {
  it('turns -errno into errno and MAP_FAILED', () => {
    const user = new FakeUser()
    expect(user.call('mmap', 0, 0, 3, 0x22, -1, 0)).toBe(-1)
    expect(user.errno).toBe(Errno.EINVAL)
    expect(user.call('mmap', 0, 2n ** 60n, 3, 0x22, -1, 0)).toBe(-1)
    expect(user.errno).toBe(Errno.ENOMEM)
    expect(user.call('mmap', 0, 4096, 3, 0x22, -1, 100)).toBe(-1)
    expect(user.errno).toBe(Errno.EINVAL)
    expect(user.call('munmap', 1, 4096)).toBe(-1)
  })

  it('maps and unmaps', () => {
    const user = new FakeUser()
    const p = user.call('mmap', 0, 0x4000, 3, 0x22, -1, 0)
    user.mem.writeU8(p, 1)
    expect(user.call('munmap', p, 0x4000)).toBe(0)
    expect(() => user.mem.readU8(p)).toThrow()
  })
})

describe('the break', () => {
  it('sbrk asks the kernel once and then counts on', () => {
    const user = new FakeUser()
    expect(user.call('sbrk', 0)).toBe(HEAP_BASE)
    expect(user.call('sbrk', 4096)).toBe(HEAP_BASE)
    expect(user.call('sbrk', 0)).toBe(HEAP_BASE + 4096)
    expect(user.call('sbrk', -4096)).toBe(HEAP_BASE + 4096)
    expect(user.call('sbrk', 0)).toBe(HEAP_BASE)
  })

  it('fails with ENOMEM and stays where it is', () => {
    const user = new FakeUser({ heapLimit: 1 << 20 })
    expect(user.call('sbrk', 1 << 21)).toBe(-1)
    expect(user.errno).toBe(Errno.ENOMEM)
    expect(user.call('brk', HEAP_BASE + (1 << 22))).toBe(-1)
    expect(user.call('sbrk', 0)).toBe(HEAP_BASE)
  })
})

describe('the process', () => {
  it('knows itself', () => {
    const user = new FakeUser()
    expect(['getpid', 'getppid', 'getpagesize'].map((name) => user.call(name))).toEqual([42, 41, 4096])
    expect([30, 84, 2].map((name) => user.call('sysconf', name))).toEqual([4096, 1, 100])
    expect(user.call('sysconf', 9999)).toBe(-1)
    expect(user.call('isatty', 1)).toBe(1)
    expect(new FakeUser({ terminal: false }).call('isatty', 1)).toBe(0)
  })

  it('ends', () => {
    const ended = (name: string, ...args: number[]): ProcessEnded | undefined => {
      try {
        new FakeUser().call(name, ...args)
      } catch (error) {
        return error as ProcessEnded
      }
      return undefined
    }
    expect(ended('exit', 3)).toMatchObject({ code: 3, signal: 0 })
    expect(ended('_exit', 4)).toMatchObject({ code: 4, signal: 0 })
    expect(ended('abort')).toMatchObject({ signal: 6 })
    expect(ended('raise', 15)).toMatchObject({ signal: 15 })
  })

  it('reads its environment', () => {
    const user = new FakeUser()
    expect(user.call('getenv', 'HOME')).toBe(0)
    const list = user.space(24)
    user.mem.writePtr(list, user.string('PATH=/bin'))
    user.mem.writePtr(list + 8, user.string('HOME=/root'))
    user.libc.start(list)
    expect(user.text(user.call('getenv', 'HOME'))).toBe('/root')
    expect(user.call('getenv', 'HOM')).toBe(0)
  })
})

describe('time', () => {
  it('passes in sleep, and clock() does not count it', () => {
    const user = new FakeUser()
    const before = user.call('time', 0)
    user.call('sleep', 2)
    user.call('usleep', 500_000)
    const [request, now] = [user.space(16), user.space(16)]
    user.mem.writePtr(request + 8, 500_000_000)
    expect(user.call('nanosleep', request, 0)).toBe(0)
    expect(user.call('time', 0) - before).toBe(3)
    expect(user.call('clock')).toBe(0)
    user.call('clock_gettime', 1, now)
    expect([user.mem.readPtr(now), user.mem.readPtr(now + 8)]).toEqual([3, 0])
    expect(user.call('clock_gettime', 77, now)).toBe(-1)
  })
})

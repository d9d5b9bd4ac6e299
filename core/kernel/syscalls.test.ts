import { describe, expect, it } from 'vitest'
import { PAGE_SIZE, vaddr } from '../base/index.js'
import { STACK_GUARD_GAP } from '../arch/x86/index.js'
import { VM_GROWSDOWN, vmaAt } from '../mm/vma/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { DRAWING, TestMachine } from '../testing/machine.js'
import { thrown } from '../testing/thrown.js'
import { Tracepoint } from '../trace/index.js'
import type { ProcessEnded } from './uapi/index.js'
import { Errno, PROT_NONE, PROT_READ, WouldBlock } from './uapi/index.js'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const text = (b: Iterable<number>): string => String.fromCharCode(...b)
const RW = 3

function machine() {
  const m = new TestMachine()
  const buffer = vaddr(m.map(2, RW, DRAWING))
  return { m, buffer, sys: m.sys, tty: m.kernel.tty, user: m.user }
}

const events = (m: TestMachine, point: number): number =>
  m.kernel.trace.recent(1000).filter((e) => e.point === point).length

describe('read from the terminal', () => {
  it('waits while nothing was typed: one event however often it is asked, the task sleeps', () => {
    const { m, sys, buffer } = machine()
    expect(thrown(() => sys.read(0, buffer, 100))).toBeInstanceOf(WouldBlock)
    expect(thrown(() => sys.read(0, buffer, 100))).toBeInstanceOf(WouldBlock)
    expect(m.task.state).toBe('S')
    expect(events(m, Tracepoint.Wait)).toBe(1)
  })

  it('gives one line at a time, at most as much as was asked for', () => {
    const { m, sys, buffer, tty, user } = machine()
    tty.type(bytes('one\ntwo\n'))
    expect(sys.read(0, buffer, 100)).toBe(4)
    expect(text(user.readBytes(buffer, 4))).toBe('one\n')
    expect(sys.read(0, buffer, 2)).toBe(2)
    expect(sys.read(0, buffer, 100)).toBe(2)
    expect(text(user.readBytes(buffer, 2))).toBe('o\n')
    expect(m.task.state).toBe('R')
  })

  it('answers 0 at the end of input, and to a request for nothing', () => {
    const { sys, buffer, tty } = machine()
    expect(sys.read(0, buffer, 0)).toBe(0)
    tty.close()
    expect(sys.read(0, buffer, 100)).toBe(0)
  })

  it('faults the buffer in as the program itself would', () => {
    const { m, sys, buffer, tty } = machine()
    tty.type(bytes('x\n'))
    expect(m.costOf(() => sys.read(0, buffer, 100)).minFlt).toBe(1)
    assertInvariants(m.kernel)
  })

  it('gives EFAULT for a bad buffer, never a signal', () => {
    const { m, sys, tty } = machine()
    const readOnly = m.map(1, PROT_READ)
    for (const bad of [0, readOnly, DRAWING - PAGE_SIZE, 0x8000_0000_0000]) {
      tty.type(bytes('x\n'))
      expect(sys.read(0, vaddr(bad), 10)).toBe(-Errno.EFAULT)
    }
    assertInvariants(m.kernel)
  })

  it('gives what fitted before the buffer ran into a bad page', () => {
    const { m, sys, buffer, tty, user } = machine()
    m.sys.munmap(buffer + PAGE_SIZE, PAGE_SIZE)
    tty.type(bytes('abcdef\n'))
    expect(sys.read(0, vaddr(buffer + PAGE_SIZE - 3), 100)).toBe(3)
    expect(text(user.readBytes(buffer + PAGE_SIZE - 3, 3))).toBe('abc')
  })

  it('grows the stack for a buffer below it', () => {
    const { m, sys, tty } = machine()
    const stack = [...m.mm.vmas].find((vma) => vma.flags & VM_GROWSDOWN)!
    const buffer = vaddr(stack.start - STACK_GUARD_GAP)
    tty.type(bytes('x\n'))
    expect(sys.read(0, buffer, 100)).toBe(2)
    expect(vmaAt(m.mm, buffer)!.start).toBe(buffer)
  })

  it('knows three descriptors', () => {
    const { sys, buffer } = machine()
    expect(sys.read(3, buffer, 1)).toBe(-Errno.EBADF)
    expect(sys.read(-1, buffer, 1)).toBe(-Errno.EBADF)
    expect(sys.write(3, buffer, 1)).toBe(-Errno.EBADF)
    expect([sys.isatty(1), sys.isatty(3)]).toEqual([true, false])
    expect(sys.blockSize(1)).toBe(1024)
  })
})

describe('write to the terminal', () => {
  it('shows the bytes and says how many', () => {
    const { sys, buffer, tty, user } = machine()
    user.writeBytes(buffer, bytes('hello\n'))
    expect(sys.write(1, buffer, 6)).toBe(6)
    expect(text(tty.output)).toBe('hello\n')
    expect(sys.write(1, buffer, 0)).toBe(0)
  })

  it('gives EFAULT when the first piece cannot be read, else what was written', () => {
    const { m, sys, buffer, tty } = machine()
    const none = m.map(1, PROT_NONE)
    expect(sys.write(1, vaddr(none), 1)).toBe(-Errno.EFAULT)
    m.sys.munmap(buffer + PAGE_SIZE, PAGE_SIZE)
    expect(sys.write(1, buffer, 2 * PAGE_SIZE)).toBe(PAGE_SIZE)
    expect(tty.output).toHaveLength(PAGE_SIZE)
  })
})

describe('the others', () => {
  it('getpid and getppid', () => {
    const { m, sys } = machine()
    expect([sys.getpid(), sys.getppid()]).toEqual([m.task.pid, m.task.group.ppid])
  })

  it('nanosleep and clock_gettime move along one clock', () => {
    const { m, sys } = machine()
    const before = sys.clockGettime()
    expect(thrown(() => sys.nanosleep(1_000_000, 0))).toBeInstanceOf(WouldBlock)
    m.kernel.clock.advance(m.kernel.scheduler.nextDeadline() - m.kernel.clock.now)
    expect(sys.nanosleep(1_000_000, 0)).toBe(0)
    expect(sys.clockGettime() - before).toBeGreaterThanOrEqual(1_000_000)
  })

  it('kill ends the process with a signal it sends itself, checks others', () => {
    const { m, sys } = machine()
    expect(sys.kill(m.task.pid, 0)).toBe(0)
    expect(sys.kill(m.task.pid, 65)).toBe(-Errno.EINVAL)
    expect(sys.kill(1, 9)).toBe(-Errno.ESRCH)
    const ended = thrown(() => sys.kill(m.task.pid, 6)) as ProcessEnded
    expect([ended.code, ended.signal]).toEqual([0, 6])
  })

  it('exit_group ends with the low byte of the status', () => {
    const { sys } = machine()
    const ended = thrown(() => sys.exitGroup(0x103)) as ProcessEnded
    expect([ended.code, ended.signal]).toEqual([3, 0])
  })

  it('each takes time and leaves one event with its result', () => {
    const { m, sys } = machine()
    const [time, count] = [m.kernel.clock.now, events(m, Tracepoint.SysExit)]
    sys.getpid()
    expect(m.kernel.clock.now - time).toBe(m.kernel.profile.costs.syscall)
    expect(events(m, Tracepoint.SysExit)).toBe(count + 1)
    expect(m.kernel.trace.recent(1)[0].data.slice(0, 3)).toEqual([39, m.task.pid, 0])
  })
})

describe('the end', () => {
  it('leaves a zombie without memory and an empty TLB', () => {
    const { m, buffer, user } = machine()
    user.writeU8(buffer, 1)
    const { task } = m
    m.kernel.exit(task, 7, 0)
    expect([task.state, task.mm, task.group.exitCode]).toEqual(['Z', undefined, 7])
    assertInvariants(m.kernel)
  })
})

describe('a snapshot', () => {
  it('brings back tasks, terminal, memory and TLB; what follows is the same again', () => {
    const { m, sys, buffer, tty, user } = machine()
    tty.type(bytes('a\nb\n'))
    sys.read(0, buffer, 10)
    const snapshot = m.kernel.registry.snapshot()
    const go = (): string => {
      sys.read(0, buffer, 10)
      user.writeU8(buffer + PAGE_SIZE, 9)
      sys.write(1, buffer, 2)
      sys.munmap(buffer, PAGE_SIZE)
      assertInvariants(m.kernel)
      return m.kernel.registry.hash() + m.kernel.trace.hash
    }
    const first = go()
    m.kernel.registry.restore(snapshot)
    assertInvariants(m.kernel)
    expect(text(user.readBytes(buffer, 2))).toBe('a\n')
    m.kernel.registry.restore(snapshot)
    expect(go()).toBe(first)
  })

  it('of much output can be restored', () => {
    const { m, sys, buffer, tty } = machine()
    for (let i = 0; i < 40; i++) sys.write(1, buffer, 2 * PAGE_SIZE)
    const snapshot = m.kernel.registry.snapshot()
    m.kernel.registry.restore(snapshot)
    expect(tty.output).toHaveLength(80 * PAGE_SIZE)
  })
})

/**
 * System calls of the running task (arch/x86/entry/syscalls/syscall_64.tbl). Each checks what the kernel checks, costs
 * virtual time and leaves one event.
 *
 * Left out: process groups and sessions, exec from a program.
 */
import type { VAddr } from '../base/index.js'
import { mmap, munmap } from '../mm/vma/index.js'
import { FileTable } from './fs/index.js'
import { Tracepoint } from '../trace/index.js'
import { noteCalls } from './current-call.js'
import type { Kernel } from './kernel.js'
import { times, uname, userIdOf } from './identity.js'
import { MemoryControl } from './memory-control.js'
import { prctl } from './prctl.js'
import { ProcessControl } from './process-control.js'
import {
  Errno,
  ProcessEnded,
  type NewThread,
  type SignalAction,
  type SignalSet,
  type SignalStack,
  type Syscalls,
  type SystemMemory,
} from './uapi/index.js'

/** System call numbers of x86-64. */
export const Nr = {
  read: 0,
  write: 1,
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  brk: 12,
  rt_sigaction: 13,
  rt_sigprocmask: 14,
  rt_sigreturn: 15,
  pipe: 22,
  sched_yield: 24,
  mremap: 25,
  mincore: 27,
  madvise: 28,
  pause: 34,
  nanosleep: 35,
  alarm: 37,
  getpid: 39,
  clone: 56,
  fork: 57,
  vfork: 58,
  exit: 60,
  wait4: 61,
  kill: 62,
  uname: 63,
  getrusage: 98,
  times: 100,
  getuid: 102,
  getppid: 110,
  getpgrp: 111,
  getsid: 124,
  rt_sigpending: 127,
  rt_sigsuspend: 130,
  sigaltstack: 131,
  mlock: 149,
  munlock: 150,
  mlockall: 151,
  munlockall: 152,
  prctl: 157,
  gettid: 186,
  futex: 202,
  clock_gettime: 228,
  exit_group: 231,
  tgkill: 234,
  prlimit64: 302,
  mlock2: 325,
} as const

const TERMINAL_BLOCK = 1024
/** MAX_RW_COUNT: one read or write moves at most this much. */
const MAX_RW = 0x7fff_f000

/** A terminal takes what is written in pieces of this size (drivers/tty/tty_io.c, iterate_tty_write). */
const TTY_CHUNK = 2048

export class SyscallTable extends FileTable implements Syscalls {
  private readonly memory: MemoryControl
  private readonly process: ProcessControl

  constructor(kernel: Kernel) {
    super(kernel)
    this.memory = new MemoryControl(kernel)
    this.process = new ProcessControl(kernel)
    noteCalls(this, kernel)
  }

  mmap(addr: number, length: number, prot: number, flags: number, fd: number, offset: number): number {
    const what = this.mapped(length, prot, flags, fd)
    if (typeof what === 'number') return this.done(Nr.mmap, what)
    const place = mmap(this.kernel.parts.mm, this.kernel.mm, { addr, length, prot, offset, ...what })
    this.mappingsWent()
    return this.done(Nr.mmap, this.memory.populateNew(place, length, flags))
  }

  munmap(addr: number, length: number): number {
    const result = munmap(this.kernel.parts.mm, this.kernel.mm, addr, length)
    this.mappingsWent()
    return this.done(Nr.munmap, result)
  }

  mprotect(addr: number, length: number, prot: number): number {
    return this.done(Nr.mprotect, this.memory.mprotect(addr, length, prot))
  }

  mremap(addr: number, oldLength: number, newLength: number, flags: number, newAddr: number): number {
    return this.done(Nr.mremap, this.memory.mremap(addr, oldLength, newLength, flags, newAddr))
  }

  madvise(addr: number, length: number, advice: number): number {
    return this.done(Nr.madvise, this.memory.madvise(addr, length, advice))
  }

  brk(addr: number): VAddr {
    return this.done(Nr.brk, this.memory.brk(addr))
  }

  mlock(addr: number, length: number, flags: number): number {
    return this.done(flags === 0 ? Nr.mlock : Nr.mlock2, this.memory.mlock(addr, length, flags))
  }

  munlock(addr: number, length: number): number {
    return this.done(Nr.munlock, this.memory.munlock(addr, length))
  }

  mlockall(flags: number): number {
    return this.done(Nr.mlockall, this.memory.mlockall(flags))
  }

  munlockall(): number {
    return this.done(Nr.munlockall, this.memory.munlockall())
  }

  mincore(addr: number, length: number, vector: number): number {
    return this.done(Nr.mincore, this.memory.mincore(addr, length, vector))
  }

  getrusage(who: number, buffer: number): number {
    return this.done(Nr.getrusage, this.memory.getrusage(who, buffer))
  }

  prlimit(pid: number, resource: number, newLimit: number, oldLimit: number): number {
    return this.done(Nr.prlimit64, this.memory.prlimit(pid, resource, newLimit, oldLimit))
  }

  sysinfo(): SystemMemory {
    const { totalManaged, totalFree } = this.kernel.parts.buddy
    return { totalPages: totalManaged, freePages: totalFree, tasks: this.kernel.tasks.count }
  }

  getpid(): number {
    return this.done(Nr.getpid, this.kernel.current.group.tgid)
  }

  getppid(): number {
    return this.done(Nr.getppid, this.kernel.current.group.ppid)
  }

  read(fd: number, buffer: VAddr, length: number): number {
    const file = this.file(fd)
    if (!file) return this.done(Nr.read, -Errno.EBADF)
    if (file.kind !== 'tty') return this.done(Nr.read, this.readNext(file, buffer, Math.min(length, MAX_RW)))
    const { tty, current } = this.kernel
    if (length === 0) return this.done(Nr.read, 0)
    if (!tty.readable) {
      if (current.wait?.on !== 'tty') this.kernel.emit(Tracepoint.Wait, fd)
      return this.done(Nr.read, this.kernel.waitOn('tty'))
    }
    return this.done(Nr.read, this.copyOut(buffer, tty.readLine(Math.min(length, MAX_RW))))
  }

  write(fd: number, buffer: VAddr, length: number): number {
    const file = this.file(fd)
    if (!file) return this.done(Nr.write, -Errno.EBADF)
    if (file.kind !== 'tty') return this.done(Nr.write, this.writeNext(file, buffer, Math.min(length, MAX_RW)))
    const { tty } = this.kernel
    const size = Math.min(length, MAX_RW)
    let written = 0
    while (written < size) {
      const chunk = Math.min(size - written, TTY_CHUNK)
      const bytes = this.copyIn((buffer + written) as VAddr, chunk)
      if (bytes.length < chunk) break
      tty.write(bytes)
      written += chunk
    }
    return this.done(Nr.write, written === 0 && size > 0 ? -Errno.EFAULT : written)
  }

  isatty(fd: number): boolean {
    return this.file(fd)?.kind === 'tty'
  }

  blockSize(fd: number): number {
    return this.isatty(fd) ? TERMINAL_BLOCK : 4096
  }

  clockGettime(): number {
    this.kernel.syncClock()
    return this.kernel.clock.now
  }

  exitGroup(status: number): never {
    this.done(Nr.exit_group, 0)
    throw new ProcessEnded(status & 0xff, 0)
  }

  // ---- processes and threads --------------------------------------------------------------------------------------

  fork(): number {
    return this.done(Nr.fork, this.process.fork())
  }

  vfork(): number {
    return this.done(Nr.vfork, this.process.vfork())
  }

  clone(thread: NewThread): number {
    return this.done(Nr.clone, this.process.clone(thread))
  }

  gettid(): number {
    return this.done(Nr.gettid, this.kernel.current.pid)
  }

  exitThread(status: number): never {
    this.done(Nr.exit, status)
    return this.process.exitThread()
  }

  wait4(pid: number, status: number, options: number, rusage: number): number {
    return this.done(Nr.wait4, this.process.wait4(pid, status, options, rusage))
  }

  schedYield(): number {
    this.kernel.scheduler.yield()
    return this.done(Nr.sched_yield, 0)
  }

  pause(): number {
    return this.done(Nr.pause, this.process.pause())
  }

  pipe(fds: number, flags: number): number {
    return this.done(Nr.pipe, this.newPipe(fds, flags))
  }

  futexWait(address: VAddr, expected: number, nanoseconds?: number): number {
    return this.done(Nr.futex, this.process.futexWait(address, expected, nanoseconds))
  }

  futexWake(address: VAddr, count: number): number {
    return this.done(Nr.futex, this.process.futexWake(address, count))
  }

  nanosleep(nanoseconds: number, remaining: number): number {
    return this.done(Nr.nanosleep, this.process.nanosleep(nanoseconds, remaining))
  }

  stackLimit(): number {
    return this.kernel.memoryLimits().stack
  }

  alarm(seconds: number): number {
    return this.done(Nr.alarm, this.process.alarm(seconds))
  }

  // ---- who and where ----------------------------------------------------------------------------------------------

  prctl(option: number, arg2: number, arg3: number, arg4: number, arg5: number): number {
    return this.done(Nr.prctl, prctl(this.kernel, option, arg2, arg3, arg4, arg5))
  }

  getuid(): number {
    return this.done(Nr.getuid, userIdOf(this.kernel.profile))
  }

  getpgrp(): number {
    return this.done(Nr.getpgrp, this.kernel.current.group.pgid)
  }

  getsid(): number {
    return this.done(Nr.getsid, this.kernel.current.group.sid)
  }

  times(buffer: number): number {
    return this.done(Nr.times, times(this.kernel, buffer))
  }

  uname(buffer: number): number {
    return this.done(Nr.uname, uname(this.kernel, buffer))
  }

  // ---- signals ----------------------------------------------------------------------------------------------------

  kill(pid: number, signal: number): number {
    return this.done(Nr.kill, this.process.kill(pid, signal))
  }

  tgkill(pid: number, tid: number, signal: number): number {
    return this.done(Nr.tgkill, this.process.tgkill(pid, tid, signal))
  }

  sigaction(signal: number, action: SignalAction | undefined): SignalAction | number {
    return this.answered(Nr.rt_sigaction, this.process.sigaction(signal, action))
  }

  sigprocmask(how: number, set: SignalSet | undefined): SignalSet | number {
    return this.answered(Nr.rt_sigprocmask, this.process.sigprocmask(how, set))
  }

  sigpending(): SignalSet {
    return this.answered(Nr.rt_sigpending, this.process.sigpending())
  }

  sigsuspend(mask: SignalSet): number {
    return this.done(Nr.rt_sigsuspend, this.process.sigsuspend(mask))
  }

  sigaltstack(stack: SignalStack | undefined): SignalStack | number {
    return this.answered(Nr.sigaltstack, this.process.sigaltstack(stack))
  }

  sigreturn(): void {
    this.done(Nr.rt_sigreturn, 0)
    this.process.sigreturn()
  }

  /** A call that answers with more than a number. */
  private answered<T>(nr: number, result: T): T {
    this.done(nr, typeof result === 'number' ? result : 0)
    return result
  }
}

/**
 * System calls of the running task (arch/x86/entry/syscalls/syscall_64.tbl). Each checks what the kernel checks, costs
 * virtual time and leaves one event.
 *
 * Left out: signals to others, everything of processes and threads.
 */
import { assert, type VAddr } from '../base/index.js'
import { mmap, munmap } from '../mm/vma/index.js'
import { FileTable } from './fs/index.js'
import { Tracepoint } from '../trace/index.js'
import type { Kernel } from './kernel.js'
import { MemoryControl } from './memory-control.js'
import {
  Errno,
  MAP_POPULATE,
  ProcessEnded,
  UserFault,
  WouldBlock,
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
  mremap: 25,
  mincore: 27,
  madvise: 28,
  nanosleep: 35,
  getpid: 39,
  exit: 60,
  kill: 62,
  getrusage: 98,
  getppid: 110,
  mlock: 149,
  munlock: 150,
  mlockall: 151,
  munlockall: 152,
  clock_gettime: 228,
  exit_group: 231,
  prlimit64: 302,
  mlock2: 325,
} as const

const TERMINAL_BLOCK = 1024
/** MAX_RW_COUNT: one read or write moves at most this much. */
const MAX_RW = 0x7fff_f000

/** A terminal takes what is written in pieces of this size (drivers/tty/tty_io.c, iterate_tty_write). */
const TTY_CHUNK = 2048

/**
 * Runs an access of the kernel to user memory; where that faults for good it ends early instead of raising a signal.
 * Returns how many bytes were accessible.
 * @mm copy_to_user lib/usercopy.c
 */
function copyUser(start: number, length: number, access: () => void): number {
  try {
    access()
    return length
  } catch (error) {
    if (error instanceof UserFault) return error.address - start
    throw error
  }
}

export class SyscallTable extends FileTable implements Syscalls {
  private readonly memory: MemoryControl

  constructor(kernel: Kernel) {
    super(kernel)
    this.memory = new MemoryControl(kernel)
  }

  mmap(addr: number, length: number, prot: number, flags: number, fd: number, offset: number): number {
    const what = this.mapped(length, prot, flags, fd)
    if (typeof what === 'number') return this.done(Nr.mmap, what)
    const place = mmap(this.kernel.parts.mm, this.kernel.mm, { addr, length, prot, offset, ...what })
    this.mappingsWent()
    if (place >= 0 && what.file !== 0 && what.flags & MAP_POPULATE) {
      this.populateFile(place, length)
      return this.done(Nr.mmap, place)
    }
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
    return { totalPages: totalManaged, freePages: totalFree }
  }

  getpid(): number {
    return this.done(Nr.getpid, this.kernel.current.pid)
  }

  getppid(): number {
    return this.done(Nr.getppid, this.kernel.current.ppid)
  }

  read(fd: number, buffer: VAddr, length: number): number {
    const file = this.file(fd)
    if (!file) return this.done(Nr.read, -Errno.EBADF)
    if (file.kind !== 'tty') return this.done(Nr.read, this.readNext(file, buffer, Math.min(length, MAX_RW)))
    const { tty, user, current } = this.kernel
    if (length === 0) return this.done(Nr.read, 0)
    if (!tty.readable) {
      this.kernel.syncClock()
      if (current.state !== 'S') this.kernel.emit(Tracepoint.Wait, fd)
      current.state = 'S'
      throw new WouldBlock(fd)
    }
    current.state = 'R'
    const bytes = tty.readLine(Math.min(length, MAX_RW))
    const copied = copyUser(buffer, bytes.length, () => user.writeBytes(buffer, bytes))
    return this.done(Nr.read, copied === 0 && bytes.length > 0 ? -Errno.EFAULT : copied)
  }

  write(fd: number, buffer: VAddr, length: number): number {
    const file = this.file(fd)
    if (!file) return this.done(Nr.write, -Errno.EBADF)
    if (file.kind !== 'tty') return this.done(Nr.write, this.writeNext(file, buffer, Math.min(length, MAX_RW)))
    const { tty, user } = this.kernel
    const size = Math.min(length, MAX_RW)
    let written = 0
    while (written < size) {
      const chunk = Math.min(size - written, TTY_CHUNK)
      const at = buffer + written
      if (copyUser(at, chunk, () => tty.write(user.readBytes(at, chunk))) < chunk) break
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

  nanosleep(nanoseconds: number): number {
    this.kernel.clock.advance(Math.max(0, nanoseconds))
    return this.done(Nr.nanosleep, 0)
  }

  clockGettime(): number {
    this.kernel.syncClock()
    return this.kernel.clock.now
  }

  exitGroup(status: number): never {
    this.done(Nr.exit_group, 0)
    throw new ProcessEnded(status & 0xff, 0)
  }

  kill(pid: number, signal: number): number {
    assert(Number.isInteger(signal), 'a signal number')
    if (pid !== this.kernel.current.pid && pid !== 0) return this.done(Nr.kill, -Errno.ESRCH)
    if (signal < 0 || signal > 64) return this.done(Nr.kill, -Errno.EINVAL)
    this.done(Nr.kill, 0)
    if (signal !== 0) throw new ProcessEnded(0, signal)
    return 0
  }
}

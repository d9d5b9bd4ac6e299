import type { VAddr } from '../../base/index.js'
import type { MemoryCalls } from './memory-calls.js'
import type { FileCalls } from './files.js'
import type { IdentityCalls } from './prctl.js'
import type { ProcessCalls } from './process-calls.js'

/**
 * What user space may ask of the kernel. libc and compiled C know only this interface and UserMemory; a call that
 * fails returns -errno, as the raw system calls do. Sizes and offsets are in bytes.
 */
export interface Syscalls extends MemoryCalls, FileCalls, ProcessCalls, IdentityCalls {
  /** @returns the address, or -errno */
  mmap(addr: number, length: number, prot: number, flags: number, fd: number, offset: number): number
  munmap(addr: number, length: number): number
  mprotect(addr: number, length: number, prot: number): number
  /** @returns the address, or -errno. `newAddr` counts only with MREMAP_FIXED and MREMAP_DONTUNMAP. */
  mremap(addr: number, oldLength: number, newLength: number, flags: number, newAddr: number): number
  madvise(addr: number, length: number, advice: number): number
  /** Sets the break when it can; always returns the break now in force (as the raw system call does). */
  brk(addr: number): VAddr
  getpid(): number
  getppid(): number
  /** Reads at most `length` bytes. An empty terminal that is still open throws {@link WouldBlock}. 0 is end of file. */
  read(fd: number, buffer: VAddr, length: number): number
  write(fd: number, buffer: VAddr, length: number): number
  isatty(fd: number): boolean
  /** fstat's st_blksize is what stdio sizes its buffers by: 1024 on a terminal, 4096 elsewhere. */
  blockSize(fd: number): number
  /** Sleeps; when a signal ends it early, what is left is written to the struct timespec at `remaining`, unless that is 0. */
  nanosleep(nanoseconds: number, remaining: number): number
  /** Virtual nanoseconds since boot. */
  clockGettime(): number
  /** Ends the calling process; does not return. */
  exitGroup(status: number): never
  /** Sends a signal: to a process, to the own group (0), to all (-1). One that ends the caller does not return. */
  kill(pid: number, signal: number): number
}

/** Thrown through libc when a system call has to wait: the whole libc call is issued again once it can proceed. */
export class WouldBlock extends Error {
  override readonly name = 'WouldBlock'
  /** @param on what is waited for: 'tty', 'pipe 3', 'child', ... */
  constructor(readonly on: string) {
    super(`waits for ${on}`)
  }
}

/** Thrown by exitThread: the calling thread is over, its process goes on. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded'
}

/** Thrown by exitGroup and by fatal signals: unwinds libc and compiled code back to the scheduler. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded'
  constructor(
    readonly code: number,
    readonly signal: number,
  ) {
    super(signal ? `killed by signal ${signal}` : `exit ${code}`)
  }
}

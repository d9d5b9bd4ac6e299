/** <unistd.h> and <sys/mman.h>: thin wrappers over the system calls. */
import { PAGE_SIZE, vaddr } from '../../base/index.js'
import { Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { brk, sbrk } from './brk.js'
import { memoryFunctions } from './memory.js'
import { pollFunctions } from './poll.js'
import { processCalls } from './process.js'
import { sysconf } from './sysconf.js'

/** @glibc __mmap64 sysdeps/unix/sysv/linux/mmap64.c: an offset inside a page never reaches the kernel */
function mmap(
  rt: Runtime,
  address: number,
  length: number,
  prot: number,
  flags: number,
  fd: number,
  offset: bigint,
): number {
  if (offset % BigInt(PAGE_SIZE) !== 0n) return rt.fail(Errno.EINVAL)
  return rt.result(rt.sys.mmap(address, length, prot, flags, fd, Number(offset)))
}

function mapFunctions(rt: Runtime): FunctionTable {
  return {
    mmap: (a) => mmap(rt, a.ptr(0), a.ptr(1), a.i32(2), a.i32(3), a.i32(4), a.i64(5)),
    munmap: (a) => rt.result(rt.sys.munmap(a.ptr(0), a.ptr(1))),
    mprotect: (a) => rt.result(rt.sys.mprotect(a.ptr(0), a.ptr(1), a.i32(2))),
    brk: (a) => brk(rt, a.ptr(0)),
    sbrk: (a) => sbrk(rt, Number(a.i64(0))),
  }
}

function isatty(rt: Runtime, fd: number): number {
  if (rt.sys.isatty(fd)) return 1
  rt.fail(fd >= 0 && fd <= 2 ? Errno.ENOTTY : Errno.EBADF)
  return 0
}

export function unistdFunctions(rt: Runtime): FunctionTable {
  return {
    ...mapFunctions(rt),
    ...memoryFunctions(rt),
    ...processCalls(rt),
    ...pollFunctions(rt),
    getpid: () => rt.sys.getpid(),
    getppid: () => rt.sys.getppid(),
    read: (a) => rt.result(rt.sys.read(a.i32(0), vaddr(a.ptr(1)), a.ptr(2))),
    write: (a) => rt.result(rt.sys.write(a.i32(0), vaddr(a.ptr(1)), a.ptr(2))),
    getpagesize: () => PAGE_SIZE,
    sysconf: (a) => sysconf(rt, a.i32(0)),
    isatty: (a) => isatty(rt, a.i32(0)),
    _exit: (a) => rt.sys.exitGroup(a.i32(0) & 0xff),
    _Exit: (a) => rt.sys.exitGroup(a.i32(0) & 0xff),
  }
}

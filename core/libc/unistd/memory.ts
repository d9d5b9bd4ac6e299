/** The rest of <sys/mman.h> and <sys/resource.h>: thin wrappers over the system calls. */
import { Errno, MLOCK_ONFAULT, MREMAP_DONTUNMAP, MREMAP_FIXED } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'

/** The fifth argument is there only when the flags say so. @glibc __mremap sysdeps/unix/sysv/linux/mremap.c */
function mremap(rt: Runtime, a: CallArgs): number {
  const flags = a.i32(3)
  const newAddress = flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && a.count > 4 ? a.ptr(4) : 0
  return rt.result(rt.sys.mremap(a.ptr(0), a.ptr(1), a.ptr(2), flags, newAddress))
}

/** POSIX advice; MADV_DONTNEED would lose data, so it does nothing. @glibc posix_madvise sysdeps/unix/sysv/linux/posix_madvise.c */
function posixMadvise(rt: Runtime, a: CallArgs): number {
  const DONTNEED = 4
  if (a.i32(2) === DONTNEED) return 0
  return -rt.sys.madvise(a.ptr(0), a.ptr(1), a.i32(2))
}

/** @glibc mlock2 sysdeps/unix/sysv/linux/mlock2.c */
function mlock2(rt: Runtime, a: CallArgs): number {
  const flags = a.u32(2)
  return flags & ~MLOCK_ONFAULT ? rt.fail(Errno.EINVAL) : rt.result(rt.sys.mlock(a.ptr(0), a.ptr(1), flags))
}

export const memoryFunctions = (rt: Runtime): FunctionTable => ({
  mremap: (a) => mremap(rt, a),
  madvise: (a) => rt.result(rt.sys.madvise(a.ptr(0), a.ptr(1), a.i32(2))),
  posix_madvise: (a) => posixMadvise(rt, a),
  mlock: (a) => rt.result(rt.sys.mlock(a.ptr(0), a.ptr(1), 0)),
  mlock2: (a) => mlock2(rt, a),
  munlock: (a) => rt.result(rt.sys.munlock(a.ptr(0), a.ptr(1))),
  mlockall: (a) => rt.result(rt.sys.mlockall(a.i32(0))),
  munlockall: () => rt.result(rt.sys.munlockall()),
  mincore: (a) => rt.result(rt.sys.mincore(a.ptr(0), a.ptr(1), a.ptr(2))),
  getrusage: (a) => rt.result(rt.sys.getrusage(a.i32(0), a.ptr(1))),
  getrlimit: (a) => rt.result(rt.sys.prlimit(0, a.i32(0), 0, a.ptr(1))),
  setrlimit: (a) => rt.result(rt.sys.prlimit(0, a.i32(0), a.ptr(1), 0)),
  prlimit: (a) => rt.result(rt.sys.prlimit(a.i32(0), a.i32(1), a.ptr(2), a.ptr(3))),
  get_nprocs: () => rt.cpus,
  get_nprocs_conf: () => rt.cpus,
  get_phys_pages: () => rt.sys.sysinfo().totalPages,
  get_avphys_pages: () => rt.sys.sysinfo().freePages,
})

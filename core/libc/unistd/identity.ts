/** Who and where a process is: <unistd.h>, <sys/utsname.h>, <sys/sysinfo.h>, <sys/times.h>, <sys/prctl.h>. */
import { PAGE_SIZE } from '../../base/index.js'
import { Errno, PR_GET_NAME, PR_SET_NAME, PR_SET_VMA } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'

/** Size of each field of struct utsname. */
const FIELD = 65
const SYSINFO = 112

/** Copies the machine's name, which the kernel has put on libc's stack. @glibc __gethostname sysdeps/posix/gethostname.c */
function gethostname(rt: Runtime, to: number, size: number): number {
  const { scratch } = rt.objects
  const result = rt.result(rt.sys.uname(scratch))
  if (result < 0) return result
  const name = rt.mem.readBytes(scratch + FIELD, rt.mem.stringLength(scratch + FIELD) + 1)
  rt.mem.writeBytes(to, name.subarray(0, size))
  return name.length > size ? rt.fail(Errno.ENAMETOOLONG) : 0
}

/**
 * Fills struct sysinfo.
 *
 *   0 uptime | 8 loads[3] | 32 totalram freeram sharedram bufferram totalswap freeswap | 80 procs | 88 high | 104 unit
 */
function sysinfo(rt: Runtime, to: number): number {
  const { totalPages, freePages, tasks } = rt.sys.sysinfo()
  rt.mem.fill(to, 0, SYSINFO)
  rt.mem.writePtr(to, Math.floor(rt.sys.clockGettime() / 1e9))
  rt.mem.writePtr(to + 32, totalPages * PAGE_SIZE)
  rt.mem.writePtr(to + 40, freePages * PAGE_SIZE)
  rt.mem.writeU16(to + 80, tasks)
  rt.mem.writeU32(to + 104, 1)
  return 0
}

/** The number of arguments depends on the option. */
function prctl(rt: Runtime, a: CallArgs): number {
  const option = a.i32(0)
  const arg = (index: number): number => (a.count > index ? a.ptr(index) : 0)
  const known = option === PR_SET_NAME || option === PR_GET_NAME || option === PR_SET_VMA
  return known ? rt.result(rt.sys.prctl(option, arg(1), arg(2), arg(3), arg(4))) : rt.fail(Errno.EINVAL)
}

export function identityFunctions(rt: Runtime): FunctionTable {
  const uid = () => rt.sys.getuid()
  return {
    getuid: uid,
    geteuid: uid,
    getgid: uid,
    getegid: uid,
    getpgrp: () => rt.sys.getpgrp(),
    getpgid: (a) => (a.i32(0) === 0 || a.i32(0) === rt.sys.getpid() ? rt.sys.getpgrp() : rt.fail(Errno.ESRCH)),
    getsid: (a) => (a.i32(0) === 0 || a.i32(0) === rt.sys.getpid() ? rt.sys.getsid() : rt.fail(Errno.ESRCH)),
    times: (a) => rt.result(rt.sys.times(a.ptr(0))),
    uname: (a) => rt.result(rt.sys.uname(a.ptr(0))),
    gethostname: (a) => gethostname(rt, a.ptr(0), a.ptr(1)),
    sysinfo: (a) => sysinfo(rt, a.ptr(0)),
    prctl: (a) => prctl(rt, a),
  }
}

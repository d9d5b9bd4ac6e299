/** sysconf(3): numbers of _SC_* from bits/confname.h. */
import { PAGE_SIZE } from '../../base/index.js'
import { Errno } from '../../kernel/uapi/index.js'
import type { Runtime } from '../runtime.js'

/** Answers that do not depend on the machine, as glibc 2.36 gives them on x86-64. */
const CONSTANTS: Readonly<Record<number, number>> = {
  0: 2_097_152, // _SC_ARG_MAX: a quarter of the 8 MiB stack limit
  2: 100, // _SC_CLK_TCK
  3: 65536, // _SC_NGROUPS_MAX
  4: 1024, // _SC_OPEN_MAX: the usual RLIMIT_NOFILE
  16: 200809, // _SC_MAPPED_FILES
  17: 200809, // _SC_MEMLOCK
  18: 200809, // _SC_MEMLOCK_RANGE
  19: 200809, // _SC_MEMORY_PROTECTION
  29: 200809, // _SC_VERSION
  30: PAGE_SIZE, // _SC_PAGESIZE
  60: 1024, // _SC_IOV_MAX
  75: 16384, // _SC_THREAD_STACK_MIN
  87: 2147483647, // _SC_ATEXIT_MAX
  180: 64, // _SC_HOST_NAME_MAX
}

type Answer = (rt: Runtime) => number

const MACHINE: ReadonlyMap<number, Answer> = new Map<number, Answer>([
  [83, (rt) => rt.cpus], // _SC_NPROCESSORS_CONF
  [84, (rt) => rt.cpus], // _SC_NPROCESSORS_ONLN
  [85, (rt) => rt.sys.sysinfo().totalPages], // _SC_PHYS_PAGES
  [86, (rt) => rt.sys.sysinfo().freePages], // _SC_AVPHYS_PAGES
])

/** @glibc __sysconf sysdeps/posix/sysconf.c Left out: most names. */
export function sysconf(rt: Runtime, name: number): number {
  return MACHINE.get(name)?.(rt) ?? CONSTANTS[name] ?? rt.fail(Errno.EINVAL)
}

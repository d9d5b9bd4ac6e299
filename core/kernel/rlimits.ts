/** Resource limits of a process (kernel/sys.c, include/asm-generic/resource.h). */
import type { MemoryLimits } from '../mm/vma/index.js'
import type { Profile } from '../profiles/index.js'
import {
  Errno,
  RLIM_INFINITY,
  RLIM_NLIMITS,
  RLIMIT_AS,
  RLIMIT_DATA,
  RLIMIT_MEMLOCK,
  RLIMIT_NOFILE,
  RLIMIT_STACK,
} from './uapi/index.js'

export interface Rlimit {
  soft: number
  hard: number
}

/** /proc/sys/fs/nr_open */
const NR_OPEN = 1024 * 1024

export function defaultRlimits({ rlimits, stackLimit }: Profile): Rlimit[] {
  const all = Array.from({ length: RLIM_NLIMITS }, (_, resource): Rlimit => {
    const [soft, hard] = rlimits[resource] ?? [RLIM_INFINITY, RLIM_INFINITY]
    return { soft, hard }
  })
  all[RLIMIT_STACK].soft = stackLimit
  return all
}

export const memoryLimits = (rlimits: readonly Rlimit[]): MemoryLimits => ({
  as: rlimits[RLIMIT_AS].soft,
  data: rlimits[RLIMIT_DATA].soft,
  stack: rlimits[RLIMIT_STACK].soft,
  memlock: rlimits[RLIMIT_MEMLOCK].soft,
})

/**
 * Sets a limit: the soft one up to the hard one, the hard one only downwards.
 * @mm do_prlimit kernel/sys.c
 * Left out: CAP_SYS_RESOURCE, the CPU time limit's timer.
 */
export function setRlimit(rlimits: Rlimit[], resource: number, wanted: Rlimit): number {
  if (wanted.soft > wanted.hard) return -Errno.EINVAL
  if (resource === RLIMIT_NOFILE && wanted.hard > NR_OPEN) return -Errno.EPERM
  if (wanted.hard > rlimits[resource].hard) return -Errno.EPERM
  rlimits[resource] = { ...wanted }
  return 0
}

/** What a system call answers whose access to user memory fails. */
import { Errno, UserFault } from './uapi/index.js'

/**
 * Runs what reads or writes user memory: its answer, 0 when it has none, or -EFAULT where an access ends in a signal.
 * @mm copy_to_user lib/usercopy.c
 */
export function orEfault(access: () => number | void): number {
  try {
    return access() ?? 0
  } catch (error) {
    if (error instanceof UserFault) return -Errno.EFAULT
    throw error
  }
}

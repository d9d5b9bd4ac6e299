/**
 * The alternate stack for signal handlers (kernel/signal.c): each thread has its own, and a new thread none.
 *
 *      base                                      base + size
 *       |            <- frames grow down |  handler's frame |
 *
 * Left out: SS_AUTODISARM, the check of the size against what the FPU's state needs (strict_sas_size).
 */
import type { Kernel } from '../kernel.js'
import { Errno, MINSIGSTKSZ, NO_STACK, SS_DISABLE, SS_ONSTACK, type SignalStack } from '../uapi/index.js'

/** A new thread's, and what stays of one that was given up. @mm sas_ss_reset include/linux/sched/signal.h */
export const DISABLED: SignalStack = { ...NO_STACK, flags: SS_DISABLE }

/** @mm __on_sig_stack include/linux/sched/signal.h */
export const onStack = ({ base, size }: SignalStack, sp: number): boolean => sp > base && sp - base <= size

/** @mm sas_ss_flags include/linux/sched/signal.h */
export function stackFlags(stack: SignalStack, sp: number): number {
  if (stack.size === 0) return SS_DISABLE
  return onStack(stack, sp) ? SS_ONSTACK : 0
}

/**
 * Sets the running task's alternate stack. @returns what it had, or -errno
 * @mm do_sigaltstack kernel/signal.c
 */
export function setAltStack(kernel: Kernel, sp: number, wanted: SignalStack | undefined): SignalStack | number {
  const { current } = kernel
  const old = { ...current.altStack, flags: stackFlags(current.altStack, sp) }
  if (!wanted) return old
  if (onStack(current.altStack, sp)) return -Errno.EPERM
  if (![0, SS_ONSTACK, SS_DISABLE].includes(wanted.flags)) return -Errno.EINVAL
  if (wanted.flags === SS_DISABLE) current.altStack = DISABLED
  else if (wanted.size < MINSIGSTKSZ) return -Errno.ENOMEM
  else current.altStack = wanted
  return old
}

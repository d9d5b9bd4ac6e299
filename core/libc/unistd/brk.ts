/** The break as libc keeps it (misc/sbrk.c): asked of the kernel once, then remembered in __curbrk. */
import { Errno } from '../../kernel/uapi/index.js'
import type { Runtime } from '../runtime.js'

/**
 * Sets the break and remembers what the kernel answered.
 * @glibc __brk sysdeps/unix/sysv/linux/brk.c
 * @returns 0 or -1
 */
export function brk(rt: Runtime, address: number): number {
  const now = rt.sys.brk(address)
  rt.state.brk = now
  return now < address ? rt.fail(Errno.ENOMEM) : 0
}

/**
 * Moves the break relative to the one remembered; asks the kernel for it only the first time.
 * @glibc __sbrk misc/sbrk.c
 * @returns the break before, or -1
 */
export function sbrk(rt: Runtime, increment: number): number {
  if (rt.state.brk === 0 && brk(rt, 0) < 0) return -1
  const old = rt.state.brk
  if (increment === 0) return old
  if (old + increment < 0) return rt.fail(Errno.ENOMEM)
  return brk(rt, old + increment) < 0 ? -1 : old
}

/**
 * Where in the kernel a task sleeps, as /proc/PID/wchan names it: read on Linux 6.18 for each kind of wait; the names of
 * 4.15 are its sources'.
 */
import type { Kernel, Task } from '../kernel/index.js'
import { since } from './version.js'

/** By what is waited for: [6.18, 4.15]. */
const SLEEPS: readonly (readonly [on: RegExp, now: string, then: string])[] = [
  [/^poll/, 'poll_schedule_timeout.constprop.0', 'poll_schedule_timeout'],
  [/^tty/, 'wait_woken', 'wait_woken'],
  [/^time/, 'hrtimer_nanosleep', 'hrtimer_nanosleep'],
  [/^child/, 'do_wait', 'do_wait'],
  [/^pipe/, 'anon_pipe_read', 'pipe_wait'],
  [/^futex/, 'futex_do_wait', 'futex_wait_queue_me'],
  [/^vfork/, 'kernel_clone', '_do_fork'],
  [/^signal/, '__do_sys_pause', 'sys_pause'],
]

/**
 * "0" for a task that does not sleep; empty for a zombie. A writer to a full pipe is told apart by what it has written.
 * @mm proc_pid_wchan fs/proc/base.c
 */
export function wchanOf(kernel: Kernel, { state, wait, transferred, savedMask }: Task): string {
  if (state === 'T') return 'do_signal_stop'
  if (state !== 'S' || !wait) return '0'
  const modern = since(kernel.profile.kernel, '6.18')
  if (modern && wait.on.startsWith('pipe') && transferred > 0) return 'anon_pipe_write'
  if (savedMask !== null && wait.on === 'signal') return 'sigsuspend'
  const sleep = SLEEPS.find(([on]) => on.test(wait.on))
  return sleep ? sleep[modern ? 1 : 2] : '0'
}

/** What /proc says of a task that is not in its own structure: terminal, user, flags, time. */
import type { Kernel, Task } from '../kernel/index.js'
import { timeOf, userIdOf as userOf, type CpuTime } from '../kernel/index.js'

/** The student's terminal: pts/0 is device 136:0. */
export const TERMINAL = { name: 'pts/0', device: 136 << 8 } as const

export const userIdOf = ({ profile }: Kernel): number => userOf(profile)

// include/linux/sched.h
const PF_EXITING = 0x4
const PF_POSTCOREDUMP = 0x8
const PF_FORKNOEXEC = 0x40

/**
 * task->flags: forked and not yet exec'ed, ending.
 * Left out: PF_RANDOMIZE, PF_SUPERPRIV, PF_SIGNALED, PF_USED_MATH.
 */
export function taskFlags(task: Task): number {
  const ended = task.state === 'Z' ? PF_EXITING | PF_POSTCOREDUMP : 0
  return (task.pid === task.group.pgid ? 0 : PF_FORKNOEXEC) | ended
}

/** Processor time of the thread alone or of its process. */
export const spentOf = (kernel: Kernel, task: Task, alone: boolean): CpuTime =>
  alone ? task.spent : timeOf(task.group, kernel.tasks.threadsOf(task.group))

import type { Mm } from '../mm/vma/index.js'
import type { Rlimit } from './rlimits.js'

/** task_struct (include/linux/sched.h), the part that /proc shows. */
export interface Task {
  readonly pid: number
  readonly ppid: number
  /** Name of the executable, at most 15 bytes. */
  comm: string
  /** Command line as ps shows it. */
  cmdline: string
  state: 'R' | 'S' | 'Z'
  /** undefined once the task has exited. */
  mm: Mm | undefined
  minFlt: number
  majFlt: number
  exitCode: number
  exitSignal: number
  /** signal->rlim: soft and hard limit of each resource (see rlimits.ts). */
  readonly rlimits: Rlimit[]
}

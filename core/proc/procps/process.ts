/** A process as procps sees it: what ps and pmap read from stat, status and cmdline (procps library, readproc). */
import { PAGE_KB } from '../../base/index.js'
import { rssPages } from '../../mm/vma/index.js'
import type { Kernel, Task } from '../../kernel/index.js'
import { since } from '../version.js'

export interface PsProcess {
  readonly pid: number
  readonly ppid: number
  readonly user: string
  readonly comm: string
  /** Command line; "[test] <defunct>" for a zombie. */
  readonly args: string
  /** One letter and what is added to it: "S+". */
  readonly stat: string
  readonly tty: string
  /** Seconds of processor time. */
  readonly cpuSeconds: number
  readonly majflt: number
  readonly minflt: number
  readonly vszKb: number
  readonly rssKb: number
  /** Data and stack: what would have to go to swap. */
  readonly swappableKb: number
  /** Bytes between the first and the last instruction of the program. */
  readonly codeBytes: number
  /** Thousandths of the machine's memory. */
  readonly memPerMille: number
}

/** The student's terminal. */
const TTY = 'pts/0'

export const psProcesses = (kernel: Kernel): readonly PsProcess[] =>
  kernel.tasks.processes.map((task) => psProcess(kernel, task))

/** @returns undefined when there is no such process */
export function psProcessOf(kernel: Kernel, pid: number): PsProcess | undefined {
  const task = kernel.tasks.get(pid)
  return task && psProcess(kernel, task)
}

function psProcess(kernel: Kernel, task: Task): PsProcess {
  const { mm } = task
  const totalKb = kernel.parts.buddy.totalManaged * PAGE_KB
  const rssKb = mm ? rssPages(mm) * PAGE_KB : 0
  return {
    pid: task.pid,
    ppid: task.group.ppid,
    user: userName(kernel),
    comm: commOf(kernel, task),
    args: task.state === 'Z' ? `[${task.comm}] <defunct>` : task.cmdline,
    stat: `${task.state}${mm && mm.lockedVm > 0 ? 'L' : ''}+`,
    tty: TTY,
    cpuSeconds: Math.floor((kernel.statements * kernel.profile.costs.statement) / 1e9),
    majflt: task.group.majFlt,
    minflt: task.group.minFlt,
    vszKb: mm ? mm.totalVm * PAGE_KB : 0,
    rssKb,
    swappableKb: mm ? (mm.dataVm + mm.stackVm) * PAGE_KB : 0,
    codeBytes: mm ? mm.endCode - mm.startCode : 0,
    memPerMille: Math.min(999, Math.floor((rssKb * 1000) / totalKb)),
  }
}

/** Old versions mark a zombie in the short name too. */
const commOf = (kernel: Kernel, { comm, state }: Task): string =>
  state === 'Z' && !since(kernel.profile.procps, '4.0') ? `${comm} <defunct>` : comm

/** Who started the program, by its environment. */
const userName = (kernel: Kernel): string =>
  kernel.profile.env.find((variable) => variable.startsWith('USER='))?.slice('USER='.length) ?? 'root'

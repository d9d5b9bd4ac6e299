/**
 * A process or thread as procps sees it: what ps and pmap read from stat, status, cmdline and wchan (procps library,
 * readproc). The read-out shell works on the student's terminal, as the student.
 */
import { PAGE_KB } from '../../base/index.js'
import { BOOT_EPOCH } from '../../kernel/uapi/index.js'
import { rssPages } from '../../mm/vma/index.js'
import type { Kernel, Task } from '../../kernel/index.js'
import { fieldsOf, rollupOf } from '../smaps.js'
import { signalMasks, type SignalMasks } from '../signals.js'
import { spentOf, taskFlags, TERMINAL, userIdOf } from '../task-facts.js'
import { since } from '../version.js'
import { wchanOf } from '../wchan.js'

export interface PsProcess extends SignalMasks {
  readonly pid: number
  /** Of the thread; that of the first thread is the process's. */
  readonly tid: number
  readonly ppid: number
  readonly pgid: number
  readonly sid: number
  /** Process group in the foreground of its terminal, -1 without a terminal. */
  readonly tpgid: number
  readonly uid: number
  readonly user: string
  readonly comm: string
  /** Command line; "[test] <defunct>" for a zombie. */
  readonly args: string
  /** One letter. */
  readonly state: string
  /** PF_* of the task. */
  readonly flags: number
  readonly tty: string
  /** Function of the kernel it sleeps in, "-" for none. */
  readonly wchan: string
  readonly priority: number
  readonly nice: number
  /** CPU it ran on. */
  readonly processor: number
  readonly threads: number
  /** Seconds of processor time; the same in hundredths, as /proc tells it. */
  readonly cpuSeconds: number
  readonly cpuTicks: number
  /** Seconds since 1970 at which it began; whole seconds it has lived. */
  readonly startedAt: number
  readonly elapsed: number
  /** Seconds since 1970. */
  readonly now: number
  readonly majflt: number
  readonly minflt: number
  readonly vszKb: number
  readonly rssKb: number
  readonly lockedKb: number
  /** Data and stack: what would have to go to swap. */
  readonly swappableKb: number
  /** Bytes between the first and the last instruction of the program. */
  readonly codeBytes: number
  /** Thousandths of the machine's memory. */
  readonly memPerMille: number
  /** Proportional and private kB. A walk: made when asked for. */
  readonly shares: () => { readonly pss: number; readonly uss: number }
}

/** /proc/PID/stat counts time in these. */
const TICK = 1e9 / 100

export const psProcesses = (kernel: Kernel): readonly PsProcess[] =>
  kernel.tasks.processes.map((task) => psTask(kernel, task, false))

/** Every thread for itself: its own name, state, time and faults. */
export const psThreads = (kernel: Kernel, pid: number): readonly PsProcess[] =>
  kernel.tasks.all.filter((task) => task.group.tgid === pid).map((task) => psTask(kernel, task, true))

/** @returns undefined when there is no such process */
export function psProcessOf(kernel: Kernel, pid: number): PsProcess | undefined {
  const task = kernel.tasks.get(pid)
  return task && psTask(kernel, task, false)
}

function psTask(kernel: Kernel, task: Task, alone: boolean): PsProcess {
  return { ...identityOf(kernel, task), ...useOf(kernel, task, alone), ...signalMasks(task, alone) }
}

type Identity = Omit<PsProcess, keyof ReturnType<typeof useOf> | keyof SignalMasks>

function identityOf(kernel: Kernel, task: Task): Identity {
  const { group, comm, state } = task
  const leader = kernel.tasks.get(group.tgid) ?? task
  return {
    pid: group.tgid,
    tid: task.pid,
    ppid: group.ppid,
    pgid: group.pgid,
    sid: group.sid,
    tpgid: group.pgid,
    uid: userIdOf(kernel),
    user: userNameOf(kernel),
    comm: state === 'Z' && !since(kernel.profile.procps, '4.0') ? `${comm} <defunct>` : comm,
    args: leader.state === 'Z' ? `[${leader.comm}] <defunct>` : leader.cmdline,
    state,
    flags: taskFlags(task),
    tty: TERMINAL.name,
    wchan: wchanOf(kernel, task).replace(/^_+/, '').replace(/^0?$/, '-'),
    priority: 20,
    nice: 0,
    processor: 0,
    threads: kernel.tasks.threadsOf(group).length,
  }
}

function useOf(kernel: Kernel, task: Task, alone: boolean) {
  const { mm, group } = task
  const totalKb = kernel.parts.buddy.totalManaged * PAGE_KB
  const rssKb = mm ? rssPages(mm) * PAGE_KB : 0
  const { user, system } = spentOf(kernel, task, alone)
  const ticks = Math.floor(user / TICK) + Math.floor(system / TICK)
  const { minFlt, majFlt } = alone ? task : group
  return {
    cpuTicks: ticks,
    cpuSeconds: Math.floor(ticks / 100),
    startedAt: BOOT_EPOCH + Math.floor(task.startTime / 1e9),
    elapsed: Math.floor((kernel.clock.now - task.startTime) / 1e9),
    now: BOOT_EPOCH + Math.floor(kernel.clock.now / 1e9),
    majflt: majFlt,
    minflt: minFlt,
    vszKb: mm ? mm.totalVm * PAGE_KB : 0,
    rssKb,
    lockedKb: mm ? mm.lockedVm * PAGE_KB : 0,
    swappableKb: mm ? (mm.dataVm + mm.stackVm) * PAGE_KB : 0,
    codeBytes: mm ? mm.endCode - mm.startCode : 0,
    memPerMille: Math.min(999, Math.floor((rssKb * 1000) / totalKb)),
    shares: () => {
      const { Pss, Private_Clean, Private_Dirty } = fieldsOf(rollupOf(kernel, task.pid), 0, false)
      return { pss: Pss, uss: Private_Clean + Private_Dirty }
    },
  }
}

/** State and what is added to it: N nice, L locked pages, s leads its session, l threads, + in the foreground. */
export const statOf = ({ state, nice, lockedKb, sid, pid, threads, pgid, tpgid }: PsProcess): string =>
  state +
  (nice < 0 ? '<' : nice > 0 ? 'N' : '') +
  (lockedKb > 0 ? 'L' : '') +
  (sid === pid ? 's' : '') +
  (threads > 1 ? 'l' : '') +
  (pgid === tpgid ? '+' : '')

/** Who started the program, by its environment. */
export const userNameOf = (kernel: Kernel): string =>
  kernel.profile.env.find((variable) => variable.startsWith('USER='))?.slice('USER='.length) ?? 'root'

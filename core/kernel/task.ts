/**
 * task_struct (a thread) and signal_struct (what the threads of a process share), the parts that programs and /proc can
 * see. Plain data.
 */
import { NO_OBJECT, type SlabObject } from '../mm/slab/index.js'
import type { Mm } from '../mm/vma/index.js'
import type { Rlimit } from './rlimits.js'
import {
  NO_SIGNALS,
  NO_STACK,
  NSIG,
  type SignalAction,
  type SignalInfo,
  type SignalSet,
  type SignalStack,
} from './uapi/index.js'

/** signal_struct and sighand_struct (include/linux/sched/signal.h). */
export interface ThreadGroup {
  /** The process's pid: that of its first thread. */
  readonly tgid: number
  ppid: number
  /** Process group and session: those of the shell's job. */
  readonly pgid: number
  readonly sid: number
  /** Faults of all threads. */
  minFlt: number
  majFlt: number
  /** Faults of children that were waited for (cmin_flt). */
  childMinFlt: number
  childMajFlt: number
  /** Time of threads that have ended, and of children that were waited for. */
  readonly spent: CpuTime
  readonly childSpent: CpuTime
  /** Largest RSS of an address space it has left, and of a child that was waited for: pages. */
  maxRss: number
  childMaxRss: number
  exitCode: number
  exitSignal: number
  /** All threads have ended, or are about to: nobody waits for it twice. */
  dead: boolean
  /** A vfork child runs in its parent's memory until it ends: the parent's pid, else 0. */
  vforkParent: number
  /** signal->rlim: soft and hard limit of each resource (see rlimits.ts). */
  readonly rlimits: Rlimit[]
  /** Action of each signal, by number; null: the default. */
  readonly actions: (SignalAction | null)[]
  /** Signals for the process as a whole that wait to be delivered. */
  readonly pending: SignalInfo[]
  /** Virtual time of the SIGALRM to come, 0 for none. */
  alarm: number
  /** signal_struct and sighand_struct, until the process is waited for; files_struct, until it ends. */
  objects: readonly SlabObject[]
  filesObject: SlabObject
}

/** Nanoseconds of processor time in the program and in the kernel. */
export interface CpuTime {
  user: number
  system: number
}

/** What a sleeping task waits for, and until when (0: for ever). */
export interface Wait {
  readonly on: string
  readonly until: number
}

export interface Task {
  readonly pid: number
  readonly group: ThreadGroup
  /** Name of the executable, at most 15 bytes. */
  comm: string
  /** Command line as ps shows it. */
  cmdline: string
  state: 'R' | 'S' | 'T' | 'Z'
  /** undefined once the task has exited. */
  mm: Mm | undefined
  /** Registers while it does not run: words of the register block from the second on, without unused argument slots. */
  registers: readonly number[]
  /** Virtual time at which it was made. */
  readonly startTime: number
  readonly spent: CpuTime
  /** Its own faults. */
  minFlt: number
  majFlt: number
  /** Times it gave up the CPU to wait, and because its turn was over. */
  nvcsw: number
  nivcsw: number
  wait: Wait | undefined
  /** Virtual time the sleep ends that a call has begun, 0 when none has. */
  sleepUntil: number
  /** Child that vfork has made and waits for, 0 when none. */
  vforkChild: number
  /** Bytes that a write to a full pipe has moved so far. */
  transferred: number
  /** A handler ran while a call waited: the call is to answer EINTR when it would wait again. */
  interrupted: boolean
  blocked: SignalSet
  /** Mask to be restored once the handler that sigsuspend waited for has run. */
  savedMask: SignalSet | null
  readonly pending: SignalInfo[]
  /** sigaltstack's: sas_ss_sp, sas_ss_flags, sas_ss_size. */
  altStack: SignalStack
  /** fs base */
  threadPointer: number
  /** Word to be cleared when the thread ends (set_tid_address), 0 for none. */
  clearTid: number
  /** Word to be given the task's id before it first runs, 0 for none. */
  setTid: number
  /** Word that the kernel keeps up to date with the CPU's number (rseq), 0 when none is registered. */
  rseq: number
  /** It was switched in since its last return to user mode: rseq is to be written. */
  rseqStale: boolean
  /** task_struct and struct pid, and the credentials of a process's first thread; none once it is released. */
  objects: readonly SlabObject[]
}

/** A process; the job it belongs to is its parent's, or it leads one of its own under the shell's session. */
export const newGroup = (
  tgid: number,
  ppid: number,
  rlimits: Rlimit[],
  job: Pick<ThreadGroup, 'pgid' | 'sid'> = { pgid: tgid, sid: ppid },
): ThreadGroup => ({
  tgid,
  ppid,
  pgid: job.pgid,
  sid: job.sid,
  minFlt: 0,
  majFlt: 0,
  childMinFlt: 0,
  childMajFlt: 0,
  spent: { user: 0, system: 0 },
  childSpent: { user: 0, system: 0 },
  maxRss: 0,
  childMaxRss: 0,
  exitCode: 0,
  exitSignal: 0,
  dead: false,
  vforkParent: 0,
  rlimits,
  actions: Array.from({ length: NSIG + 1 }, () => null),
  pending: [],
  alarm: 0,
  objects: [],
  filesObject: NO_OBJECT,
})

export const newTask = (
  pid: number,
  group: ThreadGroup,
  mm: Mm,
  comm: string,
  cmdline: string,
  startTime: number,
): Task => ({
  pid,
  group,
  comm,
  cmdline,
  state: 'R',
  mm,
  registers: [],
  startTime,
  spent: { user: 0, system: 0 },
  minFlt: 0,
  majFlt: 0,
  nvcsw: 0,
  nivcsw: 0,
  wait: undefined,
  sleepUntil: 0,
  vforkChild: 0,
  transferred: 0,
  interrupted: false,
  blocked: NO_SIGNALS,
  savedMask: null,
  pending: [],
  altStack: NO_STACK,
  threadPointer: 0,
  clearTid: 0,
  setTid: 0,
  rseq: 0,
  rseqStale: false,
  objects: [],
})

/** The first thread of a process: it stands for it in /proc. */
export const isLeader = (task: Task): boolean => task.pid === task.group.tgid

export function addTime(to: CpuTime, more: CpuTime): void {
  to.user += more.user
  to.system += more.system
}

/** Time of all threads of a process, those that have ended included. @mm thread_group_cputime kernel/sched/cputime.c */
export function timeOf(group: ThreadGroup, threads: readonly Task[]): CpuTime {
  const sum = { ...group.spent }
  for (const thread of threads) addTime(sum, thread.spent)
  return sum
}

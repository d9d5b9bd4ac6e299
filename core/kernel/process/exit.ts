/** The end of threads and processes, and how parents learn of it (kernel/exit.c). */
import { exitMmap, rssPages, setReferenced, type Mm } from '../../mm/vma/index.js'
import { Tracepoint } from '../../trace/index.js'
import { dropUnused } from '../fs/index.js'
import type { Kernel } from '../kernel.js'
import { addTime, timeOf, type Task, type ThreadGroup } from '../task.js'
import { freeFilesObject, releaseObjects } from './objects.js'
import {
  CLD_EXITED,
  CLD_KILLED,
  Errno,
  exitStatus,
  SA_NOCLDWAIT,
  SIG_IGN,
  SIGCHLD,
  UserFault,
  WNOHANG,
} from '../uapi/index.js'

/** Takes over orphans. */
const INIT_PID = 1

/** Ends every thread of the process; it stays as a zombie until it is waited for. @mm do_group_exit kernel/exit.c */
export function exitGroup(kernel: Kernel, group: ThreadGroup, code: number, signal: number): void {
  if (group.dead) return
  group.exitCode = code
  group.exitSignal = signal
  for (const thread of kernel.tasks.threadsOf(group)) exitTask(kernel, thread)
}

/** Ends one thread; with the last one the process. @mm do_exit kernel/exit.c */
export function exitTask(kernel: Kernel, task: Task): void {
  if (task.state === 'Z') return
  kernel.syncClock()
  clearTid(kernel, task)
  const { mm, group } = task
  if (mm) group.maxRss = Math.max(group.maxRss, mm.hiwaterRss, rssPages(mm))
  task.mm = undefined
  task.state = 'Z'
  task.wait = undefined
  const last = kernel.tasks.threadsOf(group).every((thread) => thread.state === 'Z')
  if (last) endOfProcess(kernel, group, mm)
  else if (task.pid !== group.tgid) buryThread(kernel, task)
}

function endOfProcess(kernel: Kernel, group: ThreadGroup, mm: Mm | undefined): void {
  group.dead = true
  kernel.emit(Tracepoint.Exit, group.exitCode, group.exitSignal)
  if (mm && !kernel.tasks.mms.includes(mm)) {
    kernel.khugepaged.exited(mm)
    exitMmap(kernel.parts.mm, mm)
    kernel.parts.tlb.flushAll()
  }
  kernel.files.closeAll(group.tgid)
  freeFilesObject(kernel, group)
  dropUnused(kernel)
  kernel.endsClosed()
  for (const thread of kernel.tasks.threadsOf(group)) if (thread.pid !== group.tgid) buryThread(kernel, thread)
  orphan(kernel, group)
  const parent = kernel.tasks.get(group.vforkParent)
  if (parent) kernel.scheduler.wake(`vfork ${group.tgid}`)
  notifyParent(kernel, group)
}

/** Its time stays on the process's account. @mm __exit_signal kernel/exit.c */
function buryThread(kernel: Kernel, thread: Task): void {
  addTime(thread.group.spent, thread.spent)
  releaseTask(kernel, thread)
}

/** @mm release_task kernel/exit.c */
function releaseTask(kernel: Kernel, task: Task): void {
  releaseObjects(kernel, task)
  kernel.tasks.remove(task)
}

/**
 * The word that pthread_join waits on. Others than threads could wait there, so the page is looked up, which leaves its mark.
 * @mm mm_release kernel/fork.c, get_futex_key kernel/futex/core.c
 */
function clearTid(kernel: Kernel, task: Task): void {
  if (task.clearTid === 0 || kernel.current !== task || kernel.tasks.threadsOf(task.group).length === 1) return
  try {
    kernel.user.writeU32(task.clearTid, 0)
    const { tables, map } = kernel.parts
    setReferenced(map, tables.pageAt(tables.find(kernel.mm.pgd, task.clearTid), task.clearTid))
  } catch (error) {
    if (!(error instanceof UserFault)) throw error
  }
  kernel.scheduler.wake(futexKey(kernel, task.clearTid))
}

/** What waiters on a word of the running process's memory wait for. @mm get_futex_key kernel/futex/core.c */
export const futexKey = (kernel: Kernel, address: number): string => `futex ${kernel.futexId(address)}`

/** Children go to init, which waits for them at once. @mm forget_original_parent kernel/exit.c */
function orphan(kernel: Kernel, group: ThreadGroup): void {
  for (const child of kernel.tasks.processes) {
    if (child.group.ppid !== group.tgid) continue
    child.group.ppid = INIT_PID
    if (child.group.dead) releaseTask(kernel, child)
  }
}

/** @mm do_notify_parent kernel/signal.c */
function notifyParent(kernel: Kernel, group: ThreadGroup): void {
  const parent = kernel.tasks.get(group.ppid)
  if (!parent) {
    // Nobody here waits for it: init does, but the first process belongs to the shell and is kept for who looks.
    const task = kernel.tasks.get(group.tgid)
    if (group.ppid === INIT_PID && task) releaseTask(kernel, task)
    else if (task) releaseObjects(kernel, task)
    return
  }
  const action = parent.group.actions[SIGCHLD]
  const unwanted = action !== null && (action.handler === SIG_IGN || (action.flags & SA_NOCLDWAIT) !== 0)
  const { tgid: pid, exitCode, exitSignal } = group
  kernel.signals.sendToProcess(parent.group, {
    signal: SIGCHLD,
    code: exitSignal ? CLD_KILLED : CLD_EXITED,
    pid,
    address: 0,
    status: exitSignal || exitCode,
  })
  const zombie = kernel.tasks.get(pid)
  if (unwanted && zombie) releaseTask(kernel, zombie)
  kernel.scheduler.wake(`child of ${parent.group.tgid}`)
}

/**
 * A child that has ended: its pid and status. Sleeps until there is one.
 * @mm do_wait kernel/exit.c
 * Left out: process groups (pid 0 and below -1 mean any child), stopped and continued children.
 */
export function waitForChild(kernel: Kernel, pid: number, options: number): ThreadGroup | number {
  const { group } = kernel.current
  const children = kernel.tasks.processes.filter((task) => task.group.ppid === group.tgid)
  const wanted = pid > 0 ? children.filter((task) => task.pid === pid) : children
  if (wanted.length === 0) return -Errno.ECHILD
  const ended = wanted.find((task) => task.group.dead)
  if (!ended) return options & WNOHANG ? 0 : kernel.waitOn(`child of ${group.tgid}`)
  reap(kernel, group, ended)
  return ended.group
}

function reap(kernel: Kernel, parent: ThreadGroup, child: Task): void {
  parent.childMinFlt += child.group.minFlt + child.group.childMinFlt
  parent.childMajFlt += child.group.majFlt + child.group.childMajFlt
  addTime(parent.childSpent, timeOf(child.group, kernel.tasks.threadsOf(child.group)))
  addTime(parent.childSpent, child.group.childSpent)
  parent.childMaxRss = Math.max(parent.childMaxRss, child.group.maxRss, child.group.childMaxRss)
  releaseTask(kernel, child)
}

export const statusOf = (group: ThreadGroup): number => exitStatus(group.exitCode, group.exitSignal)

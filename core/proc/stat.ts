/**
 * /proc/PID/stat: 52 numbers and a name (fs/proc/array.c).
 *
 * Left out: instruction and stack pointer (0 for whoever has not ended), real-time priority, delays, guest time.
 */
import { assert } from '../base/index.js'
import { rssPages, type Mm } from '../mm/vma/index.js'
import type { Kernel, Task } from '../kernel/index.js'
import { addSignal, exitStatus, NO_SIGNALS, SIGCHLD } from '../kernel/uapi/index.js'
import { signalMasks } from './signals.js'
import { spentOf, taskFlags, TERMINAL } from './task-facts.js'

const PAGE_BYTES = 4096
const TICK = 1e9 / 100
const ticks = (nanoseconds: number): number => Math.floor(nanoseconds / TICK)
const RLIM_RSS = 5
const LARGEST = '18446744073709551615'

/** @mm do_task_stat fs/proc/array.c */
export function statText(kernel: Kernel, task: Task, alone: boolean): string {
  const { group, mm } = task
  const spent = spentOf(kernel, task, alone)
  const faults = alone ? task : group
  const threads = kernel.tasks.threadsOf(group).length
  const limit = group.rlimits[RLIM_RSS].soft
  const ended = task.state === 'Z'
  const sleeps = (alone || threads < 2) && task.state !== 'R'
  const fields: readonly (number | string)[] = [
    task.pid,
    `(${task.comm})`,
    task.state,
    group.ppid,
    group.pgid,
    group.sid,
    TERMINAL.device,
    group.pgid,
    taskFlags(task),
    faults.minFlt,
    group.childMinFlt,
    faults.majFlt,
    group.childMajFlt,
    ticks(spent.user),
    ticks(spent.system),
    ticks(group.childSpent.user),
    ticks(group.childSpent.system),
    20, // priority
    0, // nice
    threads,
    0, // it_real_value
    ticks(task.startTime),
    mm ? mm.totalVm * PAGE_BYTES : 0,
    mm ? rssPages(mm) : 0,
    limit >= 2 ** 64 ? LARGEST : limit,
    mm?.startCode ?? 0,
    mm?.endCode ?? 0,
    mm?.startStack ?? 0,
    0, // esp
    0, // eip
    ...signalNumbers(task),
    sleeps ? 1 : 0,
    0, // nswap
    0, // cnswap
    alone && task.pid !== group.tgid ? -1 : SIGCHLD,
    0, // processor
    0, // rt_priority
    0, // policy
    0, // delayacct_blkio_ticks
    0, // guest_time
    0, // cguest_time
    ...memoryNumbers(kernel, mm),
    ended ? exitStatus(group.exitCode, group.exitSignal) : 0,
  ]
  assert(fields.length === FIELDS, '/proc/PID/stat has its fields')
  return `${fields.join(' ')}\n`
}

const FIELDS = 52

/** The lowest 31 signals of each set, in decimal. */
function signalNumbers(task: Task): readonly number[] {
  const { blocked, ignored, caught } = signalMasks(task, false)
  const [low] = task.pending.reduce((set, { signal }) => addSignal(set, signal), NO_SIGNALS)
  return [low & 0x7fff_ffff, ...[blocked, ignored, caught].map((hex) => parseInt(hex.slice(8), 16) & 0x7fff_ffff)]
}

/** start_data, end_data, start_brk, arg_start, arg_end, env_start, env_end */
function memoryNumbers({ profile }: Kernel, mm: Mm | undefined): readonly number[] {
  if (!mm) return [0, 0, 0, 0, 0, 0, 0]
  const environment = profile.env.reduce((bytes, variable) => bytes + variable.length + 1, 0)
  return [mm.startData, mm.endData, mm.startBrk, mm.argStart, mm.argEnd, mm.argEnd, mm.argEnd + environment]
}

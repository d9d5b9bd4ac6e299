/**
 * /proc/PID/status and statm (fs/proc/array.c, fs/proc/task_mmu.c). Since 4.15 all page tables are one line, VmPTE;
 * the VmPMD of 4.4 to 4.14 is gone on both machines.
 *
 * Left out: the lines about namespaces, capabilities, seccomp, CPUs and nodes; swap, huge and pinned pages are printed
 * as 0.
 */
import { PAGE_KB, pageDown, pageUp } from '../base/index.js'
import { rssPages, type Mm } from '../mm/vma/index.js'
import type { Kernel, Task } from '../kernel/index.js'
import { queueText, signalMasks } from './signals.js'
import { userIdOf } from './task-facts.js'
import { since } from './version.js'

/** One line: a number in kB, or text. */
export interface StatusLine {
  readonly name: string
  readonly value: number | string
  readonly unit: 'kB' | ''
}

const STATES: Readonly<Record<Task['state'], string>> = {
  R: 'R (running)',
  S: 'S (sleeping)',
  T: 'T (stopped)',
  Z: 'Z (zombie)',
}

/** Places for descriptors: those of the shell that forked the process (measured with bash). */
const FD_SIZE = 256
const RLIMIT_SIGPENDING = 11

/** Lines that 4.15 does not have and 6.18 has; when in between they came does not matter to either machine. */
const NEWER = '6.18'

const plain = (name: string, value: number | string): StatusLine => ({ name, value, unit: '' })
const size = (name: string, pages: number): StatusLine => ({ name, value: pages * PAGE_KB, unit: 'kB' })

/** All modelled lines in the kernel's order; none for a process that does not exist. @mm proc_pid_status fs/proc/array.c */
export function statusLines(kernel: Kernel, pid: number): readonly StatusLine[] {
  const task = kernel.tasks.get(pid)
  if (!task) return []
  const { kernel: version } = kernel.profile
  const { mm, group } = task
  const uid = userIdOf(kernel)
  const ids = [uid, uid, uid, uid].join('\t')
  const { blocked, ignored, caught } = signalMasks(task, true)
  return [
    plain('Name', task.comm),
    plain('Umask', '0022'),
    plain('State', STATES[task.state]),
    plain('Tgid', task.group.tgid),
    plain('Ngid', 0),
    plain('Pid', task.pid),
    plain('PPid', group.ppid),
    plain('TracerPid', 0),
    plain('Uid', ids),
    plain('Gid', ids),
    plain('FDSize', FD_SIZE),
    plain('Groups', `${uid} `),
    plain('NStgid', group.tgid),
    plain('NSpid', task.pid),
    plain('NSpgid', group.pgid),
    plain('NSsid', group.sid),
    ...(since(version, NEWER) ? [plain('Kthread', 0)] : []),
    ...(mm ? memoryLines(mm) : []),
    ...(mm && since(version, '4.15') ? [plain('CoreDumping', 0)] : []),
    ...(mm && since(version, NEWER) ? [plain('THP_enabled', 1)] : []),
    ...(mm && since(version, NEWER) ? [plain('untag_mask', '0xffffffffffffffff')] : []),
    plain('Threads', kernel.tasks.threadsOf(group).length),
    plain('SigQ', `${task.pending.length + group.pending.length}/${group.rlimits[RLIMIT_SIGPENDING].soft}`),
    plain('SigPnd', queueText(task.pending)),
    plain('ShdPnd', queueText(group.pending)),
    plain('SigBlk', blocked),
    plain('SigIgn', ignored),
    plain('SigCgt', caught),
    plain('voluntary_ctxt_switches', task.nvcsw),
    plain('nonvoluntary_ctxt_switches', task.nivcsw),
  ]
}

/** @mm task_mem fs/proc/task_mmu.c */
function memoryLines(mm: Mm): readonly StatusLine[] {
  const rss = rssPages(mm)
  const text = textPages(mm)
  return [
    size('VmPeak', Math.max(mm.hiwaterVm, mm.totalVm)),
    size('VmSize', mm.totalVm),
    size('VmLck', mm.lockedVm),
    size('VmPin', 0),
    size('VmHWM', Math.max(mm.hiwaterRss, rss)),
    size('VmRSS', rss),
    size('RssAnon', mm.rss.anon),
    size('RssFile', mm.rss.file),
    size('RssShmem', mm.rss.shmem),
    size('VmData', mm.dataVm),
    size('VmStk', mm.stackVm),
    size('VmExe', text),
    size('VmLib', mm.execVm - text),
    size('VmPTE', mm.pgd.tables),
    size('VmSwap', 0),
    size('HugetlbPages', 0),
  ]
}

/** The program's own text; the rest of what is executable belongs to libraries. */
const codePages = (mm: Mm): number => (pageUp(mm.endCode) - pageDown(mm.startCode)) / (PAGE_KB * 1024)
const textPages = (mm: Mm): number => Math.min(codePages(mm), mm.execVm)

/** "VmRSS:      1348 kB" with a tab behind the colon; "Threads:	1". */
export const statusText = (lines: readonly StatusLine[]): string => lines.map(statusLine).join('')

const statusLine = ({ name, value, unit }: StatusLine): string =>
  unit ? `${name}:\t${String(value).padStart(8)} ${unit}\n` : `${name}:\t${value}\n`

/** In pages: size, resident, shared, text, 0, data and stack, 0. @mm proc_pid_statm fs/proc/array.c */
export function statmText(kernel: Kernel, pid: number): string {
  const mm = kernel.tasks.get(pid)?.mm
  if (!mm) return '0 0 0 0 0 0 0\n'
  const shared = mm.rss.file + mm.rss.shmem
  return `${mm.totalVm} ${rssPages(mm)} ${shared} ${codePages(mm)} 0 ${mm.dataVm + mm.stackVm} 0\n`
}

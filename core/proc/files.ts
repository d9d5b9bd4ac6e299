/** The files of /proc by path. */
import type { Kernel, Task } from '../kernel/index.js'
import { cpuinfoText, machineStatText, uptimeText, versionText, vmstatText } from './machine-files.js'
import { fdEntries, fdTarget } from './fds.js'
import { limitsText } from './limits.js'
import { mapsText } from './maps.js'
import { mappingsOf } from './mappings.js'
import { pagemapText } from './pagemap.js'
import { rollupText, smapsText } from './smaps-text.js'
import { meminfoText } from './meminfo.js'
import { slabinfoText } from './slabinfo.js'
import { statText } from './stat.js'
import { statmText, statusLines, statusText } from './status.js'
import { isAbsent } from './shell/absent.js'
import { buddyinfoText, freeBlocks, pagetypeinfoText, zoneinfoText } from './system.js'
import { wchanOf } from './wchan.js'

/** 'not simulated': a real machine has it. */
export type Why = 'No such file or directory' | 'Is a directory' | 'No such process' | 'not simulated'

export type FileRead = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: Why }

/** What a path leads to. */
export type Node =
  | { readonly kind: 'file'; readonly read: () => string | undefined }
  | { readonly kind: 'dir'; readonly entries: readonly string[] }
  | { readonly kind: 'link'; readonly target: string }

const SYSTEM: Readonly<Record<string, (kernel: Kernel) => string>> = {
  buddyinfo: (kernel) => buddyinfoText(freeBlocks(kernel)),
  cpuinfo: cpuinfoText,
  meminfo: meminfoText,
  pagetypeinfo: pagetypeinfoText,
  slabinfo: slabinfoText,
  stat: machineStatText,
  uptime: uptimeText,
  version: versionText,
  vmstat: vmstatText,
  zoneinfo: zoneinfoText,
}

/** A file of a task; undefined when it cannot be read because the process has no memory any more. */
type TaskFile = (kernel: Kernel, task: Task, alone: boolean) => string | undefined

const TASK: Readonly<Record<string, TaskFile>> = {
  cmdline: (_kernel, { mm, cmdline }) => (mm ? `${cmdline.replaceAll(' ', '\0')}\0` : ''),
  comm: (_kernel, { comm }) => `${comm}\n`,
  limits: (_kernel, { group }) => limitsText(group.rlimits),
  maps: (kernel, { pid }) => mapsText(mappingsOf(kernel, pid)),
  pagemap: pagemapText,
  smaps: (kernel, { pid }) => smapsText(kernel, pid),
  smaps_rollup: (kernel, { pid }) => rollupText(kernel, pid),
  stat: statText,
  statm: (kernel, { pid }) => statmText(kernel, pid),
  status: (kernel, { pid }) => statusText(statusLines(kernel, pid)),
  wchan: wchanOf,
}

const dir = (entries: readonly string[]): Node => ({ kind: 'dir', entries })

/** The shell stands in /. @returns undefined when there is nothing */
export function lookup(kernel: Kernel, path: string): Node | undefined {
  const [root, first, ...rest] = path.split('/').filter((part) => part !== '' && part !== '.')
  if (root === undefined) return dir(['proc'])
  if (root !== 'proc') return undefined
  if (first === undefined)
    return dir([...kernel.tasks.processes.map((task) => String(task.pid)), ...Object.keys(SYSTEM)])
  if (!/^[0-9]+$/.test(first)) {
    const text = Object.hasOwn(SYSTEM, first) && rest.length === 0 ? SYSTEM[first] : undefined
    return text && { kind: 'file', read: () => text(kernel) }
  }
  const task = kernel.tasks.get(Number(first))
  return task && inProcess(kernel, task, rest)
}

function inProcess(kernel: Kernel, task: Task, path: readonly string[]): Node | undefined {
  const [name, ...rest] = path
  if (name === undefined) return dir([...Object.keys(TASK), 'fd', 'task'].sort())
  if (name !== 'task') return inTask(kernel, task, path, false)
  const threads = kernel.tasks.threadsOf(task.group)
  const [tid, ...inside] = rest
  if (tid === undefined) return dir(threads.map((thread) => String(thread.pid)))
  const thread = threads.find((thread) => String(thread.pid) === tid)
  if (!thread) return undefined
  return inside.length === 0 ? dir([...Object.keys(TASK), 'fd'].sort()) : inTask(kernel, thread, inside, true)
}

function inTask(kernel: Kernel, task: Task, [name, ...rest]: readonly string[], alone: boolean): Node | undefined {
  if (name === 'fd') {
    if (rest.length === 0) return dir(fdEntries(kernel, task))
    const target = rest.length === 1 ? fdTarget(kernel, task, rest[0]) : undefined
    return target === undefined ? undefined : { kind: 'link', target }
  }
  const text = Object.hasOwn(TASK, name) && rest.length === 0 ? TASK[name] : undefined
  return text && { kind: 'file', read: () => text(kernel, task, alone) }
}

export const whyMissing = (kernel: Kernel, path: string): Why =>
  isAbsent(path, (pid) => kernel.tasks.get(pid) !== undefined) ? 'not simulated' : 'No such file or directory'

export function readFile(kernel: Kernel, path: string): FileRead {
  const node = lookup(kernel, path)
  if (node?.kind === 'dir') return { ok: false, why: 'Is a directory' }
  if (node?.kind !== 'file') return { ok: false, why: whyMissing(kernel, path) }
  const text = node.read()
  return text === undefined ? { ok: false, why: 'No such process' } : { ok: true, text }
}

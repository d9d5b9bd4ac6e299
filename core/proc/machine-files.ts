/**
 * /proc/stat, uptime, version, cpuinfo and vmstat: what is modelled of the machine as a whole.
 *
 * Left out: interrupts, input and output, load averages; of vmstat everything but what has a mechanism here.
 */
import type { Kernel } from '../kernel/index.js'
import { BOOT_EPOCH } from '../kernel/uapi/index.js'

const SECOND = 1e9
const ticks = (nanoseconds: number): number => Math.floor((nanoseconds * 100) / SECOND)

/** Time all processes spent, those that have ended included; the rest of the machine's life it was idle. */
function processorTime(kernel: Kernel): { readonly user: number; readonly system: number; readonly idle: number } {
  const { tasks, clock } = kernel
  let user = 0
  let system = 0
  for (const task of tasks.all) {
    user += task.spent.user
    system += task.spent.system
  }
  for (const { group } of tasks.processes) {
    user += group.spent.user + group.childSpent.user
    system += group.spent.system + group.childSpent.system
  }
  return { user, system, idle: Math.max(0, clock.now - user - system) }
}

/** @mm uptime_proc_show fs/proc/uptime.c */
export function uptimeText(kernel: Kernel): string {
  const { idle } = processorTime(kernel)
  const text = (nanoseconds: number): string => (Math.floor(nanoseconds / 1e7) / 100).toFixed(2)
  return `${text(kernel.clock.now)} ${text(idle)}\n`
}

/** @mm show_stat fs/proc/stat.c */
export function machineStatText(kernel: Kernel): string {
  const { user, system, idle } = processorTime(kernel)
  const times = `${ticks(user)} 0 ${ticks(system)} ${ticks(idle)} 0 0 0 0 0 0`
  const { all } = kernel.tasks
  const switches = all.reduce((n, task) => n + task.nvcsw + task.nivcsw, 0)
  return [
    `cpu  ${times}`,
    `cpu0 ${times}`,
    `ctxt ${switches}`,
    `btime ${BOOT_EPOCH}`,
    `processes ${all.length}`,
    `procs_running ${all.filter((task) => task.state === 'R').length}`,
    'procs_blocked 0',
    '',
  ].join('\n')
}

/** @mm version_proc_show fs/proc/version.c Left out: who built it, with what. */
export const versionText = ({ profile }: Kernel): string => `Linux version ${profile.kernel} (x86_64) #1 SMP\n`

/** @mm show_cpuinfo arch/x86/kernel/cpu/proc.c Left out: all but what programs on pages ask for. */
export const cpuinfoText = (): string =>
  [
    'processor\t: 0',
    'vendor_id\t: GenuineIntel',
    'cpu family\t: 6',
    'cache_alignment\t: 64',
    'clflush size\t: 64',
    'address sizes\t: 46 bits physical, 48 bits virtual',
    '',
    '',
  ].join('\n')

/** Counters in pages. @mm vmstat_show mm/vmstat.c */
export function vmstatText(kernel: Kernel): string {
  const { buddy, cache, map } = kernel.parts
  const { mms, processes } = kernel.tasks
  const sum = (values: readonly number[]): number => values.reduce((n, value) => n + value, 0)
  const faults = processes.map(({ group }) => group.minFlt + group.majFlt + group.childMinFlt + group.childMajFlt)
  const major = processes.map(({ group }) => group.majFlt + group.childMajFlt)
  let mapped = 0
  for (const { pages } of cache.all) for (const frame of pages.values()) if (map.mapcount[frame] > 0) mapped++
  const lines: readonly (readonly [string, number])[] = [
    ['nr_free_pages', buddy.totalFree],
    ['nr_anon_pages', sum(mms.map((mm) => mm.rss.anon))],
    ['nr_mapped', mapped],
    ['nr_file_pages', cache.cachedPages],
    ['nr_page_table_pages', sum(mms.map((mm) => mm.pgd.tables + 1))],
    ['pgfault', sum(faults)],
    ['pgmajfault', sum(major)],
  ]
  return lines.map(([name, value]) => `${name} ${value}\n`).join('')
}

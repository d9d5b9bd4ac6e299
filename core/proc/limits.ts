/** /proc/PID/limits (fs/proc/base.c). */
import type { Task } from '../kernel/index.js'

/** By number: RLIMIT_CPU is 0. */
const LIMITS: readonly (readonly [name: string, unit: string])[] = [
  ['Max cpu time', 'seconds'],
  ['Max file size', 'bytes'],
  ['Max data size', 'bytes'],
  ['Max stack size', 'bytes'],
  ['Max core file size', 'bytes'],
  ['Max resident set', 'bytes'],
  ['Max processes', 'processes'],
  ['Max open files', 'files'],
  ['Max locked memory', 'bytes'],
  ['Max address space', 'bytes'],
  ['Max file locks', 'locks'],
  ['Max pending signals', 'signals'],
  ['Max msgqueue size', 'bytes'],
  ['Max nice priority', ''],
  ['Max realtime priority', ''],
  ['Max realtime timeout', 'us'],
]

const INFINITY = 2 ** 64
const amount = (limit: number): string => (limit >= INFINITY ? 'unlimited' : String(limit)).padEnd(20)

/** @mm proc_pid_limits fs/proc/base.c */
export function limitsText(rlimits: Task['group']['rlimits']): string {
  const lines = LIMITS.map(([name, unit], i) => {
    const { soft, hard } = rlimits[i]
    return `${name.padEnd(25)} ${amount(soft)} ${amount(hard)} ${unit === '' ? '' : unit.padEnd(10)}\n`
  })
  return `${'Limit'.padEnd(25)} ${'Soft Limit'.padEnd(20)} ${'Hard Limit'.padEnd(20)} ${'Units'.padEnd(10)}\n${lines.join('')}`
}

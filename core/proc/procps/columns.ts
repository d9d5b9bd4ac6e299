/**
 * The columns of ps: name, header, width, side, and how a process fills them (procps ps/output.c). Widths and headers
 * are the same in 3.3.10 and 4.0.2; process ids take 5 digits because pid_max is 32768.
 *
 * Left out: all columns about time of day, scheduling, signals, namespaces, credentials but the user's name.
 */
import type { PsProcess } from './process.js'

export interface Column {
  readonly header: string
  readonly width: number
  readonly side: 'left' | 'right'
  readonly cell: (process: PsProcess) => string
}

const number = (header: string, width: number, value: (p: PsProcess) => number): Column => ({
  header,
  width,
  side: 'right',
  cell: (p) => String(value(p)),
})
const text = (header: string, width: number, value: (p: PsProcess) => string): Column => ({
  header,
  width,
  side: 'left',
  cell: value,
})

const two = (n: number): string => String(n).padStart(2, '0')
/** "00:01:05" */
const longTime = ({ cpuSeconds: s }: PsProcess): string =>
  `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
/** "1:05" */
const shortTime = ({ cpuSeconds: s }: PsProcess): string => `${Math.floor(s / 60)}:${two(s % 60)}`
/** "4.2" */
const perCent = ({ memPerMille: m }: PsProcess): string => `${Math.floor(m / 10)}.${m % 10}`

const PID_WIDTH = 5
const pid = (p: PsProcess): number => p.pid
const comm = (p: PsProcess): string => p.comm
const args = (p: PsProcess): string => p.args
const state = (p: PsProcess): string => p.stat.slice(0, 1)
const mem: Column = { header: '%MEM', width: 4, side: 'right', cell: perCent }

const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['pid', number('PID', PID_WIDTH, pid)],
  ['tgid', number('TGID', PID_WIDTH, pid)],
  ['lwp', number('LWP', PID_WIDTH, pid)],
  ['tid', number('TID', PID_WIDTH, pid)],
  ['spid', number('SPID', PID_WIDTH, pid)],
  ['ppid', number('PPID', PID_WIDTH, (p) => p.ppid)],
  ['nlwp', number('NLWP', 4, () => 1)],
  ['thcount', number('THCNT', 5, () => 1)],
  ['vsz', number('VSZ', 6, (p) => p.vszKb)],
  ['vsize', number('VSZ', 6, (p) => p.vszKb)],
  ['rss', number('RSS', 5, (p) => p.rssKb)],
  ['rssize', number('RSS', 5, (p) => p.rssKb)],
  ['rsz', number('RSZ', 5, (p) => p.rssKb)],
  ['sz', number('SZ', 5, (p) => p.vszKb / 4)],
  ['size', number('SIZE', 5, (p) => p.swappableKb)],
  ['trs', number('TRS', 4, (p) => Math.floor(p.codeBytes / 1024))],
  ['drs', number('DRS', 5, (p) => Math.floor(p.vszKb - p.codeBytes / 1024))],
  // The same for `ps v`, which gives the text more room.
  ['m_trs', number('TRS', 5, (p) => Math.floor(p.codeBytes / 1024))],
  ['%mem', mem],
  ['pmem', mem],
  ['maj_flt', number('MAJFL', 6, (p) => p.majflt)],
  ['majflt', number('MAJFLT', 6, (p) => p.majflt)],
  ['pagein', number('PAGEIN', 6, (p) => p.majflt)],
  ['min_flt', number('MINFL', 6, (p) => p.minflt)],
  ['minflt', number('MINFLT', 6, (p) => p.minflt)],
  ['stat', text('STAT', 4, (p) => p.stat)],
  ['state', text('S', 1, state)],
  ['s', text('S', 1, state)],
  ['user', text('USER', 8, (p) => p.user)],
  ['comm', text('COMMAND', 15, comm)],
  ['ucomm', text('COMMAND', 15, comm)],
  ['ucmd', text('CMD', 15, comm)],
  ['args', text('COMMAND', 27, args)],
  ['command', text('COMMAND', 27, args)],
  ['cmd', text('CMD', 27, args)],
  ['tname', text('TTY', 8, (p) => p.tty)],
  ['tty', text('TT', 8, (p) => p.tty)],
  ['tt', text('TT', 8, (p) => p.tty)],
  ['time', { header: 'TIME', width: 8, side: 'right', cell: longTime }],
  ['cputime', { header: 'TIME', width: 8, side: 'right', cell: longTime }],
  ['bsdtime', { header: 'TIME', width: 6, side: 'right', cell: shortTime }],
] satisfies readonly (readonly [string, Column])[])

export const findColumn = (name: string): Column | undefined => COLUMNS.get(name)

/** Columns that ps has and this machine has nothing to put into: named, so that the message can say so. */
const NOT_MODELLED: ReadonlySet<string> = new Set(
  (
    '%cpu addr blocked c caught cgroup class cls cp egid egroup eip esp etime etimes euid euser f fgid fgroup flag ' +
    'flags fname fuid fuser gid group ignored intpri ipcns label lstart lsession machine mntns netns ni nice numa ' +
    'nwchan opri pcpu pending pgid pgrp pidns policy pri priority psr pss rbytes rgid rgroup rss rtprio ruid ruser ' +
    'sched sess session sgi_p sgid sgroup sid sig sigcatch sigignore sigmask slice stackp start start_time stime ' +
    'suid supgid supgrp suser svgid svuid thcgr tpgid tsid uid uname unit userns uss utsns wbytes wchan'
  ).split(' '),
)

export const isKnownToPs = (name: string): boolean => NOT_MODELLED.has(name)

type Placed = Pick<Column, 'width' | 'side'>

/**
 * Puts cells side by side, one blank between them. A cell too wide for its column shifts what follows, which makes up
 * for it as soon as there is room. Text is cut to its column except in the last one; numbers never are.
 */
export function tableLine(columns: readonly Placed[], cells: readonly string[]): string {
  let line = ''
  let start = 0
  columns.forEach(({ width, side }, i) => {
    const cell = cells[i]
    const wanted = start + (side === 'right' ? Math.max(0, width - cell.length) : 0)
    line = (i === 0 ? line : line + ' ').padEnd(wanted) + cell
    start += width + 1
  })
  return line
}

/** Header, unless every heading is empty, and one line a process. */
export function psTable(columns: readonly Column[], processes: readonly PsProcess[]): string {
  const lines = processes.map((process) => tableLine(columns, columns.map(fill(process, columns.length - 1))))
  if (columns.some((c) => c.header !== ''))
    lines.unshift(
      tableLine(
        columns,
        columns.map((c) => c.header),
      ),
    )
  return lines.map((line) => `${line}\n`).join('')
}

const fill =
  (process: PsProcess, last: number) =>
  ({ cell, side, width }: Column, index: number): string => {
    const value = cell(process)
    return side === 'left' && index !== last ? value.slice(0, width) : value
  }

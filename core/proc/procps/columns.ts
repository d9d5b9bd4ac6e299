/**
 * The columns of ps: name, header, width, side, and how a process fills them (procps ps/output.c). Widths and headers
 * are the same in 3.3.10 and 4.0.2; process ids take 5 digits because pid_max is 32768.
 *
 * Left out: columns about namespaces, sessions of systemd, security labels, and those that ps fills with a dash itself.
 */
import { dateText, longTime, shortTime, startText, stimeText, elapsedText, lstartText } from './ps-times.js'
import { statOf, type PsProcess } from './process.js'

/** How a cell that is too long is cut: names but not at the end of the line, wait channels always, users with a plus. */
export type Kind = 'number' | 'text' | 'name' | 'wchan' | 'user'

export interface Column {
  readonly name: string
  readonly header: string
  readonly width: number
  readonly kind: Kind
  /** Of which line of a process with threads under it (m, -m) it speaks; on others it shows a dash. */
  readonly scope: Scope
  /** `branch` is what a forest draws before names and commands. */
  readonly cell: (process: PsProcess, branch: string) => string
  /** What rows are sorted by. */
  readonly key: (process: PsProcess) => number | string
}

type Scope = 'process' | 'thread' | 'both'
type Value<T> = (p: PsProcess) => T

const column = (
  header: string,
  width: number,
  kind: Kind,
  scope: Scope,
  key: Value<number | string>,
  cell: (p: PsProcess, branch: string) => string = (p) => String(key(p)),
): Omit<Column, 'name'> => ({ header, width, kind, scope, key, cell })

const number = (header: string, width: number, value: Value<number>, scope: Scope = 'process') =>
  column(header, width, 'number', scope, value)
const user = (header: string) => column(header, 8, 'user', 'both', (p) => p.user)
const named = (header: string, width: number, value: Value<string>) =>
  column(header, width, 'name', 'process', value, (p, branch) => branch + value(p))

const pcpu = (p: PsProcess): number => (p.elapsed === 0 ? 0 : Math.floor((p.cpuTicks * 10) / p.elapsed))
/** "4.2", "150" */
const perCent = (perMille: number): string =>
  perMille > 999 ? String(Math.floor(perMille / 10)) : `${Math.floor(perMille / 10)}.${perMille % 10}`

const PID_WIDTH = 5
/** On a wide terminal; 9 on a narrow one. */
const SIGNALS_WIDTH = 16
const tid = (header: string) => number(header, PID_WIDTH, (p) => p.tid, 'thread')
const pidNumber = (header: string, value: Value<number>) => number(header, PID_WIDTH, value)
const idNumber = (header: string) => number(header, 5, (p) => p.uid, 'both')
const signals = (header: string, value: Value<string>, scope: Scope) =>
  column(header, SIGNALS_WIDTH, 'number', scope, value)
const dash = (header: string, width: number, kind: Kind = 'number') => column(header, width, kind, 'both', () => '-')

const comm = (p: PsProcess): string => p.comm
const args = (p: PsProcess): string => p.args
const textKb = (p: PsProcess): number => Math.floor(p.codeBytes / 1024)
const dataKb = (p: PsProcess): number => Math.floor(p.vszKb - p.codeBytes / 1024)
const state = column('S', 1, 'text', 'thread', (p) => p.state)
const flags = column(
  'F',
  1,
  'number',
  'both',
  (p) => p.flags,
  (p) => ((p.flags >> 6) & 7).toString(8),
)
const cpu = column('%CPU', 4, 'number', 'both', pcpu, (p) => perCent(pcpu(p)))
const mem = column(
  '%MEM',
  4,
  'number',
  'process',
  (p) => p.memPerMille,
  (p) => perCent(p.memPerMille).padStart(4),
)
const time = column('TIME', 8, 'number', 'both', (p) => p.cpuTicks, longTime)
const stime = (header: string) => column(header, 5, 'number', 'both', (p) => p.startedAt, stimeText)
const tty = (header: string) => column(header, 8, 'text', 'process', (p) => p.tty)
const wchan = column('WCHAN', 6, 'wchan', 'thread', (p) => p.wchan)
const nice = number('NI', 3, (p) => p.nice, 'thread')
const opri = number('PRI', 3, (p) => 60 + p.priority, 'thread')
const policy = (header: string, kind: Kind) => column(header, 3, kind, 'thread', () => 'TS')
/** Blanks in front are a part of some numbers. */
const padded = (header: string, width: number, value: Value<number>) =>
  column(header, width, 'number', 'both', value, (p) => String(value(p)).padStart(width))
const c = padded('C', 2, (p) => Math.min(99, Math.floor(pcpu(p) / 10)))

const TABLE: Readonly<Record<string, Omit<Column, 'name'>>> = {
  pid: pidNumber('PID', (p) => p.pid),
  tgid: pidNumber('TGID', (p) => p.pid),
  lwp: tid('LWP'),
  tid: tid('TID'),
  spid: tid('SPID'),
  ppid: pidNumber('PPID', (p) => p.ppid),
  pgid: pidNumber('PGID', (p) => p.pgid),
  pgrp: pidNumber('PGRP', (p) => p.pgid),
  sid: pidNumber('SID', (p) => p.sid),
  sess: pidNumber('SESS', (p) => p.sid),
  session: pidNumber('SESS', (p) => p.sid),
  tpgid: pidNumber('TPGID', (p) => p.tpgid),
  nlwp: number('NLWP', 4, (p) => p.threads),
  thcount: number('THCNT', 5, (p) => p.threads),
  vsz: number('VSZ', 6, (p) => p.vszKb),
  vsize: number('VSZ', 6, (p) => p.vszKb),
  rss: number('RSS', 5, (p) => p.rssKb),
  rssize: number('RSS', 5, (p) => p.rssKb),
  rsz: number('RSZ', 5, (p) => p.rssKb),
  pss: number('PSS', 5, (p) => p.shares().pss),
  uss: number('USS', 5, (p) => p.shares().uss),
  sz: number('SZ', 5, (p) => p.vszKb / 4),
  size: number('SIZE', 5, (p) => p.swappableKb),
  trs: number('TRS', 4, textKb),
  drs: number('DRS', 5, dataKb),
  // The same for `ps v`, which gives the text more room.
  m_trs: number('TRS', 5, textKb),
  m_drs: number('DRS', 5, dataKb),
  '%mem': mem,
  pmem: mem,
  '%cpu': cpu,
  pcpu: cpu,
  c,
  util: c,
  cp: padded('CP', 3, (p) => Math.min(999, pcpu(p))),
  maj_flt: number('MAJFL', 6, (p) => p.majflt, 'both'),
  majflt: number('MAJFLT', 6, (p) => p.majflt, 'both'),
  pagein: number('PAGEIN', 6, (p) => p.majflt, 'both'),
  min_flt: number('MINFL', 6, (p) => p.minflt, 'both'),
  minflt: number('MINFLT', 6, (p) => p.minflt, 'both'),
  stat: column('STAT', 4, 'text', 'thread', statOf),
  state,
  s: state,
  f: flags,
  flag: flags,
  flags,
  addr: dash('ADDR', 4),
  addr_1: dash('ADDR', 1, 'text'),
  user: user('USER'),
  uname: user('USER'),
  euser: user('EUSER'),
  ruser: user('RUSER'),
  suser: user('SUSER'),
  fuser: user('FUSER'),
  uid_hack: user('UID'),
  uid: idNumber('UID'),
  euid: idNumber('EUID'),
  ruid: idNumber('RUID'),
  gid: idNumber('GID'),
  egid: idNumber('EGID'),
  rgid: idNumber('RGID'),
  group: user('GROUP'),
  egroup: user('EGROUP'),
  rgroup: user('RGROUP'),
  pri: number('PRI', 3, (p) => 39 - p.priority, 'thread'),
  priority: number('PRI', 3, (p) => p.priority, 'thread'),
  opri,
  intpri: opri,
  ni: nice,
  nice,
  cls: policy('CLS', 'number'),
  class: policy('CLS', 'text'),
  policy: policy('POL', 'text'),
  rtprio: column('RTPRIO', 6, 'number', 'thread', () => '-'),
  psr: number('PSR', 3, (p) => p.processor, 'thread'),
  wchan,
  wname: wchan,
  nwchan: column('WCHAN', 6, 'number', 'thread', () => '-'),
  pending: signals('PENDING', (p) => p.pending, 'both'),
  sig: signals('PENDING', (p) => p.pending, 'both'),
  blocked: signals('BLOCKED', (p) => p.blocked, 'thread'),
  sig_block: signals('BLOCKED', (p) => p.blocked, 'thread'),
  sigmask: signals('BLOCKED', (p) => p.blocked, 'thread'),
  ignored: signals('IGNORED', (p) => p.ignored, 'thread'),
  sig_ignore: signals('IGNORED', (p) => p.ignored, 'thread'),
  sigignore: signals('IGNORED', (p) => p.ignored, 'thread'),
  caught: signals('CAUGHT', (p) => p.caught, 'thread'),
  sigcatch: signals('CAUGHT', (p) => p.caught, 'thread'),
  comm: named('COMMAND', 15, comm),
  ucomm: named('COMMAND', 15, comm),
  ucmd: named('CMD', 15, comm),
  fname: column('COMMAND', 8, 'text', 'process', comm, (p) => p.comm.slice(0, 8)),
  args: named('COMMAND', 27, args),
  command: named('COMMAND', 27, args),
  cmd: named('CMD', 27, args),
  tname: tty('TTY'),
  tty: tty('TT'),
  tt: tty('TT'),
  time,
  cputime: time,
  bsdtime: column('TIME', 6, 'number', 'both', (p) => p.cpuTicks, shortTime),
  etime: column('ELAPSED', 11, 'number', 'both', (p) => p.elapsed, elapsedText),
  etimes: number('ELAPSED', 7, (p) => p.elapsed, 'both'),
  start: column('STARTED', 8, 'number', 'both', (p) => p.startedAt, startText),
  bsdstart: column('START', 6, 'number', 'both', (p) => p.startedAt, dateText),
  stime: stime('STIME'),
  start_time: stime('START'),
  lstart: column('STARTED', 24, 'number', 'both', (p) => p.startedAt, lstartText),
}

const COLUMNS: ReadonlyMap<string, Column> = new Map(
  Object.entries(TABLE).map(([name, rest]) => [name, { name, ...rest }]),
)

export const columnNames = (): readonly string[] => [...COLUMNS.keys()].sort()
export const findColumn = (name: string): Column | undefined => COLUMNS.get(name)

/** Columns that ps has and this machine has nothing to put into: named, so that the message can say so. */
const NOT_MODELLED: ReadonlySet<string> = new Set(
  (
    'cgname cgroup cgroupns context cuc cuu dsiz eip esp exe fgid fgroup fsgid fsgroup fsuid fsuser fuid ipcns label ' +
    'lastcpu lsession luid lxc m_size machine mntns netns numa oom oomadj ouid pidns rbytes rops sched seat sgi_p ' +
    'sgi_rss sgid sgroup slice stackp suid supgid supgrp svgid svgroup svuid svuser thcgr timens times cputimes trss ' +
    'tsig tsiz unit userns utsns uunit wbytes wops'
  ).split(' '),
)

export const isKnownToPs = (name: string): boolean => NOT_MODELLED.has(name)

/** What the real ps read of real processes, given to this one: it must print what the real ps printed. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { PsProcess } from './process.js'
import { runPs, type PsSource } from './ps.js'

interface TaskFiles {
  readonly stat: string
  readonly status: string
  readonly cmdline: string
  readonly wchan: string
}

interface Capture {
  readonly stat: string
  readonly meminfo: string
  readonly processes: Readonly<Record<string, TaskFiles & { readonly tasks: Readonly<Record<string, TaskFiles>> }>>
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly self: number
        readonly uptime: string
        readonly out: string
        readonly err: string
        readonly status: number
      }
    >
  >
}

const capture = JSON.parse(readFileSync(new URL('../../golden/formats/ps/ps.json', import.meta.url), 'utf8')) as Capture

const bootedAt = Number(/^btime (\d+)$/m.exec(capture.stat)![1])
const totalKb = Number(/\d+/.exec(capture.meminfo)![0])

/** A process as its files tell of it. */
function processOf(files: TaskFiles, tgid: number, leader: TaskFiles, uptime: number): PsProcess {
  const [, name, rest] = /\((.*)\) (.*)/s.exec(files.stat)!
  const f = ['', name, ...rest.trim().split(' ')]
  const n = (field: number): number => Number(f[field - 1])
  const line = (key: string): string => new RegExp(`^${key}:\\s+(.*)$`, 'm').exec(files.status)?.[1] ?? '0'
  const kb = (key: string): number => parseInt(line(key))
  const state = f[2]
  const args = leader.cmdline.split('\0').filter(Boolean).join(' ')
  const cpuTicks = n(14) + n(15)
  const startedAt = bootedAt + Math.floor(n(22) / 100)
  return {
    pid: tgid,
    tid: parseInt(files.stat),
    ppid: n(4),
    pgid: n(5),
    sid: n(6),
    tpgid: n(8),
    uid: 0,
    user: 'root',
    comm: name,
    args: state === 'Z' ? `[${name}] <defunct>` : args,
    state,
    flags: n(9),
    tty: n(7) === 0 ? '?' : `pts/${n(7) & 0xff}`,
    wchan: files.wchan.replace(/^_+/, '').replace(/^0?$/, '-'),
    priority: n(18),
    nice: n(19),
    processor: n(39),
    threads: n(20),
    cpuTicks,
    cpuSeconds: Math.floor(cpuTicks / 100),
    startedAt,
    elapsed: Math.floor(uptime - n(22) / 100),
    now: Math.floor(bootedAt + uptime),
    majflt: n(12),
    minflt: n(10),
    vszKb: n(23) / 1024,
    rssKb: kb('VmRSS'),
    lockedKb: kb('VmLck'),
    swappableKb: kb('VmData') + kb('VmStk'),
    codeBytes: n(27) - n(26),
    memPerMille: Math.floor((kb('VmRSS') * 1000) / totalKb),
    shares: () => ({ pss: 0, uss: 0 }),
    pending: line('ShdPnd'),
    blocked: line('SigBlk'),
    ignored: line('SigIgn'),
    caught: line('SigCgt'),
  }
}

function sourceAt(uptime: number): PsSource {
  const processes = Object.entries(capture.processes).map(([pid, files]) =>
    processOf(files, Number(pid), files, uptime),
  )
  // The script that captured: it was there, but changed from one command to the next.
  const script: PsProcess = {
    ...processes[0],
    pid: SCRIPT,
    ppid: 0,
    tid: SCRIPT,
    tty: '?',
    sid: 0,
    startedAt: bootedAt,
  }
  return {
    processes: [script, ...processes],
    threadsOf: (pid) => {
      const files = capture.processes[pid]
      return files ? Object.values(files.tasks).map((task) => processOf(task, pid, files, uptime)) : [script]
    },
    viewer: { uid: 0, tty: '?' },
    names: { uidOf: (name) => (name === 'root' ? 0 : undefined), ttys: ['pts/0'] },
    version: '4.0.2',
  }
}

const SCRIPT = 1

/** Lines but for those of the script and of ps itself. */
function linesOfTasks(text: string, self: number): string {
  const lines = text.split('\n')
  const heading = /(?:^|\s)PID(?=\s|$)/.exec(lines[0])
  const end = heading ? heading.index + heading[0].length : undefined
  let dropped = false
  return lines
    .filter((line) => {
      const pid = end === undefined ? /^\s*(\S*)/.exec(line)![1] : line.slice(0, end).trim().split(/\s+/).at(-1)
      if (pid !== '-') dropped = pid === String(SCRIPT) || pid === String(self)
      return !dropped
    })
    .join('\n')
}

/** What needs memory to be walked or tells of ps alone is tested elsewhere. */
const APART = /uss|^ps L$/

describe('ps 4.0.2', () => {
  const commands = Object.keys(capture.outputs).filter((command) => !APART.test(command))
  it.each(commands)('%s', (command) => {
    const { self, uptime, out, err, status } = capture.outputs[command]
    const result = runPs(sourceAt(Number(uptime)), command.split(' ').slice(1))
    expect(linesOfTasks(result.out, self)).toBe(linesOfTasks(out, self))
    expect(result.err).toBe(err)
    expect(result.status).toBe(status)
  })
})

/** Captured text of real tools, taken apart into facts and printed again: it must come out byte for byte. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { debian12 } from '../profiles/index.js'
import { mapsLine } from './maps.js'
import { findColumn, type Column } from './procps/columns.js'
import { runFree } from './procps/free.js'
import { ExtendedMaps, type SmapsRecord } from './procps/pmap-extended.js'
import { pmapBody, pmapDevice, pmapMode, pmapNames, pmapTitle, type PmapLine } from './procps/pmap-lines.js'
import { parsePs } from './procps/ps-options.js'
import { psTable } from './procps/ps-table.js'
import type { PsProcess } from './procps/process.js'
import { limitsText } from './limits.js'
import { blockFormat, smapsBlock } from './smaps-text.js'
import type { SmapsField, SmapsValues } from './smaps.js'
import { statusText, type StatusLine } from './status.js'
import { buddyinfoText } from './system.js'
import { VMFLAG_BITS, vmFlagLetters } from './vmflags.js'

const golden = (name: string): string => readFileSync(new URL(`../golden/formats/${name}.txt`, import.meta.url), 'utf8')

interface Captured {
  readonly start: string
  readonly end: string
  readonly perms: string
  readonly offset: string
  readonly device: string
  readonly inode: number
  readonly name: string
  readonly flags: number
  readonly values: SmapsValues
}

const HEAD = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) (\S+) (\d+) *(.*)$/

/** The blocks of a captured smaps. */
const blocksOf = (name: string): readonly Captured[] =>
  golden(name)
    .split(/\n(?=[0-9a-f]+-)/)
    .map((block) => {
      const [head, ...lines] = block.split('\n')
      const [, start, end, perms, offset, device, inode, name] = HEAD.exec(head)!
      const fields = lines.filter(Boolean).map((line) => line.split(/:\s*/) as [string, string])
      const values = Object.fromEntries(fields.map(([key, text]) => [key, parseInt(text)]))
      const letters = Object.fromEntries(fields).VmFlags.trim().split(' ')
      const flags = letters.reduce((bits, pair) => bits | VMFLAG_BITS.get(pair)!, 0)
      return {
        start,
        end,
        perms,
        offset,
        device,
        inode: Number(inode),
        name,
        flags,
        values: values as Record<SmapsField, number>,
      }
    })

const captured = blocksOf('proc-pid-smaps')

describe('/proc of Linux 6.18', () => {
  it('prints maps with names in column 73', () => {
    expect(captured.map((m) => mapsLine(m) + '\n').join('')).toBe(golden('proc-pid-maps'))
  })

  it('prints smaps with its 23 fields and the flags in the order of their bits', () => {
    const text = captured
      .map((m) => smapsBlock(blockFormat(debian12), { ...m, sizeKb: m.values.Size }, m.values))
      .join('')
    expect(text).toBe(golden('proc-pid-smaps'))
  })

  it('prints status with tabs and eight columns for sizes', () => {
    const ours =
      /^(Name|State|Tgid|Ngid|Pid|PPid|TracerPid|Kthread|Vm.*|Rss.*|HugetlbPages|CoreDumping|THP_.*|Threads)$/
    const lines = golden('proc-pid-status').split('\n')
    const modelled = lines.filter((line) => ours.test(line.split(':')[0]))
    const facts = modelled.map((line): StatusLine => {
      const [, name, value, unit] = /^(\w+):\t *(.*?)(?: (kB))?$/.exec(line)!
      return { name, value, unit: unit === 'kB' ? 'kB' : '' }
    })
    expect(statusText(facts)).toBe(modelled.map((line) => `${line}\n`).join(''))
  })

  it('prints limits', () => {
    const limits = golden('proc-pid-limits')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [soft, hard] = line.slice(26).trim().split(/ +/)
        const read = (text: string): number => (text === 'unlimited' ? 2 ** 64 : Number(text))
        return { soft: read(soft), hard: read(hard) }
      })
    expect(limitsText(limits)).toBe(golden('proc-pid-limits'))
  })

  it('prints buddyinfo', () => {
    const zones = golden('proc-buddyinfo')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, node, zone, counts] = /^Node (\d+), zone +(\w+) (.*)$/.exec(line)!
        return { node: Number(node), zone, free: counts.trim().split(/ +/).map(Number) }
      })
    expect(buddyinfoText(zones)).toBe(golden('proc-buddyinfo'))
  })
})

describe('pmap 4.0.2', () => {
  const lines = captured.map(({ start, perms, name, offset, device, values }): PmapLine => {
    return {
      address: start.padStart(16, '0'),
      kbytes: values.Size,
      rss: values.Rss,
      dirty: values.Shared_Dirty + values.Private_Dirty,
      mode: pmapMode(perms),
      ...pmapNames(name, name === '[stack]'),
      offset: offset.padStart(16, '0'),
      device: pmapDevice(device),
    }
  })
  const layout = { format: 'plain', quiet: false, showPath: false } as const

  it.each([
    ['pmap', layout],
    ['pmap-p', { ...layout, showPath: true }],
    ['pmap-q', { ...layout, quiet: true }],
    ['pmap-x', { ...layout, format: 'extended' }],
    ['pmap-xq', { ...layout, format: 'extended', quiet: true }],
    ['pmap-d', { ...layout, format: 'device' }],
  ] as const)('%s is what smaps says in its own columns', (name, asked) => {
    expect(pmapTitle(20700, './demo') + pmapBody(lines, asked)).toBe(golden(name))
  })

  const records = blocksOf('extended/smaps').map(
    ({ start, perms, offset, device, inode, name, flags, values }): SmapsRecord => {
      const fields = Object.entries(values).filter(([key]) => key !== 'VmFlags')
      return { start, perms, offset, device, inode, name, fields, vmFlags: vmFlagLetters(flags).join(' ') }
    },
  )

  it.each(['X', 'XX', 'Xq', 'XXq', 'Xp'])('-%s is all of smaps, as wide as it has to be', (letters) => {
    const has = (letter: string): boolean => letters.includes(letter)
    const maps = new ExtendedMaps({ everything: has('XX'), quiet: has('q'), showPath: has('p') })
    const [, body] = /^.*\n([^]*)$/.exec(golden(`extended/pmap-${letters}`))!
    expect(maps.text(records)).toBe(body)
  })

  it('-X adds up over all processes it is asked for', () => {
    const maps = new ExtendedMaps({ everything: false, quiet: false, showPath: false })
    maps.text(records)
    const size = records.reduce((sum, { fields }) => sum + fields[0][1], 0)
    expect(maps.text(records).split('\n').at(-2)).toContain(` ${2 * size} `)
  })
})

describe('free 4.0.2', () => {
  const commands = golden('free').trimEnd().split(/^\$ /m).filter(Boolean)
  it.each(commands.map((command) => command.split(/\n/, 1).concat(command)))('%s', (line, all) => {
    const { out, status } = runFree(golden('proc-meminfo'), '4.0.2', line.trim().split(' ').slice(1))
    expect(`${line}\n${out}`.trimEnd()).toBe(all.trimEnd())
    expect(status).toBe(0)
  })

  // Written by hand after free.c of 3.3.10: narrower labels, used is what is neither free nor cache.
  it('of 3.3.10 counts the cache and the slab out of what is used', () => {
    expect(runFree(golden('proc-meminfo'), '3.3.10', ['-m']).out).toBe(
      '              total        used        free      shared  buff/cache   available\n' +
        'Mem:          24105         190       22769           8        1145       23587\n' +
        'Swap:             0           0           0\n',
    )
  })
})

describe('ps 4.0.2', () => {
  const demo: PsProcess = {
    pid: 20700,
    tid: 20700,
    ppid: 20657,
    pgid: 20700,
    sid: 20700,
    tpgid: 20700,
    uid: 0,
    user: 'root',
    comm: 'demo',
    args: './demo',
    state: 'S',
    flags: 0,
    tty: 'pts/0',
    wchan: 'wait_woken',
    priority: 20,
    nice: 0,
    processor: 1,
    threads: 1,
    cpuSeconds: 0,
    cpuTicks: 0,
    startedAt: Date.UTC(2026, 10, 22, 22, 24, 10) / 1000,
    elapsed: 0,
    now: Date.UTC(2026, 10, 22, 22, 24, 11) / 1000,
    majflt: 0,
    minflt: 459,
    vszKb: 3648,
    rssKb: 1348,
    lockedKb: 16,
    swappableKb: 1476,
    codeBytes: 845,
    memPerMille: 0,
    shares: () => ({ pss: 287, uss: 0 }),
    pending: '',
    blocked: '',
    ignored: '',
    caught: '',
  }
  const names = { uidOf: () => 0, ttys: [] }
  const columnsOf = (options: string): readonly Column[] => parsePs(options.split(' '), names).columns
  const row = (process: PsProcess) => [{ process, branch: '', part: 'all' as const }]

  it.each([
    ['ps-faults', '-o maj_flt -o min_flt'],
    ['ps-faults-noheader', '-o maj_flt= -o min_flt='],
    ['ps-mem', '-o pid,ppid,vsz,rss,min_flt,maj_flt,stat,cmd'],
    ['ps-sizes', '-o pid,sz,size,vsz,rss,trs,drs,pmem,comm'],
    ['ps-v', 'v'],
    ['ps-l', 'l'],
    ['ps-ly', '-ly'],
    ['ps-u', 'u'],
    ['ps-aux', 'aux'],
  ])('%s: ps %s', (name, options) => {
    expect(psTable(columnsOf(options), row(demo))).toBe(golden(name))
  })

  it('prints the header alone when there is nobody', () => {
    expect(psTable(columnsOf('-o maj_flt -o min_flt'), []) + 'exit status 1\n').toBe(golden('ps-nobody'))
  })

  // Checked against the tool: ps -o pid:10,vsz:2,comm:4,comm:30,pid
  it('makes up for a cell that was too wide as soon as there is room', () => {
    const process = { ...demo, pid: 1, vszKb: 51296, comm: 'process_api' }
    expect(psTable(columnsOf('-o pid:10,vsz:2,comm:4,comm:30,pid'), row(process))).toBe(
      '       PID VSZ COMMAND COMMAND                      PID\n' +
        '         1 51296 proc process_api                     1\n',
    )
  })

  it('gives a column the width of a longer heading of one’s own', () => {
    expect(psTable(columnsOf('-o vsz=LONGHEADER'), row(demo))).toBe('LONGHEADER\n      3648\n')
  })

  it('cuts text to its column, but not at the end of the line', () => {
    const [pid, comm] = ['pid', 'comm'].map((name) => findColumn(name)!) as [Column, Column]
    const long = { ...demo, comm: 'a-name-of-19-chars-' }
    expect(psTable([comm, pid], row(long))).toContain('a-name-of-19-ch 20700')
    expect(psTable([pid, comm], row(long))).toContain('20700 a-name-of-19-chars-\n')
  })
})

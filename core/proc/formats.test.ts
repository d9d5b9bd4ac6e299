/** Captured text of real tools, taken apart into facts and printed again: it must come out byte for byte. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { debian12 } from '../profiles/index.js'
import { mapsLine } from './maps.js'
import { findColumn, psTable, type Column } from './procps/columns.js'
import { pmapBody, pmapDevice, pmapMode, pmapNames, pmapTitle, type PmapLine } from './procps/pmap-lines.js'
import { parsePs } from './procps/ps-options.js'
import type { PsProcess } from './procps/process.js'
import { blockFormat, smapsBlock } from './smaps-text.js'
import type { SmapsField, SmapsValues } from './smaps.js'
import { statusText, type StatusLine } from './status.js'
import { buddyinfoText } from './system.js'
import { VMFLAG_BITS } from './vmflags.js'

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
const captured: readonly Captured[] = golden('proc-pid-smaps')
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
})

describe('ps 4.0.2', () => {
  const demo: PsProcess = {
    pid: 20700,
    ppid: 20657,
    user: 'root',
    comm: 'demo',
    args: './demo',
    stat: 'SLs+',
    tty: 'pts/0',
    cpuSeconds: 0,
    majflt: 0,
    minflt: 459,
    vszKb: 3648,
    rssKb: 1348,
    swappableKb: 1476,
    codeBytes: 845,
    memPerMille: 0,
  }

  it.each([
    ['ps-faults', '-o maj_flt -o min_flt'],
    ['ps-faults-noheader', '-o maj_flt= -o min_flt='],
    ['ps-mem', '-o pid,ppid,vsz,rss,min_flt,maj_flt,stat,cmd'],
    ['ps-sizes', '-o pid,sz,size,vsz,rss,trs,drs,pmem,comm'],
    ['ps-v', 'v'],
  ])('%s: ps %s', (name, options) => {
    expect(psTable(parsePs([...options.split(' '), '-p', '20700']).columns, [demo])).toBe(golden(name))
  })

  it('prints the header alone when there is nobody', () => {
    const { columns } = parsePs(['-o', 'maj_flt', '-o', 'min_flt'])
    expect(psTable(columns, []) + 'exit status 1\n').toBe(golden('ps-nobody'))
  })

  // Checked against the tool: ps -o pid:10,vsz:2,comm:4,comm:30,pid
  it('makes up for a cell that was too wide as soon as there is room', () => {
    const process = { ...demo, pid: 1, vszKb: 51296, comm: 'process_api' }
    const columns = parsePs(['-o', 'pid:10,vsz:2,comm:4,comm:30,pid']).columns
    expect(psTable(columns, [process])).toBe(
      '       PID VSZ COMMAND COMMAND                      PID\n' +
        '         1 51296 proc process_api                     1\n',
    )
  })

  it('gives a column the width of a longer heading of one’s own', () => {
    const [vsz] = parsePs(['-o', 'vsz=LONGHEADER']).columns
    expect(psTable([vsz], [demo])).toBe('LONGHEADER\n      3648\n')
  })

  it('cuts text to its column, but not at the end of the line', () => {
    const [pid, comm] = ['pid', 'comm'].map((name) => findColumn(name)!) as [Column, Column]
    const long = { ...demo, comm: 'a-name-of-19-chars-' }
    expect(psTable([comm, pid], [long])).toContain('a-name-of-19-ch 20700')
    expect(psTable([pid, comm], [long])).toContain('20700 a-name-of-19-chars-\n')
  })
})

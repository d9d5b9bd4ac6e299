import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PAGE_KB } from '../base/index.js'
import { PROT_READ, PROT_WRITE } from '../kernel/uapi/index.js'
import { ZONES, type ZoneIndex } from '../mm/phys/index.js'
import { debian12, ubuntu1604, type Profile } from '../profiles/index.js'
import { TestMachine } from '../testing/machine.js'
import { readFile } from './files.js'
import { memoryFacts } from './meminfo.js'
import { runFree } from './procps/free.js'
import { runReadout } from './shell.js'

const captured = (name: string): string =>
  readFileSync(new URL(`../golden/formats/${name}.txt`, import.meta.url), 'utf8')

function text(machine: TestMachine, name: string): string {
  const read = readFile(machine.kernel, `/proc/${name}`)
  return read.ok ? read.text : read.why
}

/** A text with its numbers blanked out, so that only words and columns are left. */
const shape = (s: string): string => s.replace(/ *\d+/g, ' 0')

/** A machine with huge, small, shared and file pages in use. */
function busy(profile: Profile = debian12): TestMachine {
  const m = new TestMachine(profile)
  const at = m.map(1300, PROT_READ | PROT_WRITE)
  m.user.fill(at, 1, 1000 * 4096)
  return m
}

describe('/proc/meminfo', () => {
  it('has the captured lines in order, but for DirectMap', () => {
    const real = captured('proc-meminfo').replace(/DirectMap.*\n/g, '')
    expect(shape(text(busy(), 'meminfo'))).toBe(shape(real))
    const widths = (s: string): readonly number[] => s.split('\n').map((line) => (/\d{9}/.test(line) ? 0 : line.length))
    expect(widths(text(busy(), 'meminfo'))).toEqual(widths(real))
  })

  it.each([debian12, ubuntu1604])('adds up to the page on $id', (profile) => {
    const m = busy(profile)
    const { buddy, vdsoPages, mm } = m.kernel.parts
    const kb = new Map(memoryFacts(m.kernel).map(({ name, value }) => [name, value]))
    const parts = ['MemFree', 'AnonPages', 'Cached', 'Slab', 'PageTables'].map((name) => kb.get(name) ?? 0)
    const kernelPages = 1 + vdsoPages.length + (mm.hugeZero.frame < 0 ? 0 : 512)
    const sum = parts.reduce((n, part) => n + part, 0) + (buddy.totalPcp + kernelPages) * PAGE_KB
    expect(sum).toBe(kb.get('MemTotal'))
    expect(kb.get('Slab')).toBe((kb.get('SReclaimable') ?? 0) + (kb.get('SUnreclaim') ?? 0))
    expect(kb.get('MemAvailable')).toBeLessThan(kb.get('MemTotal') ?? 0)
  })
})

describe('free', () => {
  it.each([
    ['free-k', ['-k']],
    ['free-kt', ['-k', '-t']],
    ['free-kw', ['-k', '-w']],
    ['free-h', ['-h']],
  ])('prints of the captured meminfo what %s has', (name, options) => {
    expect(runFree(captured('proc-meminfo'), '4.0.2', options).out).toBe(captured(name))
  })

  it('is a command of the shell', () => {
    const m = busy()
    expect(runReadout(m.kernel, 'free -h -t', m.task.pid)).toMatchObject({ status: 0 })
    expect(runReadout(m.kernel, 'free -y', m.task.pid).status).toBe(1)
  })
})

describe('/proc/pagetypeinfo', () => {
  it('has the captured lines of each zone', () => {
    const lines = text(busy(), 'pagetypeinfo').split('\n')
    const real = captured('proc-pagetypeinfo')
      .split('\n')
      .filter((line) => !/zone +Normal/.test(line))
    const blocks = real.findIndex((line) => line.startsWith('Number'))
    expect(lines.slice(0, 4)).toEqual(real.slice(0, 4))
    expect(lines.slice(4, blocks).map(shape)).toEqual(real.slice(4, blocks).map(shape))
    expect(lines[blocks]).toBe(real[blocks])
    expect(lines.slice(blocks + 1).map((line) => line.length)).toEqual(
      real.slice(blocks + 1).map((line) => line.length),
    )
  })

  it('says the same as buddyinfo, type by type', () => {
    const m = busy()
    const { buddy } = m.kernel.parts
    const pages = [...text(m, 'pagetypeinfo').matchAll(/zone +(\w+), type +\w+ +([\d ]+)\n/g)]
    const sums = new Map<string, number>()
    for (const [, zone, counts] of pages) {
      const free = counts
        .trim()
        .split(/ +/)
        .reduce((n, count, order) => n + Number(count) * 2 ** order, 0)
      sums.set(zone, (sums.get(zone) ?? 0) + free)
    }
    for (const [zone, free] of sums) expect(buddy.nrFree[['DMA', 'DMA32', 'Normal'].indexOf(zone)]).toBe(free)
  })
})

describe('/proc/zoneinfo', () => {
  it('has lines of the captured file only', () => {
    const real = new Set(
      readFileSync(new URL('../golden/slab/zoneinfo.txt', import.meta.url), 'utf8')
        .split('\n')
        .map(shape),
    )
    for (const line of text(busy(), 'zoneinfo').split('\n')) expect(real).toContain(shape(line))
  })

  it('says of each zone what the allocator keeps', () => {
    const m = busy()
    const { buddy } = m.kernel.parts
    const counts = [...text(m, 'zoneinfo').matchAll(/count: +(\d+)/g)].map(([, n]) => Number(n))
    const zones = Array.from({ length: ZONES }, (_, zone) => zone as ZoneIndex).filter(
      (zone) => buddy.present[zone] > 0,
    )
    expect(counts).toEqual(zones.flatMap((zone) => [buddy.pcp.count(zone), 0]))
  })
})

it('slabtop -o lists every cache, those with most objects first', () => {
  const m = busy()
  const { text: out, status } = runReadout(m.kernel, 'slabtop -o', m.task.pid)
  const rows = out.split('\n').slice(7, -1)
  expect(status).toBe(0)
  expect(rows).toHaveLength(m.kernel.parts.mm.objects.slab.caches.length)
  const objects = rows.map((row) => Number(row.slice(0, 6)))
  expect([...objects].sort((a, b) => b - a)).toEqual(objects)
})

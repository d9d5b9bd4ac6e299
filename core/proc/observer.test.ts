import { describe, expect, it } from 'vitest'
import { PAGE_SIZE } from '../base/index.js'
import { PG_ANON_EXCLUSIVE } from '../mm/phys/index.js'
import { VM_LOCKED, vmaAt } from '../mm/vma/index.js'
import { debian12, ubuntu1604 } from '../profiles/index.js'
import { TestMachine } from '../testing/machine.js'
import { processesJson, processJson } from './checkpoint.js'
import { mappingsOf } from './mappings.js'
import { buddyRows, counters, pmapRows, psRows, smapsRows, statusRows } from './rows.js'
import { SMAPS_FIELDS } from './smaps.js'

const field = (machine: TestMachine, address: number, name: string): number | string | undefined =>
  smapsRows(machine.kernel, machine.task.pid, address.toString(16)).find((row) => row.name === name)?.value

describe('smaps', () => {
  it('counts nothing for pages of zeros, and everything of a written page', () => {
    const machine = new TestMachine(ubuntu1604, { seed: ubuntu1604.defaultSeed })
    const at = machine.map(4)
    for (let page = 0; page < 4; page++) machine.user.readU8(at + page * PAGE_SIZE)
    expect(['Rss', 'Pss', 'Referenced'].map((name) => field(machine, at, name))).toEqual([0, 0, 0])
    for (let page = 0; page < 3; page++) machine.user.writeU8(at + page * PAGE_SIZE, 1)
    expect(
      ['Rss', 'Pss', 'Private_Dirty', 'Private_Clean', 'Referenced', 'Anonymous'].map((name) =>
        field(machine, at, name),
      ),
    ).toEqual([12, 12, 12, 0, 12, 12])
  })

  it('divides a page among those who map it, in 1/4096 bytes', () => {
    const machine = new TestMachine()
    const at = machine.map(64)
    for (let page = 0; page < 64; page++) machine.user.writeU8(at + page * PAGE_SIZE, 1)
    const { map } = machine.kernel.parts
    for (let page = 0; page < 3; page++) {
      map.mapcount[machine.frame(at + page * PAGE_SIZE)] = 3
      map.flags[machine.frame(at + page * PAGE_SIZE)] &= ~PG_ANON_EXCLUSIVE
    }
    const start = vmaAt(machine.mm, at)!.start
    const shared = field(machine, start, 'Shared_Dirty') as number
    expect(shared).toBe(12)
    // Three thirds of 4 kB are a hair less than 4 kB, and kB are rounded down.
    expect(field(machine, start, 'Pss')).toBe((field(machine, start, 'Rss') as number) - 9)
  })

  it('counts locked memory by its share, and prints lo', () => {
    const machine = new TestMachine(ubuntu1604, { seed: ubuntu1604.defaultSeed })
    const at = machine.map(2)
    machine.user.writeU8(at, 1)
    const vma = vmaAt(machine.mm, at)!
    machine.mm.vmas.replace(vma, { ...vma, flags: vma.flags | VM_LOCKED })
    expect(field(machine, at, 'Locked')).toBe(4)
    expect(field(machine, at, 'VmFlags')).toBe('rd wr mr mw me lo ac sd')
  })

  it('has the fields of the machine’s own kernel', () => {
    const names = (machine: TestMachine): readonly string[] =>
      smapsRows(machine.kernel, machine.task.pid, mappingsOf(machine.kernel, machine.task.pid)[0].start).map(
        (r) => r.name,
      )
    expect(names(new TestMachine(ubuntu1604, { seed: ubuntu1604.defaultSeed })).slice(-3)).toEqual([
      'Locked',
      'ProtectionKey',
      'VmFlags',
    ])
    expect(names(new TestMachine(debian12))).toEqual([...SMAPS_FIELDS, 'VmFlags'])
  })
})

describe('pmap', () => {
  it('knows what each mapping is', () => {
    const machine = new TestMachine()
    machine.sys.brk(machine.mm.startBrk + PAGE_SIZE)
    const kinds = pmapRows(machine.kernel, machine.task.pid).rows.map((row) => row.kind)
    expect(kinds.filter((kind, i) => kind !== kinds[i - 1])).toEqual([
      'exe',
      'heap',
      'anon',
      'library',
      'anon',
      'vvar',
      'vdso',
      'library',
      'stack',
      'vsyscall',
    ])
  })

  it('adds up to VmSize and the vsyscall page, VmRSS, and the dirty pages of the page tables', () => {
    const machine = new TestMachine()
    machine.user.writeU8(machine.map(4), 1)
    const { totals } = pmapRows(machine.kernel, machine.task.pid)
    const { vszKb, rssKb, dirtyKb } = counters(machine.kernel, machine.task.pid)
    expect(totals).toEqual([vszKb + 4, rssKb, dirtyKb])
  })
})

describe('an observer', () => {
  it('changes nothing', () => {
    const machine = new TestMachine()
    machine.user.writeU8(machine.map(4), 1)
    const { kernel, task } = machine
    const before = kernel.registry.hash()
    processJson(kernel, task.pid)
    pmapRows(kernel, task.pid)
    for (const { start } of mappingsOf(kernel, task.pid)) smapsRows(kernel, task.pid, start)
    psRows(kernel)
    buddyRows(kernel)
    statusRows(kernel, task.pid)
    expect(kernel.registry.hash()).toBe(before)
  })

  it('finds a process that has ended without memory, and none that never was', () => {
    const machine = new TestMachine()
    const { kernel, task } = machine
    kernel.exit(task, 0, 0)
    expect(psRows(kernel)).toEqual([
      { pid: task.pid, majflt: 0, minflt: task.group.minFlt, vsz: 0, rss: 0, stat: 'Z+', command: '[prog] <defunct>' },
    ])
    expect(pmapRows(kernel, task.pid)).toEqual({ rows: [], totals: [0, 0, 0] })
    expect(processesJson(kernel)).toEqual([])
    expect(processJson(kernel, 1)).toBeUndefined()
    expect(statusRows(kernel, task.pid).map((row) => row.name)).toEqual(['Threads'])
    expect(counters(kernel, 1).rssKb).toBe(0)
  })
})

describe('the JSON of a checkpoint', () => {
  it('has all 24 fields on every machine, and names that do not depend on it', () => {
    const machine = new TestMachine(ubuntu1604, { seed: ubuntu1604.defaultSeed })
    const { maps, vsz_kb, rss_kb } = processJson(machine.kernel, machine.task.pid)!
    expect(maps.every(({ smaps }) => Object.keys(smaps).length === 24)).toBe(true)
    expect([...new Set(maps.map(({ name }) => name))]).toEqual([
      '[exe]',
      'libc-2.23.so',
      '[anon]',
      'ld-2.23.so',
      '[stack]',
      '[vvar]',
      '[vdso]',
      '[vsyscall]',
    ])
    expect(maps.reduce((n, { size_kb }) => n + size_kb, 0)).toBe(vsz_kb + 4)
    expect(maps.reduce((n, { smaps }) => n + smaps.Rss, 0)).toBe(rss_kb)
  })
})

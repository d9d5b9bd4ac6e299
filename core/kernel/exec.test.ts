import { describe, expect, it } from 'vitest'
import { hex, PAGE_KB, PAGE_SIZE } from '../base/index.js'
import atMain from '../golden/baseline/at-main.json'
import { PG_ANON } from '../mm/phys/index.js'
import { rssPages, VM_EXEC, VM_READ, VM_SHARED, VM_WRITE, type Vma } from '../mm/vma/index.js'
import { debian12, profiles, ubuntu1604 } from '../profiles/index.js'
import { assertInvariants, leaks } from '../testing/invariants.js'
import { TestMachine } from '../testing/machine.js'
import { touchAll } from './index.js'

interface Row {
  readonly start: string
  readonly end: string
  readonly perms: string
  readonly offset: string
  readonly file_pages: string
  readonly anon_pages: string
}

const permsOf = (flags: number): string =>
  (flags & VM_READ ? 'r' : '-') +
  (flags & VM_WRITE ? 'w' : '-') +
  (flags & VM_EXEC ? 'x' : '-') +
  (flags & VM_SHARED ? 's' : 'p')

/** 0,1,2,5 -> '0-2,5' */
function ranges(pages: readonly number[]): string {
  const runs: [number, number][] = []
  for (const page of pages) {
    const last = runs[runs.length - 1]
    if (last && last[1] === page - 1) last[1] = page
    else runs.push([page, page])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join()
}

function row(m: TestMachine, vma: Vma): Row {
  const { tables, map } = m.kernel.parts
  const pages: { file: number[]; anon: number[] } = { file: [], anon: [] }
  tables.forEach(m.mm.pgd, vma.start, vma.end, (entry, address) => {
    const kind = map.has(tables.pfnOf(entry), PG_ANON) ? 'anon' : 'file'
    pages[kind].push((address - vma.start) / PAGE_SIZE)
  })
  return {
    start: hex(vma.start),
    end: hex(vma.end),
    perms: permsOf(vma.flags),
    offset: hex(vma.file === 0 ? 0 : vma.pgoff * PAGE_SIZE, 8),
    file_pages: ranges(pages.file),
    anon_pages: ranges(pages.anon),
  }
}

const callRead = (m: TestMachine): void =>
  touchAll(m.kernel, m.kernel.profile.symbols['read'], () => m.program.libcBias)

describe('Debian 12 without randomisation, in read() at main(): the capture of the real machine', () => {
  const m = new TestMachine(debian12)
  callRead(m)

  it('has its mappings, and the same pages present in each', () => {
    const captured = atMain.maps
      .filter((map) => map.name !== '[vsyscall]')
      .map(({ start, end, perms, offset, file_pages, anon_pages }) => ({
        start,
        end,
        perms,
        offset,
        file_pages,
        anon_pages,
      }))
    expect([...m.mm.vmas].map((vma) => row(m, vma))).toEqual(captured)
  })

  it('has its counters', () => {
    const { status } = atMain
    const { mm, task } = m
    expect({ minflt: task.group.minFlt, majflt: task.group.majFlt }).toEqual({
      minflt: atMain.minflt,
      majflt: atMain.majflt,
    })
    expect({
      VmPeak: mm.hiwaterVm * PAGE_KB,
      VmSize: mm.totalVm * PAGE_KB,
      VmRSS: rssPages(mm) * PAGE_KB,
      RssAnon: mm.rss.anon * PAGE_KB,
      RssFile: mm.rss.file * PAGE_KB,
      VmData: mm.dataVm * PAGE_KB,
      VmStk: mm.stackVm * PAGE_KB,
      VmPTE: mm.pgd.tables * PAGE_KB,
      exec: mm.execVm * PAGE_KB,
    }).toEqual({
      VmPeak: status.VmPeak,
      VmSize: status.VmSize,
      VmRSS: status.VmRSS,
      RssAnon: status.RssAnon,
      RssFile: status.RssFile,
      VmData: status.VmData,
      VmStk: status.VmStk,
      VmPTE: status.VmPTE,
      exec: status.VmExe + status.VmLib,
    })
  })

  it('is sound', () => assertInvariants(m.kernel))
})

describe('Ubuntu 16.04 at its own seed: the founding article', () => {
  const m = new TestMachine(ubuntu1604, { seed: ubuntu1604.defaultSeed })

  it('has the article’s addresses, sizes and permissions', () => {
    const list = [...m.mm.vmas].map(
      (vma) => `${hex(vma.start, 16)} ${(vma.end - vma.start) / 1024} ${permsOf(vma.flags).slice(0, 3)}`,
    )
    expect(list).toEqual([
      '0000000000400000 4 r-x',
      '0000000000600000 4 r--',
      '0000000000601000 4 rw-',
      '00007f2f56000000 1792 r-x',
      '00007f2f561c0000 2048 ---',
      '00007f2f563c0000 16 r--',
      '00007f2f563c4000 8 rw-',
      '00007f2f563c6000 16 rw-',
      '00007f2f563ca000 152 r-x',
      '00007f2f565d0000 12 rw-',
      '00007f2f565ef000 4 r--',
      '00007f2f565f0000 4 rw-',
      '00007f2f565f1000 4 rw-',
      '00007ffc66eab000 132 rw-',
      '00007ffc66f66000 12 r--',
      '00007ffc66f69000 8 r-x',
    ])
    expect(m.task.pid).toBe(13070)
  })

  it('puts the heap and the article’s mapping where the article shows them', () => {
    expect(hex(m.sys.brk(0))).toBe('1d10000')
    expect(hex(m.map(4))).toBe('7f2f565eb000')
  })

  it('is sound', () => assertInvariants(m.kernel))
})

describe('Ubuntu 16.04 without randomisation', () => {
  it('puts the libc at 7ffff7a0d000 and vvar and vdso into the hole of the loader', () => {
    const m = new TestMachine(ubuntu1604)
    const starts = [...m.mm.vmas].map((vma) => hex(vma.start))
    expect(starts).toContain('7ffff7a0d000')
    expect(starts).toContain('7ffff7ff7000')
    expect(starts).toContain('7ffff7ffa000')
  })
})

describe.each(profiles.map((p) => [p.id, p] as const))('any start on %s', (_id, profile) => {
  it('is sound at any seed, and exit gives everything back but the page cache', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const m = new TestMachine(profile, { seed })
      assertInvariants(m.kernel)
      m.kernel.exit(m.task, 0, 0)
      assertInvariants(m.kernel)
      expect(leaks(m.kernel, m.freeAfterBoot)).toEqual([])
    }
  })

  it('is the same for the same seed, and elsewhere for another', () => {
    const run = (seed: number): [string, string, string] => {
      const m = new TestMachine(profile, { seed })
      return [m.kernel.trace.hash, m.kernel.registry.hash(), hex(m.mm.mmapBase)]
    }
    expect(run(5)).toEqual(run(5))
    expect(run(6)[2]).not.toBe(run(5)[2])
  })

  it('passes argv, the environment and their ends on the stack', () => {
    const m = new TestMachine(profile)
    const { argc, argv, envp, stackPointer } = m.program
    const text = (at: number): string => String.fromCharCode(...m.user.readBytes(at, m.user.stringLength(at)))
    expect(argc).toBe(1)
    expect(text(m.user.readPtr(argv))).toBe(profile.argv0)
    expect(m.user.readPtr(argv + 8)).toBe(0)
    const env = profile.env.map((_, i) => text(m.user.readPtr(envp + 8 * i)))
    expect(env).toEqual(profile.env)
    expect(m.user.readPtr(envp + 8 * env.length)).toBe(0)
    expect(stackPointer % 16).toBe(0)
    expect(stackPointer).toBeLessThan(argv)
  })

  it('tells the tasks of its events apart: everything since exec is the program’s', () => {
    const m = new TestMachine(profile)
    const at = m.kernel.trace.count
    m.user.writeU8(m.map(1), 1)
    const since = m.kernel.trace.recent(m.kernel.trace.count - at)
    expect(since.length).toBeGreaterThan(3)
    expect(new Set(since.map((event) => event.pid))).toEqual(new Set([m.task.pid]))
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findProfile } from '../profiles/index.js'
import type { StoryCall, StoryFault, StoryLineRow } from '../protocol/index.js'
import { compileFor } from './compile.js'
import { createSession } from './session.js'
import { Simulation } from './simulation.js'
import { sumByLine } from '../story/index.js'

const demo = readFileSync(new URL('../programs/mmap-demo.c', import.meta.url), 'utf8')
const folder = new URL('../golden/vm/', import.meta.url)
const goldens = readdirSync(folder).filter((name) => name.endsWith('.c'))

function start(source: string, profileId = 'debian-12'): Simulation {
  const profile = findProfile(profileId)!
  const noPie = source.startsWith('// build: -no-pie')
  const compiled = compileFor({ profile, source, path: 'prog.c', noPie })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed: 1, randomised: true })
}

/** Runs to the end, a newline at each stop. */
function finish(simulation: Simulation, atStop: () => void = () => {}): Simulation {
  for (;;) {
    const { why } = simulation.run(1 << 22)
    if (why === 'ended') return simulation
    if (why === 'stuck') throw new Error('every task waits for another')
    if (why === 'budget') continue
    atStop()
    simulation.type(Uint8Array.of(10))
  }
}

const rows = ({ story }: Simulation) => story.window(0, story.length)
const faults = (s: Simulation): StoryFault[] => rows(s).filter((row): row is StoryFault => row.kind === 'fault')
const calls = (s: Simulation, name: string): StoryCall[] =>
  rows(s).filter((row): row is StoryCall => row.kind === 'call' && row.name === name && row.line > 0)
const onLine = (s: Simulation, line: number): StoryFault[] => faults(s).filter((fault) => fault.line === line)
const lineOf = (source: string, text: string): number => source.split('\n').findIndex((l) => l.includes(text)) + 1
const account = (s: Simulation, line: number) =>
  s.story.linesOf(s.task.pid).find((row: Omit<StoryLineRow, 'changed'>) => row.line === line)

const didSomething = (row: Omit<StoryLineRow, 'changed'>): boolean => row.calls > 0 || row.minflt + row.majflt > 0

const c = (body: string): string =>
  `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/mman.h>\n#include <fcntl.h>\n#include <unistd.h>\nint main(void) {\n${body}\nreturn 0; }\n`

describe.each(['ubuntu-16.04', 'debian-12'])('the story of the founding experiment on %s', (profile) => {
  const simulation = finish(start(demo, profile))
  const mapped = lineOf(demo, 'addr = mmap')
  const read = lineOf(demo, 'tmp = p[i]')
  const written = lineOf(demo, 'p[i] = i')

  it('has the mapping made by a system call of its own line, in the highest hole, and no page', () => {
    const [call] = calls(simulation, 'mmap').filter((row) => row.line === mapped)
    expect(call.args).toEqual(['NULL', '16384', 'PROT_READ|PROT_WRITE', 'MAP_PRIVATE|MAP_ANONYMOUS', '-1'])
    expect(call.branches).toContain('TopHole')
    expect(call.changes).toMatchObject([{ change: 'insert', perms: 'rw-p' }])
    expect(call.moved).toMatchObject({ anonKb: 0, fileKb: 0, shmemKb: 0 })
  })

  it('has four reads on the zero page: a fault each, nothing moves', () => {
    const seen = onLine(simulation, read)
    expect(seen.map((f) => [f.access, f.action, f.backing, f.moved.anonKb, f.moved.dirtyKb, f.pages])).toEqual(
      Array.from({ length: 4 }, () => ['read', 'ZeroPage', 'Anonymous', 0, 0, 1]),
    )
    expect(seen.map((f) => f.address - f.mapping!.start)).toEqual([0, 4096, 8192, 12288])
    expect(seen.every((f) => f.mapping!.line === mapped && f.found === 'Yes' && f.permitted)).toBe(true)
    expect(new Set(seen.map((f) => f.frame)).size).toBe(1)
  })

  it('has four writes to the zero page: each replaced by a page of its own, 4 kB more of RSS and of Dirty', () => {
    const seen = onLine(simulation, written)
    expect(seen.map((f) => [f.access, f.before, f.action, f.moved.anonKb, f.moved.dirtyKb])).toEqual(
      Array.from({ length: 4 }, () => ['write', 'ZeroPage', 'ZeroPageCow', 4, 4]),
    )
    expect(new Set(seen.map((f) => f.frame)).size).toBe(4)
    expect(seen.map((f) => f.minflt)).toEqual([0, 1, 2, 3].map((i) => seen[0].minflt + i))
  })

  it('attributes faults and RSS to the two loops', () => {
    expect(account(simulation, read)).toMatchObject({ minflt: 4, majflt: 0, moved: { anonKb: 0 } })
    expect(account(simulation, written)).toMatchObject({ minflt: 4, majflt: 0, moved: { anonKb: 16, dirtyKb: 16 } })
  })

  it('counts the stops', () => {
    const marks = rows(simulation).filter((row) => row.kind === 'stop' || row.kind === 'main' || row.kind === 'exit')
    expect(marks.map((row) => row.kind)).toEqual(['main', 'stop', 'stop', 'stop', 'stop', 'exit'])
    expect(onLine(simulation, read)[0].stop).toBe(2)
  })
})

describe('what the story says of other ways', () => {
  it('folds a loop over many pages into one row after the first few', () => {
    const source = demo.replace('0x4000', '0x1000000')
    const simulation = finish(start(source))
    const seen = onLine(simulation, lineOf(source, 'tmp = p[i]'))
    expect(seen.length).toBeLessThan(20)
    expect(seen.reduce((n, f) => n + f.count, 0)).toBe(4096)
    const rest = seen[seen.length - 1]
    expect(rest.lastAddress - rest.address).toBe((rest.count - 1) * 4096)
    expect(account(simulation, lineOf(source, 'tmp = p[i]'))).toMatchObject({ minflt: 4096, moved: { tablesKb: 32 } })
  })

  it('loses nothing to the ring, which holds fewer events than the run has', () => {
    const source = c(
      'size_t n = 20000 * 4096;\nchar *p = mmap(0, n, 3, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);\nmemset(p, 1, n);',
    )
    const simulation = finish(start(source))
    const { trace } = simulation.kernel
    expect(trace.count).toBeGreaterThan(trace.recent(Infinity).length)
    const line = lineOf(source, 'memset(')
    expect(account(simulation, line)).toMatchObject({ moved: { anonKb: 80_000 } })
    expect(onLine(simulation, line).reduce((kb, f) => kb + f.moved.anonKb, 0)).toBe(80_000)
  })

  it('says that the first malloc moves the break, and whose buffer it was', () => {
    const puts = finish(start(c('puts("hello");')))
    expect(calls(puts, 'brk').map((row) => [row.call, row.doing])).toContainEqual(['puts', 'buffer'])
    const malloc = finish(start(c('char *p = malloc(100);\n*p = 1;')))
    const [grown] = calls(malloc, 'brk').filter((row) => row.branches.includes('Grew'))
    expect([grown.call, grown.doing]).toEqual(['malloc', 'malloc'])
    expect(calls(finish(start(c('free(malloc(1 << 20));'))), 'munmap')).toMatchObject([
      { call: 'free', doing: 'free', branches: expect.arrayContaining(['Removed']) as unknown },
    ])
  })

  it('says who accessed: the program, or the kernel on behalf of a system call', () => {
    const source = c('char *p = mmap(0, 8192, 3, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);\nread(0, p, 10);\np[4096] = 1;')
    const simulation = finish(start(source))
    const line = lineOf(source, 'read(')
    const [fault] = onLine(simulation, line).filter((f) => f.backing === 'Anonymous' && f.mapping?.name === '')
    expect(fault).toMatchObject({ inCall: true, during: 'read', access: 'write', action: 'AnonPage', call: 'read' })
    expect(onLine(simulation, line + 1)).toMatchObject([{ inCall: false, during: '', access: 'write' }])
  })

  it('tells the refused from the unmapped', () => {
    const refused = finish(start(c('char *p = mmap(0, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);\n*p = 1;')))
    expect(faults(refused).at(-1)).toMatchObject({ found: 'Yes', permitted: false, action: 'Bad', frame: -1, pages: 0 })
    const wild = finish(start(c('int *p = 0;\n*p = 1;')))
    expect(faults(wild).at(-1)).toMatchObject({ found: 'No', mapping: undefined, action: 'Bad' })
    expect(rows(wild).at(-1)).toMatchObject({ kind: 'signal', value: 11 })
  })

  it('gives back what munmap and MADV_DONTNEED give back, on their lines', () => {
    const source = c(
      'char *p = mmap(0, 65536, 3, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);\nmemset(p, 1, 65536);\nmadvise(p, 4096 * 4, MADV_DONTNEED);\nmunmap(p + 4096 * 8, 4096 * 4);',
    )
    const simulation = finish(start(source))
    const [dropped] = calls(simulation, 'madvise')
    expect(dropped).toMatchObject({ branches: ['Dropped'], moved: { anonKb: -16, dirtyKb: -16 } })
    const [gone] = calls(simulation, 'munmap')
    expect(gone.changes.map((change) => change.change)).toEqual(['split', 'split', 'remove'])
    expect(gone.moved.anonKb).toBe(-16)
    expect(account(simulation, lineOf(source, 'memset'))!.moved.anonKb).toBe(64)
  })

  it('tells how mprotect and mremap went', () => {
    const source = c(
      'char *p = mmap(0, 65536, 3, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);\nmprotect(p, 4096, PROT_READ);\nmprotect(p, 4096, PROT_READ);\nmprotect(p, 4096, 3);\nmremap(p, 65536, 32768, 0);\nmremap(p, 32768, 1 << 20, MREMAP_MAYMOVE);',
    )
    const simulation = finish(start(source.replace('#include', '#define _GNU_SOURCE\n#include')))
    const changed = calls(simulation, 'mprotect').map((row) => row.branches)
    expect(changed[0]).toEqual(expect.arrayContaining(['Split', 'FlagsChanged']))
    expect(changed[1]).toEqual(['Nothing'])
    expect(changed[2]).toEqual(expect.arrayContaining(['FlagsChanged', 'MergedAbove']))
    const [shrunk, moved] = calls(simulation, 'mremap').map((row) => row.branches)
    expect(shrunk).toContain('Shrank')
    expect(moved.some((b) => b === 'Moved' || b === 'Grew')).toBe(true)
  })

  it('counts a file’s first page as a wait for the disk or not, and its neighbours as mapped along', () => {
    const source = c('volatile int x = *(volatile char *)main;\n(void)x;')
    const file = faults(finish(start(source))).find((f) => f.action === 'FileMap' && f.pages > 1)!
    expect(file.moved.fileKb).toBe(file.pages * 4)
  })

  it('counts shared memory when it is read, and asks nothing when it is written then', () => {
    const source = c(
      'char *p = mmap(0, 8192, 3, MAP_SHARED|MAP_ANONYMOUS, -1, 0);\nvolatile char x = p[0];\np[0] = x + 1;',
    )
    const simulation = finish(start(source))
    const line = lineOf(source, 'volatile char')
    expect(onLine(simulation, line)).toMatchObject([{ backing: 'Shmem', action: 'FileMap', moved: { shmemKb: 4 } }])
    expect(onLine(simulation, line + 1)).toEqual([])
  })

  it('copies a page of a private file when it is written: the read moved file pages, the write makes one anonymous', () => {
    const source = c(
      'int fd = open("f", O_RDWR|O_CREAT, 0600);\nftruncate(fd, 4096);\nwrite(fd, "abc", 3);\nchar *p = mmap(0, 4096, 3, MAP_PRIVATE, fd, 0);\nvolatile char x = p[0];\np[0] = 1;',
    )
    const simulation = finish(start(source))
    const line = lineOf(source, 'volatile char')
    const moved = (at: number) =>
      onLine(simulation, at).map((f) => [f.backing, f.action, f.moved.fileKb, f.moved.anonKb])
    expect(moved(line)).toEqual([['PrivateFile', 'FileMap', 4, 0]])
    expect(moved(line + 1)).toEqual([['PrivateFile', 'PageCow', -4, 4]])
  })

  it('maps 2 MiB at once where huge pages were asked for', () => {
    const source = c(
      'char *p = mmap(0, 4 << 20, 3, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);\nmadvise(p, 4 << 20, MADV_HUGEPAGE);\np[0] = 1;',
    )
    const simulation = finish(start(source))
    expect(onLine(simulation, lineOf(source, 'p[0] = 1'))).toMatchObject([
      { action: 'HugePage', pages: 512, moved: { anonKb: 2048 } },
    ])
  })

  it('grows the stack in the fault that needs it', () => {
    const simulation = finish(
      start(
        'int f(int n) { char b[4096]; b[0] = n; return n ? f(n - 1) + b[0] : 0; }\nint main(void) { return f(60) & 0; }\n',
      ),
    )
    expect(faults(simulation).some((f) => f.found === 'Grown' && f.mapping?.name === '[stack]')).toBe(true)
  })
})

describe('the sums over all lines are the process’s counters at every stop', () => {
  it.each(goldens)('%s', (name) => {
    const simulation = start(readFileSync(new URL(name, folder), 'utf8'))
    const { task, story } = simulation
    const check = (): void => {
      const lines = story.linesOf(task.pid)
      const sum = (of: (row: (typeof lines)[number]) => number): number => lines.reduce((n, row) => n + of(row), 0)
      const { mm } = task
      expect(sum((row) => row.minflt)).toBe(task.group.minFlt)
      expect(sum((row) => row.majflt)).toBe(task.group.majFlt)
      if (!mm) return
      expect(sum((row) => row.moved.anonKb)).toBe(mm.rss.anon * 4)
      expect(sum((row) => row.moved.fileKb)).toBe(mm.rss.file * 4)
      expect(sum((row) => row.moved.shmemKb)).toBe(mm.rss.shmem * 4)
      expect(sum((row) => row.moved.tablesKb)).toBe(mm.pgd.tables * 4)
    }
    finish(simulation, check)
    check()
    // What the rows say since main began is what the accounts say of the lines.
    const told = rows(simulation)
    const since = told.slice(told.findIndex((row) => row.kind === 'main'))
    const lines = story.linesOf(task.pid).filter((row) => row.line !== 0)
    expect(sumByLine(since.filter((row) => row.pid === task.pid)).filter(didSomething)).toEqual(
      lines.filter(didSomething),
    )
  })
})

describe('views ask for windows of it', () => {
  it('of rows, and of lines', () => {
    const session = createSession()
    session.load({ source: demo, path: 'mmap-demo.c', profile: 'debian-12', seed: undefined })
    while (session.advance('stop', 1 << 20).state !== 'exited') session.input('\n')
    const { pid } = session.moment()
    const all = session.rows({ table: 'story', args: undefined, from: 0, count: 1000 })
    if (!all.ok) throw new Error(all.error.message)
    expect(all.value.rows).toHaveLength(all.value.total)
    const page = session.rows({ table: 'story', args: undefined, from: 5, count: 3 })
    expect(page).toEqual({ ok: true, value: { ...all.value, from: 5, rows: all.value.rows.slice(5, 8) } })
    expect(all.value.rows.map((row) => row.index)).toEqual(all.value.rows.map((_, i) => i))
    const lines = session.rows({ table: 'storyLines', args: { pid }, from: 0, count: 100 })
    if (!lines.ok) throw new Error(lines.error.message)
    expect(lines.value.rows.find((row) => row.line === lineOf(demo, 'p[i] = i'))).toMatchObject({ minflt: 4 })
  })
})

it('goes back with a snapshot and tells the same again', () => {
  const simulation = start(demo)
  simulation.run(1 << 22)
  simulation.type(Uint8Array.of(10))
  const snapshot = simulation.kernel.registry.snapshot()
  simulation.run(1 << 22)
  const told = (): string => JSON.stringify([rows(simulation), simulation.story.linesOf(simulation.task.pid)])
  const first = told()
  simulation.kernel.registry.restore(snapshot)
  simulation.halt = { why: 'budget' }
  expect(told().length).toBeLessThan(first.length)
  simulation.run(1 << 22)
  expect(told()).toBe(first)
})

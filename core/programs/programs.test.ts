import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../base/index.js'
import { processesJson } from '../proc/index.js'
import { findProfile } from '../profiles/index.js'
import { PROGRAM_TOPICS, type Figures } from '../protocol/index.js'
import { compileFor, figuresOf, leaksNow, Simulation } from '../session/index.js'
import { findProgram, programs } from './index.js'

/** What is to be seen at a stop. */
interface Stop {
  readonly figures: Figures
  /** Printed since the stop before. */
  readonly printed: string
  /** All mappings, as in /proc/PID/maps: "rw-p 64". */
  readonly maps: readonly string[]
  readonly pss: readonly number[]
  readonly lost: number
}
interface Run {
  readonly stops: readonly Stop[]
  readonly printedAtEnd: string
  readonly code: number
  readonly signal: number
}

function run(id: string, profileId: string): Run {
  const profile = findProfile(profileId)!
  const compiled = compileFor({ profile, source: findProgram(id)!.source, path: `${id}.c`, noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  expect(compiled.warnings).toEqual([])
  const { program } = compiled
  const simulation = new Simulation({ profile, program, seed: profile.defaultSeed, randomised: true })
  const stops: Stop[] = []
  let shown = 0
  const printed = (): string => {
    const text = decodeUtf8(simulation.kernel.tty.output).slice(shown)
    shown += text.length
    return text
  }
  for (;;) {
    const halt = simulation.run(1 << 22)
    if (halt.why === 'ended') return { stops, printedAtEnd: printed(), code: halt.code, signal: halt.signal }
    if (halt.why === 'stuck') throw new Error(`stuck on ${halt.on}`)
    if (halt.why === 'budget') continue
    const processes = processesJson(simulation.kernel)
    stops.push({
      figures: figuresOf(simulation),
      printed: printed(),
      maps: (processes[0]?.maps ?? []).map((m) => `${m.perms} ${m.size_kb}`),
      pss: processes.map(({ maps }) => maps.reduce((sum, m) => sum + (m.smaps.Pss ?? 0), 0)),
      lost: leaksNow(simulation).leaks.length,
    })
    simulation.type(encodeUtf8('\n'))
  }
}

type Figure = keyof Figures
/** By how much a figure changed at stop `n` (from 1). */
const by = ({ stops }: Run, figure: Figure, n: number): number =>
  stops[n - 1].figures[figure] - stops[n - 2].figures[figure]
/** Its changes at the second stop, the third, and so on. */
const changes = (r: Run, figure: Figure): number[] => r.stops.slice(1).map((_, i) => by(r, figure, i + 2))
const at = ({ stops }: Run, n: number): Stop => stops[n - 1]
const SIGABRT = 6
const SIGSEGV = 11

/**
 * What each program is there to show. Faults include the few that code itself takes when it is run for the first time:
 * where the number of them is not the point, only anonymous memory is looked at.
 */
const SHOWS: Readonly<Record<string, (r: Run) => void>> = {
  'mmap-demo'(r) {
    expect(changes(r, 'minflt')).toEqual([0, 4, 4])
    expect(changes(r, 'rss')).toEqual([0, 0, 16])
    expect(changes(r, 'vsz')).toEqual([16, 0, 0])
  },
  'vsz-rss'(r) {
    expect(changes(r, 'vsz')).toEqual([65536, 0, 0, -65536])
    expect(changes(r, 'rss')).toEqual([0, 1024, 15360, -16384])
  },
  'zero-page'(r) {
    expect(by(r, 'minflt', 2)).toBe(1024)
    expect(by(r, 'rss', 2)).toBe(0)
    expect(by(r, 'anon', 3)).toBe(2048)
  },
  'write-first'(r) {
    expect(changes(r, 'anon')).toEqual([1024, 1024])
    expect(by(r, 'minflt', 2)).toBeCloseTo(256, -1)
    expect(by(r, 'minflt', 3)).toBe(512)
  },
  'row-column'(r) {
    expect(changes(r, 'minflt')).toEqual([1, 1023])
    expect(changes(r, 'rss')).toEqual([4, 4092])
  },
  populate(r) {
    expect(by(r, 'rss', 2)).toBe(4096)
    expect(by(r, 'minflt', 3)).toBe(0)
  },
  'dontneed-free'(r) {
    expect(changes(r, 'rss').slice(0, 2)).toEqual([-4096, 0])
    expect(by(r, 'lazyfree', 3)).toBe(4096)
    expect(by(r, 'dirty', 3)).toBe(-4096)
    expect(at(r, 4).printed).toBe('what is left: 0 and l\n')
  },
  'huge-page'(r) {
    expect(changes(r, 'minflt')).toEqual([1, 1])
    expect(changes(r, 'rss')).toEqual([2048, 4])
    expect(changes(r, 'huge')).toEqual([2048, 0])
  },
  mlock(r) {
    expect(changes(r, 'rss')).toEqual([4096, 0])
    expect(changes(r, 'locked')).toEqual([4096, -4096])
  },
  'mlock-limit'(r) {
    expect(changes(r, 'locked')).toEqual([64, 0])
    expect(at(r, 3).printed).toBe('mlock of 1024 KiB: Cannot allocate memory\n')
  },
  'page-tables'(r) {
    expect(by(r, 'anon', 2)).toBe(0)
    expect(by(r, 'tables', 2)).toBeGreaterThanOrEqual(4096)
  },
  overcommit(r) {
    expect(at(r, 1).printed).toBe('100 GiB: Cannot allocate memory\n')
    expect(by(r, 'vsz', 2)).toBe(100 * 1024 * 1024)
    expect(changes(r, 'anon')).toEqual([0, 8])
  },
  'vma-split-merge'(r) {
    expect(changes(r, 'mappings')).toEqual([2, -2, 1])
    expect(at(r, 2).maps.join()).toContain('rw-s 16,r--s 32,rw-s 16')
    expect(changes(r, 'vsz')).toEqual([0, 0, -32])
  },
  'mremap-move'(r) {
    expect(at(r, 2).printed).toContain('at another place')
    expect(changes(r, 'anon')).toEqual([0, 0])
    expect(changes(r, 'vsz')).toEqual([4096, 0])
    expect(by(r, 'minflt', 3)).toBe(0)
  },
  'brk-mmap'(r) {
    expect(changes(r, 'heap')).toEqual([2048, 0, 0, -2048])
    expect(changes(r, 'vsz')).toEqual([2048, 2048, -1024, -2048])
  },
  'guard-page'(r) {
    expect(at(r, 1).maps.join()).toMatch(/rw-p 12,---p 4|---p 4,rw-p 12/)
    expect(at(r, 2).printed).toBe('stopped at byte 12288, the first of the guard page\n')
  },
  'stack-growth'(r) {
    const [deeper, back] = changes(r, 'stack')
    expect(deeper).toBeGreaterThanOrEqual(15 * 64 - 132)
    expect(back).toBe(0)
    expect(by(r, 'anon', 3)).toBe(0)
  },
  'recursion-limit'(r) {
    expect(at(r, 1).printed).toBe('a stack may grow to 8192 KiB\n')
    expect(at(r, 3).figures.stack).toBeGreaterThan(6400)
    expect(r.stops).toHaveLength(3)
    expect(r.signal).toBe(SIGSEGV)
  },
  'first-malloc'(r) {
    expect(at(r, 1).figures.heap).toBe(0)
    expect(at(r, 2).figures.heap).toBe(132)
  },
  'heap-growth'(r) {
    expect(changes(r, 'heap')).toEqual([0, 132, 6 * 132])
  },
  'chunk-sizes'(r) {
    expect(at(r, 1).printed).toContain('malloc(24): a chunk of 32 bytes, 24 usable\n')
    expect(at(r, 1).printed).toContain('malloc(25): a chunk of 48 bytes, 40 usable\n')
  },
  'bins-reuse'(r) {
    expect(at(r, 3).printed.match(/gives .*/g)).toEqual(['gives b', 'gives a', 'gives a new one', 'gives c'])
  },
  'mmap-threshold'(r) {
    expect(changes(r, 'vsz')).toEqual([0, 204, -204, 0])
    expect(changes(r, 'heap')).toEqual([0, 0, 0, 0])
  },
  'dynamic-threshold'(r) {
    expect(changes(r, 'vsz')).toEqual([1028, -1028, 1024])
    expect(changes(r, 'heap')).toEqual([0, 0, 1024])
  },
  'free-keeps-rss'(r) {
    const [taken, kept, back] = changes(r, 'anon')
    expect(taken).toBeGreaterThan(3900)
    expect(kept).toBe(0)
    expect(back).toBeLessThan(-3800)
  },
  'malloc-trim'(r) {
    expect(by(r, 'anon', 2)).toBeLessThan(-3900)
    expect(by(r, 'heap', 2)).toBeGreaterThan(-100)
    expect(r.printedAtEnd).toBe('the last block is untouched: 1\n')
  },
  fragmentation(r) {
    const [freed, large, small] = changes(r, 'heap')
    expect([freed, small]).toEqual([0, 0])
    expect(large).toBeGreaterThan(1400)
  },
  'calloc-is-lazy'(r) {
    expect(by(r, 'anon', 2)).toBe(16388)
    expect(by(r, 'vsz', 3)).toBe(16388)
    expect(by(r, 'minflt', 3)).toBe(1)
    expect(by(r, 'minflt', 4)).toBeGreaterThanOrEqual(4095)
    expect(by(r, 'anon', 4)).toBe(0)
  },
  'qsort-heap'(r) {
    expect(changes(r, 'vsz')).toEqual([196, -196])
    expect(at(r, 3).printed).toBe('sorted: 0, 1, 49999\n')
  },
  'memory-leak'(r) {
    expect(r.stops.map((stop) => stop.lost)).toEqual([99, 199, 299])
    for (const more of changes(r, 'anon')) expect(more).toBeGreaterThanOrEqual(800)
  },
  'use-after-free'(r) {
    expect(r.stops.map((stop) => stop.printed)).toEqual(['Bob has 500\n', 'Bob has 0\n'])
  },
  'double-free'(r) {
    expect(r.printedAtEnd).toContain('double free')
    expect(r.signal).toBe(SIGABRT)
  },
  'heap-overflow'(r) {
    expect(r.stops).toHaveLength(3)
    expect(r.printedAtEnd).toBe('malloc(): corrupted top size\n')
    expect(r.signal).toBe(SIGABRT)
  },
  'null-pointer'(r) {
    expect(r.printedAtEnd).toBe('')
    expect(r.signal).toBe(SIGSEGV)
  },
  'fork-cow'(r) {
    const half = at(r, 1).figures.rss / 2
    expect(by(r, 'processes', 2)).toBe(1)
    expect(at(r, 2).figures.pss).toBeLessThan(half + 700)
    expect(at(r, 2).pss[0]).toBe(at(r, 2).figures.pss)
    expect(by(r, 'pss', 3)).toBe(2048)
    const inAll = (stop: number): number => at(r, stop).pss.reduce((sum, kb) => sum + kb, 0)
    expect(inAll(3) - inAll(2)).toBe(4096)
    expect(changes(r, 'anon')).toEqual([0, 0, 0])
    expect(at(r, 4).printed).toContain('it still says 1')
  },
  'fork-shared'(r) {
    expect(at(r, 2).printed).toBe('after the child wrote 2 to both: shared 2, private 1\n')
  },
  'shared-memory'(r) {
    expect(by(r, 'free', 2)).toBeLessThanOrEqual(-1024)
    expect(by(r, 'shmem', 2)).toBe(0)
    expect(at(r, 3).printed).toBe('it is still there: c\n')
    expect(by(r, 'shmem', 3)).toBeGreaterThan(0)
  },
  pipe(r) {
    expect(at(r, 1).printed.split('\n')).toContain('end of file; the sum is 55')
  },
  zombie(r) {
    expect(r.stops.map(({ figures }) => figures.processes)).toEqual([2, 1])
    expect(at(r, 1).pss).toHaveLength(1)
    expect(at(r, 2).printed).toBe('waited for: it left 7\n')
  },
  orphan(r) {
    expect(at(r, 2).printed).toBe('the orphan was adopted\n')
  },
  signals(r) {
    expect(r.stops.map(({ printed }) => /\d+$/m.exec(printed)?.[0])).toEqual(['2', '2', '3'])
  },
  'file-private'(r) {
    expect(by(r, 'anon', 2)).toBe(32)
    expect(at(r, 3).printed).toBe('the mapping begins with m, the file still with f\n')
  },
  'file-shared'(r) {
    expect(at(r, 2).printed).toContain('read finds m')
    expect(changes(r, 'dirty')).toEqual([64, -64])
    expect(changes(r, 'anon')).toEqual([0, 0])
  },
  'read-mmap'(r) {
    expect(by(r, 'anon', 2)).toBe(1024)
    expect(by(r, 'file', 3)).toBeGreaterThanOrEqual(1024)
    expect(by(r, 'free', 3)).toBeGreaterThan(-100)
  },
  'past-the-end'(r) {
    expect(at(r, 3).printed).toContain('SIGBUS')
    expect(r.code).toBe(0)
  },
  memfd(r) {
    expect(changes(r, 'shmem')).toEqual([256, 256])
    expect(by(r, 'free', 3)).toBe(0)
    expect(at(r, 3).printed).toBe('64 pages read through the second are the same\n')
  },
  'thread-stacks'(r) {
    expect(by(r, 'vsz', 2)).toBe(4 * (8192 + 4))
    expect(by(r, 'anon', 2)).toBeLessThan(100)
    expect(by(r, 'vsz', 3)).toBe(0)
  },
  'thread-arenas'(r) {
    expect(changes(r, 'vsz')).toEqual([65536, 0])
    expect(by(r, 'anon', 2)).toBeLessThan(20)
  },
  'thread-memory'(r) {
    expect(by(r, 'anon', 2)).toBeGreaterThanOrEqual(4096)
    expect(at(r, 3).printed).toBe('main finds 1024 pages written\n')
    expect(by(r, 'anon', 3)).toBe(0)
    expect(by(r, 'minflt', 3)).toBeLessThan(10)
  },
}

describe('each built-in program shows its one thing', () => {
  it.each(programs.flatMap(({ id, profiles }) => profiles.map((profile) => [id, profile])))(
    '%s on %s',
    (id, profile) => {
      const shows = SHOWS[id]
      expect(shows).toBeDefined()
      shows(run(id, profile))
    },
  )
})

describe('the gallery', () => {
  it('holds every C file of its folder, each once, under its own name', () => {
    const found = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.c'))
    expect(programs.map(({ id }) => `${id}.c`).sort()).toEqual(found.sort())
  })

  it('is in order of topics, and names machines that exist', () => {
    const order = programs.map(({ topic }) => PROGRAM_TOPICS.indexOf(topic))
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(new Set(order).size).toBe(PROGRAM_TOPICS.length)
    for (const { profiles } of programs) {
      expect(profiles.length).toBeGreaterThan(0)
      for (const profile of profiles) expect(findProfile(profile)).toBeDefined()
    }
  })

  it('says in both languages what a program shows', () => {
    for (const { title, shows } of programs) {
      for (const text of [title, shows]) expect(text.en).toMatch(/^[\x20-\x7e]+$/)
      expect(shows['zh-CN']).toMatch(/[\u4e00-\u9fff].*。$/)
    }
    expect(new Set(programs.map(({ title }) => title.en)).size).toBe(programs.length)
    expect(new Set(programs.map(({ title }) => title['zh-CN'])).size).toBe(programs.length)
  })

  it('keeps programs short, and begins each with what it shows', () => {
    for (const { id, source } of programs) {
      if (id === 'mmap-demo') continue
      const lines = source.split('\n').length - 1
      expect([id, lines >= 15 && lines <= 60]).toEqual([id, true])
      expect(source, id).toMatch(/^\/\* .* \*\/\n/)
      for (const line of source.split('\n')) expect(line.length, `${id}: ${line}`).toBeLessThanOrEqual(120)
    }
  })
})

const hasCompiler = (() => {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

// The founding program stays as the article printed it, warnings included.
it.skipIf(!hasCompiler)('a real compiler has nothing to say about them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagewalk-programs-'))
  try {
    const files = programs
      .filter(({ id }) => id !== 'mmap-demo')
      .map(({ id, source }) => {
        writeFileSync(join(folder, `${id}.c`), source)
        return `${id}.c`
      })
    execFileSync('gcc', ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', ...files], { cwd: folder })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findProfile } from '../profiles/index.js'
import { pmapRows, runReadout } from '../proc/index.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

const demo = readFileSync(new URL('../programs/mmap-demo.c', import.meta.url), 'utf8')

function start(profileId: string, source = demo, seed?: number): Simulation {
  const profile = findProfile(profileId)!
  const compiled = compileFor({ profile, source, path: 'mmap-demo.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed: seed ?? profile.defaultSeed, randomised: true })
}

/** What the experiment looks at, at each time the program waits for a key. */
function stops(
  simulation: Simulation,
): { majflt: number; minflt: number; totals: readonly number[]; own: readonly number[] | undefined }[] {
  const seen = []
  const { kernel, task } = simulation
  for (;;) {
    const halt = simulation.run(1 << 22)
    if (halt.why === 'ended') return seen
    if (halt.why === 'budget') continue
    const { rows, totals } = pmapRows(kernel, task.pid)
    const own = rows.find((row) => row.address === '00007f2f565eb000')
    seen.push({
      majflt: task.group.majFlt,
      minflt: task.group.minFlt,
      totals,
      own: own && [own.kbytes, own.rss, own.dirty],
    })
    simulation.type(Uint8Array.of(10))
  }
}

describe('the founding experiment on the article’s machine', () => {
  it('shows the article’s faults, totals and mapping at all four stops', () => {
    expect(stops(start('ubuntu-16.04'))).toEqual([
      { majflt: 0, minflt: 77, totals: [4356, 1328, 80], own: undefined },
      { majflt: 0, minflt: 77, totals: [4372, 1328, 80], own: [16, 0, 0] },
      { majflt: 0, minflt: 81, totals: [4372, 1328, 80], own: [16, 0, 0] },
      { majflt: 0, minflt: 85, totals: [4372, 1344, 96], own: [16, 16, 16] },
    ])
  })

  it('lists the article’s mappings: addresses, sizes, modes and names', () => {
    const simulation = start('ubuntu-16.04')
    while (simulation.run(1 << 20).why === 'budget');
    const { text } = runReadout(simulation.kernel, 'pmap $PID', simulation.task.pid)
    expect(text.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))).toEqual(ARTICLE_PMAP)
  })

  it('prints the article’s smaps block of the new mapping after the write, field by field', () => {
    const simulation = start('ubuntu-16.04')
    for (let stop = 0; stop < 4; stop++) {
      while (simulation.run(1 << 20).why === 'budget');
      if (stop < 3) simulation.type(Uint8Array.of(10))
    }
    const { text } = runReadout(simulation.kernel, 'cat /proc/$PID/smaps', simulation.task.pid)
    const block = text.slice(text.indexOf('7f2f565eb000-')).split(/\n(?=[0-9a-f]+-)/)[0]
    expect(block.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))).toEqual(ARTICLE_SMAPS)
  })

  it('takes one fault a page, twice, whatever the size of the mapping', () => {
    const [, mapped, read, written] = stops(start('ubuntu-16.04', demo.replace('0x4000', '0x1000000')))
    expect(read.minflt - mapped.minflt).toBe(4096)
    expect(written.minflt - read.minflt).toBe(4096)
    expect(read.totals[1] - mapped.totals[1]).toBe(0)
    expect(written.totals[1] - read.totals[1]).toBe(16384)
  })
})

describe('the founding experiment on Debian 12', () => {
  it('gives the deltas of the real kernel: faults +0, +4, +4 and RSS +0, +0, +16 kB', () => {
    const seen = stops(start('debian-12'))
    const deltas = (of: (s: (typeof seen)[number]) => number): number[] =>
      seen.slice(1).map((s, i) => of(s) - of(seen[i]))
    expect(deltas((s) => s.minflt)).toEqual([0, 4, 4])
    expect(deltas((s) => s.totals[1])).toEqual([0, 0, 16])
  })
})

describe('a run is determined by program, profile and seed', () => {
  const traceOf = (profile: string, seed?: number): string => {
    const simulation = start(profile, demo, seed)
    stops(simulation)
    return simulation.kernel.trace.hash
  }

  it('has the same trace hash when it is run again', () => {
    expect(traceOf('ubuntu-16.04')).toBe(traceOf('ubuntu-16.04'))
    expect(traceOf('debian-12', 7)).toBe(traceOf('debian-12', 7))
  })

  // The same on every machine: whoever changes what is traced, or what a run does, changes these knowingly.
  it.each([
    ['ubuntu-16.04', '449711e5cae98446'],
    ['debian-12', 'b40b246caa13ddb5'],
  ])('has the trace hash it had elsewhere (%s)', (profile, hash) => {
    expect(traceOf(profile)).toBe(hash)
  })

  it('has another one with another seed', () => {
    expect(traceOf('debian-12', 7)).not.toBe(traceOf('debian-12', 8))
  })

  it('goes on from a restored snapshot exactly as it did the first time', () => {
    const simulation = start('ubuntu-16.04')
    simulation.run(100)
    const snapshot = simulation.kernel.registry.snapshot()
    const finish = (): string => {
      stops(simulation)
      return `${simulation.kernel.trace.hash} ${simulation.kernel.registry.hash()}`
    }
    const first = finish()
    simulation.kernel.registry.restore(snapshot)
    expect(finish()).toBe(first)
  })

  it('stops at every statement without changing anything', () => {
    const whole = start('ubuntu-16.04')
    const stepped = start('ubuntu-16.04')
    stops(whole)
    for (;;) {
      const halt = stepped.run(1)
      if (halt.why === 'ended') break
      if (halt.why === 'input') stepped.type(Uint8Array.of(10))
    }
    expect(stepped.kernel.trace.hash).toBe(whole.kernel.trace.hash)
    expect(stepped.kernel.statements).toBe(whole.kernel.statements)
  })
})

const ARTICLE_PMAP = [
  '13070: ./test',
  '0000000000400000 4K r-x-- test',
  '0000000000600000 4K r---- test',
  '0000000000601000 4K rw--- test',
  '0000000001d10000 132K rw--- [ anon ]',
  '00007f2f56000000 1792K r-x-- libc-2.23.so',
  '00007f2f561c0000 2048K ----- libc-2.23.so',
  '00007f2f563c0000 16K r---- libc-2.23.so',
  '00007f2f563c4000 8K rw--- libc-2.23.so',
  '00007f2f563c6000 16K rw--- [ anon ]',
  '00007f2f563ca000 152K r-x-- ld-2.23.so',
  '00007f2f565d0000 12K rw--- [ anon ]',
  '00007f2f565ef000 4K r---- ld-2.23.so',
  '00007f2f565f0000 4K rw--- ld-2.23.so',
  '00007f2f565f1000 4K rw--- [ anon ]',
  '00007ffc66eab000 132K rw--- [ stack ]',
  '00007ffc66f66000 12K r---- [ anon ]',
  '00007ffc66f69000 8K r-x-- [ anon ]',
  'ffffffffff600000 4K r-x-- [ anon ]',
  'total 4356K',
  '',
]

const ARTICLE_SMAPS = [
  '7f2f565eb000-7f2f565ef000 rw-p 00000000 00:00 0',
  'Size: 16 kB',
  'KernelPageSize: 4 kB',
  'MMUPageSize: 4 kB',
  'Rss: 16 kB',
  'Pss: 16 kB',
  'Shared_Clean: 0 kB',
  'Shared_Dirty: 0 kB',
  'Private_Clean: 0 kB',
  'Private_Dirty: 16 kB',
  'Referenced: 16 kB',
  'Anonymous: 16 kB',
  'LazyFree: 0 kB',
  'AnonHugePages: 0 kB',
  'ShmemPmdMapped: 0 kB',
  'Shared_Hugetlb: 0 kB',
  'Private_Hugetlb: 0 kB',
  'Swap: 0 kB',
  'SwapPss: 0 kB',
  'Locked: 0 kB',
  'ProtectionKey: 0',
  'VmFlags: rd wr mr mw me ac sd',
]

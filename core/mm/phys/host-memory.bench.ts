/**
 * What the host pays for a process that touches one byte in each page: memory for each simulated GiB and time for each
 * page. Goal: less than 80 MiB a GiB. Measured in a process of its own, whose only work it is.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, bench, describe } from 'vitest'
import { bundled } from '../../testing/built.js'

const GOAL_MIB = 80
const SIZES_GIB = [1, 4]

const folder = mkdtempSync(join(tmpdir(), 'pagewalk-host-memory-'))
const core = join(folder, 'core.mjs')
const script = join(folder, 'touch.mjs')
writeFileSync(core, await bundled())
writeFileSync(
  script,
  `import { debian12, DRAWING, TestMachine } from './core.mjs'
  const gib = Number(process.argv[2])
  const pages = gib * 262144
  const m = new TestMachine(debian12, { ramPages: pages + pages / 8 })
  m.map(pages, 3, DRAWING, 0x4000)
  const touch = (from, to) => {
    for (let page = from; page < to; page++) m.user.writeU8(DRAWING + page * 4096, 1 + (page & 0x7f))
  }
  touch(0, 256)
  globalThis.gc()
  const before = process.memoryUsage.rss()
  let from = performance.now()
  touch(256, pages)
  const write = performance.now() - from
  from = performance.now()
  for (let page = 0; page < pages; page++)
    if (m.user.readU8(DRAWING + page * 4096) !== 1 + (page & 0x7f)) throw new Error('a byte was lost')
  const read = performance.now() - from
  globalThis.gc()
  console.log(JSON.stringify({ mib: (process.memoryUsage.rss() - before) / 2 ** 20, write, read, pages }))`,
)

interface Measured {
  readonly mib: number
  readonly write: number
  readonly read: number
  readonly pages: number
}
const found = new Map<number, Measured>()

describe.each(SIZES_GIB)('one byte in each page of %d GiB, written and read', (gib) => {
  bench(
    'pagewalk',
    () => {
      const text = execFileSync(process.execPath, ['--expose-gc', script, String(gib)], { encoding: 'utf8' })
      found.set(gib, JSON.parse(text) as Measured)
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  )
})

afterAll(() => {
  rmSync(folder, { recursive: true })
  for (const [gib, { mib, write, read, pages }] of found) {
    const each = (ms: number): string => `${((ms * 1e6) / pages).toFixed(0)} ns`
    const share = `${(mib / gib).toFixed(0)} MiB of the host for each (goal ${GOAL_MIB})`
    console.log(`${gib} GiB: ${share}, ${each(write)} a first write, ${each(read)} a read later`)
  }
})

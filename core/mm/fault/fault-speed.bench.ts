/**
 * Write faults a second beside the same loop in C on the kernel below, in the same run, where gcc is: 4096 pages mapped,
 * written to once each and unmapped, over and over. Goal: at most twice the real time.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, bench, describe } from 'vitest'
import { PAGE_SIZE } from '../../base/index.js'
import { debian12 } from '../../profiles/index.js'
import { built } from '../../testing/built.js'

const { DRAWING, TestMachine } = await built()

const GOAL = 2
const PAGES = 4096
const ROUNDS = 32
const RW = 3

const folder = mkdtempSync(join(tmpdir(), 'pagewalk-fault-bench-'))
const real = join(folder, 'faults')
const source = fileURLToPath(new URL('verify/faults.c', import.meta.url))
const hasGcc = spawnSync('gcc', ['-O2', '-o', real, source]).status === 0

/** Nanoseconds a fault, the best of all runs. */
const best = { real: Infinity, simulated: Infinity }
const options = { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 }

describe(`${ROUNDS} times ${PAGES} write faults`, () => {
  const m = new TestMachine(debian12, { ramPages: 65536 })
  bench(
    'pagewalk',
    () => {
      const from = performance.now()
      for (let round = 0; round < ROUNDS; round++) {
        m.map(PAGES, RW, DRAWING)
        for (let page = 0; page < PAGES; page++) m.user.writeU8(DRAWING + page * PAGE_SIZE, 1)
        m.sys.munmap(DRAWING, PAGES * PAGE_SIZE)
      }
      best.simulated = Math.min(best.simulated, ((performance.now() - from) * 1e6) / (ROUNDS * PAGES))
    },
    options,
  )
  if (hasGcc)
    bench(
      'C on the kernel below',
      () => {
        const ns = Number(execFileSync(real, [String(ROUNDS), String(PAGES)], { encoding: 'utf8' }))
        best.real = Math.min(best.real, ns / (ROUNDS * PAGES))
      },
      options,
    )
})

afterAll(() => {
  rmSync(folder, { recursive: true })
  const each = (ns: number): string => `${ns.toFixed(0)} ns (${(1e3 / ns).toFixed(2)} million a second)`
  console.log(`a write fault: pagewalk ${each(best.simulated)}`)
  console.log(
    hasGcc
      ? `  C on the kernel below ${each(best.real)}, ratio ${(best.simulated / best.real).toFixed(1)}, goal ${GOAL}`
      : '  no gcc here: not compared with the real kernel',
  )
})

/**
 * What a halt asks of a process with 400 MB resident: the rows of pmap, and the fields of smaps of all mappings. Each is a
 * walk over the entries of 100,000 pages. Goal: neither takes longer than a frame of the window, 16 ms.
 */
import { afterAll, bench, describe } from 'vitest'
import { PAGE_SIZE } from '../base/index.js'
import { debian12 } from '../profiles/index.js'
import { built } from '../testing/built.js'

const { allSmapsRows, DRAWING, pmapRows, TestMachine } = await built()

const GOAL_MS = 16
const PAGES = 100_000
const RW = 3

/** Milliseconds, the best of all runs. */
const best = { pmap: Infinity, smaps: Infinity }
const options = { iterations: 10, time: 0, warmupIterations: 2, warmupTime: 0 }

describe(`${PAGES} resident pages`, () => {
  const m = new TestMachine(debian12, { ramPages: 2 * PAGES })
  m.map(PAGES, RW, DRAWING)
  for (let page = 0; page < PAGES; page++) m.user.writeU8(DRAWING + page * PAGE_SIZE, 1 + (page & 0x7f))
  const timed = (name: keyof typeof best, rows: typeof pmapRows | typeof allSmapsRows): void =>
    bench(
      name,
      () => {
        const from = performance.now()
        rows(m.kernel, m.task.pid)
        best[name] = Math.min(best[name], performance.now() - from)
      },
      options,
    )
  timed('pmap', pmapRows)
  timed('smaps', allSmapsRows)
})

afterAll(() => {
  for (const [name, ms] of Object.entries(best))
    console.log(`${name} of ${PAGES} pages: ${ms.toFixed(1)} ms (goal ${GOAL_MS})`)
})

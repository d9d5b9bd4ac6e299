#!/usr/bin/env node
// From starting the process to the first contentful paint, of the application and of an empty Electron window, in turn
// and in the same run: the ratio says what we add, whatever the machine. Needs a display and a built application.
import { at, root } from '../run.mjs'
import { percentile, withElectron } from './launch.mjs'

const RUNS = 5
/** What we want to stay below. */
const GOAL = 1.5

/** Milliseconds to the first paint. @param {string} app */
function firstPaint(app) {
  const start = Date.now()
  return withElectron([app], async (electron) => {
    const page = await electron.firstWindow()
    const painted = await page.waitForFunction(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      return paint ? performance.timeOrigin + paint.startTime : undefined
    })
    return /** @type {number} */ (await painted.jsonValue()) - start
  })
}

const empty = []
const app = []
// The first pair only warms the disk caches.
for (let i = 0; i <= RUNS; i++) {
  const pair = [await firstPaint(at('build', 'bench', 'empty')), await firstPaint(root)]
  if (i === 0) continue
  empty.push(/** @type {number} */ (pair[0]))
  app.push(/** @type {number} */ (pair[1]))
}
const median = (/** @type {number[]} */ values) => percentile(values, 0.5)
const ms = (/** @type {number[]} */ v) =>
  `${Math.round(median(v))} ms (${Math.round(Math.min(...v))} to ${Math.round(Math.max(...v))})`
console.log(`start to first paint, median of ${RUNS}`)
console.log(`  an empty Electron window  ${ms(empty)}`)
console.log(`  Pagewalk                  ${ms(app)}`)
console.log(`  ratio                     ${(median(app) / median(empty)).toFixed(2)}, goal at most ${GOAL}`)

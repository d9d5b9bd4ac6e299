#!/usr/bin/env node
// How long a frame takes while a program with 1,000 mappings and 100,000 resident pages runs, with each of the inspector's
// views in sight, and of an empty Electron page in the same run. A frame's time is from its beginning, as the browser dates
// it, to when everything it had to do on the page's thread is done: what delays it counts, waiting for the display does not.
// Needs a display and a built application.
import { at, root } from '../run.mjs'
import { percentile, withElectron } from './launch.mjs'

const SECONDS = 4
/** A frame of 60 in a second. */
const GOAL = 16.7
const VIEWS = ['process', 'story', 'heap', 'space', 'layers', 'physical', 'slab']

/** Milliseconds of each frame, for so long. Runs in the page, whose globals this file knows nothing of. */
const FRAME_TIMES = `new Promise((resolve) => {
  const times = []
  const after = new MessageChannel()
  const end = performance.now() + ${SECONDS * 1000}
  let began = 0
  after.port1.onmessage = () => {
    times.push(performance.now() - began)
    if (performance.now() < end) requestAnimationFrame(frame)
    else resolve(times)
  }
  const frame = (time) => {
    began = time
    // Served when the frame's own work, drawing included, is over.
    after.port2.postMessage(undefined)
  }
  requestAnimationFrame(frame)
})`

/** @typedef {{ what: string, p95: number, p50: number, frames: number }} Measured */

/** @param {import('@playwright/test').Page} page @param {string} what @returns {Promise<Measured>} */
async function measure(page, what) {
  const times = /** @type {number[]} */ (await page.evaluate(FRAME_TIMES))
  return { what, p95: percentile(times, 0.95), p50: percentile(times, 0.5), frames: times.length / SECONDS }
}

const empty = () =>
  withElectron([at('build', 'bench', 'empty')], async (electron) => {
    const page = await electron.firstWindow()
    await page.waitForLoadState()
    return measure(page, 'an empty page')
  })

const app = () =>
  withElectron([root, at('build', 'bench', 'many-pages.c')], async (electron) => {
    const page = await electron.firstWindow()
    await page.locator('[data-testid=state][data-state=ready]').waitFor({ timeout: 60_000 })
    await page.getByTestId('run').click()
    await page.getByTestId('terminal-output').getByText('there').waitFor({ timeout: 120_000 })
    const rss = Number(await page.getByTestId('figure-rss').getByTestId('value').textContent())
    if (rss < 400_000) throw new Error(`the program has only ${rss} kB`)
    /** @type {Measured[]} */
    const all = []
    for (const view of VIEWS) {
      await page.getByTestId(`view-${view}`).click()
      all.push(await measure(page, view))
    }
    const state = await page.getByTestId('state').getAttribute('data-state')
    if (state !== 'running') throw new Error(`the program is ${state}`)
    return all
  })

const reference = await empty()
const measured = await app()
console.log(`time of a frame while a program with 1,000 mappings and 100,000 resident pages runs, ${SECONDS} s each`)
const line = (/** @type {Measured} */ { what, p50, p95, frames }, /** @type {string} */ rest = '') =>
  console.log(
    `  ${what.padEnd(14)} p50 ${p50.toFixed(1).padStart(6)} ms   p95 ${p95.toFixed(1).padStart(6)} ms   ${frames.toFixed(0).padStart(3)} frames/s${rest}`,
  )
line(reference)
for (const one of measured) line(one, `   ratio of p95 ${(one.p95 / reference.p95).toFixed(2)}`)
const worst = Math.max(...measured.map(({ p95 }) => p95))
console.log(`  worst p95 ${worst.toFixed(1)} ms, goal under ${GOAL}`)

#!/usr/bin/env node
// From starting the process to the first contentful paint, of the application and of an empty Electron window, in turn
// and in the same run: the ratio says what we add, whatever the machine. Needs a display and a built application.
import { _electron } from '@playwright/test'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { at, root } from '../run.mjs'

const RUNS = 5

/** Milliseconds to the first paint. @param {string} app @param {boolean} sandbox */
async function firstPaint(app, sandbox) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-bench-'))
  const env = /** @type {Record<string, string>} */ ({ ...process.env, XDG_CONFIG_HOME: home })
  const start = Date.now()
  const electron = await _electron.launch({ args: [app], chromiumSandbox: sandbox, env })
  try {
    const page = await electron.firstWindow()
    const painted = await page.waitForFunction(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      return paint ? performance.timeOrigin + paint.startTime : undefined
    })
    return /** @type {number} */ (await painted.jsonValue()) - start
  } finally {
    await electron.close()
    fs.rmSync(home, { recursive: true, force: true })
  }
}

/** @param {readonly number[]} values */
const median = (values) => /** @type {number} */ ([...values].sort((a, b) => a - b)[values.length >> 1])

const sandbox = !process.env.PAGEWALK_NO_SANDBOX
const empty = []
const app = []
// The first pair only warms the disk caches.
for (let i = 0; i <= RUNS; i++) {
  const pair = [await firstPaint(at('build', 'bench', 'empty'), sandbox), await firstPaint(root, sandbox)]
  if (i === 0) continue
  empty.push(/** @type {number} */ (pair[0]))
  app.push(/** @type {number} */ (pair[1]))
}
const ms = (/** @type {number[]} */ v) =>
  `${Math.round(median(v))} ms (${Math.round(Math.min(...v))} to ${Math.round(Math.max(...v))})`
console.log(`start to first paint, median of ${RUNS}`)
console.log(`  an empty Electron window  ${ms(empty)}`)
console.log(`  Pagewalk                  ${ms(app)}`)
console.log(`  ratio                     ${(median(app) / median(empty)).toFixed(2)}`)

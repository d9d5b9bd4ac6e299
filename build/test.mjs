#!/usr/bin/env node
// npm test: everything, in the order in which a mistake is found soonest; stops at the first step that fails.
//
//   node build/test.mjs            check, unit tests, end-to-end tests in the real Electron
//   node build/test.mjs e2e        the last of these only; what follows goes to Playwright
//   node build/test.mjs package    the end-to-end tests against the packaged application
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ensureBuilt } from './app.mjs'
import { electronVersion, ensureElectron } from './electron-dist.mjs'
import { at, bin, run } from './run.mjs'
import { whyNoSandbox } from './sandbox.mjs'
import { ensureSystemLibs } from './system-libs.mjs'

const [which = 'all', ...rest] = process.argv.slice(2)
const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-test-'))
process.on('exit', () => fs.rmSync(reports, { recursive: true, force: true }))

const start = Date.now()
const sum = { passed: 0, failed: 0, skipped: 0 }

const heading = (/** @type {string} */ text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 76 - text.length))}`)

/** The numbers of both runners, whatever came of the run. @param {string} file @param {(report: any) => typeof sum} read */
function count(file, read) {
  if (!fs.existsSync(file)) return
  const { passed, failed, skipped } = read(JSON.parse(fs.readFileSync(file, 'utf8')))
  sum.passed += passed
  sum.failed += failed
  sum.skipped += skipped
}

/** @param {string} [failedStep] @returns {never} */
function close(failedStep) {
  const seconds = Math.round((Date.now() - start) / 1000)
  console.log('')
  if (failedStep !== undefined) console.log(`stopped at: ${failedStep}`)
  // A step that broke without a test failing is still a failure.
  const failed = failedStep === undefined ? sum.failed : Math.max(1, sum.failed)
  console.log(
    `${sum.passed} passed, ${failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''} (${seconds} s)`,
  )
  process.exit(failed === 0 ? 0 : 1)
}

/** @param {string} name @param {() => number} step */
function step(name, step) {
  heading(name)
  if (step() !== 0) close(name)
}

function unit() {
  const file = path.join(reports, 'vitest.json')
  const status = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
  count(file, (r) => ({
    passed: r.numPassedTests,
    failed: r.numFailedTests,
    skipped: r.numPendingTests + r.numTodoTests,
  }))
  return status
}

/** @param {Record<string, string>} [env] */
function playwright(env = {}) {
  const file = path.join(reports, 'playwright.json')
  const args = ['test', '--reporter=list,json', ...rest]
  // A screen of its own even where there is one: windows do not jump into somebody's work, and sizes are always the same.
  const status = run('xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', bin('playwright'), ...args], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  })
  count(file, (r) => ({
    passed: r.stats.expected + r.stats.flaky,
    failed: r.stats.unexpected,
    skipped: r.stats.skipped,
  }))
  return status
}

/** Before the first test, so that a machine that lacks something says so in the first second. */
heading('machine')
ensureSystemLibs({ tests: true })
console.log(`Node ${process.versions.node}, ${os.availableParallelism()} cores, ${os.type()} ${os.release()}`)

if (which === 'all') {
  step('check', () => run(process.execPath, [at('build', 'check.mjs')]))
  step('unit tests', unit)
}

heading('Electron')
const executable = await ensureElectron().catch((/** @type {Error} */ error) => {
  console.error(`electron: ${error.message}`)
  return close('Electron')
})
ensureSystemLibs({ tests: true })
const noSandbox = whyNoSandbox(executable)
console.log(
  `Electron ${electronVersion(executable) ?? 'of unknown version'}${noSandbox === undefined ? '' : `, without a sandbox: ${noSandbox}`}`,
)
/** @type {Record<string, string>} */
const env = noSandbox === undefined ? {} : { PAGEWALK_NO_SANDBOX: '1' }

if (which === 'package') {
  step('package', () => run(process.execPath, [at('build', 'package.mjs')], { TEST_BUILD: '1' }))
  step('end to end, packaged', () => playwright({ ...env, APP_UNDER_TEST: at('dist', 'linux-unpacked', 'pagewalk') }))
} else {
  heading('build')
  ensureBuilt()
  step('end to end', () => playwright(env))
}
close()

#!/usr/bin/env node
// npm run check: everything that can be said about the code without running it. All checks run, two at a time, and
// their output comes in the order below.
import { spawn } from 'node:child_process'
import { at, bin, root } from './run.mjs'

const CHECKS = Object.freeze([
  { name: 'types', command: bin('vue-tsc'), args: ['--build'] },
  { name: 'lint', command: bin('eslint'), args: ['.', '--cache', '--cache-location', 'node_modules/.cache/eslint/'] },
  { name: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  {
    name: 'imports',
    command: bin('depcruise'),
    args: ['core', 'main', 'preload', 'renderer', 'e2e', '--config', '.dependency-cruiser.cjs'],
  },
  { name: 'unused', command: bin('knip'), args: ['--no-progress'] },
  { name: 'assembly', command: process.execPath, args: [at('build', 'assemble.mjs'), '--check'] },
  { name: 'documents', command: process.execPath, args: [at('build', 'docs.mjs'), '--check'] },
])

/** @param {(typeof CHECKS)[number]} check */
const start = ({ command, args }) =>
  new Promise((/** @type {(result: { ok: boolean, text: string, seconds: number }) => void} */ resolve) => {
    const begin = Date.now()
    // The output is a pipe; some tools colour it as soon as FORCE_COLOR is there at all.
    const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) }
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    const end = (/** @type {boolean} */ ok) => resolve({ ok, text: text.trim(), seconds: (Date.now() - begin) / 1000 })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (/** @type {Buffer} */ d) => (text += d.toString()))
    child.on('error', (error) => {
      text += error.message
      end(false)
    })
    child.on('close', (code) => end(code === 0))
  })

const AT_ONCE = 2
let free = AT_ONCE
/** @type {Array<() => void>} */
const queue = []
/** Runs at most AT_ONCE of them at a time. @template T @param {() => Promise<T>} task @returns {Promise<T>} */
async function inTurn(task) {
  if (free > 0) free--
  else await new Promise((/** @type {(value: void) => void} */ resolve) => queue.push(resolve))
  try {
    return await task()
  } finally {
    const next = queue.shift()
    if (next) next()
    else free++
  }
}

const running = CHECKS.map((check) => ({ name: check.name, result: inTurn(() => start(check)) }))
let failed = 0
for (const { name, result } of running) {
  const { ok, text, seconds } = await result
  if (!ok) failed++
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s`)
  if (!ok) console.log(`\n${text}\n`)
}
process.exit(failed === 0 ? 0 : 1)

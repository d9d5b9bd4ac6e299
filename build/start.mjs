#!/usr/bin/env node
// npm start: sees to Electron and the libraries it needs, builds the application and opens it.
import { spawn } from 'node:child_process'
import { ensureBuilt } from './app.mjs'
import { ensureElectron } from './electron-dist.mjs'
import { at, must, root } from './run.mjs'
import { whyNoSandbox } from './sandbox.mjs'
import { ensureSystemLibs } from './system-libs.mjs'

const { DISPLAY, WAYLAND_DISPLAY } = process.env

if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
  // Nothing is fetched for a window that cannot be shown.
  console.error(
    'There is no display, so here is the experiment in the terminal (with a virtual one: xvfb-run -a npm start).\n',
  )
  must(process.execPath, [
    at('build', 'pagewalk.mjs'),
    'run',
    at('core', 'programs', 'mmap-demo.c'),
    '--at-stop',
    'ps -o maj_flt -o min_flt -p $PID; pmap -x $PID',
  ])
  process.exit(0)
}

ensureSystemLibs()
const executable = await ensureElectron().catch((/** @type {Error} */ error) => {
  console.error(`electron: ${error.message}`)
  process.exit(1)
})
// Once more: the executable itself knows best what it needs.
ensureSystemLibs()
ensureBuilt()

const flags = []
const noSandbox = whyNoSandbox(executable)
if (noSandbox !== undefined) {
  console.error(`electron: ${noSandbox}`)
  flags.push('--no-sandbox')
}
if (process.platform === 'linux' && !DISPLAY) flags.push('--ozone-platform-hint=auto')
const app = spawn(executable, [root, ...flags, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => app.kill(signal))
app.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))

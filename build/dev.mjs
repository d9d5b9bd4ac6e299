#!/usr/bin/env node
// npm run dev: the application with hot reloading of the window.
import { ensureElectron } from './electron-dist.mjs'
import { bin, must } from './run.mjs'
import { whyNoSandbox } from './sandbox.mjs'
import { ensureSystemLibs } from './system-libs.mjs'

ensureSystemLibs()
const executable = await ensureElectron()
const noSandbox = whyNoSandbox(executable)
if (noSandbox !== undefined) console.error(`electron: ${noSandbox}`)
must(bin('electron-vite'), ['dev', ...process.argv.slice(2)], noSandbox === undefined ? {} : { NO_SANDBOX: '1' })

#!/usr/bin/env node
// npm run bench: the benchmarks that stand beside the code (*.bench.ts), then the start of the application.
// Arguments go to vitest; with any, only those benchmarks run.
import { ensureBuilt } from './app.mjs'
import { electronVersion, ensureElectron } from './electron-dist.mjs'
import { at, bin, must } from './run.mjs'
import { whyNoSandbox } from './sandbox.mjs'
import { ensureSystemLibs } from './system-libs.mjs'

const args = process.argv.slice(2)
must(bin('vitest'), ['bench', '--run', ...args])
if (args.length > 0) process.exit(0)

ensureSystemLibs({ tests: true })
const executable = await ensureElectron()
ensureBuilt()
console.log(`\nElectron ${electronVersion(executable) ?? 'of unknown version'}`)
must('xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', process.execPath, at('build', 'bench', 'start.mjs')], {
  ...(whyNoSandbox(executable) === undefined ? {} : { PAGEWALK_NO_SANDBOX: '1' }),
})

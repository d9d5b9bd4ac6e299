#!/usr/bin/env node
// npm run bench:ui: the window beside an empty one in the same run: how long it takes to start, and how long its frames
// take while a program with much memory runs. Names of benchmarks may follow; without any all of them run.
import { ensureBuilt } from './app.mjs'
import { electronVersion, ensureElectron } from './electron-dist.mjs'
import { at, must } from './run.mjs'
import { whyNoSandbox } from './sandbox.mjs'
import { ensureSystemLibs } from './system-libs.mjs'

const wanted = process.argv.slice(2)
ensureSystemLibs({ tests: true })
const executable = await ensureElectron()
ensureBuilt()
console.log(`\nElectron ${electronVersion(executable) ?? 'of unknown version'}`)
for (const name of ['start', 'frames'])
  if (wanted.length === 0 || wanted.includes(name))
    must('xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', process.execPath, at('build', 'bench', `${name}.mjs`)], {
      ...(whyNoSandbox(executable) === undefined ? {} : { PAGEWALK_NO_SANDBOX: '1' }),
    })

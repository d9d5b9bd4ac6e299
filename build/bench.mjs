#!/usr/bin/env node
// npm run bench: the benchmarks that stand beside the code (*.bench.ts), then those of the window.
// Arguments go to vitest; with any, only those benchmarks run.
import { at, bin, must } from './run.mjs'

const args = process.argv.slice(2)
must(bin('vitest'), ['bench', '--run', ...args])
if (args.length === 0) must(process.execPath, [at('build', 'bench-ui.mjs')])

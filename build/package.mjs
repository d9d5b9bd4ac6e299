#!/usr/bin/env node
// npm run package: dist/linux-unpacked, made by electron-builder from the Electron that everything else runs on.
// TEST_BUILD=1 leaves on the fuse through which the end-to-end tests drive it. What follows goes to electron-builder.
import { ensureBuilt } from './app.mjs'
import { electronVersion, ensureElectron } from './electron-dist.mjs'
import { at, bin, must } from './run.mjs'

const executable = await ensureElectron().catch((/** @type {Error} */ error) => {
  console.error(`electron: ${error.message}`)
  process.exit(1)
})
console.log(`packaging with Electron ${electronVersion(executable) ?? 'of unknown version'}`)
ensureBuilt()
const args = process.argv.slice(2)
must(bin('electron-builder'), ['--linux', 'dir', '--config', at('build', 'builder.config.mjs'), ...args])

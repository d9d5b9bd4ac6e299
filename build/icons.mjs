#!/usr/bin/env node
// Draws build/resources/icons/*.png from the two SVG files, with the Electron at hand. Needs a display:
//   xvfb-run -a node build/icons.mjs
import { ensureElectron } from './electron-dist.mjs'
import { at, must } from './run.mjs'
import { whyNoSandbox } from './sandbox.mjs'

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512]
const executable = await ensureElectron()
const jobs = SIZES.map((size) => ({
  svg: at('build', 'resources', size <= 32 ? 'icon-small.svg' : 'icon.svg'),
  png: at('build', 'resources', 'icons', `${size}x${size}.png`),
  size,
}))
const flags = whyNoSandbox(executable) === undefined ? [] : ['--no-sandbox']
must(executable, [at('build', 'electron', 'rasterise.cjs'), ...flags], { PAGEWALK_ICONS: JSON.stringify(jobs) })

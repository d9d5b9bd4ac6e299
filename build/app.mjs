// Builds the application when its sources have changed since the last time.
import fs from 'node:fs'
import { at, bin, fingerprint, must } from './run.mjs'

const SOURCES = ['core', 'main', 'preload', 'renderer', 'electron.vite.config.ts', 'package-lock.json']
const STAMP = at('out', '.stamp')

/** The main process's bundle, whose absence means that nothing is built. */
const BUILT = at('out', 'main', 'index.js')

export function ensureBuilt() {
  const now = fingerprint(SOURCES)
  if (fs.existsSync(BUILT) && fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === now) return
  fs.rmSync(STAMP, { force: true })
  must(bin('electron-vite'), ['build', '--logLevel', 'warn'])
  fs.writeFileSync(STAMP, now)
}

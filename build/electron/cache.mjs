// Where the staged Electron lives: outside node_modules, so that a second clone finds it, and complete or not at all.
// Work happens in a folder beside it that is renamed into place as the last step. Folders that a killed process left
// behind are swept by the next one.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const MARK = '.tmp-'
const DAY = 24 * 60 * 60 * 1000

/** @param {string} name */
export function cachePath(name, env = process.env) {
  const base = env.PAGEWALK_CACHE_DIR || path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'pagewalk')
  return path.join(base, name)
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false
  }
  // A killed process that nobody has waited for still answers; the state follows the name, which may hold anything.
  const stat = `/proc/${pid}/stat`
  return !fs.existsSync(stat) || !fs.readFileSync(stat, 'utf8').includes(') Z ')
}

/** Removes working folders whose maker is gone, and any a day old: of another host's makers nothing is known. @param {string} folder */
export function sweep(folder, now = Date.now()) {
  if (!fs.existsSync(folder)) return []
  const swept = []
  for (const name of fs.readdirSync(folder)) {
    const match = /\.tmp-(.+)-(\d+)-[^-]+$/.exec(name)
    if (!match) continue
    const full = path.join(folder, name)
    const gone = match[1] === os.hostname() && !isRunning(Number(match[2]))
    if (!gone && now - fs.statSync(full).mtimeMs < DAY) continue
    fs.rmSync(full, { recursive: true, force: true })
    swept.push(name)
  }
  return swept
}

/**
 * Fills `target` with what `fill` makes in an empty folder, or leaves no trace: on an error, and on Ctrl-C.
 * @param {string} target
 * @param {(folder: string) => Promise<string>} fill returns the folder to put in place
 */
export async function fillAtomically(target, fill) {
  const parent = path.dirname(target)
  fs.mkdirSync(parent, { recursive: true })
  sweep(parent)
  const work = fs.mkdtempSync(`${target}${MARK}${os.hostname()}-${process.pid}-`)
  const clean = () => fs.rmSync(work, { recursive: true, force: true, maxRetries: 3 })
  /** @param {NodeJS.Signals} signal */
  const interrupted = (signal) => {
    clean()
    process.stderr.write('\nelectron: interrupted; nothing was left behind\n')
    process.exit(128 + (os.constants.signals[signal] ?? 2))
  }
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.on(signal, interrupted)
  try {
    const ready = await fill(work)
    try {
      fs.renameSync(ready, target)
    } catch (error) {
      // Another process was quicker: its folder is as good as ours.
      if (!fs.existsSync(target)) throw error
    }
  } finally {
    for (const signal of signals) process.off(signal, interrupted)
    clean()
  }
}

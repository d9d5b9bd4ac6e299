// Starting an Electron application for a benchmark, with settings of its own that are gone afterwards.
import { _electron } from '@playwright/test'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const sandbox = !process.env.PAGEWALK_NO_SANDBOX

/**
 * @template T
 * @param {readonly string[]} args
 * @param {(electron: import('@playwright/test').ElectronApplication, home: string) => Promise<T>} use
 */
export async function withElectron(args, use) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-bench-'))
  const env = /** @type {Record<string, string>} */ ({ ...process.env, XDG_CONFIG_HOME: home })
  const electron = await _electron.launch({ args: [...args], chromiumSandbox: sandbox, env })
  try {
    return await use(electron, home)
  } finally {
    await electron.close()
    fs.rmSync(home, { recursive: true, force: true })
  }
}

/** The value below which that share of the values lies. @param {readonly number[]} values @param {number} share */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return /** @type {number} */ (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))])
}

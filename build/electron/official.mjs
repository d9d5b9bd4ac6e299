// The official Electron, fetched by the installer of the `electron` package, which checks it against the checksums it
// carries and keeps the archive in the user's cache.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { say } from './progress.mjs'

const PATIENCE_MS = 5000
const DOWNLOAD_MS = 15 * 60_000

/** @param {string} packageDir */
const wantedVersion = (packageDir) =>
  /** @type {string} */ (JSON.parse(fs.readFileSync(path.join(packageDir, 'package.json'), 'utf8')).version)

/** Whether the installer has the archive from an earlier time, in which case it needs no network. @param {string} file */
function isCached(file) {
  const root =
    process.env.electron_config_cache ||
    path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'electron')
  return (
    fs.existsSync(root) &&
    fs.readdirSync(root).some((entry) => entry === file || fs.existsSync(path.join(root, entry, file)))
  )
}

/** Asks for the very file, redirects included: a host that answers while its downloads are blocked is no use. */
async function unreachable(/** @type {string} */ url) {
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE_MS) })
    return answer.ok || url.endsWith('/') ? undefined : `answers ${answer.status}`
  } catch (error) {
    const { cause, name } = /** @type {Error & { cause?: { code?: string } }} */ (error)
    return `does not answer (${cause?.code ?? name})`
  }
}

/**
 * @param {string} packageDir node_modules/electron
 * @returns {Promise<boolean>} whether it is installed now
 */
export async function installOfficial(packageDir) {
  const version = wantedVersion(packageDir)
  const file = `electron-v${version}-${process.platform}-${process.arch}.zip`
  const mirror = process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror
  const url = mirror ?? `https://github.com/electron/electron/releases/download/v${version}/${file}`
  if (!isCached(file)) {
    const why = await unreachable(url)
    if (why !== undefined) {
      say(`${new URL(url).host} ${why}`)
      return false
    }
    say(`fetching the official Electron ${version} from ${new URL(url).host}`)
  }
  // The installer writes through what it finds there, and that may be a link into our own cache.
  fs.rmSync(path.join(packageDir, 'dist'), { recursive: true, force: true })
  fs.rmSync(path.join(packageDir, 'path.txt'), { force: true })
  const done = spawnSync(process.execPath, [path.join(packageDir, 'install.js')], {
    stdio: ['ignore', 2, 2],
    timeout: DOWNLOAD_MS,
  })
  if (done.status === 0) return true
  say('the official download failed')
  return false
}

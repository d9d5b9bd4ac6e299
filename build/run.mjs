// What the scripts in this folder share: where the project is, running one of its tools, and whether a build is fresh.
import { spawnSync } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
export const at = (/** @type {string[]} */ ...parts) => path.join(root, ...parts)

/** The command that runs a tool of node_modules, without going through npx. @param {string} name */
export const bin = (name) => at('node_modules', '.bin', name)

/**
 * Runs a command in the project, its output going where ours goes, and gives its exit status.
 * @param {string} command
 * @param {readonly string[]} [args]
 * @param {NodeJS.ProcessEnv} [env] in addition to ours
 */
export function run(command, args = [], env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) process.stderr.write(`${command}: ${error.message}\n`)
  return status ?? 1
}

/** As `run`, and ends this process when it fails. @type {(...args: Parameters<typeof run>) => void} */
export function must(command, args, env) {
  const status = run(command, args, env)
  if (status !== 0) process.exit(status)
}

/** @param {string} file @returns {string[]} */
function stamps(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return [`${file} ${stat.mtimeMs} ${stat.size}`]
  return fs.readdirSync(file, { withFileTypes: true }).flatMap((entry) => {
    const full = `${file}/${entry.name}`
    if (entry.isDirectory()) return stamps(full)
    if (/\.(test|bench)\.ts$/.test(entry.name)) return []
    const { mtimeMs, size } = fs.statSync(full)
    return [`${full} ${mtimeMs} ${size}`]
  })
}

/**
 * One line that changes when any of these files or folders does: names, times and sizes, which is cheap to ask.
 * @param {readonly string[]} sources
 */
export const fingerprint = (sources) =>
  crypto
    .createHash('sha1')
    .update(
      sources
        .flatMap((s) => stamps(at(s)))
        .sort()
        .join('\n'),
    )
    .digest('hex')

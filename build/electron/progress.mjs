// What the user sees while Electron is fetched. On stderr: stdout belongs to whoever called.

export const say = (/** @type {string} */ line) => process.stderr.write(`electron: ${line}\n`)

const WIDTH = 30

/**
 * A bar that redraws itself on a terminal and stays silent in a log.
 * @param {string} label
 */
export function progress(label, stream = process.stderr) {
  let shown = -1
  return {
    /** @param {number} done @param {number} total */
    at(done, total) {
      const percent = Math.min(100, Math.floor((done / total) * 100))
      if (!stream.isTTY || percent === shown) return
      shown = percent
      const filled = Math.round((percent / 100) * WIDTH)
      stream.write(
        `\relectron: ${label} [${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${String(percent).padStart(3)}%`,
      )
    },
    end() {
      if (stream.isTTY && shown >= 0) stream.write('\n')
    },
  }
}

/**
 * Writes a file so that at every moment either the old one is there or the new one, whole: a temporary file beside it,
 * fsync, rename. What a link points to is replaced, not the link; the file keeps its permissions.
 */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'

/** @throws what the file system says, when the file is as it was */
export function writeWhole(path: string, data: string | Uint8Array, newMode = 0o666): void {
  const target = realPath(path)
  const temporary = `${target}.${randomBytes(4).toString('hex')}.new`
  try {
    const file = openSync(temporary, 'wx', modeOf(target) ?? newMode)
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
      // A rename can reach the disk before the data does; then the file would be there and empty.
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(target))
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode & 0o777
  } catch {
    return undefined
  }
}

/** So that the rename survives a loss of power; not every system can. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {
    // The file is there all the same.
  }
}

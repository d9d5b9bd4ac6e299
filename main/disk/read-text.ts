/**
 * Reads a text that a user pointed at, or that anybody may have put there. Whatever the file turns out to be (a folder, a
 * fifo, a film), the answer is its text or why there is none, in bounded time and memory.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

export type NotRead =
  | { readonly why: 'folder' | 'not-regular' | 'too-large' | 'not-text' }
  /** Cannot be opened or read. */
  | { readonly why: 'unreadable'; readonly errno: string }

export type TextRead = { readonly ok: true; readonly text: string } | ({ readonly ok: false } & NotRead)

export interface ReadOptions {
  /** Larger files are refused. */
  readonly maxBytes: number
  /** A link in the last place is refused with ELOOP, where the system can (Windows cannot). */
  readonly noLinks?: boolean
}

/** The text without a byte order mark; all else, line ends included, as it is. */
export function readText(path: string, { maxBytes, noLinks = false }: ReadOptions): TextRead {
  // Without O_NONBLOCK the open of a fifo waits for a writer, for ever. Neither flag is there on every system.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (noLinks ? (constants.O_NOFOLLOW ?? 0) : 0)
  let file: number | undefined
  try {
    file = openSync(path, flags)
    const stats = fstatSync(file)
    if (!stats.isFile()) return { ok: false, why: kindOf(stats) }
    const bytes = readUpTo(file, maxBytes + 1)
    if (bytes.length > maxBytes) return { ok: false, why: 'too-large' }
    const text = decode(bytes)
    return text === undefined ? { ok: false, why: 'not-text' } : { ok: true, text }
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? 'EIO'
    return errno === 'EISDIR' ? { ok: false, why: 'folder' } : { ok: false, why: 'unreadable', errno }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const kindOf = (stats: Stats): 'folder' | 'not-regular' => (stats.isDirectory() ? 'folder' : 'not-regular')

/** A file can grow while it is read, and files in /proc say size 0: so the length is whatever comes, up to a limit. */
function readUpTo(file: number, limit: number): Uint8Array {
  const buffer = new Uint8Array(limit)
  let length = 0
  while (length < limit) {
    const got = readSync(file, buffer, length, limit - length, null)
    if (got === 0) break
    length += got
  }
  return buffer.subarray(0, length)
}

/** undefined: not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

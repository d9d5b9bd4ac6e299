/** What the command reads: files, and the lines for the program's terminal. */
import { readFileSync, readSync } from 'node:fs'
import { decodeUtf8 } from '../../core/session/index.js'
import { BrokenInput, type RunOptions } from './usage.js'

export function readInput(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'no such file'
        : code === 'EISDIR'
          ? 'this is a directory'
          : code === 'EACCES'
            ? 'permission denied'
            : String(code)
    throw new BrokenInput(`${file}: ${why}`)
  }
}

/** With their newlines; the last may have none. */
export const readLines = (file: string): string[] => decodeUtf8(readInput(file)).match(/[^\n]*\n|[^\n]+$/g) ?? []

/** The lines to type, one a stop; undefined is end of file. */
export function lineSource(options: Pick<RunOptions, 'stdin' | 'json'>): () => string | undefined {
  if (options.stdin !== undefined) {
    const lines = readLines(options.stdin)
    return () => lines.shift()
  }
  if (process.stdin.isTTY && !options.json) return readTypedLine
  return () => '\n'
}

/** One line from the person at the terminal, waiting for it. */
function readTypedLine(): string | undefined {
  const byte = Buffer.alloc(1)
  const line: number[] = []
  while (readSync(0, byte, 0, 1, null) === 1) {
    const [typed = 0] = byte
    line.push(typed)
    if (typed === 10) break
  }
  return line.length > 0 ? decodeUtf8(line) : undefined
}

/**
 * The heap to scale: chunks laid out in lines of so many bytes, as text is. What is much longer than a line is drawn with
 * its beginning and its end and a break between, so that the small chunks keep their place beside a top of many kilobytes.
 *
 *     0x1d10000 |used   |tcache|used            |
 *     0x1d10400 |top ...                        |
 *               ~ 130048 bytes of it left out ~
 *     0x1d31000 |...  top|
 */
import type { ChunkState, HeapRow } from '../../../core/protocol/index.js'
import type { PageToken } from './page-states.js'

/** Bytes of a line, from near to far. A smallest chunk of 32 bytes stays some pixels wide in the last. */
export const LINE_BYTES = [256, 512, 1024, 2048, 4096, 8192] as const

export interface HeapSegment {
  /** Index of the chunk. */
  readonly chunk: number
  /** Bytes from the line's beginning. */
  readonly from: number
  readonly to: number
  /** Where the chunk begins: the segment that stands for it. */
  readonly head: boolean
}
export interface HeapLine {
  readonly address: number
  readonly segments: readonly HeapSegment[]
  /** Bytes of the chunk that are left out after this line. */
  readonly skipped: number
}

/** A chunk that fills more lines than this is broken. */
const WHOLE_LINES = 3

export function heapLines(chunks: readonly HeapRow[], bytes: number): readonly HeapLine[] {
  const lines: HeapLine[] = []
  let segments: HeapSegment[] = []
  let base = 0
  /** Where the next chunk of the line must begin. */
  let end = -1
  const close = (skipped = 0) => {
    if (segments.length > 0) lines.push({ address: base, segments, skipped })
    segments = []
  }
  chunks.forEach((row, chunk) => {
    const start = parseInt(row.address, 16)
    const limit = start + row.size
    if (start !== end || start >= base + bytes) {
      close()
      base = start === end ? base + bytes : start
    }
    let at = start
    while (at < limit) {
      if (at >= base + bytes) {
        const left = limit - at
        const broken = at - start <= bytes && left > WHOLE_LINES * bytes
        // The last line of a broken chunk is as full as it would be without the break.
        const skip = broken ? Math.floor((left - 1) / bytes) * bytes : 0
        close(skip)
        base += bytes + skip
        at += skip
      }
      const to = Math.min(limit, base + bytes)
      segments.push({ chunk, from: at - base, to: to - base, head: at === start })
      at = to
    }
    end = limit
  })
  close()
  return lines
}

export interface ChunkLook {
  readonly state: ChunkState
  readonly token: PageToken
  readonly letter: string
}
/** Hue, pattern and letter of a chunk's state, from the one palette. */
export const CHUNK_LOOKS: readonly ChunkLook[] = [
  { state: 'used', token: 'anon-clean', letter: 'U' },
  { state: 'mmapped', token: 'shared', letter: 'M' },
  { state: 'tcache', token: 'huge', letter: 'T' },
  { state: 'fastbin', token: 'locked', letter: 'F' },
  { state: 'unsorted', token: 'swapped', letter: 'N' },
  { state: 'small', token: 'file-clean', letter: 'S' },
  { state: 'large', token: 'file-dirty', letter: 'L' },
  { state: 'free', token: 'zero', letter: '–' },
  { state: 'top', token: 'absent', letter: 't' },
  { state: 'fencepost', token: 'table', letter: 'P' },
]
export const chunkLook = (state: ChunkState): ChunkLook =>
  CHUNK_LOOKS.find((look) => look.state === state) ?? { state, token: 'absent', letter: '?' }

/** How many chunks and bytes are in each state, in the order of the looks; states that nothing is in are left out. */
export function chunkSums(chunks: readonly HeapRow[]): readonly (ChunkLook & { count: number; bytes: number })[] {
  return CHUNK_LOOKS.map((look) => {
    const those = chunks.filter(({ state }) => state === look.state)
    return { ...look, count: those.length, bytes: those.reduce((sum, { size }) => sum + size, 0) }
  }).filter(({ count }) => count > 0)
}

/** The chunk under the same place of the line above or below that of the chunk given. */
export function chunkBeside(lines: readonly HeapLine[], chunk: number, down: boolean): number | undefined {
  const at = lines.findIndex(({ segments }) => segments.some((s) => s.chunk === chunk && s.head))
  const from = lines[at]?.segments.find((s) => s.chunk === chunk)?.from ?? 0
  const direction = down ? 1 : -1
  for (let i = at + direction; i >= 0 && i < lines.length; i += direction) {
    const found = lines[i]?.segments.find((s) => s.to > from) ?? lines[i]?.segments.at(-1)
    if (found && found.chunk !== chunk) return found.chunk
  }
  return undefined
}

/** A number as a person types it: decimal, or hex with 0x. undefined if it is none that is exact. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim()
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Number.isSafeInteger(value) ? value : undefined
}

/** Finds one mapping's block in the text of /proc/PID/smaps. */
import { stripZeros } from './hex.js'

const HEADER = /^([0-9a-f]+)-[0-9a-f]+ /

/** Lines [from, to) of the block whose header starts at `address` (hex, any number of leading zeros). */
export function smapsBlock(text: string, address: string): { from: number; to: number } | undefined {
  const wanted = stripZeros(address)
  const lines = text.split('\n')
  const from = lines.findIndex((line) => stripZeros(HEADER.exec(line)?.[1] ?? '-') === wanted)
  if (from < 0) return undefined
  const next = lines.findIndex((line, i) => i > from && (HEADER.test(line) || line === ''))
  return { from, to: next < 0 ? lines.length : next }
}

/**
 * The compact form of a page: the byte most of it repeats, and the runs of words that differ.
 *
 *   word 0     fill byte | number of runs << 16
 *   each run   index of its first word | number of words << 16, then the words
 *
 * A page with one byte set takes three words. A page that is not mostly one byte has no compact form. No memory of the
 * simulated machine is involved: this is about what the simulation itself takes of its host.
 */
import { PAGE_SIZE } from '../../base/index.js'

const PAGE_WORDS = PAGE_SIZE / 4
/** Largest compact form in words: a quarter of a page, less what an allocation unit keeps for itself. */
export const MOST_WORDS = 252

/** The byte that a page most likely repeats: two of three places far apart agree on it, else the last one has it. */
function likelyFill(words: Int32Array, page: number): number {
  const first = words[page + (PAGE_WORDS >> 2)] & 0xff
  const second = words[page + (PAGE_WORDS >> 1)] & 0xff
  return first === second ? first : words[page + PAGE_WORDS - 1] & 0xff
}

const repeated = (byte: number): number => Math.imul(byte, 0x0101_0101)

/**
 * Writes the compact form of the page at word `page` to `out`.
 * @param out at least MOST_WORDS words
 * @returns its length in words, 1 if the page is one repeated byte, 0 if it has no compact form
 */
export function pack(words: Int32Array, page: number, out: Int32Array): number {
  const byte = likelyFill(words, page)
  const fill = repeated(byte)
  if (isDense(words, page, fill)) return 0
  const end = page + PAGE_WORDS
  let length = 1
  let runs = 0
  for (let at = nextOther(words, page, end, fill); at < end; at = nextOther(words, at, end, fill)) {
    const first = at
    const head = length++
    // One word of the fill between two runs costs no more than a new run.
    while (at < end && (words[at] !== fill || (at + 1 < end && words[at + 1] !== fill))) {
      if (length >= MOST_WORDS) return 0
      out[length++] = words[at++]
    }
    out[head] = (first - page) | ((at - first) << 16)
    runs++
  }
  out[0] = byte | (runs << 16)
  return length
}

/** Sixteen words, apart by no power of two: if most of them differ from the fill, it is no use to look at all. */
function isDense(words: Int32Array, page: number, fill: number): boolean {
  let others = 0
  for (let i = 0; i < 16; i++) if (words[page + 61 * i] !== fill) others++
  return others > 8
}

/** Index of the first word that differs from the fill, `end` if none does. */
function nextOther(words: Int32Array, from: number, end: number, fill: number): number {
  let at = from
  while (at < end && at % STRIDE !== 0) {
    if (words[at] !== fill) return at
    at++
  }
  while (at < end && sameStride(words, at, fill)) at += STRIDE
  while (at < end && words[at] === fill) at++
  return at
}

/** Words compared in one go; pages begin at multiples of it. */
const STRIDE = 8

const sameStride = (words: Int32Array, at: number, fill: number): boolean =>
  ((words[at] ^ fill) |
    (words[at + 1] ^ fill) |
    (words[at + 2] ^ fill) |
    (words[at + 3] ^ fill) |
    (words[at + 4] ^ fill) |
    (words[at + 5] ^ fill) |
    (words[at + 6] ^ fill) |
    (words[at + 7] ^ fill)) ===
  0

/** Writes the page whose compact form begins at word `at` of `words` to word `page` of `target`. */
export function unpack(words: Int32Array, at: number, target: Int32Array, page: number): void {
  target.fill(repeated(words[at] & 0xff), page, page + PAGE_WORDS)
  let next = at + 1
  for (let runs = words[at] >>> 16; runs > 0; runs--) {
    const first = page + (words[next] & 0xffff)
    const length = words[next] >>> 16
    for (let i = 0; i < length; i++) target[first + i] = words[next + 1 + i]
    next += 1 + length
  }
}

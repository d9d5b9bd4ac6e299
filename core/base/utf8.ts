/** UTF-8 both ways. The core has no TextEncoder; what is not valid becomes U+FFFD, as a terminal shows it. */

export function encodeUtf8(text: string): Uint8Array {
  const out: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (code < 0x80) out.push(code)
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return Uint8Array.from(out)
}

const REPLACEMENT = '\ufffd'

export function decodeUtf8(bytes: ArrayLike<number>, from = 0, to = bytes.length): string {
  let text = ''
  for (let at = from; at < to;) {
    const length = sequenceLength(bytes, at, to)
    text += length === 0 ? REPLACEMENT : String.fromCodePoint(codePointAt(bytes, at, length))
    at += Math.max(1, length)
  }
  return text
}

/** Length without a character at the end whose last bytes are still to come. */
export function completeUtf8(bytes: ArrayLike<number>): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return bytes.length - (expectedLength(byte) > back ? back : 0)
  }
  return bytes.length
}

/** Bytes a sequence with this first byte has, 0 if none starts so. */
const expectedLength = (first: number): number =>
  first < 0x80
    ? 1
    : first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0

/** Bytes of the valid sequence at `at`, or 0. */
function sequenceLength(bytes: ArrayLike<number>, at: number, to: number): number {
  const length = expectedLength(bytes[at])
  if (length === 0 || at + length > to) return 0
  for (let i = 1; i < length; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return 0
  const code = codePointAt(bytes, at, length)
  const overlong = (length === 3 && code < 0x800) || (length === 4 && code < 0x10000)
  return overlong || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0 : length
}

function codePointAt(bytes: ArrayLike<number>, at: number, length: number): number {
  if (length === 1) return bytes[at]
  let code = bytes[at] & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i] & 63)
  return code
}

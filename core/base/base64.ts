/** Bytes of a text in base64 (RFC 4648), padded. */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  for (let at = 0, out = 0; at < text.length; at += 4, out += 3) {
    const group =
      (digit(text, at) << 18) | (digit(text, at + 1) << 12) | (digit(text, at + 2) << 6) | digit(text, at + 3)
    for (let i = 0; i < 3 && out + i < bytes.length; i++) bytes[out + i] = group >> (16 - 8 * i)
  }
  return bytes
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, DIGITS.indexOf(String.fromCharCode(code))))
const digit = (text: string, at: number): number => VALUES[text.charCodeAt(at)]

/** A module that is kept as base64, compiled when it is first asked for. */
export function moduleOf(base64: string): () => WebAssembly.Module {
  let module: WebAssembly.Module | undefined
  return () => (module ??= new WebAssembly.Module(base64Bytes(base64)))
}

/**
 * Sizes of what gcc made of a program. How many bytes of machine code a statement becomes is gcc's affair and not the
 * kernel's; but whole pages of it decide where everything behind lies.
 */
import { assert } from '../../base/index.js'

export interface ElfSizes {
  /** Bytes of the executable segment, and of the read-only one behind it. */
  readonly text: number
  readonly rodata: number
}

const PT_LOAD = 1
const PF_X = 1
const PHDR_BYTES = 56

/** @param file an ELF64 file of separate r--, r-x, r-- segments */
export function elfSizes(file: Uint8Array): ElfSizes {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const start = Number(view.getBigUint64(32, true))
  const count = view.getUint16(56, true)
  const headers = Array.from({ length: count }, (_, i) => start + i * PHDR_BYTES)
  const loads = headers.filter((at) => view.getUint32(at, true) === PT_LOAD)
  const text = loads.findIndex((at) => view.getUint32(at + 4, true) & PF_X)
  assert(text === 1 && loads.length === 4, 'the program has the segments of its template')
  const [, textBytes, rodataBytes] = loads.map((at) => Number(view.getBigUint64(at + 40, true)))
  return { text: textBytes, rodata: rodataBytes }
}

/**
 * An /etc/ld.so.cache of a given size that knows libc.so.6 and nothing else (sysdeps/generic/dl-cache.h, the format
 * "glibc-ld.so.cache1.1"). Its size decides how large a hole its mapping leaves below ld.so, and so where the program's
 * small mappings go.
 *
 *   magic 20 | nlibs 4 | len_strings 4 | flags 1 | 3 | extensions 4 | 12 || flags 4 | key 4 | value 4 | 4 | hwcap 8 || strings
 */
import { encodeUtf8 } from '../../base/index.js'

const MAGIC = 'glibc-ld.so.cache1.1'
const HEADER_BYTES = 48
const ENTRY_BYTES = 24
/** Little endian, as cache_file_new_flags_endian_little. */
const LITTLE_ENDIAN = 2
/** FLAG_ELF_LIBC6 | FLAG_X8664_LIB64. */
const LIBC6_X86_64 = 0x303

export function loaderCache(libcPath: string, size: number): Uint8Array {
  const name = 'libc.so.6'
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  const strings = HEADER_BYTES + ENTRY_BYTES
  bytes.set(encodeUtf8(MAGIC))
  view.setUint32(20, 1, true)
  view.setUint32(24, size - strings, true)
  bytes[28] = LITTLE_ENDIAN
  view.setUint32(HEADER_BYTES, LIBC6_X86_64, true)
  view.setUint32(HEADER_BYTES + 4, strings, true)
  view.setUint32(HEADER_BYTES + 8, strings + name.length + 1, true)
  bytes.set(encodeUtf8(`${name}\0${libcPath}\0`), strings)
  return bytes
}

// Reads the kind of zip that software is shipped in: entries stored or deflated, no encryption, below 4 GiB, no zip64.
// Every length and checksum is compared; a name that would leave the destination is refused.
import fs from 'node:fs'
import path from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'

const END = 0x0605_4b50
const CENTRAL = 0x0201_4b50
const LOCAL = 0x0403_4b50
/** The end record is 22 bytes and may be followed by a comment of 64 KiB. */
const TAIL = 22 + 0xffff

const S_IFMT = 0o170000
const S_IFLNK = 0o120000

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} method 0 stored, 8 deflated
 * @property {number} crc
 * @property {number} packed bytes in the archive
 * @property {number} size bytes when unpacked
 * @property {number} mode Unix file mode, 0 when the archive has none
 * @property {number} offset of its local header
 */

/** @param {string} file */
export function openZip(file) {
  const fd = fs.openSync(file, 'r')
  const end = fs.fstatSync(fd).size

  /** @param {number} position @param {number} length */
  const read = (position, length) => {
    const bytes = Buffer.alloc(length)
    if (position < 0 || fs.readSync(fd, bytes, 0, length, position) !== length)
      throw new Error(`${file}: the archive is cut short`)
    return bytes
  }

  /** @returns {Entry[]} */
  const list = () => {
    const tail = read(Math.max(0, end - TAIL), Math.min(end, TAIL))
    let at = tail.length - 22
    while (at >= 0 && tail.readUInt32LE(at) !== END) at--
    if (at < 0) throw new Error(`${file}: not a zip archive`)
    const directory = read(tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12))
    const entries = []
    for (let p = 0; p < directory.length;) {
      if (directory.readUInt32LE(p) !== CENTRAL) throw new Error(`${file}: its directory is broken`)
      const nameLength = directory.readUInt16LE(p + 28)
      entries.push({
        name: directory.toString('utf8', p + 46, p + 46 + nameLength),
        method: directory.readUInt16LE(p + 10),
        crc: directory.readUInt32LE(p + 16),
        packed: directory.readUInt32LE(p + 20),
        size: directory.readUInt32LE(p + 24),
        mode: directory.readUInt32LE(p + 38) >>> 16,
        offset: directory.readUInt32LE(p + 42),
      })
      p += 46 + nameLength + directory.readUInt16LE(p + 30) + directory.readUInt16LE(p + 32)
    }
    return entries
  }

  /** @param {Entry} entry */
  const data = (entry) => {
    const header = read(entry.offset, 30)
    if (header.readUInt32LE(0) !== LOCAL) throw new Error(`${entry.name}: its header is broken`)
    const packed = read(entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), entry.packed)
    if (entry.method !== 0 && entry.method !== 8) throw new Error(`${entry.name}: unknown compression ${entry.method}`)
    const bytes = entry.method === 0 ? packed : inflateRawSync(packed)
    if (bytes.length !== entry.size || crc32(bytes) !== entry.crc)
      throw new Error(`${entry.name}: damaged in the archive`)
    return bytes
  }

  return { entries: list(), data, close: () => fs.closeSync(fd) }
}

/**
 * Unpacks what `rename` gives a name for; undefined leaves an entry out.
 * @param {string} file
 * @param {string} destination
 * @param {(name: string) => string | undefined} rename
 * @param {(done: number, total: number) => void} [onProgress]
 */
export function unzip(file, destination, rename = (name) => name, onProgress = () => {}) {
  const root = path.resolve(destination)
  const zip = openZip(file)
  try {
    const wanted = zip.entries.flatMap((entry) => {
      const name = entry.name.endsWith('/') ? undefined : rename(entry.name)
      return name ? [{ entry, target: path.resolve(root, name) }] : []
    })
    const total = wanted.reduce((sum, { entry }) => sum + entry.size, 0)
    let done = 0
    for (const { entry, target } of wanted) {
      if (!target.startsWith(root + path.sep)) throw new Error(`${entry.name}: a name that leads out of the archive`)
      fs.mkdirSync(path.dirname(target), { recursive: true })
      const bytes = zip.data(entry)
      if ((entry.mode & S_IFMT) === S_IFLNK) {
        const link = bytes.toString('utf8')
        if (!path.resolve(path.dirname(target), link).startsWith(root + path.sep))
          throw new Error(`${entry.name}: a link that leads out`)
        fs.symlinkSync(link, target)
      } else fs.writeFileSync(target, bytes, { mode: entry.mode & 0o777 || 0o644, flag: 'wx' })
      done += entry.size
      onProgress(done, total)
    }
    return wanted.length
  } finally {
    zip.close()
  }
}

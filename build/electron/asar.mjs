// Writes an asar archive of a few files in one folder. The format is two Chromium pickles and the bodies:
//
//   u32 4 | u32 headerSize | u32 payloadSize | u32 jsonLength | json, padded to 4 | bodies
//           `--------------- pickle holding the header ----------------------'
//
// The packager's own library does this too, but Electron must be runnable before the packager is needed, and with the
// standard library only.

/**
 * @param {Readonly<Record<string, string | Buffer>>} files name -> content
 * @returns {Buffer}
 */
export function asar(files) {
  /** @type {Record<string, { size: number, offset: string }>} */
  const index = {}
  const bodies = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const body = Buffer.from(content)
    index[name] = { size: body.length, offset: String(offset) }
    offset += body.length
    bodies.push(body)
  }
  const json = Buffer.from(JSON.stringify({ files: index }))
  const padded = Math.ceil(json.length / 4) * 4
  const head = Buffer.alloc(16 + padded)
  head.writeUInt32LE(4, 0)
  head.writeUInt32LE(padded + 8, 4)
  head.writeUInt32LE(padded + 4, 8)
  head.writeUInt32LE(json.length, 12)
  json.copy(head, 16)
  return Buffer.concat([head, ...bodies])
}

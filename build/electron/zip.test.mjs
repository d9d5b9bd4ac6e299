import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unzip } from './zip.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-zip-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

/**
 * @typedef {object} Made
 * @property {string} name
 * @property {string} text
 * @property {number} [mode]
 * @property {boolean} [stored]
 * @property {number} [crc]
 */

/** A zip archive of these entries, written by hand. @param {readonly Made[]} entries */
function zipOf(entries, comment = '') {
  const locals = []
  const central = []
  let offset = 0
  for (const { name, text, mode = 0o100644, stored = false, crc } of entries) {
    const raw = Buffer.from(text)
    const body = stored ? raw : deflateRawSync(raw)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(stored ? 0 : 8, 8)
    local.writeUInt16LE(Buffer.byteLength(name), 26)
    // An extra field in the local header only, as real archives have: the reader must take its length from here.
    const extra = Buffer.from([1, 0, 0, 0])
    local.writeUInt16LE(extra.length, 28)
    locals.push(local, Buffer.from(name), extra, body)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(stored ? 0 : 8, 10)
    entry.writeUInt32LE(crc ?? crc32(raw), 16)
    entry.writeUInt32LE(body.length, 20)
    entry.writeUInt32LE(raw.length, 24)
    entry.writeUInt16LE(Buffer.byteLength(name), 28)
    entry.writeUInt32LE((mode << 16) >>> 0, 38)
    entry.writeUInt32LE(offset, 42)
    central.push(entry, Buffer.from(name))
    offset += 30 + Buffer.byteLength(name) + extra.length + body.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)])
}

/** @param {Buffer} bytes */
function write(bytes) {
  const file = path.join(folder, 'a.zip')
  fs.writeFileSync(file, bytes)
  return file
}
const out = () => path.join(folder, 'out')
/** @param {string} name */
const read = (name) => fs.readFileSync(path.join(out(), name), 'utf8')

test('unpacks stored and deflated entries with their modes', () => {
  const file = write(
    zipOf([
      { name: 'a/run', text: 'x'.repeat(5000), mode: 0o100755 },
      { name: 'b.txt', text: 'plain', stored: true },
      { name: 'a/', text: '' },
    ]),
  )
  expect(unzip(file, out())).toBe(2)
  expect(read('a/run')).toBe('x'.repeat(5000))
  expect(fs.statSync(path.join(out(), 'a/run')).mode & 0o777).toBe(0o755)
  expect(read('b.txt')).toBe('plain')
})

test('finds the end of an archive that carries a comment', () => {
  expect(unzip(write(zipOf([{ name: 'a', text: '1' }], 'made by hand')), out())).toBe(1)
})

test('takes only what it is given a name for, and reports progress in bytes', () => {
  const file = write(
    zipOf([
      { name: 'App/in', text: '12345' },
      { name: 'other', text: '1' },
    ]),
  )
  /** @type {Array<readonly [number, number]>} */
  const seen = []
  unzip(
    file,
    out(),
    (name) => (name.startsWith('App/') ? name.slice(4) : undefined),
    (done, total) => seen.push([done, total]),
  )
  expect(fs.readdirSync(out())).toEqual(['in'])
  expect(seen).toEqual([[5, 5]])
})

test('makes links that stay inside and refuses the others', () => {
  const link = (/** @type {string} */ to) => zipOf([{ name: 'd/link', text: to, mode: 0o120777 }])
  unzip(write(link('../target')), out())
  expect(fs.readlinkSync(path.join(out(), 'd/link'))).toBe('../target')
  expect(() => unzip(write(link('../../outside')), path.join(folder, 'second'))).toThrow(/leads out/)
})

test('refuses a name that leads out of the destination', () => {
  expect(() => unzip(write(zipOf([{ name: '../evil', text: '1' }])), out())).toThrow(/leads out/)
  expect(fs.existsSync(path.join(folder, 'evil'))).toBe(false)
})

test('refuses damage', () => {
  expect(() => unzip(write(zipOf([{ name: 'a', text: '1', crc: 7 }])), out())).toThrow(/damaged/)
  expect(() => unzip(write(Buffer.from('not an archive at all, not at all')), out())).toThrow(/not a zip/)
  const whole = zipOf([{ name: 'a', text: '1' }])
  expect(() => unzip(write(whole.subarray(20)), out())).toThrow(/cut short|broken/)
})

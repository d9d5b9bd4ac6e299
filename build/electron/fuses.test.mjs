import { expect, test } from 'vitest'
import { FUSE, setFuses } from './fuses.mjs'

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** @param {string} wire */
const executable = (wire, version = 1) =>
  Buffer.concat([
    Buffer.from(`\x7fELF......${SENTINEL}`),
    Buffer.from([version, wire.length]),
    Buffer.from(`${wire}....`),
  ])

test('sets what it is told to and nothing else', () => {
  const bytes = executable('10100011')
  setFuses(bytes, [
    [FUSE.nodeCliInspect, true],
    [FUSE.browserV8Snapshot, false],
  ])
  expect(bytes.equals(executable('10110001'))).toBe(true)
})

test('refuses what it does not know', () => {
  expect(() => setFuses(Buffer.from('no fuses'), [])).toThrow(/no fuses/)
  expect(() => setFuses(executable('101', 2), [])).toThrow(/version 2/)
  expect(() => setFuses(executable('101'), [[3, true]])).toThrow(/no fuse 3/)
})

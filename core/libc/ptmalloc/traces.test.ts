import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { findProfile } from '../../profiles/index.js'
import { replayMallocTrace } from '../../session/index.js'

const folder = new URL('../../golden/malloc/', import.meta.url)
const files = readdirSync(folder)

/** A file that may be kept compressed. */
function read(name: string): Buffer {
  if (files.includes(name)) return readFileSync(new URL(name, folder))
  return gunzipSync(readFileSync(new URL(`${name}.gz`, folder)))
}

/** The first line that differs, or nothing. */
function difference(expected: string, got: string): unknown {
  if (expected === got) return undefined
  const lines = got.split('\n')
  const [at, line] = [...expected.split('\n').entries()].find(([i, text]) => text !== lines[i])!
  return { at, expected: line, got: lines[at] }
}

describe('every line of the captured traces is exact', () => {
  const names = files.filter((file) => file.includes('.trace')).map((file) => file.replace(/\.trace(\.gz)?$/, ''))

  it('there are 31 of them', () => {
    expect(names.length).toBe(31)
  })

  it.each(names)('%s', (name) => {
    const got = replayMallocTrace(findProfile('debian-12')!, read(`${name}.trace`))
    expect(difference(read(`${name}.expected`).toString('utf8'), got)).toBeUndefined()
  })
})

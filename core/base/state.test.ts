import { describe, expect, it } from 'vitest'
import { Hash64, StateRegistry } from './index.js'

const CHUNK = 65536

function twoColumns() {
  const registry = new StateRegistry()
  const small = registry.column('small', Int32Array, 3)
  const large = registry.column('large', Uint8Array, 4 * CHUNK + 5)
  const table = { rows: [{ name: 'a', size: 1 }] }
  registry.table('table', {
    save: () => structuredClone(table.rows),
    load: (saved: typeof table.rows) => (table.rows = structuredClone(saved)),
  })
  return { registry, small, large, table }
}

describe('the registry of state', () => {
  it('starts with zeroed columns', () => {
    expect([...twoColumns().small]).toEqual([0, 0, 0])
  })

  it('refuses a name that is taken', () => {
    const { registry } = twoColumns()
    expect(() => registry.column('small', Int32Array, 1)).toThrow('small is registered twice')
    expect(() => registry.table('table', { save: () => 0, load: () => undefined })).toThrow('registered twice')
  })

  it('puts everything back, also what was zero then', () => {
    const { registry, small, large, table } = twoColumns()
    small[1] = -7
    large[CHUNK] = 1
    const snapshot = registry.snapshot()
    const hash = registry.hash()
    small.fill(9)
    large.fill(9)
    table.rows.push({ name: 'b', size: 2 })
    expect(registry.hash()).not.toBe(hash)
    registry.restore(snapshot)
    expect([...small]).toEqual([0, -7, 0])
    expect([large[0], large[CHUNK], large[4 * CHUNK + 4]]).toEqual([0, 1, 0])
    expect(table.rows).toEqual([{ name: 'a', size: 1 }])
    expect(registry.hash()).toBe(hash)
  })

  it('can be put back more than once: a snapshot is not the live state', () => {
    const { registry, small, table } = twoColumns()
    const snapshot = registry.snapshot()
    for (let i = 0; i < 2; i++) {
      small[0]++
      table.rows[0].size++
      registry.restore(snapshot)
    }
    expect(small[0]).toBe(0)
    expect(table.rows[0].size).toBe(1)
  })

  it('keeps only chunks that hold something', () => {
    const { registry, large } = twoColumns()
    large[2 * CHUNK + 1] = 1
    large[4 * CHUNK + 4] = 1
    const image = registry.snapshot().columns.get('large')!
    expect([...image.chunks.keys()]).toEqual([2, 4])
    expect(image.chunks.get(4)).toHaveLength(5)
  })

  it('shares unchanged chunks with the snapshot before', () => {
    const { registry, large } = twoColumns()
    large[0] = large[CHUNK] = large[2 * CHUNK] = 1
    const first = registry.snapshot()
    large[CHUNK] = 2
    large[2 * CHUNK] = 0
    const second = registry.snapshot(first)
    const [a, b] = [first, second].map((s) => s.columns.get('large')!.chunks)
    expect(b.get(0)).toBe(a.get(0))
    expect(b.get(1)).not.toBe(a.get(1))
    expect(b.has(2)).toBe(false)
    registry.restore(first)
    expect([large[0], large[CHUNK], large[2 * CHUNK]]).toEqual([1, 1, 1])
    registry.restore(second)
    expect([large[0], large[CHUNK], large[2 * CHUNK]]).toEqual([1, 2, 0])
  })

  it('does not resize a column of fixed length', () => {
    const a = new StateRegistry()
    const b = new StateRegistry()
    a.column('x', Int32Array, 2)
    b.column('x', Int32Array, 3)
    expect(() => b.restore(a.snapshot())).toThrow('x has a fixed length')
  })

  it('names a column that a snapshot lacks', () => {
    const { registry } = twoColumns()
    expect(() => registry.restore(new StateRegistry().snapshot())).toThrow('the snapshot has no small')
  })

  it('hashes equal states equally, however they came about', () => {
    const a = twoColumns()
    const b = twoColumns()
    a.large[5] = 3
    b.large.fill(8)
    b.large.fill(0)
    b.large[5] = 3
    a.table.rows = [{ name: 'a', size: 1 }]
    b.table.rows = [{ size: 1, name: 'a' }]
    expect(a.registry.hash()).toBe(b.registry.hash())
    expect(a.registry.hash()).toMatch(/^[0-9a-f]{16}$/)
  })

  it('hashes by place: the same byte elsewhere is another state', () => {
    const hashes = [0, 1, CHUNK, 4 * CHUNK + 4].map((at) => {
      const { registry, large } = twoColumns()
      large[at] = 1
      return registry.hash()
    })
    expect(new Set(hashes).size).toBe(4)
  })
})

describe('the running hash', () => {
  it('goes on from where it was saved', () => {
    const hash = new Hash64()
    hash.text('before')
    const saved = hash.save()
    hash.text('after')
    const other = new Hash64()
    other.load(saved)
    other.text('after')
    expect(other.digest()).toBe(hash.digest())
  })

  it('depends on order and on where texts end', () => {
    const of = (...texts: string[]): string => {
      const hash = new Hash64()
      for (const text of texts) hash.text(text)
      return hash.digest()
    }
    expect(of('ab', 'c')).not.toBe(of('a', 'bc'))
    expect(of('a', 'b')).not.toBe(of('b', 'a'))
  })

  it('tells every single bit of a word apart', () => {
    const digests = Array.from({ length: 32 }, (_, bit) => {
      const hash = new Hash64()
      hash.word(1 << bit)
      return hash.digest()
    })
    expect(new Set(digests).size).toBe(32)
  })
})

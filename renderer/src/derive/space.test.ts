import { describe, expect, it } from 'vitest'
import type { PageRow, PmapRow } from '../../../core/protocol/index.js'
import { isKernelGap, mappingHeight, pageLook, sizeText, spaceItems } from './space.js'

const mapping = (address: string, kbytes: number) => ({ address, kbytes }) as PmapRow

describe('the address space', () => {
  it('is mappings and the gaps between them', () => {
    const items = spaceItems([mapping('400000', 4), mapping('401000', 8), mapping('600000', 4)])
    expect(items.map((item) => (item.kind === 'gap' ? sizeText(item.bytes) : item.row.address))).toEqual([
      '4 MiB',
      '400000',
      '401000',
      '1.99 MiB',
      '600000',
    ])
  })

  it('grows by the same height with every doubling', () => {
    expect(mappingHeight(16) - mappingHeight(8)).toBe(mappingHeight(1 << 20) - mappingHeight(1 << 19))
    expect(mappingHeight(8)).toBeGreaterThan(mappingHeight(4))
  })

  it('knows the gap to the kernel’s half', () => {
    const items = spaceItems([mapping('7ffc66f69000', 8), mapping('ffffffffff600000', 4)])
    expect(items.map(isKernelGap)).toEqual([false, false, true, false])
  })
})

it('sizes have three digits', () => {
  expect([4096, 1792 * 1024, 93_680_000_000_000].map(sizeText)).toEqual(['4 kB', '1.75 MiB', '85.2 TiB'])
})

it('a page looks like its state', () => {
  const page = (change: Partial<PageRow>) =>
    pageLook({ state: 'anon', dirty: false, huge: false, sharers: 1, ...change } as PageRow).state
  expect(page({ state: 'absent' })).toBe('absent')
  expect(page({ state: 'zero', sharers: 0 })).toBe('zero')
  expect(page({ dirty: true })).toBe('anonDirty')
  expect(page({ state: 'file' })).toBe('fileClean')
  expect(page({ state: 'file', sharers: 3 })).toBe('shared')
  expect(page({ huge: true, dirty: true })).toBe('huge')
})

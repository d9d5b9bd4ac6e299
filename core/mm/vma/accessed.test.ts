import { describe, expect, it } from 'vitest'
import { pfn, StateRegistry } from '../../base/index.js'
import { MemMap, PG_ACTIVE, PG_REFERENCED, PG_THP } from '../phys/index.js'
import { markAccessed, setReferenced } from './accessed.js'

const PAGE = pfn(700)
const text = (flags: number): string =>
  [flags & PG_ACTIVE ? 'active' : '', flags & PG_REFERENCED ? 'referenced' : ''].filter(Boolean).join(', ')

function marks(times: number, evictable: boolean): string[] {
  const map = new MemMap(new StateRegistry(), 2048)
  return Array.from({ length: times }, () => {
    markAccessed(map, PAGE, evictable)
    return text(map.flags[PAGE])
  })
}

describe('a page used on behalf of a process', () => {
  it('is referenced, then active, then both', () => {
    expect(marks(4, true)).toEqual(['referenced', 'active', 'active, referenced', 'active, referenced'])
  })

  it('stays referenced when it may not be evicted', () => {
    expect(marks(3, false)).toEqual(['referenced', 'referenced', 'referenced'])
  })

  it('marks all of a huge page', () => {
    const map = new MemMap(new StateRegistry(), 2048)
    for (let p = 512; p < 1024; p++) map.flags[p] |= PG_THP
    setReferenced(map, PAGE)
    const marked = [511, 512, 1023, 1024].map((p) => map.has(pfn(p), PG_REFERENCED))
    expect(marked).toEqual([false, true, true, false])
  })
})

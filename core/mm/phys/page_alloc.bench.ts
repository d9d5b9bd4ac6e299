/**
 * Pages allocated and freed a second, beside a reference measured in the same run: a plain stack of page numbers.
 * One iteration is 4096 pages. Tolerated: 100 times the reference.
 */
import { bench, describe } from 'vitest'
import { built } from '../../testing/built.js'

const { bareMemory, MigrateType, order, pfn } = await built()

const PAGES = 4096

function stack(): () => void {
  const free = Int32Array.from({ length: PAGES }, (_, i) => i)
  const refcount = new Int32Array(PAGES)
  const held = new Int32Array(PAGES)
  return () => {
    let top = PAGES
    for (let i = 0; i < PAGES; i++) {
      held[i] = free[--top]
      refcount[held[i]] = 1
    }
    for (let i = 0; i < PAGES; i++) {
      refcount[held[i]] = 0
      free[top++] = held[i]
    }
  }
}

describe('single pages, freed in order (every free joins)', () => {
  const { buddy } = bareMemory(8192)
  const held = new Int32Array(PAGES)
  bench('pagewalk', () => {
    for (let i = 0; i < PAGES; i++) held[i] = buddy.alloc(order(0), MigrateType.Movable)
    for (let i = 0; i < PAGES; i++) buddy.putPage(pfn(held[i]))
  })
  bench('reference', stack())
})

describe('single pages, taken and freed at once (splits and joins ten orders)', () => {
  const { buddy } = bareMemory(8192)
  bench('pagewalk', () => {
    for (let i = 0; i < PAGES; i++) buddy.putPage(buddy.alloc(order(0), MigrateType.Movable))
  })
  bench('reference', stack())
})

describe('the largest blocks', () => {
  const { buddy } = bareMemory(8192)
  bench('pagewalk', () => {
    for (let i = 0; i < 4; i++) buddy.free(buddy.alloc(order(10), MigrateType.Movable), order(10))
  })
  bench('reference', stack())
})

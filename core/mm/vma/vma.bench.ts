/**
 * Mapping calls a second with many mappings around, beside a reference measured in the same run: inserting into and
 * removing from a sorted array of the same length. Tolerated: 60 times the reference.
 */
import { bench, describe } from 'vitest'
import { PAGE_SIZE } from '../../base/index.js'
import { debian12 } from '../../profiles/index.js'
import { built } from '../../testing/built.js'

const { DRAWING, TestMachine, vmaAt } = await built()
type Machine = InstanceType<typeof TestMachine>

const PAGE = PAGE_SIZE
const AROUND = 1000
const CALLS = 256
const RW = 3

/** Every other page mapped: nothing merges. */
function machine(): Machine {
  const m = new TestMachine(debian12)
  for (let i = 0; i < AROUND; i++) m.map(1, RW, DRAWING + 4 * i * PAGE)
  return m
}

const place = (i: number): number => DRAWING + (4 * ((i * 37) % AROUND) + 2) * PAGE

function sortedArray(): number[] {
  return Array.from({ length: AROUND }, (_, i) => DRAWING + 4 * i * PAGE)
}

function indexOf(array: readonly number[], value: number): number {
  let low = 0
  let high = array.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (array[middle] >= value) high = middle
    else low = middle + 1
  }
  return low
}

describe(`mmap and munmap of a page among ${AROUND} mappings, ${CALLS} times`, () => {
  const m = machine()
  bench('pagewalk', () => {
    for (let i = 0; i < CALLS; i++) m.map(1, RW, place(i))
    for (let i = 0; i < CALLS; i++) m.sys.munmap(place(i), PAGE)
  })
  const array = sortedArray()
  bench('reference', () => {
    for (let i = 0; i < CALLS; i++) array.splice(indexOf(array, place(i)), 0, place(i))
    for (let i = 0; i < CALLS; i++) array.splice(indexOf(array, place(i)), 1)
  })
})

describe(`finding the mapping of an address among ${AROUND}, ${CALLS} times`, () => {
  const m = machine()
  const array = sortedArray()
  let _found = 0
  bench('pagewalk', () => {
    for (let i = 0; i < CALLS; i++) if (vmaAt(m.mm, place(i) - 2 * PAGE)) _found++
  })
  bench('reference', () => {
    for (let i = 0; i < CALLS; i++) _found += indexOf(array, place(i))
  })
})

describe(`mprotect that splits and merges again, ${CALLS} times`, () => {
  const m = new TestMachine(debian12)
  m.map(64, RW, DRAWING)
  for (let i = 0; i < 64; i++) m.user.writeU8(DRAWING + i * PAGE, 1)
  const array = sortedArray()
  bench('pagewalk', () => {
    for (let i = 0; i < CALLS; i++) {
      m.sys.mprotect(DRAWING + 8 * PAGE, 16 * PAGE, 1)
      m.sys.mprotect(DRAWING + 8 * PAGE, 16 * PAGE, RW)
    }
  })
  bench('reference', () => {
    for (let i = 0; i < CALLS; i++) {
      array.splice(500, 0, 1, 2)
      array.splice(500, 2)
    }
  })
})

/**
 * Page faults a second, each beside a reference measured in the same run: a loop that does the bare minimum of a fault
 * on typed arrays (walk, take a page from a stack, set entry, count, hash). One iteration is 4096 faults, so
 * hz * 4096 is faults a second. Tolerated: a fault may cost 40 times the bare minimum.
 */
import { bench, describe } from 'vitest'
import { Hash64, PAGE_SIZE } from '../../base/index.js'
import { debian12 } from '../../profiles/index.js'
import { DRAWING, TestMachine } from '../../testing/machine.js'
import { mmap } from '../vma/index.js'

const PAGES = 4096
const RW = 3
const MAP_PRIVATE_FIXED = 0x12
const BYTES = PAGES * PAGE_SIZE

const machine = (): TestMachine => new TestMachine(debian12, { ramPages: 65536 })

const eachPage = (act: (address: number) => void): void => {
  for (let page = 0; page < PAGES; page++) act(DRAWING + page * PAGE_SIZE)
}

/** The least a simulated fault could do. */
function reference(): () => void {
  const table = new Int32Array(PAGES)
  const refcount = new Int32Array(PAGES)
  const free = Int32Array.from({ length: PAGES }, (_, i) => i)
  const ring = new Int32Array(PAGES * 6)
  const hash = new Hash64()
  return () => {
    let top = PAGES
    for (let page = 0; page < PAGES; page++) {
      if (table[page] !== 0) continue
      const frame = free[--top]
      refcount[frame] = 1
      table[page] = (frame << 12) | 0x67
      ring[page * 6] = page
      hash.word(page)
    }
    table.fill(0)
  }
}

describe('write faults: a fresh page each', () => {
  const m = machine()
  bench('pagewalk', () => {
    m.map(PAGES, RW, DRAWING)
    eachPage((at) => m.user.writeU8(at, 1))
    m.sys.munmap(DRAWING, BYTES)
  })
  bench('reference', reference())
})

describe('read faults: the zero page', () => {
  const m = machine()
  bench('pagewalk', () => {
    m.map(PAGES, RW, DRAWING)
    eachPage((at) => void m.user.readU8(at))
    m.sys.munmap(DRAWING, BYTES)
  })
  bench('reference', reference())
})

describe('copy faults: a private file page written to', () => {
  const m = machine()
  const disk = Array.from({ length: PAGES }, (_, i) => ({ offset: i * PAGE_SIZE, bytes: Uint8Array.of(1, 2, 3) }))
  const file = m.kernel.parts.cache.create({ ino: 77, path: '/bench', device: '08:01', size: BYTES, disk: [] })
  for (let i = 0; i < PAGES; i++) {
    const frame = m.kernel.parts.cache.read(file, i)
    m.kernel.parts.arena.u8.set(disk[i].bytes, m.kernel.parts.contents.writable(frame))
  }
  bench('pagewalk', () => {
    const request = { addr: DRAWING, length: BYTES, prot: RW, flags: MAP_PRIVATE_FIXED, file: 77, offset: 0 }
    mmap(m.kernel.parts.mm, m.mm, request)
    eachPage((at) => m.user.writeU8(at, 1))
    m.sys.munmap(DRAWING, BYTES)
  })
  bench('reference', reference())
})

describe('accesses that hit the TLB', () => {
  const m = machine()
  m.map(1, RW, DRAWING)
  m.user.writeU8(DRAWING, 1)
  const plain = new Int32Array(1024)
  bench('pagewalk', () => {
    for (let i = 0; i < PAGES; i++) m.user.writeU32(DRAWING + (i & 1023) * 4, i)
  })
  bench('reference', () => {
    for (let i = 0; i < PAGES; i++) plain[i & 1023] = i
  })
})

/**
 * Page faults a second, each beside a reference measured in the same run: a loop that does the bare minimum of a fault
 * on typed arrays (walk, take a page from a stack, clear or copy it, set the entry, count, hash). One iteration is
 * 4096 faults with their mmap and munmap, so hz * 4096 is faults a second. Tolerated: 20 times the bare minimum for
 * faults that move bytes, 100 times for those that do not.
 */
import { bench, describe } from 'vitest'
import { PAGE_SIZE } from '../../base/index.js'
import { debian12 } from '../../profiles/index.js'
import { built } from '../../testing/built.js'

const { DRAWING, Hash64, mmap, TestMachine } = await built()
type Machine = InstanceType<typeof TestMachine>

const PAGE = PAGE_SIZE
const PAGES = 4096
const RW = 3
const MAP_PRIVATE_FIXED = 0x12
const BYTES = PAGES * PAGE

const machine = (): Machine => new TestMachine(debian12, { ramPages: 65536 })

const eachPage = (act: (address: number) => void): void => {
  for (let page = 0; page < PAGES; page++) act(DRAWING + page * PAGE)
}

/** The least a simulated fault could do: `work` is what must happen to the bytes of the page. */
function reference(work: 'nothing' | 'clear' | 'copy'): () => void {
  const bytes = new Uint8Array(work === 'nothing' ? 0 : 2 * BYTES)
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
      if (work === 'clear') bytes.fill(0, frame * PAGE, (frame + 1) * PAGE)
      else if (work === 'copy') bytes.copyWithin(frame * PAGE, BYTES + page * PAGE, BYTES + (page + 1) * PAGE)
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
  bench('reference', reference('clear'))
})

describe('read faults: the zero page', () => {
  const m = machine()
  bench('pagewalk', () => {
    m.map(PAGES, RW, DRAWING)
    eachPage((at) => void m.user.readU8(at))
    m.sys.munmap(DRAWING, BYTES)
  })
  bench('reference', reference('nothing'))
})

describe('copy faults: a private file page written to', () => {
  const m = machine()
  const file = m.kernel.parts.cache.create({ ino: 77, path: '/bench', device: '08:01', size: BYTES, disk: [] })
  for (let i = 0; i < PAGES; i++) {
    const { arena, cache, contents } = m.kernel.parts
    const slot = contents.writable(cache.read(file, i))
    arena.u8[slot] = 1
  }
  bench('pagewalk', () => {
    const request = { addr: DRAWING, length: BYTES, prot: RW, flags: MAP_PRIVATE_FIXED, file: 77, offset: 0 }
    mmap(m.kernel.parts.mm, m.mm, request)
    eachPage((at) => m.user.writeU8(at, 1))
    m.sys.munmap(DRAWING, BYTES)
  })
  bench('reference', reference('copy'))
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

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findProfile, freshHeap, replayMallocTrace } from '../../session/index.js'
import { MallOpt } from './index.js'

const folder = new URL('../../golden/malloc-threads/', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.trace'))
  .map((file) => file.replace('.trace', ''))
const read = (file: string): Buffer => readFileSync(new URL(file, folder))

describe('threads get arenas and tcaches as on the real library', () => {
  it.each(names)('%s', (name) => {
    const got = replayMallocTrace(findProfile('debian-12')!, read(`${name}.trace`))
    expect(got.split('\n')).toEqual(read(`${name}.expected`).toString('utf8').split('\n'))
  })
})

const HEAP_MAX = 64 * 1024 * 1024
const pool = () => freshHeap(findProfile('debian-12')!).pool

describe('a thread', () => {
  it('allocates from a heap that begins at a multiple of 64 MiB: heap_info, malloc_state, tcache, block', () => {
    const p = pool()
    p.malloc(10)
    p.threadStarts(1)
    p.switchThread(1)
    expect(p.malloc(1000) % HEAP_MAX).toBe(0x30 + 0x8a0 + 0x290 + 0x10)
  })

  it('goes on the same after a snapshot, and so do the others', () => {
    const p = pool()
    p.malloc(10)
    p.threadStarts(1)
    p.switchThread(1)
    const block = p.malloc(100)
    p.free(block)
    const saved = JSON.parse(JSON.stringify(p.save())) as unknown
    p.switchThread(0)
    p.restore(saved)
    expect(p.save()).toEqual(saved)
    expect(p.malloc(100)).toBe(block)
    p.switchThread(0)
    expect(p.malloc(100) % HEAP_MAX).not.toBe(block % HEAP_MAX)
  })

  // malloc(3000) and its kin after setrlimit(RLIMIT_AS) in a thread, captured on glibc 2.36: place in the page, head, a byte.
  it('gets mappings of their own for its blocks where there is no room for an arena', () => {
    const { pool: p, host } = freshHeap(findProfile('debian-12')!)
    p.option(MallOpt.M_PERTURB, 0x55)
    p.malloc(10)
    p.threadStarts(1)
    p.switchThread(1)
    const { sys } = host
    const mmap = sys.mmap.bind(sys)
    sys.mmap = (at, length, ...how) => (length < HEAP_MAX ? mmap(at, length, ...how) : -1)
    const seen = [p.memalign(64, 3000), p.malloc(3000), p.calloc(1, 3000)].map((block) => [
      block % 4096,
      Number(host.mem.readU64(block - 8)),
      host.mem.readU8(block + 2000),
    ])
    expect(seen).toEqual([
      [0x40, 0xfd2, 0xaa],
      [0x10, 0x1002, 0xaa],
      [0x10, 0x1002, 0],
    ])
  })

  it('leaves its arena to the next one', () => {
    const p = pool()
    p.malloc(10)
    p.threadStarts(1)
    p.switchThread(1)
    const block = p.malloc(100)
    p.free(block)
    p.threadExits()
    p.switchThread(0)
    p.threadStarts(2)
    p.switchThread(2)
    expect(Math.floor(p.malloc(100) / HEAP_MAX)).toBe(Math.floor(block / HEAP_MAX))
  })

  it('that forked is alone with all arenas', () => {
    const p = pool()
    p.malloc(10)
    p.threadStarts(1)
    p.switchThread(1)
    p.malloc(100)
    p.forked()
    expect(() => p.switchThread(1)).toThrow('a thread that was started')
    expect(p.heap.threadId).toBe(0)
    expect(p.heap.mp.freeList).toBe(p.heap.main.address)
  })
})

import { describe, expect, it } from 'vitest'
import { FakeUser } from '../../testing/fake-user.js'
import { Owners, Ptmalloc } from './index.js'

/** A heap whose callers stand at a code point of our choice. */
function heap() {
  const user = new FakeUser()
  const running = { codePoint: 0, call: 'malloc', time: 0 }
  const owners = new Owners(() => running)
  const host = {
    mem: user.mem,
    sys: user.sys,
    sbrk: (increment: number) => {
      const old = user.sys.brk(0)
      user.sys.brk(old + increment)
      return old
    },
    touch: () => {},
    fatal: (message: string): never => {
      throw new Error(message)
    },
    cpus: 1,
    program: './prog',
    shortProgram: 'prog',
    observer: owners,
  }
  return { pool: new Ptmalloc(host, '2.36', user.space(2400)), owners, running }
}

describe('who asked for a block', () => {
  it('is known from the allocation on, with its number and time', () => {
    const { pool, owners, running } = heap()
    pool.malloc(10)
    Object.assign(running, { codePoint: 7, call: 'calloc', time: 500 })
    const block = pool.calloc(3, 8)
    expect(owners.of(block)).toEqual({ block, codePoint: 7, call: 'calloc', time: 500, requested: 24, serial: 2 })
  })

  it('is forgotten when the block is freed: only what is in use costs memory', () => {
    const { pool, owners } = heap()
    for (let i = 0; i < 100; i++) pool.free(pool.malloc(i))
    expect(owners.blocks()).toEqual([])
  })

  it('is, after realloc, who called realloc', () => {
    const { pool, owners, running } = heap()
    const first = pool.malloc(10)
    running.codePoint = 9
    const second = pool.realloc(first, 5000)
    expect(owners.blocks().map(({ block, codePoint }) => [block, codePoint])).toEqual([[second, 9]])
    expect(pool.realloc(second, 0)).toBe(0)
    expect(owners.blocks()).toEqual([])
  })

  it('stays when an allocation fails', () => {
    const { pool, owners } = heap()
    const block = pool.malloc(10)
    expect(pool.malloc(2 ** 63)).toBe(0)
    expect(pool.realloc(block, 2 ** 63)).toBe(0)
    expect(owners.blocks().map((owner) => owner.serial)).toEqual([1])
  })

  it('can be saved and put back', () => {
    const { pool, owners } = heap()
    const kept = pool.malloc(10)
    const saved = owners.save()
    pool.free(kept)
    pool.malloc(20)
    owners.load(saved)
    expect(owners.blocks()).toEqual(saved.live)
    pool.malloc(30)
    expect(owners.blocks().map((owner) => owner.serial)).toContain(2)
  })
})

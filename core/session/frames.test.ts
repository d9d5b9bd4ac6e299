import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FrameDetail, FrameRow, SlabObjectRow, TableName, Tables, WalkRow } from '../protocol/index.js'
import { createSession, type Session } from './index.js'

const PID = 13070
const MMAP = '00007f2f565eb000'
const program = (name: string): string => readFileSync(new URL(`../programs/${name}.c`, import.meta.url), 'utf8')

/** A program at one of its stops, from 1. */
function atStop(name: string, stop: number, profile = 'ubuntu-16.04'): Session {
  const session = createSession()
  const loaded = session.load({ source: program(name), path: 'p.c', profile, seed: undefined })
  if (!loaded.ok) throw new Error(loaded.error.message)
  for (let i = 1; i <= stop; i++) {
    if (i > 1) session.input('\n')
    while (session.advance('stop', 1 << 24).state === 'running');
  }
  return session
}

function rows<T extends TableName>(session: Session, table: T, args: Tables[T]['args'], from = 0, count = 10_000) {
  const reply = session.rows<T>({ table, args, from, count })
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value.rows
}
const frameAt = (session: Session, frame: number): FrameDetail => rows(session, 'frame', { frame })[0]
const frames = (session: Session, order: 0 | 9 | 15, from: number, count: number): readonly FrameRow[] =>
  rows(session, 'frames', { order }, from, count)

describe('windows of page frames', () => {
  it('follow each other through RAM, whatever the hole below 4 GiB', () => {
    const session = atStop('mmap-demo', 1)
    const all = frames(session, 15, 0, 10_000)
    expect(all).toHaveLength(32)
    expect(all.map(({ first }) => first * 4096).slice(23, 25)).toEqual([0xb800_0000, 0x1_0000_0000])
    expect(frames(session, 9, 1535, 2).map(({ first }) => first)).toEqual([0xbfe00, 0x10_0000])
    expect(frames(session, 9, 2048, 10)).toEqual([])
  })

  it('of single frames tell what each is, also inside of free blocks', () => {
    const session = atStop('mmap-demo', 4)
    const [pageblock] = frames(session, 9, 600, 1)
    const single = frames(session, 0, 600 * 512, 512)
    expect(single[0].first).toBe(pageblock.first)
    expect(single.filter(({ kind }) => kind === pageblock.kind)).toHaveLength(Math.max(...pageblock.counts))
    for (const { first, kind, counts, pages } of single.slice(0, 40)) {
      expect([pages, Math.max(...counts)]).toEqual([1, 1])
      expect(frameAt(session, first).kind).toBe(kind)
    }
  })
})

describe('a page frame', () => {
  it('that a program wrote leads to its process, address and mapping', () => {
    const session = atStop('mmap-demo', 4)
    const [page] = rows(session, 'pages', { pid: PID, start: MMAP })
    expect(frameAt(session, page.frame)).toMatchObject({
      frame: page.frame,
      kind: 'anon',
      order: 0,
      refcount: 1,
      mapcount: 1,
      flags: ['anon', 'swapbacked', 'anon_exclusive'],
      type: 'Movable',
      owners: [{ how: 'mapped', pid: PID, address: MMAP, start: MMAP, name: '', perms: 'rw-p' }],
    })
  })

  it.each(['fork-cow', 'file-shared', 'huge-page', 'mremap-move'])('of %s has an owner for each entry', (name) => {
    const session = atStop(name, 3, 'debian-12')
    const seen = new Map<number, number>()
    for (const { pid } of rows(session, 'ps', undefined))
      for (const { address: start } of rows(session, 'pmap', { pid }))
        for (const { frame, sharers } of rows(session, 'pages', { pid, start }))
          if (sharers > 0) seen.set(frame, sharers)
    expect(seen.size).toBeGreaterThan(100)
    for (const [frame, sharers] of [...seen].filter((_, i) => i % 7 === 0)) {
      const { owners, mapcount } = frameAt(session, frame)
      expect(mapcount).toBe(sharers)
      expect(owners.filter(({ how }) => how === 'mapped')).toHaveLength(sharers)
    }
  })

  it('of a file tells which page of it', () => {
    const session = atStop('mmap-demo', 1)
    const libc = rows(session, 'pmap', { pid: PID }).find(({ mapping }) => mapping === 'libc-2.23.so')!
    const page = rows(session, 'pages', { pid: PID, start: libc.address }).find(({ sharers }) => sharers > 0)!
    const index = (parseInt(page.address, 16) - parseInt(libc.address, 16)) / 4096
    const { kind, owners } = frameAt(session, page.frame)
    expect(kind).toBe('fileClean')
    expect(owners[0]).toEqual({ how: 'cached', path: '/lib/x86_64-linux-gnu/libc-2.23.so', index })
  })

  it('that is a page table tells its level and what it covers', () => {
    const session = atStop('mmap-demo', 4)
    const path: readonly WalkRow[] = rows(session, 'walk', { pid: PID, address: MMAP })
    expect(path.map(({ table }) => frameAt(session, table).owners[0])).toMatchObject([
      { how: 'table', pid: PID, level: 'pgd', address: '0000000000000000' },
      { level: 'pud', address: '00007f0000000000' },
      { level: 'pmd', address: '00007f2f40000000' },
      { level: 'pte', address: '00007f2f56400000', deposit: false },
    ])
  })

  it('of the kernel tells what it is kept for', () => {
    const session = atStop('mmap-demo', 3)
    const [zero] = rows(session, 'pages', { pid: PID, start: MMAP })
    expect(frameAt(session, zero.frame).owners).toEqual([{ how: 'kernel', what: 'zero page' }])
    expect(frameAt(session, 0x1234).owners).toEqual([{ how: 'kernel', what: 'kernel image' }])
    expect(frameAt(session, 0x1234)).toMatchObject({ kind: 'reserved', zone: 'DMA32', flags: ['reserved'] })
  })

  it('in a free block tells the block', () => {
    const session = atStop('mmap-demo', 1)
    const free = frames(session, 9, 0, 2048).findLast(({ kind, counts }) => kind === 'free' && counts[0] === 512)!
    const { head, order, refcount, owners } = frameAt(session, free.first + 3)
    expect(order).toBeGreaterThanOrEqual(9)
    expect(head % 2 ** order).toBe(0)
    expect([refcount, owners]).toEqual([0, []])
  })

  it('where there is no RAM is none', () => {
    const session = atStop('mmap-demo', 1)
    expect([0xc_0000, 2 ** 33].map((frame) => rows(session, 'frame', { frame }))).toEqual([[], []])
  })
})

describe('the objects of a slab', () => {
  const session = atStop('fork-cow', 3, 'debian-12')
  const inCache = (cache: string): SlabObjectRow[] =>
    rows(session, 'slabs', { cache }).flatMap(({ slab }) =>
      rows(session, 'slabObjects', { slab }).filter(({ used }) => used),
    )
  const processes = rows(session, 'ps', undefined)

  it('are the tasks that there are', () => {
    expect(processes.length).toBeGreaterThan(1)
    expect(inCache('task_struct').map(({ structure, pid }) => [structure, pid])).toEqual(
      processes.map(({ pid }) => ['task_struct', pid]),
    )
  })

  it('are the mappings that there are', () => {
    const ranges = processes.flatMap(({ pid }) =>
      rows(session, 'pmap', { pid })
        .filter(({ kind }) => kind !== 'vsyscall')
        .map(({ address }) => `${pid} ${address.replace(/^0+(?=.{8})/, '')}`),
    )
    expect(new Set(inCache('vm_area_struct').map(({ pid, start }) => `${pid} ${start}`))).toEqual(new Set(ranges))
  })

  it('lie in the frame that says so', () => {
    const [{ slab }] = rows(session, 'slabs', { cache: 'task_struct' })
    expect(frameAt(session, slab + 5)).toMatchObject({
      kind: 'slab',
      head: slab,
      order: 3,
      owners: [{ how: 'slab', cache: 'task_struct', slab }],
    })
    expect(rows(session, 'slabObjects', { slab: slab + 5 })).toEqual(rows(session, 'slabObjects', { slab }))
  })
})

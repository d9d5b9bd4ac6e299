import { describe, expect, it } from 'vitest'
import type { StoryCall, StoryFault, StoryMark } from '../protocol/index.js'
import { Backing, FaultAction, MmBranch, PteState } from '../trace/index.js'
import { en, rowPlace, rowText, say, zhCN, type Words } from './index.js'

const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

describe('the two languages', () => {
  it('have the same words with the same parameters, and leave nothing empty', () => {
    expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort())
    for (const [id, text] of Object.entries(en)) {
      expect(params((zhCN as Record<string, string>)[id]), id).toEqual(params(text))
      expect((zhCN as Record<string, string>)[id].trim(), id).not.toBe('')
    }
  })

  it('have words for every id of the trace', () => {
    const actions = Object.keys(FaultAction).filter((id) => id !== 'Bad')
    const ids = [...Object.keys(PteState), ...Object.keys(Backing), ...Object.keys(MmBranch)]
    for (const id of [...ids, ...actions.map((action) => `do${action}`)]) expect(en, id).toHaveProperty(id)
  })
})

const nothing = { anonKb: 0, fileKb: 0, shmemKb: 0, dirtyKb: 0, tablesKb: 0 }
const happened = { index: 0, pid: 1, time: 0, stop: 0, line: 20, functionName: 'main', call: '', count: 1, changed: [] }
const mapping = { start: 0x7f0000, end: 0x7f4000, perms: 'rw-p', name: '', line: 14, call: 'mmap', piece: 0x7f1000 }
const fault: StoryFault = {
  ...happened,
  kind: 'fault',
  doing: '',
  symbol: '',
  access: 'write',
  inCall: false,
  during: '',
  address: 0x7f1000,
  lastAddress: 0x7f1000,
  found: 'Yes',
  mapping,
  permitted: true,
  before: 'None',
  backing: 'Anonymous',
  action: 'AnonPage',
  major: false,
  frame: 7,
  pages: 1,
  minflt: 82,
  majflt: 0,
  moved: { ...nothing, anonKb: 4, dirtyKb: 4 },
}
const text = (row: Parameters<typeof rowText>[0], words: Words = en): string =>
  say(words, rowPlace(row)) + words.headSeparator + rowText(row, words)

describe('a row in words', () => {
  it('says of a fault what was touched, what was there, what was done, and what moved', () => {
    expect(text(fault)).toBe(
      'line 20: write to 0x7f1000 (page 0 of the mapping made on line 14): no page-table entry yet; anonymous memory, write -> a fresh zeroed page; RSS +4 kB, Dirty +4 kB, minor fault 82',
    )
    expect(text(fault, zhCN)).toBe(
      '第 20 行：写 0x7f1000（第 14 行建立的映射的第 0 页）：还没有页表项；匿名内存，写 -> 一个清零的新页；RSS +4 kB，Dirty +4 kB，次缺页第 82 次',
    )
  })

  it('says for whom the kernel touched it, and what the library was at', () => {
    const copied = { ...fault, call: 'read', inCall: true, during: 'read' }
    expect(text(copied)).toContain('line 20, in read: write to')
    expect(text(copied)).toContain(': for the kernel in read; no page-table')
    expect(text({ ...fault, call: 'puts', doing: 'code', symbol: 'malloc' })).toContain('first use of malloc’s code')
    expect(text({ ...fault, call: 'puts', doing: 'buffer' })).toContain('a stream of puts gets its buffer')
  })

  it('says why an access is refused, and counts nothing', () => {
    const bad = { ...fault, action: 'Bad', permitted: false, moved: nothing } as const
    expect(rowText({ ...bad, mapping: { ...mapping, perms: 'r--p' } }, en)).toMatch(
      /mapping is r--p, .* -> SIGSEGV, SEGV_ACCERR$/,
    )
    expect(rowText({ ...bad, found: 'No', mapping: undefined }, en)).toMatch(/in no mapping.*SEGV_MAPERR$/)
    expect(rowText({ ...bad, permitted: true }, en)).toMatch(/SIGBUS$/)
    expect(rowText({ ...bad, inCall: true, during: 'read' }, en)).toMatch(/EFAULT$/)
  })

  it('says many alike at once', () => {
    const many = { ...fault, count: 4088, lastAddress: 0x17e8000, minflt: 4170, moved: { ...nothing, tablesKb: 28 } }
    expect(rowText(many, en)).toBe(
      '4088 more alike, from 0x7f1000 to 0x17e8000: anonymous memory, write -> a fresh zeroed page; RSS unchanged, page tables +28 kB, minor faults up to 4170',
    )
  })

  it('says of a system call what it returned, which way it took and what it gave back', () => {
    const call: StoryCall = {
      ...happened,
      kind: 'call',
      call: 'free',
      doing: 'free',
      symbol: '',
      name: 'munmap',
      args: ['0x7f0000', '16384'],
      result: 0,
      error: '',
      branches: ['Removed'],
      changes: [{ change: 'remove', start: 0x7f0000, end: 0x7f4000, perms: 'rw-p' }],
      moved: { ...nothing, anonKb: -16, fileKb: -4 },
    }
    expect(text(call)).toBe(
      'line 20, in free: munmap(0x7f0000, 16384) = 0: the allocator gives memory back; what was mapped goes; 7f0000-7f4000 rw-p removed; RSS -20 kB, of which anonymous -16 kB, file -4 kB, shmem 0 kB',
    )
    expect(
      rowText(
        { ...call, result: -12, error: 'ENOMEM', branches: ['Limit'], changes: [], doing: '', moved: nothing },
        en,
      ),
    ).toBe('munmap(0x7f0000, 16384) = -1 ENOMEM: refused by a limit')
  })

  it('leaves out what another word implies', () => {
    const mremap: StoryCall = {
      ...happened,
      kind: 'call',
      doing: '',
      symbol: '',
      name: 'mremap',
      args: ['0x7f0000', '4096', '8192', 'MREMAP_MAYMOVE'],
      result: 0x7e0000,
      error: '',
      branches: ['TopHole', 'Removed', 'Inserted', 'Moved'],
      changes: [],
      moved: nothing,
    }
    expect(rowText(mremap, en)).toBe(
      'mremap(0x7f0000, 4096, 8192, MREMAP_MAYMOVE) = 0x7e0000: the highest hole below mmap_base; it moves with its pages',
    )
  })

  it('says what state the program stood still in', () => {
    const stop: StoryMark = {
      ...happened,
      kind: 'stop',
      doing: '',
      symbol: '',
      value: 2,
      rssKb: 1344,
      minflt: 58,
      majflt: 0,
      moved: nothing,
    }
    expect(rowText(stop, en)).toBe('stop 2: the program waits for input: RSS 1344 kB, minor faults 58, major faults 0')
  })
})

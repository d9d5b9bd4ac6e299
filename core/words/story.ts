/**
 * A row of the story as phrases: ids of the catalogue with parameters, which may be phrases themselves. Which phrases are
 * said is decided here once; a language only words them.
 */
import type {
  MmBranchId,
  StoryCall,
  StoryFault,
  StoryMark,
  StoryMoved,
  StoryRow,
  VmaChange,
} from '../protocol/index.js'
import type { WordId, Words } from './en.js'

export interface Phrase {
  readonly id: WordId
  readonly params?: Readonly<Record<string, string | number | Phrase>>
}

const phrase = (id: WordId, params?: Phrase['params']): Phrase => (params ? { id, params } : { id })

export function say(words: Words, { id, params = {} }: Phrase): string {
  return words[id].replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name] ?? ''
    return typeof value === 'object' ? say(words, value) : String(value)
  })
}

/** Where in the program it happened. */
export function rowPlace({ line, call }: StoryRow): Phrase {
  if (line <= 0) return phrase(line === 0 ? 'beforeMain' : 'afterMain')
  return call ? phrase('lineIn', { line, call }) : phrase('line', { line })
}

/** What is said of a row: what it was, why, and what it moved. */
export interface RowPhrases {
  readonly head: Phrase
  readonly why: readonly Phrase[]
  readonly effects: readonly Phrase[]
}

export function rowPhrases(row: StoryRow): RowPhrases {
  if (row.kind === 'fault') return row.count > 1 ? manyFaults(row) : oneFault(row)
  return row.kind === 'call' ? callPhrases(row) : markPhrases(row)
}

/** One sentence, without the place. */
export function rowText(row: StoryRow, words: Words): string {
  const { head, why, effects } = rowPhrases(row)
  const reasons = why.map((part) => say(words, part))
  const results = effects.map((part) => say(words, part)).join(words.comma)
  const parts = results ? [...reasons, results] : reasons
  return say(words, head) + (parts.length > 0 ? words.headSeparator + parts.join(words.separator) : '')
}

/** The last addresses are not exact in a number: they come out as 2^64. */
const hex = (address: number): string => `0x${address < 2 ** 64 ? address.toString(16) : 'f'.repeat(16)}`
const range = (start: number): string => start.toString(16)
const signed = (kb: number): string => (kb > 0 ? `+${kb}` : kb < 0 ? `-${-kb}` : '0')
const some = (condition: boolean, ...phrases: readonly Phrase[]): readonly Phrase[] => (condition ? phrases : [])

// ---- faults -----------------------------------------------------------------------------------------------------------

function oneFault(row: StoryFault): RowPhrases {
  return {
    head: phrase(row.access, { address: hex(row.address), where: mappingPhrase(row) }),
    why: [
      ...some(row.inCall, row.during ? phrase('byKernel', { call: row.during }) : phrase('byKernelUnnamed')),
      ...doingPhrases(row),
      ...outcome(row),
    ],
    effects: some(row.action !== 'Bad', ...movedPhrases(row.moved, true), counted(row)),
  }
}

function manyFaults(row: StoryFault): RowPhrases {
  return {
    head: phrase('more', { count: row.count, address: hex(row.address), last: hex(row.lastAddress) }),
    why: outcome(row).slice(-1),
    effects: some(row.action !== 'Bad', ...movedPhrases(row.moved, true), counted(row)),
  }
}

function mappingPhrase({ mapping, address }: StoryFault): Phrase {
  if (!mapping) return phrase('nowhere')
  const { name, line, call } = mapping
  const page = Math.floor((address - (name === '' && line !== 0 ? mapping.piece : mapping.start)) / 4096)
  if (name !== '') return phrase('inNamed', { page, name })
  if (line === 0) return phrase('inOldMapping', { page })
  return call === 'mmap' || call === ''
    ? phrase('inMapping', { page, line })
    : phrase('inMappingBy', { page, line, call })
}

/** What was there, and what was done. */
function outcome(row: StoryFault): Phrase[] {
  if (row.action === 'Bad') return [refusal(row)]
  const backing = phrase(row.backing)
  const around = row.action === 'FileMap' && row.pages / row.count > 1
  const done = around
    ? phrase('doFileMapAround', { backing, pages: row.pages })
    : phrase(`do${row.action}`, { backing })
  return [...some(row.found === 'Grown', phrase('grown')), phrase(row.before), done]
}

function refusal({ found, permitted, mapping, inCall }: StoryFault): Phrase {
  const end = inCall
    ? 'EFAULT'
    : found === 'No'
      ? 'SIGSEGV, SEGV_MAPERR'
      : permitted
        ? 'SIGBUS'
        : 'SIGSEGV, SEGV_ACCERR'
  if (found === 'No') return phrase('notMapped', { end })
  return permitted ? phrase('pastEnd', { end }) : phrase('notPermitted', { perms: mapping?.perms ?? '', end })
}

const counted = ({ count, major, minflt, majflt }: StoryFault): Phrase =>
  major
    ? phrase(count > 1 ? 'majors' : 'major', { number: majflt })
    : phrase(count > 1 ? 'minors' : 'minor', { number: minflt })

/** @param always say so when RSS did not move */
function movedPhrases(moved: StoryMoved, always: boolean): readonly Phrase[] {
  const { anonKb, fileKb, shmemKb, dirtyKb, tablesKb } = moved
  const rss = anonKb + fileKb + shmemKb
  const kinds = [anonKb, fileKb, shmemKb].filter((kb) => kb !== 0).length
  return [
    ...some(rss !== 0, phrase('rss', { kb: signed(rss) })),
    ...some(rss === 0 && (always || kinds > 0), phrase('rssSame')),
    ...some(kinds > 1, phrase('anonToo', { anon: signed(anonKb), file: signed(fileKb), shmem: signed(shmemKb) })),
    ...some(dirtyKb !== 0, phrase('dirty', { kb: signed(dirtyKb) })),
    ...some(tablesKb !== 0, phrase('tables', { kb: signed(tablesKb) })),
  ]
}

function doingPhrases({ doing, symbol, call }: StoryRow): readonly Phrase[] {
  switch (doing) {
    case 'code':
      return [phrase('codeOf', { symbol })]
    case 'buffer':
      return [phrase('bufferOf', { call })]
    case 'malloc':
      return [ALLOCATORS.has(call) ? phrase('mallocOwn') : phrase('mallocAsks', { call })]
    case 'free':
      return [phrase('freeGives')]
    case '':
      return []
  }
}

const ALLOCATORS: ReadonlySet<string> = new Set(['malloc', 'calloc', 'realloc', 'memalign', 'aligned_alloc', 'free'])

// ---- calls and marks --------------------------------------------------------------------------------------------------

const ADDRESSES: ReadonlySet<string> = new Set(['brk', 'mmap', 'mremap'])

function callPhrases(row: StoryCall): RowPhrases {
  const { name, args, result, error } = row
  const told = error ? `-1 ${error}` : ADDRESSES.has(name) && result > 0 ? hex(result) : result
  const single = phrase('call', { name, args: args.join(', '), result: told })
  const many = row.count > 1
  return {
    head: many ? phrase('moreCalls', { count: row.count }) : single,
    why: [
      ...some(many, single),
      ...doingPhrases(row),
      ...branchPhrases(row),
      ...some(!many, ...row.changes.map(changePhrase)),
    ],
    effects: movedPhrases(row.moved, false),
  }
}

/** What need not be said beside it. */
const IMPLIED: Readonly<Partial<Record<MmBranchId, readonly MmBranchId[]>>> = {
  Grew: ['Inserted'],
  Moved: ['Inserted', 'Split', 'Removed'],
  Limit: ['TopHole', 'HugeAligned', 'Hint', 'HintTaken'],
}

function branchPhrases({ name, args, branches }: StoryCall): readonly Phrase[] {
  if (name === 'brk' && args[0] === 'NULL') return [phrase('asksBreak')]
  const implied = new Set(branches.flatMap((id) => IMPLIED[id] ?? []))
  return branches.filter((id) => !implied.has(id)).map((id) => phrase(id))
}

function changePhrase(change: VmaChange): Phrase {
  const start = range(change.start)
  const end = range(change.end)
  switch (change.change) {
    case 'insert':
      return phrase('changeInsert', { start, end, perms: change.perms })
    case 'remove':
      return phrase('changeRemove', { start, end, perms: change.perms })
    case 'split':
      return phrase('changeSplit', { start, end, at: range(change.at) })
    case 'flags':
      return phrase('changeFlags', { start, end, from: change.from, perms: change.perms })
    case 'grow':
      return phrase('changeGrow', { start, end, from: range(change.from) })
    case 'move':
      return phrase('changeMove', { start, end, to: range(change.to) })
  }
}

const markPhrases = ({ kind, value, rssKb, minflt, majflt }: StoryMark): RowPhrases => ({
  head: phrase(kind, { value }),
  why: [],
  effects: [phrase('state', { rss: rssKb, minflt, majflt })],
})

/**
 * The heap at a stop, as rows: every chunk with its state, list and owner, the lists in order, the parameters and totals.
 * Derived when asked for, from the process's memory and what libc keeps; nothing is changed by looking.
 */
import { hex } from '../base/index.js'
import {
  HeapInspector,
  type BinView,
  type ChunkView,
  type Owner,
  type Owners,
  type Params,
  type Ptmalloc,
} from '../libc/ptmalloc/index.js'
import type { BinRow, ChunkState, HeapFieldRow, HeapRow } from '../protocol/index.js'
import type { MemoryPeek } from './peek.js'

/** What the views of a heap are made from. */
export interface HeapSources {
  readonly allocator: Ptmalloc
  readonly owners: Owners
  readonly peek: MemoryPeek
  /** Virtual time of exec. */
  readonly startTime: number
  readonly lineOf: (codePoint: number) => number
  readonly functionOf: (codePoint: number) => string
}

export type Facts<T> = Omit<T, 'changed' | 'was'>
export type OwnerFacts = Pick<HeapRow, 'requested' | 'line' | 'functionName' | 'call' | 'serial' | 'time'>

const HEADER = 16
const SIZE_SZ = 8
const IS_MMAPPED = 2

/** 16 hex digits, as pmap prints addresses. */
const addressText = (address: number): string => hex(address, 16)

export const inspectorOf = ({ allocator, peek }: HeapSources): HeapInspector =>
  new HeapInspector(allocator.heap, peek.u32)

// ---- chunks -------------------------------------------------------------------------------------------------------

export function heapRows(sources: HeapSources): readonly Facts<HeapRow>[] {
  const { mapped, known } = knownChunks(sources)
  const inHeap = inspectorOf(sources).chunks(known)
  const { tcache } = sources.allocator.heap.thread
  const rows = inHeap.map((chunk) => chunkRow(sources, chunk, tcache))
  return [...rows, ...mapped.map((owner) => mappedRow(sources, owner))]
}

/** The chunks whose owners are known: those with mappings of their own, and the places of the others. */
function knownChunks({ owners, peek }: HeapSources): { mapped: readonly Owner[]; known: readonly number[] } {
  const blocks = peek.mm ? owners.blocks() : []
  const isMapped = ({ block }: Owner): boolean => ((peek.u32(block - SIZE_SZ) ?? 0) & IS_MMAPPED) !== 0
  return {
    mapped: blocks.filter(isMapped),
    known: blocks.filter((owner) => !isMapped(owner)).map(({ block }) => block - HEADER),
  }
}

function chunkRow(sources: HeapSources, chunk: ChunkView, tcache: number): Facts<HeapRow> {
  const { address, size, bin } = chunk
  const state = stateOf(chunk)
  const block = address + HEADER
  const inUse = state === 'used'
  return {
    address: addressText(address),
    size,
    state,
    bin: bin ? binName(bin) : '',
    position: bin ? bin.chunks.indexOf(address) : -1,
    flags: flagsText(sources.peek.u32(address + SIZE_SZ) ?? 0),
    user: state === 'top' || state === 'fencepost' ? '' : addressText(block),
    usable: state === 'top' || state === 'fencepost' ? 0 : size - SIZE_SZ,
    ...(inUse && block === tcache ? TCACHE_STRUCT : ownerFacts(sources, inUse ? sources.owners.of(block) : undefined)),
  }
}

function mappedRow(sources: HeapSources, owner: Owner): Facts<HeapRow> {
  const usable = usableOf(sources, owner.block)
  return {
    address: addressText(owner.block - HEADER),
    size: usable + HEADER,
    state: 'mmapped',
    bin: '',
    position: -1,
    flags: flagsText(sources.peek.u32(owner.block - SIZE_SZ) ?? 0),
    user: addressText(owner.block),
    usable,
    ...ownerFacts(sources, owner),
  }
}

/** malloc_usable_size of a block in use, without touching it. */
export function usableOf({ peek }: HeapSources, block: number): number {
  const head = peek.u32(block - SIZE_SZ) ?? 0
  const size = (peek.u32(block - SIZE_SZ + 4) ?? 0) * 2 ** 32 + head - (head & 7)
  return size - (head & IS_MMAPPED ? HEADER : SIZE_SZ)
}

/** The three low bits of a size field, in the order A M P. */
const flagsText = (head: number): string => (head & 4 ? 'A' : '') + (head & 2 ? 'M' : '') + (head & 1 ? 'P' : '')

function stateOf({ state, bin }: ChunkView): ChunkState {
  if (bin && (state === 'cached' || state === 'free')) return bin.kind
  return state === 'fence' ? 'fencepost' : state === 'cached' ? 'free' : state
}

/** The thread's cache is itself the first block on the heap; nobody called malloc for it. */
const TCACHE_STRUCT: OwnerFacts = {
  requested: -1,
  line: 0,
  functionName: '',
  call: 'tcache_perthread_struct',
  serial: 0,
  time: -1,
}

export function ownerFacts(sources: HeapSources, owner: Owner | undefined): OwnerFacts {
  if (!owner) return { requested: -1, line: 0, functionName: '', call: '', serial: 0, time: -1 }
  const { requested, codePoint, call, serial, time } = owner
  return {
    requested,
    line: sources.lineOf(codePoint),
    functionName: sources.functionOf(codePoint),
    call,
    serial,
    time: time - sources.startTime,
  }
}

// ---- lists --------------------------------------------------------------------------------------------------------

/** As gdb shows them: tcache[i], fastbinsY[i], and bins by their number in malloc.c. */
export function binName({ kind, index }: Pick<BinView, 'kind' | 'index'>): string {
  switch (kind) {
    case 'tcache':
      return `tcache[${index}]`
    case 'fastbin':
      return `fastbinsY[${index}]`
    case 'unsorted':
      return 'unsorted'
    case 'small':
      return `smallbin ${index}`
    case 'large':
      return `largebin ${index}`
  }
}

/** The lists that hold something, each in the order in which malloc looks at it. */
export function binRows(sources: HeapSources): readonly Facts<BinRow>[] {
  if (!sources.peek.mm) return []
  const inspector = inspectorOf(sources)
  return [...inspector.tcache(), ...inspector.fastbins(), ...inspector.bins()].map((bin) => ({
    name: binName(bin),
    kind: bin.kind,
    size: bin.size,
    count: bin.chunks.length,
    chunks: bin.chunks.map(addressText),
  }))
}

// ---- parameters and totals ----------------------------------------------------------------------------------------

/** malloc_par's fields under the names of malloc/malloc.c, then what mallinfo2 would say. */
export function heapFields(sources: HeapSources, chunks = heapRows(sources)): readonly Facts<HeapFieldRow>[] {
  return [...parameterFields(sources.allocator.heap.mp), ...totalFields(chunks)]
}

const bytes = (name: string, value: number): Facts<HeapFieldRow> => ({ name, value, unit: 'B' })
const number = (name: string, value: number): Facts<HeapFieldRow> => ({ name, value, unit: '' })

const parameterFields = (mp: Readonly<Params>): readonly Facts<HeapFieldRow>[] => [
  bytes('mp_.trim_threshold', mp.trimThreshold),
  bytes('mp_.top_pad', mp.topPad),
  bytes('mp_.mmap_threshold', mp.mmapThreshold),
  number('mp_.n_mmaps', mp.nMmaps),
  number('mp_.n_mmaps_max', mp.nMmapsMax),
  number('mp_.max_n_mmaps', mp.maxNMmaps),
  number('mp_.no_dyn_threshold', mp.noDynThreshold ? 1 : 0),
  bytes('mp_.mmapped_mem', mp.mmappedMem),
  bytes('mp_.max_mmapped_mem', mp.maxMmappedMem),
  number('mp_.tcache_count', mp.tcacheCount),
  bytes('global_max_fast', mp.maxFast),
]

const FREE_STATES: readonly ChunkState[] = ['free', 'unsorted', 'small', 'large']

/** The fields of struct mallinfo2. Chunks in the tcache count as used, as in glibc. */
function totalFields(chunks: readonly Facts<HeapRow>[]): readonly Facts<HeapFieldRow>[] {
  const of = (...states: readonly ChunkState[]): readonly Facts<HeapRow>[] =>
    chunks.filter((chunk) => states.includes(chunk.state))
  const sum = (rows: readonly Facts<HeapRow>[]): number => rows.reduce((total, { size }) => total + size, 0)
  const arena = sum(chunks) - sum(of('mmapped'))
  const free = sum(of(...FREE_STATES, 'fastbin', 'top'))
  return [
    bytes('arena', arena),
    number('ordblks', of(...FREE_STATES, 'top').length),
    number('smblks', of('fastbin').length),
    number('hblks', of('mmapped').length),
    bytes('hblkhd', sum(of('mmapped'))),
    bytes('fsmblks', sum(of('fastbin'))),
    bytes('uordblks', arena - free),
    bytes('fordblks', free),
    bytes('keepcost', sum(of('top'))),
  ]
}

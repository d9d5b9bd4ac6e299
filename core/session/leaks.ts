/**
 * Which blocks nothing points to any more. Roots are the registers, the stack from the stack pointer up, and every other
 * mapping the program may write to (globals, its own mmaps); from there pointers are followed through blocks in use. As
 * valgrind and LeakSanitizer do, conservatively: an aligned word whose value is an address in a block counts as a pointer
 * to it, to its start or to its inside.
 *
 *     registers, stack, .data, .bss ──► block ──► block       reachable
 *                             (nothing) block ──► block       lost: directly, indirectly
 *
 * Left out: pointers at odd addresses, memory of the program's own that it took with sbrk.
 */
import { hex } from '../base/index.js'
import type { Owner } from '../libc/ptmalloc/index.js'
import { VM_GROWSDOWN, VM_WRITE, type Mm, type Vma } from '../mm/vma/index.js'
import type { LeakRow } from '../protocol/index.js'
import { heapRows, ownerFacts, usableOf, type Facts, type HeapSources } from './heap.js'

export interface LeakReport {
  readonly leaks: readonly Facts<LeakRow>[]
  /** Blocks in use that something still points to. */
  readonly reachable: { readonly blocks: number; readonly bytes: number }
}

export interface Roots {
  readonly stackPointer: number
  /** Values of the registers that are alive. */
  readonly registers: readonly number[]
  /** Blocks that libc itself holds. */
  readonly libc: readonly number[]
}

interface Range {
  readonly start: number
  readonly end: number
}

export function findLeaks(sources: HeapSources, roots: Roots): LeakReport {
  const graph = new BlockGraph(sources)
  const { mm } = sources.peek
  const marked = new Set<number>()
  if (mm) {
    const found: number[] = []
    const note = (word: number): void => void (graph.indexOf(word) >= 0 && found.push(graph.indexOf(word)))
    for (const word of [...roots.registers, ...roots.libc]) note(word)
    for (const { start, end } of rootRanges(sources, mm, roots.stackPointer)) sources.peek.words(start, end, note)
    graph.flood(found, marked)
  }
  const { blocks } = graph
  const indirect = graph.indirectAmong(blocks.map((_, i) => i).filter((i) => !marked.has(i)))
  const reachable = blocks.filter((_, i) => marked.has(i))
  return {
    leaks: blocks.flatMap((owner, i) => (marked.has(i) ? [] : [leakRow(sources, owner, indirect.has(i))])),
    reachable: { blocks: reachable.length, bytes: reachable.reduce((sum, { requested }) => sum + requested, 0) },
  }
}

function leakRow(sources: HeapSources, owner: Owner, indirect: boolean): Facts<LeakRow> {
  return {
    address: hex(owner.block, 16),
    usable: usableOf(sources, owner.block),
    kind: indirect ? 'indirect' : 'direct',
    ...ownerFacts(sources, owner),
  }
}

/** Blocks in use and which points to which. */
class BlockGraph {
  readonly blocks: readonly Owner[]

  constructor(private readonly sources: HeapSources) {
    this.blocks = sources.peek.mm ? sources.owners.blocks() : []
  }

  /** The block in which an address lies, or -1. A block of no bytes still has its address. */
  indexOf(address: number): number {
    const { blocks } = this
    if (blocks.length === 0 || address < blocks[0].block) return -1
    let low = 0
    let high = blocks.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (blocks[middle].block <= address) low = middle
      else high = middle
    }
    const { block, requested } = blocks[low]
    return address < block + Math.max(1, requested) ? low : -1
  }

  /** Adds the blocks and all that can be reached from them. */
  flood(from: readonly number[], reached: Set<number>): void {
    const open = from.filter((index) => !reached.has(index) && reached.add(index))
    const visit = (word: number): void => {
      const index = this.indexOf(word)
      if (index < 0 || reached.has(index)) return
      reached.add(index)
      open.push(index)
    }
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const { block, requested } = this.blocks[index]
      this.sources.peek.words(block, block + requested, visit)
    }
  }

  /** Of lost blocks, those that another lost block leads to. In a ring the lowest one counts as lost itself. */
  indirectAmong(lost: readonly number[]): Set<number> {
    const indirect = new Set<number>()
    for (const leader of lost) {
      if (indirect.has(leader)) continue
      this.flood([leader], indirect)
      indirect.delete(leader)
    }
    return indirect
  }
}

// ---- roots --------------------------------------------------------------------------------------------------------

/** What the program may write to, without what belongs to malloc and without the stack below its pointer. */
function rootRanges(sources: HeapSources, mm: Mm, stackPointer: number): readonly Range[] {
  const excluded = [...heapRanges(sources), arenaRange(sources)]
  return [...mm.vmas]
    .filter((vma) => vma.flags & VM_WRITE && vma.special === undefined)
    .flatMap((vma) => excluded.reduce(without, [liveRange(vma, stackPointer)]))
}

const liveRange = ({ start, end, flags }: Vma, stackPointer: number): Range =>
  flags & VM_GROWSDOWN && stackPointer >= start && stackPointer < end ? { start: stackPointer, end } : { start, end }

/** Chunks that follow each other are one range. */
function heapRanges(sources: HeapSources): readonly Range[] {
  const ranges: { start: number; end: number }[] = []
  for (const { address, size } of heapRows(sources)) {
    const start = parseInt(address, 16)
    const last = ranges[ranges.length - 1]
    if (last?.end === start) last.end = start + size
    else ranges.push({ start, end: start + size })
  }
  return ranges
}

/** Bins point at free chunks, and a chunk's first word is the last one of the block below. */
function arenaRange({ allocator }: HeapSources): Range {
  const { mainArena, version } = allocator.heap
  return { start: mainArena, end: mainArena + version.layout.size }
}

const without = (ranges: readonly Range[], hole: Range): Range[] =>
  ranges
    .flatMap(({ start, end }) => [
      { start, end: Math.min(end, hole.start) },
      { start: Math.max(start, hole.end), end },
    ])
    .filter(({ start, end }) => start < end)

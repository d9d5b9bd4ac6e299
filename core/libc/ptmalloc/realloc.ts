/** Changing a block's size: in place, into top or a free neighbour, by moving the mapping, or by a copy. */
import { MREMAP_MAYMOVE } from '../../kernel/uapi/index.js'
import { unlinkChunk } from './bins.js'
import {
  chunkOf,
  flagsIn,
  HEADER,
  headAbove,
  headOf,
  IS_MMAPPED,
  isAligned,
  isInUse,
  memOf,
  MINSIZE,
  PAGE,
  PREV_INUSE,
  prevSizeOf,
  setHead,
  setHeadSize,
  setInUse,
  SIZE_SZ,
  sizeIn,
  sizeOf,
  unsigned,
} from './chunk.js'
import { arenaForChunk } from './arena.js'
import { corrupted, failedAssertion } from './checks.js'
import { free, initTcache, malloc } from './entry.js'
import { intFree, munmapChunk } from './free.js'
import type { Heap } from './heap.js'
import { checkedSize, intMalloc } from './malloc.js'
import { usableSize } from './mallinfo.js'
import type { ArenaState } from './state.js'

/** realloc(3). @glibc __libc_realloc malloc/malloc.c @returns the block or 0 */
export function realloc(heap: Heap, block: number, bytes: number): number {
  heap.init()
  if (bytes === 0 && block !== 0) {
    free(heap, block)
    return 0
  }
  if (block === 0) return malloc(heap, bytes)
  const chunk = chunkOf(block)
  const head = headOf(heap.mem, chunk)
  const size = sizeIn(head)
  const mmapped = (flagsIn(head) & IS_MMAPPED) !== 0
  if (heap.version.reallocKeeps && isFit(heap, block, bytes, mmapped)) return block
  if (!mmapped && !heap.version.largeTcache) initTcache(heap)
  if (size <= 0 || !isAligned(chunk)) corrupted(heap, 'realloc(): invalid pointer', block)
  const need = checkedSize(heap, bytes)
  if (need === 0) return 0
  if (mmapped) return reallocMapped(heap, chunk, size, bytes, need)
  const av = arenaForChunk(heap, chunk)
  const to = intRealloc(heap, av, chunk, size, need)
  return to !== 0 || !heap.mp.multiThreaded ? to : reallocElsewhere(heap, av, chunk, size, bytes)
}

/** What is too much is no more than alignment. */
function isFit(heap: Heap, block: number, bytes: number, mmapped: boolean): boolean {
  const spare = usableSize(heap, block) - bytes
  return spare >= 0 && (spare < HEADER || (mmapped && spare <= PAGE))
}

/** The block's own arena is full: a copy in any other. */
function reallocElsewhere(heap: Heap, av: ArenaState, chunk: number, size: number, bytes: number): number {
  const block = malloc(heap, bytes)
  if (block === 0) return 0
  heap.mem.copy(block, memOf(chunk), size - SIZE_SZ)
  intFree(heap, av, chunk)
  return block
}

function reallocMapped(heap: Heap, chunk: number, size: number, bytes: number, need: number): number {
  const moved = mremapChunk(heap, chunk, need)
  if (moved !== 0) return memOf(moved)
  if (size - SIZE_SZ >= need) return memOf(chunk)
  const block = malloc(heap, bytes)
  if (block === 0) return 0
  heap.mem.copy(block, memOf(chunk), size - HEADER)
  munmapChunk(heap, chunk)
  return block
}

/** @glibc mremap_chunk malloc/malloc.c @returns the chunk or 0 */
function mremapChunk(heap: Heap, chunk: number, need: number): number {
  const { mem, mp, host } = heap
  const offset = prevSizeOf(mem, chunk)
  const size = sizeOf(mem, chunk)
  const start = mem.address(chunk) - offset
  const total = offset + size
  const within = memOf(chunk) & (PAGE - 1)
  if (start % PAGE !== 0 || total % PAGE !== 0 || (heap.version.checksMapped && (within & (within - 1)) !== 0))
    badMapping(heap, chunk)
  const wanted = Math.ceil((need + offset + SIZE_SZ) / PAGE) * PAGE
  if (wanted === total) return chunk
  host.touch('mremap')
  const at = host.sys.mremap(start, total, wanted, MREMAP_MAYMOVE, 0)
  if (at < 0) return 0
  const moved = mem.place(at + offset)
  setHead(mem, moved, wanted - offset + IS_MMAPPED)
  mp.mmappedMem += wanted - total
  mp.maxMmappedMem = Math.max(mp.maxMmappedMem, mp.mmappedMem)
  mp.maxTotalMem = Math.max(mp.maxTotalMem, mp.mmappedMem + heap.main.systemMem)
  return moved
}

/** Where the assertion stands in malloc.c of 2.23 and 2.27. */
const mappingLine = (minor: number): number => (minor < 26 ? 2869 : 2868)

function badMapping(heap: Heap, chunk: number): never {
  const { version } = heap
  if (version.checksMapped) corrupted(heap, 'mremap_chunk(): invalid pointer', memOf(chunk))
  const text = '((size + offset) & (GLRO (dl_pagesize) - 1)) == 0'
  return failedAssertion(heap, 'mremap_chunk', mappingLine(version.minor), text)
}

/** @glibc _int_realloc malloc/malloc.c */
function intRealloc(heap: Heap, av: ArenaState, chunk: number, size: number, need: number): number {
  const { mem } = heap
  const next = mem.offset(chunk, size)
  checkSizes(heap, av, chunk, size)
  if (size >= need) return shrink(heap, av, chunk, size, need)
  const nextSize = sizeOf(mem, next)
  const joined = size + nextSize
  if (next === av.top) {
    if (unsigned(joined) >= need + MINSIZE) return growIntoTop(heap, av, chunk, joined, need)
  } else if (unsigned(joined) >= need && !isInUse(mem, next, nextSize)) {
    unlinkChunk(heap, next)
    return shrink(heap, av, chunk, joined, need)
  }
  return reallocByCopy(heap, av, chunk, size, need)
}

function checkSizes(heap: Heap, av: ArenaState, chunk: number, size: number): void {
  const { mem } = heap
  const systemMem = av.systemMem
  if (unsigned(headOf(mem, chunk)) <= HEADER || unsigned(size) >= systemMem)
    corrupted(heap, 'realloc(): invalid old size', memOf(chunk))
  const nextHead = headAbove(mem, chunk, size)
  if (unsigned(nextHead) <= HEADER || unsigned(sizeIn(nextHead)) >= systemMem)
    corrupted(heap, 'realloc(): invalid next size', memOf(chunk))
}

function growIntoTop(heap: Heap, av: ArenaState, chunk: number, joined: number, need: number): number {
  setHeadSize(heap.mem, chunk, need)
  av.top = chunk + need
  setHead(heap.mem, chunk + need, joined - need + PREV_INUSE)
  return memOf(chunk)
}

/** Keeps `need` bytes of a chunk that has `size`; the rest is freed if it can stand alone. */
function shrink(heap: Heap, av: ArenaState, chunk: number, size: number, need: number): number {
  const { mem } = heap
  const rest = size - need
  if (rest < MINSIZE) {
    setHeadSize(mem, chunk, size)
    setInUse(mem, chunk, size)
    return memOf(chunk)
  }
  const remainder = chunk + need
  setHeadSize(mem, chunk, need)
  setHead(mem, remainder, rest + PREV_INUSE + av.mark)
  setInUse(mem, remainder, rest)
  intFree(heap, av, remainder)
  return memOf(chunk)
}

/** If the new chunk happens to be the neighbour, there is nothing to copy. */
function reallocByCopy(heap: Heap, av: ArenaState, chunk: number, size: number, need: number): number {
  const { mem } = heap
  const block = intMalloc(heap, av, need - 15, need)
  if (block === 0) return 0
  if (chunkOf(block) === mem.offset(chunk, size))
    return shrink(heap, av, chunk, size + sizeOf(mem, chunkOf(block)), need)
  mem.copy(block, memOf(chunk), size - SIZE_SZ)
  intFree(heap, av, chunk)
  return block
}

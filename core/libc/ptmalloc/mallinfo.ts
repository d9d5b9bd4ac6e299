/** Statistics: mallinfo2(3), malloc_usable_size(3), malloc_stats(3). */
import { arenas } from './arena.js'
import {
  BK,
  chunkOf,
  FD,
  flagsIn,
  HEADER,
  headOf,
  IS_MMAPPED,
  isAligned,
  isInUse,
  SIZE_SZ,
  sizeIn,
  sizeOf,
  word,
} from './chunk.js'
import { corrupted } from './checks.js'
import { linkAt } from './fastbins.js'
import type { Heap } from './heap.js'
import { NBINS, NFASTBINS, type ArenaState } from './state.js'

/** struct mallinfo2, in the order of its fields. */
export interface MallInfo {
  arena: number
  ordblks: number
  smblks: number
  hblks: number
  hblkhd: number
  usmblks: number
  fsmblks: number
  uordblks: number
  fordblks: number
  keepcost: number
}

const noInfo = (): MallInfo => ({
  arena: 0,
  ordblks: 0,
  smblks: 0,
  hblks: 0,
  hblkhd: 0,
  usmblks: 0,
  fsmblks: 0,
  uordblks: 0,
  fordblks: 0,
  keepcost: 0,
})

/** @glibc __libc_mallinfo2 malloc/malloc.c */
export function mallinfo(heap: Heap): MallInfo {
  heap.init()
  const { mp, main, version } = heap
  const info = noInfo()
  info.hblks = mp.nMmaps
  info.hblkhd = mp.mmappedMem
  info.usmblks = version.countsMaxTotal ? mp.maxTotalMem : 0
  info.keepcost = main.topSize
  for (const av of arenas(heap)) addArena(heap, av, info)
  return info
}

/** @glibc int_mallinfo malloc/malloc.c */
function addArena(heap: Heap, av: ArenaState, info: MallInfo): void {
  const fast = countFastbins(heap, av)
  const free = countBins(heap, av)
  const available = av.topSize + fast.bytes + free.bytes
  info.arena += av.systemMem
  info.ordblks += free.count + 1
  info.smblks += fast.count
  info.fsmblks += fast.bytes
  info.uordblks += av.systemMem - available
  info.fordblks += available
}

interface Count {
  count: number
  bytes: number
}

function countFastbins(heap: Heap, av: ArenaState): Count {
  const total = { count: 0, bytes: 0 }
  for (let i = 0; i < NFASTBINS; i++) {
    for (let chunk = word(heap.mem, av.fastbinAt(i), 0); chunk !== 0; chunk = linkAt(heap, chunk + FD)) {
      if (heap.version.safeLinking && !isAligned(chunk))
        corrupted(heap, 'int_mallinfo(): unaligned fastbin chunk detected', chunk)
      total.count++
      total.bytes += sizeOf(heap.mem, chunk)
    }
  }
  return total
}

function countBins(heap: Heap, av: ArenaState): Count {
  const total = { count: 0, bytes: 0 }
  for (let i = 1; i < NBINS; i++) {
    const bin = av.binAt(i)
    for (let chunk = word(heap.mem, bin, BK); chunk !== bin; chunk = word(heap.mem, chunk, BK)) {
      total.count++
      total.bytes += sizeOf(heap.mem, chunk)
    }
  }
  return total
}

/** @glibc __malloc_usable_size malloc/malloc.c */
export function usableSize(heap: Heap, block: number): number {
  if (block === 0) return 0
  const chunk = chunkOf(block)
  const head = headOf(heap.mem, chunk)
  const size = sizeIn(head)
  if (flagsIn(head) & IS_MMAPPED) return size - HEADER
  return isInUse(heap.mem, chunk, size) ? size - SIZE_SZ : 0
}

/** What malloc_stats(3) writes to stderr. @glibc __malloc_stats malloc/malloc.c */
export function mallocStatsText(heap: Heap): string {
  heap.init()
  const { mp } = heap
  const total = noInfo()
  const parts = arenas(heap).map((av, i) => {
    const info = noInfo()
    addArena(heap, av, info)
    total.arena += info.arena
    total.uordblks += info.uordblks
    return `Arena ${i}:\n` + line('system bytes', info.arena) + line('in use bytes', info.uordblks)
  })
  return (
    parts.join('') +
    'Total (incl. mmap):\n' +
    line('system bytes', total.arena + mp.mmappedMem) +
    line('in use bytes', total.uordblks + mp.mmappedMem) +
    line('max mmap regions', mp.maxNMmaps) +
    line('max mmap bytes', mp.maxMmappedMem)
  )
}

const line = (label: string, value: number): string => `${label.padEnd(17)}= ${String(value).padStart(10)}\n`

/** Statistics: mallinfo2(3), malloc_usable_size(3), malloc_stats(3). */
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
import { NBINS, NFASTBINS } from './state.js'

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

/** @glibc __libc_mallinfo2 malloc/malloc.c Left out: other arenas. */
export function mallinfo(heap: Heap): MallInfo {
  heap.init()
  const { mp, main, version } = heap
  const fast = countFastbins(heap)
  const free = countBins(heap)
  const top = main.topSize
  const available = top + fast.bytes + free.bytes
  return {
    arena: main.systemMem,
    ordblks: free.count + 1,
    smblks: fast.count,
    hblks: mp.nMmaps,
    hblkhd: mp.mmappedMem,
    usmblks: version.countsMaxTotal ? mp.maxTotalMem : 0,
    fsmblks: fast.bytes,
    uordblks: main.systemMem - available,
    fordblks: available,
    keepcost: top,
  }
}

interface Count {
  count: number
  bytes: number
}

function countFastbins(heap: Heap): Count {
  const total = { count: 0, bytes: 0 }
  for (let i = 0; i < NFASTBINS; i++) {
    for (let chunk = word(heap.mem, heap.main.fastbinAt(i), 0); chunk !== 0; chunk = linkAt(heap, chunk + FD)) {
      if (heap.version.safeLinking && !isAligned(chunk))
        corrupted(heap, 'int_mallinfo(): unaligned fastbin chunk detected', chunk)
      total.count++
      total.bytes += sizeOf(heap.mem, chunk)
    }
  }
  return total
}

function countBins(heap: Heap): Count {
  const total = { count: 0, bytes: 0 }
  for (let i = 1; i < NBINS; i++) {
    const bin = heap.main.binAt(i)
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

/** What malloc_stats(3) writes to stderr. @glibc __malloc_stats malloc/malloc.c Left out: other arenas. */
export function mallocStatsText(heap: Heap): string {
  const { mp } = heap
  const info = mallinfo(heap)
  const line = (label: string, value: number): string => `${label.padEnd(17)}= ${String(value).padStart(10)}\n`
  return (
    'Arena 0:\n' +
    line('system bytes', info.arena) +
    line('in use bytes', info.uordblks) +
    'Total (incl. mmap):\n' +
    line('system bytes', info.arena + mp.mmappedMem) +
    line('in use bytes', info.uordblks + mp.mmappedMem) +
    line('max mmap regions', mp.maxNMmaps) +
    line('max mmap bytes', mp.maxMmappedMem)
  )
}

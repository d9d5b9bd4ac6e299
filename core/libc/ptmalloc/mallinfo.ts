/** Statistics: mallinfo2(3), malloc_stats(3). */
import type { Heap } from './heap.js'
import { arenas, type ArenaState } from './state.js'

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
  heap.pool.init()
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
function addArena({ pool }: Heap, av: ArenaState, info: MallInfo): void {
  pool.countFree(av.address)
  const count = ({ value }: WebAssembly.Global): number => Number(value)
  const available = av.topSize + count(pool.fastBytes) + count(pool.freeBytes)
  const { systemMem } = av
  info.arena += systemMem
  info.ordblks += count(pool.freeChunks) + 1
  info.smblks += count(pool.fastChunks)
  info.fsmblks += count(pool.fastBytes)
  info.uordblks += systemMem - available
  info.fordblks += available
}

/** What malloc_stats(3) writes to stderr. @glibc __malloc_stats malloc/malloc.c */
export function mallocStatsText(heap: Heap): string {
  heap.pool.init()
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

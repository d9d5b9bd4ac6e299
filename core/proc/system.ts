/** The files of /proc about the whole machine: buddyinfo, meminfo. */
import { PAGE_KB } from '../base/index.js'
import { ORDERS, ZONE_NAMES, type ZoneIndex } from '../mm/phys/index.js'
import type { Kernel } from '../kernel/index.js'

export interface ZoneFreeBlocks {
  readonly node: number
  readonly zone: string
  /** Free blocks of order 0, 1, ... */
  readonly free: readonly number[]
}

/** Zones that have memory, lowest first. */
export function freeBlocks(kernel: Kernel): readonly ZoneFreeBlocks[] {
  const { buddy } = kernel.parts
  return ZONE_NAMES.flatMap((zone, index) => {
    if (buddy.present[index] === 0) return []
    const free = Array.from({ length: ORDERS }, (_, order) => buddy.freeBlocks(index as ZoneIndex, order))
    return [{ node: 0, zone, free }]
  })
}

/** @mm frag_show_print mm/vmstat.c */
export const buddyinfoText = (zones: readonly ZoneFreeBlocks[]): string =>
  zones
    .map(({ node, zone, free }) => {
      const counts = free.map((n) => `${String(n).padStart(6)} `).join('')
      return `Node ${node}, zone ${zone.padStart(8)} ${counts}\n`
    })
    .join('')

/**
 * @mm meminfo_proc_show fs/proc/meminfo.c
 * Left out: MemAvailable and the lists of reclaim, slab, kernel stacks, commit limits, vmalloc, huge pages.
 */
export function meminfoText(kernel: Kernel): string {
  const { buddy, cache, map } = kernel.parts
  const mms = kernel.tasks.mms
  const anon = mms.reduce((n, mm) => n + mm.rss.anon, 0)
  const tables = mms.reduce((n, mm) => n + mm.pgd.tables + 1, 0)
  let mapped = 0
  for (const { pages } of cache.all) for (const frame of pages.values()) if (map.mapcount[frame] > 0) mapped++
  const lines: readonly (readonly [string, number])[] = [
    ['MemTotal', buddy.totalManaged],
    ['MemFree', buddy.totalFree],
    ['Buffers', 0],
    ['Cached', cache.cachedPages],
    ['SwapCached', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['AnonPages', anon],
    ['Mapped', mapped],
    ['Shmem', 0],
    ['PageTables', tables],
  ]
  return lines.map(([name, pages]) => `${`${name}:`.padEnd(16)}${String(pages * PAGE_KB).padStart(8)} kB\n`).join('')
}

/**
 * Whether the files of /proc about memory agree with each other to the page, read as anybody reads them: as text. And
 * whether all memory is back when the last process has gone.
 */
import { order, pfn } from '../base/index.js'
import type { Kernel } from '../kernel/index.js'
import { PAGEBLOCK_ORDER, PG_RESERVED, PG_SLAB } from '../mm/phys/index.js'
import { runReadout } from '../proc/index.js'

const HUGE_PAGES = 1 << PAGEBLOCK_ORDER

const read = (kernel: Kernel, file: string): string => runReadout(kernel, `cat /proc/${file}`, 1).text
const sum = (values: readonly number[]): number => values.reduce((n, value) => n + value, 0)
const numbers = (text: string): readonly number[] => text.trim().split(/\s+/).map(Number)
const inBlocks = (free: readonly number[]): number => sum(free.map((blocks, size) => blocks * 2 ** size))

interface Zone {
  readonly name: string
  /** Free blocks by order: of buddyinfo, and of pagetypeinfo over all types. */
  readonly blocks: readonly number[]
  readonly byType: readonly number[]
  /** Of zoneinfo: free pages, and those on the lists of the CPUs. */
  readonly free: number
  readonly pcp: number
}

function zonesOf(kernel: Kernel): readonly Zone[] {
  const types = read(kernel, 'pagetypeinfo').split('\n')
  const zoneinfo = read(kernel, 'zoneinfo').split(/^(?=Node)/m)
  return read(kernel, 'buddyinfo')
    .trim()
    .split('\n')
    .map((line, i) => {
      const [, name, counts] = /zone +(\w+) +(.*)/.exec(line)!
      const lists = types.flatMap((type) => {
        const found = new RegExp(`zone +${name}, type +\\w+ +(.*)`).exec(type)
        return found ? [numbers(found[1])] : []
      })
      const blocks = numbers(counts)
      return {
        name,
        blocks,
        byType: blocks.map((_, size) => sum(lists.map((free) => free[size]))),
        free: Number(/pages free +(\d+)/.exec(zoneinfo[i])![1]),
        pcp: sum([...zoneinfo[i].matchAll(/count: +(\d+)/g)].map((m) => Number(m[1]))),
      }
    })
}

const meminfoOf = (kernel: Kernel): ReadonlyMap<string, number> =>
  new Map([...read(kernel, 'meminfo').matchAll(/^(\S+): +(\d+) kB/gm)].map((m) => [m[1], Number(m[2]) / 4]))

/** Pages that the kernel has taken for good since boot: page of zeros, vdso, and the huge page of zeros once it is needed. */
const takenForGood = ({ parts }: Kernel): number =>
  1 + parts.vdsoPages.length + (parts.mm.hugeZero.frame >= 0 ? HUGE_PAGES : 0)

/** What does not add up. */
export function accountViolations(kernel: Kernel): string[] {
  const found: string[] = []
  const same = (what: string, a: number, b: number): void => {
    if (a !== b) found.push(`${what}: ${a} and ${b} pages`)
  }
  const zones = zonesOf(kernel)
  for (const { name, blocks, byType, free } of zones) {
    same(`zone ${name}, buddyinfo and zoneinfo`, inBlocks(blocks), free)
    if (byType.join() !== blocks.join())
      found.push(`zone ${name}: pagetypeinfo has ${byType.join()}, not ${blocks.join()}`)
  }
  const memory = meminfoOf(kernel)
  const of = (name: string): number => memory.get(name) ?? 0
  same('MemFree and buddyinfo', of('MemFree'), sum(zones.map(({ blocks }) => inBlocks(blocks))))
  const used = ['AnonPages', 'Cached', 'PageTables', 'Slab'].map(of)
  const pcp = sum(zones.map((zone) => zone.pcp))
  same('MemTotal and its parts', of('MemTotal'), of('MemFree') + pcp + sum(used) + takenForGood(kernel))
  same('Slab and its parts', of('Slab'), of('SReclaimable') + of('SUnreclaim'))
  same('Slab and slabinfo', of('Slab'), slabinfoPages(kernel))
  same('Inactive and its parts', of('Inactive'), of('Inactive(anon)') + of('Inactive(file)'))
  same('file pages on lists and cached', of('Inactive(file)') + of('Shmem'), of('Cached'))
  return found
}

/**
 * Pages of all slabs. slabinfo prints the pages that a slab of a cache should have; what a slab has less, because there was
 * no block of that size when it was made, is told by the page itself.
 */
function slabinfoPages(kernel: Kernel): number {
  const lines = read(kernel, 'slabinfo').trim().split('\n').slice(2)
  const wanted = sum(lines.map((line) => Number(line.trim().split(/\s+/).at(-2)) * Number(line.trim().split(/\s+/)[5])))
  const { map, mm } = kernel.parts
  let missing = 0
  for (let p = 0; p < map.pages; p++) {
    if (!map.has(pfn(p), PG_SLAB) || p % (1 << map.order[p]) !== 0) continue
    missing += (1 << mm.objects.slab.caches[map.mapping[p]].order) - (1 << map.order[p])
  }
  return wanted - missing
}

/**
 * Compares the free blocks of every order with those after boot, when no process is left. What is kept on purpose is
 * accounted for by giving back exactly that, as the system would when asked: the CPU's lists (drain), slabs without
 * objects (shrink), the page cache with its inodes (drop_caches and unmounting), the huge page of zeros (its shrinker).
 * Then nothing may be missing: joining buddies leaves one way only to lay out the same free pages.
 *
 * Types are summed: a pageblock that was claimed for another type keeps it.
 */
export function missingAfterExit(kernel: Kernel, afterBoot: Kernel): string[] {
  const found = accountViolations(kernel)
  const { cache, mm } = kernel.parts
  for (const inode of cache.all) cache.evict(inode)
  mm.objects.slab.shrink()
  freeHugeZero(kernel)
  for (const each of [kernel, afterBoot]) each.parts.buddy.pcp.drain()
  const before = zonesOf(afterBoot)
  for (const [i, { name, blocks }] of zonesOf(kernel).entries())
    if (blocks.join() !== before[i].blocks.join())
      found.push(`zone ${name}: ${blocks.join()} blocks free at the end, ${before[i].blocks.join()} after boot`)
  const slabs = mm.objects.slab.pages()
  if (slabs.reclaimable + slabs.unreclaimable > 0) found.push(`slabs are left: ${JSON.stringify(slabs)}`)
  return found
}

/** @mm shrink_huge_zero_folio_scan mm/huge_memory.c */
function freeHugeZero({ parts: { mm, map, buddy } }: Kernel): void {
  const head = mm.hugeZero.frame
  if (head < 0) return
  for (let p: number = head; p < head + HUGE_PAGES; p++) map.flags[p] &= ~PG_RESERVED
  buddy.free(head, order(PAGEBLOCK_ORDER))
}

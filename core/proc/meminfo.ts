/** /proc/meminfo: where the pages of the machine are. */
import { PAGE_KB, PAGE_SIZE } from '../base/index.js'
import { PTRS_PER_TABLE } from '../arch/x86/index.js'
import { MAX_FOLIO_ORDER, type Inode } from '../mm/backing/index.js'
import { PG_ANON, PG_BUDDY, PG_DIRTY, PG_PCP, PG_THP, ZONES, type ZoneIndex } from '../mm/phys/index.js'
import { commitLimit } from '../mm/vma/index.js'
import type { Kernel } from '../kernel/index.js'

export interface MemoryFacts {
  readonly name: string
  /** kB, or a plain number for the huge pages' counts. */
  readonly value: number
  readonly unit: 'kB' | ''
}

interface FilePages {
  cached: number
  shmem: number
  mapped: number
  dirty: number
  /** Of folios of 2 MiB; of those that a huge entry maps somewhere. */
  huge: number
  hugeMapped: number
}

function filePages(kernel: Kernel): FilePages {
  const { cache, map } = kernel.parts
  const sum: FilePages = { cached: 0, shmem: 0, mapped: 0, dirty: 0, huge: 0, hugeMapped: 0 }
  for (const inode of cache.all) {
    const { pages, shmem } = inode
    if (!shmem) countHugeFolios(kernel, inode, sum)
    sum.cached += pages.size
    if (shmem) sum.shmem += pages.size
    for (const frame of pages.values()) {
      if (map.mapcount[frame] > 0) sum.mapped++
      if (!shmem && map.has(frame, PG_DIRTY)) sum.dirty++
    }
  }
  return sum
}

/**
 * Folios of 2 MiB that are cached, and those of them that are mapped whole.
 * @mm __filemap_add_folio mm/filemap.c, __folio_add_rmap mm/rmap.c
 */
function countHugeFolios(kernel: Kernel, inode: Inode, sum: FilePages): void {
  for (const [first, folioOrder] of inode.folios) {
    if (folioOrder !== MAX_FOLIO_ORDER) continue
    sum.huge += PTRS_PER_TABLE
    if (isMappedHuge(kernel, inode, first)) sum.hugeMapped += PTRS_PER_TABLE
  }
}

function isMappedHuge({ parts }: Kernel, { ino }: Inode, first: number): boolean {
  const { rmap } = parts.mm.structures
  return rmap.mappings(ino, first, first + PTRS_PER_TABLE - 1).some(({ mm, vma }) => {
    const at = vma.start + (first - vma.pgoff) * PAGE_SIZE
    const entry = at >= vma.start ? parts.tables.find(mm.pgd, at) : 0
    return entry !== 0 && parts.tables.isHuge(entry)
  })
}

/** Anonymous pages, mapped somewhere, and how many of them belong to huge ones. */
function anonPages(kernel: Kernel): { readonly all: number; readonly huge: number } {
  const { map, buddy } = kernel.parts
  let all = 0
  let huge = 0
  for (const { start, end } of buddy.layout.ram)
    for (let p = start; p < end; p++) {
      const flags = map.flags[p]
      // Most of memory is free, in large blocks: they are passed over as wholes.
      if (flags & (PG_BUDDY | PG_PCP)) p += (1 << map.order[p]) - 1
      if (!(flags & PG_ANON)) continue
      all++
      if (flags & PG_THP) huge++
    }
  return { all, huge }
}

/**
 * What could be had without swapping: what is free above the reserves, and of what can be reclaimed all but half or the
 * low watermark.
 * @mm si_mem_available mm/show_mem.c
 */
function available(kernel: Kernel, cacheWithoutShmem: number, reclaimable: number): number {
  const { buddy } = kernel.parts
  let low = 0
  let reserved = 0
  for (let zone = 0; zone < ZONES; zone++) {
    const marks = buddy.watermarks(zone as ZoneIndex)
    if (!marks) continue
    low += marks.low
    // calculate_totalreserve_pages
    reserved += Math.min(buddy.managed[zone], Math.max(...marks.reserve) + marks.high)
  }
  const usable = (pages: number): number => pages - Math.min(Math.floor(pages / 2), low)
  return Math.max(0, buddy.totalFree - reserved + usable(cacheWithoutShmem) + usable(reclaimable))
}

/**
 * @mm meminfo_proc_show fs/proc/meminfo.c
 * Left out: the active lists (no page is moved to them), the kernel's stacks, locked pages and vmalloc, which take no
 * pages here; DirectMap.
 */
export function memoryFacts(kernel: Kernel): readonly MemoryFacts[] {
  const { buddy, mm } = kernel.parts
  const file = filePages(kernel)
  const anon = anonPages(kernel)
  const slab = mm.objects.slab.pages()
  const tables = kernel.tasks.mms.reduce((n, { pgd }) => n + pgd.tables + 1, 0)
  const onDisk = file.cached - file.shmem
  const pages: Readonly<Record<string, number>> = {
    MemTotal: buddy.totalManaged,
    MemFree: buddy.totalFree,
    MemAvailable: available(kernel, onDisk, slab.reclaimable),
    Cached: file.cached,
    Inactive: anon.all + file.cached,
    'Inactive(anon)': anon.all + file.shmem,
    'Inactive(file)': onDisk,
    Dirty: file.dirty,
    AnonPages: anon.all,
    Mapped: file.mapped,
    Shmem: file.shmem,
    KReclaimable: slab.reclaimable,
    Slab: slab.reclaimable + slab.unreclaimable,
    SReclaimable: slab.reclaimable,
    SUnreclaim: slab.unreclaimable,
    PageTables: tables,
    CommitLimit: commitLimit(mm),
    Committed_AS: kernel.committedPages(),
    AnonHugePages: anon.huge,
    FileHugePages: file.huge,
    FilePmdMapped: file.hugeMapped,
    VmallocTotal: VMALLOC_PAGES,
    Hugepagesize: 512,
  }
  return kernel.profile.meminfoFields.map((name) =>
    name.startsWith('HugePages_')
      ? { name, value: 0, unit: '' }
      : { name, value: Math.floor((pages[name] ?? 0) * PAGE_KB), unit: 'kB' },
  )
}

/** VMALLOC_END - VMALLOC_START with four levels: 32 TiB less a byte. */
const VMALLOC_PAGES = 2 ** 33 - 0.25

export const meminfoText = (kernel: Kernel): string =>
  memoryFacts(kernel)
    .map(({ name, value, unit }) => {
      const number = String(value).padStart(unit === '' ? 5 : 8)
      return `${`${name}:`.padEnd(unit === '' ? 19 : 16)}${number}${unit === '' ? '' : ' kB'}\n`
    })
    .join('')

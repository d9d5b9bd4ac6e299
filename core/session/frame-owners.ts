/**
 * What leads to a page frame: entries of processes, found from the page by the mappings that may hold it (reverse mapping,
 * mm/rmap.c), a file, a table of an address space, a slab, or the kernel itself.
 *
 * Left out: owners behind the first {@link MOST}.
 */
import { hex, PAGE_SIZE, pfn } from '../base/index.js'
import { PTRS_PER_TABLE } from '../arch/x86/index.js'
import type { Kernel } from '../kernel/index.js'
import { PG_ANON, PG_CACHE, PG_RESERVED, PG_SLAB, PG_TABLE } from '../mm/phys/index.js'
import type { Mm, Vma } from '../mm/vma/index.js'
import { mappingAt } from '../proc/index.js'
import { TABLE_LEVELS, type FrameOwner } from '../protocol/index.js'

const MOST = 64

/** @param frame of no free block */
export function frameOwners(kernel: Kernel, frame: number): readonly FrameOwner[] {
  const flags = kernel.parts.map.flags[frame]
  if (flags & PG_TABLE) return tableOwner(kernel, frame)
  if (flags & PG_SLAB) return slabOwner(kernel, frame)
  const mapped = mappedAt(kernel, frame)
  if (flags & PG_RESERVED) return [...keptBy(kernel, frame), ...mapped]
  return flags & PG_CACHE ? [...fileOf(kernel, frame), ...mapped] : mapped
}

function tableOwner(kernel: Kernel, frame: number): readonly FrameOwner[] {
  for (const mm of kernel.tasks.mms)
    for (const { frame: table, depth, address, deposit } of kernel.parts.tables.all(mm.pgd))
      if (table === frame)
        return [
          { how: 'table', pid: pidOf(kernel, mm), level: TABLE_LEVELS[depth], address: hex(address, 16), deposit },
        ]
  return []
}

function slabOwner(kernel: Kernel, frame: number): readonly FrameOwner[] {
  const slab = kernel.parts.mm.objects.slab.slabAt(frame)
  if (!slab) return []
  return [{ how: 'slab', cache: slab.cache.name, slab: slab.slab, used: slab.used, objects: slab.objects }]
}

function fileOf({ parts: { cache, map } }: Kernel, frame: number): readonly FrameOwner[] {
  return [{ how: 'cached', path: cache.inode(map.mapping[frame]).path, index: map.index[frame] }]
}

function keptBy({ parts, profile }: Kernel, frame: number): readonly FrameOwner[] {
  const huge = parts.mm.hugeZero.frame
  const range = profile.reserved.find(([start, end]) => frame >= start && frame < end)
  const what =
    frame === parts.zeroPage
      ? 'zero page'
      : parts.vdsoPages.includes(pfn(frame))
        ? 'vdso'
        : huge >= 0 && frame >= huge && frame < huge + PTRS_PER_TABLE
          ? 'huge zero page'
          : range?.[2]
  return what === undefined ? [] : [{ how: 'kernel', what }]
}

// ---- reverse mapping ------------------------------------------------------------------------------------------------

/**
 * Entries that map the frame. The page says which mappings can, and at which address in each.
 * @mm rmap_walk mm/rmap.c
 */
function mappedAt(kernel: Kernel, frame: number): readonly FrameOwner[] {
  const { map } = kernel.parts
  const owners: FrameOwner[] = []
  if (map.mapcount[frame] === 0) return owners
  for (const mm of kernel.tasks.mms)
    for (const vma of mm.vmas) {
      const address = addressIn(kernel, vma, frame)
      if (address === undefined || !isMappedAt(kernel, mm, address, frame)) continue
      const pid = pidOf(kernel, mm)
      const mapping = mappingAt(kernel, pid, address)
      owners.push({
        how: 'mapped',
        pid,
        address: hex(address, 16),
        start: hex(vma.start, 16),
        name: mapping?.name ?? '',
        perms: mapping?.perms ?? '',
      })
      if (owners.length === MOST) return owners
    }
  return owners
}

/** Where the frame would be in a mapping. @mm vma_address mm/internal.h */
function addressIn({ parts: { map } }: Kernel, vma: Vma, frame: number): number | undefined {
  const index = map.flags[frame] & (PG_ANON | PG_CACHE) ? map.index[frame] : vma.specialPages.indexOf(frame)
  const anon = (map.flags[frame] & PG_ANON) !== 0
  if (anon ? !vma.anonChain.some(({ anonVma }) => anonVma === map.mapping[frame]) : index < 0) return undefined
  if (map.flags[frame] & PG_CACHE && vma.file !== map.mapping[frame]) return undefined
  const address = vma.start + (index - vma.pgoff) * PAGE_SIZE
  return address >= vma.start && address < vma.end ? address : undefined
}

/** @mm page_vma_mapped_walk mm/page_vma_mapped.c */
function isMappedAt({ parts: { tables } }: Kernel, mm: Mm, address: number, frame: number): boolean {
  const entry = tables.find(mm.pgd, address)
  return entry !== 0 && tables.isPresent(entry) && tables.pageAt(entry, address) === frame
}

const pidOf = ({ tasks }: Kernel, mm: Mm): number => tasks.inside(mm)?.pid ?? 0

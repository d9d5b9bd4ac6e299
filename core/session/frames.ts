/**
 * Physical memory as an observer sees it: whose each page frame is, in windows that grow by powers of two, and all that is
 * known of one frame. A window's work is that of its frames, and free blocks are passed over as wholes.
 */
import { hex, PAGE_SIZE, pfn } from '../base/index.js'
import type { Kernel } from '../kernel/index.js'
import {
  MAX_ORDER,
  MigrateType,
  PAGEBLOCK_ORDER,
  PG_ANON,
  PG_ANON_EXCLUSIVE,
  PG_BUDDY,
  PG_CACHE,
  PG_DIRTY,
  PG_PCP,
  PG_REFERENCED,
  PG_RESERVED,
  PG_SLAB,
  PG_SWAPBACKED,
  PG_TABLE,
  PG_THP,
  PG_UPTODATE,
  ZONE_NAMES,
  zoneOf,
  type MemMap,
} from '../mm/phys/index.js'
import { pageTypeFacts, typeName, zoneFacts } from '../proc/index.js'
import {
  FRAME_KINDS,
  type FrameDetail,
  type FrameKind,
  type FrameRow,
  type PageTypeRow,
  type ZoneRow,
} from '../protocol/index.js'
import { frameOwners } from './frame-owners.js'
import type { Facts } from './heap.js'

const PAGEBLOCK_PAGES = 1 << PAGEBLOCK_ORDER

/** Numbers of the kinds, for counting without names. */
const KIND = Object.fromEntries(FRAME_KINDS.map((kind, i) => [kind, i])) as Readonly<Record<FrameKind, number>>

// ---- one frame ------------------------------------------------------------------------------------------------------

/** First frame of the free block (the zone's or a CPU's) that a frame lies in, or -1. Blocks are aligned to their size. */
function freeBlockAt({ flags, order }: MemMap, frame: number): number {
  for (let size = 0; size <= MAX_ORDER; size++) {
    const head = frame - (frame % (1 << size))
    if (flags[head] & (PG_BUDDY | PG_PCP) && order[head] >= size) return head
  }
  return -1
}

/** Number of the kind of a frame that is in no free block. */
function kindOfUsed(flags: number): number {
  if (flags & PG_RESERVED) return KIND.reserved
  if (flags & PG_TABLE) return KIND.table
  if (flags & PG_SLAB) return KIND.slab
  if (flags & PG_ANON) return flags & PG_THP ? KIND.huge : KIND.anon
  if (!(flags & PG_CACHE)) return KIND.kernel
  if (flags & PG_SWAPBACKED) return KIND.shmem
  return flags & PG_DIRTY ? KIND.fileDirty : KIND.fileClean
}

// ---- windows --------------------------------------------------------------------------------------------------------

/** How many of the frames in [start, end) are of each kind. */
function countKinds({ map }: Kernel['parts'], start: number, end: number): readonly number[] {
  const counts = FRAME_KINDS.map(() => 0)
  for (let frame = start; frame < end;) {
    const flags = map.flags[frame]
    // Inside of a free block nothing is marked: only the first frame of a window can lie there unseen.
    const head = flags & (PG_BUDDY | PG_PCP) ? frame : frame === start ? freeBlockAt(map, frame) : -1
    if (head < 0) {
      counts[kindOfUsed(flags)]++
      frame++
      continue
    }
    const next = Math.min(end, head + (1 << map.order[head]))
    counts[map.flags[head] & PG_BUDDY ? KIND.free : KIND.pcp] += next - frame
    frame = next
  }
  return counts
}

/** Windows of 2^order frames that RAM fills or begins to fill. */
export function frameCount({ parts: { buddy } }: Kernel, order: number): number {
  return buddy.layout.ram.reduce((n, range) => n + windowsIn(range, order), 0)
}

const windowsIn = ({ start, end }: { readonly start: number; readonly end: number }, order: number): number =>
  Math.ceil(end / 2 ** order) - Math.floor(start / 2 ** order)

/** So many windows, from the one numbered `from`. */
export function frameRows(kernel: Kernel, order: number, from: number, count: number): readonly Facts<FrameRow>[] {
  const rows: Facts<FrameRow>[] = []
  let before = 0
  for (const range of kernel.parts.buddy.layout.ram) {
    const windows = windowsIn(range, order)
    const first = Math.floor(range.start / 2 ** order)
    for (let i = Math.max(0, from - before); i < windows && before + i < from + count; i++) {
      const start = Math.max(range.start, (first + i) * 2 ** order)
      rows.push(frameRow(kernel, start, Math.min(range.end, (first + i + 1) * 2 ** order)))
    }
    before += windows
  }
  return rows
}

function frameRow({ parts }: Kernel, start: number, end: number): Facts<FrameRow> {
  const counts = countKinds(parts, start, end)
  const most = counts.indexOf(Math.max(...counts))
  return {
    first: start,
    pages: end - start,
    kind: FRAME_KINDS[most],
    counts,
    type: typeName(parts.buddy.typeOf(start)),
  }
}

// ---- a frame in full ------------------------------------------------------------------------------------------------

/** Names of include/linux/page-flags.h; head and tail of a compound page are told by `head`. */
const FLAGS: readonly (readonly [number, string])[] = [
  [PG_RESERVED, 'reserved'],
  [PG_BUDDY, 'buddy'],
  [PG_TABLE, 'table'],
  [PG_SLAB, 'slab'],
  [PG_UPTODATE, 'uptodate'],
  [PG_DIRTY, 'dirty'],
  [PG_REFERENCED, 'referenced'],
  [PG_ANON, 'anon'],
  [PG_SWAPBACKED, 'swapbacked'],
  [PG_ANON_EXCLUSIVE, 'anon_exclusive'],
]

/** One row, or none where there is no RAM. */
export function frameDetail(kernel: Kernel, frame: number): readonly Facts<FrameDetail>[] {
  const { map, buddy } = kernel.parts
  if (!buddy.layout.ram.some(({ start, end }) => frame >= start && frame < end)) return []
  const flags = map.flags[frame]
  const block = freeBlockAt(map, frame)
  const kind = block < 0 ? FRAME_KINDS[kindOfUsed(flags)] : map.has(pfn(block), PG_BUDDY) ? 'free' : 'pcp'
  const { head, order } = wholeOf(map, frame, block)
  return [
    {
      frame,
      address: hex(frame * PAGE_SIZE, 16),
      zone: ZONE_NAMES[zoneOf(frame)],
      kind,
      pageblock: Math.floor(frame / PAGEBLOCK_PAGES),
      type: typeName(buddy.typeOf(frame)),
      head,
      order,
      flags: FLAGS.filter(([flag]) => flags & flag).map(([, name]) => name),
      refcount: map.refcount[flags & PG_THP ? head : frame],
      mapcount: map.mapcount[frame],
      owners: block < 0 ? frameOwners(kernel, frame) : [],
    },
  ]
}

/** What a frame is a part of. */
function wholeOf(map: MemMap, frame: number, block: number): { readonly head: number; readonly order: number } {
  if (block >= 0) return { head: block, order: map.order[block] }
  const flags = map.flags[frame]
  const order = flags & PG_THP ? PAGEBLOCK_ORDER : flags & PG_SLAB ? map.order[frame] : 0
  return { head: frame - (frame % (1 << order)), order }
}

// ---- zones and free lists -------------------------------------------------------------------------------------------

export const zoneRows = (kernel: Kernel): readonly Facts<ZoneRow>[] =>
  zoneFacts(kernel).map(({ promo: _, ...facts }) => ({
    ...facts,
    ram: kernel.parts.buddy.layout.ram
      .map(({ start, end }) => [Math.max(start, facts.start), Math.min(end, facts.end)] as const)
      .filter(([start, end]) => start < end),
  }))

/** The types that the allocator keeps lists of. */
const TYPES: ReadonlySet<string> = new Set(Object.values(MigrateType).map(typeName))

export const pageTypeRows = (kernel: Kernel): readonly Facts<PageTypeRow>[] =>
  pageTypeFacts(kernel)
    .filter(({ type }) => TYPES.has(type))
    .map((facts) => ({ key: `${facts.zone} ${facts.type}`, ...facts }))

/** Physical memory and the kernel's objects in it, as views see them. Sizes in pages unless a name says otherwise. */
import type { Changes, TableLevel } from './index.js'

/**
 * Whose a page frame is, as /proc/meminfo counts it: free on the zone's lists or on a CPU's own (pcp), anonymous in small
 * pages or in blocks of 2 MiB (huge), page cache that agrees with its file or not, shared memory, page tables, slabs, kept
 * by the kernel since boot (reserved), or in use by it otherwise.
 */
export const FRAME_KINDS = [
  'free',
  'pcp',
  'anon',
  'huge',
  'fileClean',
  'fileDirty',
  'shmem',
  'table',
  'slab',
  'reserved',
  'kernel',
] as const
export type FrameKind = (typeof FRAME_KINDS)[number]

/** Steps of the scale: so many frames a window, as powers of two. The third one is a pageblock. */
export const FRAME_ORDERS = [0, 3, 6, 9, 12, 15] as const
export type FrameOrder = (typeof FRAME_ORDERS)[number]

/** 2^order frames that follow each other, aligned; at the end of RAM fewer. */
export interface FrameRow extends Changes {
  /** The first frame. */
  readonly first: number
  readonly pages: number
  /** Of which kind most of them are. */
  readonly kind: FrameKind
  /** How many are of each kind, in the order of FRAME_KINDS. */
  readonly counts: readonly number[]
  /** Migratetype of the first frame's pageblock. */
  readonly type: string
}

/** What leads to a frame, or what it is kept for. */
export type FrameOwner =
  /** A page-table entry of a process. `start` names the mapping. */
  | {
      readonly how: 'mapped'
      readonly pid: number
      readonly address: string
      readonly start: string
      readonly name: string
      readonly perms: string
    }
  /** The page cache: page number `index` of a file. */
  | { readonly how: 'cached'; readonly path: string; readonly index: number }
  /** A page table; `address` is the first that it covers. One in deposit waits for its huge page to be split. */
  | {
      readonly how: 'table'
      readonly pid: number
      readonly level: TableLevel
      readonly address: string
      readonly deposit: boolean
    }
  /** Objects of a cache; `slab` is the slab's first frame. */
  | {
      readonly how: 'slab'
      readonly cache: string
      readonly slab: number
      readonly used: number
      readonly objects: number
    }
  /** For good: 'zero page', 'huge zero page', 'vdso', or a range of the profile. */
  | { readonly how: 'kernel'; readonly what: string }

/** All that is known of one frame. */
export interface FrameDetail extends Changes {
  readonly frame: number
  /** Physical, 16 hex digits. */
  readonly address: string
  readonly zone: string
  readonly kind: FrameKind
  /** Number of its pageblock, and the migratetype that has. */
  readonly pageblock: number
  readonly type: string
  /** First frame and order of what it is handed out or kept as a part of: free block, huge page, slab. */
  readonly head: number
  readonly order: number
  /** page->flags and page types that are set, named as in include/linux/page-flags.h without PG_. */
  readonly flags: readonly string[]
  readonly refcount: number
  readonly mapcount: number
  readonly owners: readonly FrameOwner[]
}

/** A zone, as /proc/zoneinfo tells it. */
export interface ZoneRow extends Changes {
  readonly zone: string
  /** First frame, and the first behind it, holes included. */
  readonly start: number
  readonly end: number
  /** Frames that are RAM: ranges of first and first behind. */
  readonly ram: readonly (readonly [start: number, end: number])[]
  readonly present: number
  readonly managed: number
  readonly free: number
  /** Watermarks. */
  readonly min: number
  readonly low: number
  readonly high: number
  /** lowmem_reserve: kept from requests that may use each zone. */
  readonly protection: readonly number[]
  readonly pcpCount: number
  readonly pcpHigh: number
  readonly pcpBatch: number
}

/** Free blocks of one migratetype in a zone by order, as /proc/pagetypeinfo. */
export interface PageTypeRow extends Changes {
  /** Zone and type: names the row. */
  readonly key: string
  readonly zone: string
  readonly type: string
  readonly free: readonly number[]
  readonly pageblocks: number
}

/** A cache, as /proc/slabinfo tells it, and where its slabs are. */
export interface SlabCacheRow extends Changes {
  readonly name: string
  /** Other names under which it is used: caches of the same size that were merged with it. */
  readonly aliases: readonly string[]
  /** As slabinfo counts: all objects of the CPU's slabs pass for active. */
  readonly activeObjects: number
  readonly objects: number
  /** Objects really in use. */
  readonly used: number
  /** Bytes of an object. */
  readonly size: number
  readonly objectsPerSlab: number
  readonly pagesPerSlab: number
  readonly slabs: number
  /** Slabs that the CPU keeps in reserve at most, and the node at least. */
  readonly cpuPartialSlabs: number
  readonly minPartial: number
  readonly reclaimable: boolean
}

/** The CPU's own, in the CPU's reserve, on the node's list, or full and on none. */
export const SLAB_PLACES = ['cpu', 'cpuPartial', 'partial', 'full'] as const
export type SlabPlace = (typeof SLAB_PLACES)[number]

export interface SlabRow extends Changes {
  /** First frame. */
  readonly slab: number
  readonly pages: number
  readonly place: SlabPlace
  readonly used: number
  readonly objects: number
}

export interface SlabObjectRow extends Changes {
  readonly index: number
  /** Physical, 16 hex digits. */
  readonly address: string
  readonly used: boolean
  /** Which structure it is, and what that is about; 0 or nothing where that says nothing. */
  readonly structure: string
  readonly pid: number
  /** A range of addresses, hex. */
  readonly start: string
  readonly end: string
  readonly path: string
}

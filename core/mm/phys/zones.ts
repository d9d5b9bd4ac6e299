/**
 * Zones of one node (include/linux/mmzone.h): which pfns they span, how many pages are there and free.
 *
 *   pfn 0        4096                 0x100000 (4 GiB)
 *   | DMA 16 MiB | DMA32 ... | hole | Normal ...            |
 *
 * x86 machines have a hole below 4 GiB for devices; memory beyond it continues at 4 GiB.
 */
import { PAGE_SIZE } from '../../base/index.js'

export const ZoneIndex = { DMA: 0, DMA32: 1, Normal: 2 } as const
export type ZoneIndex = (typeof ZoneIndex)[keyof typeof ZoneIndex]
export const ZONE_NAMES = ['DMA', 'DMA32', 'Normal'] as const
export const ZONES = 3

const DMA_END = (16 * 1024 * 1024) / PAGE_SIZE
const DMA32_END = 0x1_0000_0000 / PAGE_SIZE

export interface PfnRange {
  readonly start: number
  /** First pfn behind the range. */
  readonly end: number
}

export interface ZoneSpan extends PfnRange {
  readonly name: (typeof ZONE_NAMES)[number]
}

export interface MemoryLayout {
  /** RAM as the firmware reports it (e820), in order, page numbers. */
  readonly ram: readonly PfnRange[]
  readonly zones: readonly ZoneSpan[]
  readonly spannedPages: number
}

/** Lays `ramPages` of memory around the hole that ends at 4 GiB. */
export function memoryLayout(ramPages: number, holeStart: number): MemoryLayout {
  const low = Math.min(ramPages, holeStart)
  const high = ramPages - low
  const ram = high > 0 ? [range(0, low), range(DMA32_END, DMA32_END + high)] : [range(0, low)]
  const spannedPages = ram[ram.length - 1].end
  const bounds = [0, DMA_END, DMA32_END, Math.max(DMA32_END, spannedPages)]
  const zones = ZONE_NAMES.map((name, i) => ({
    name,
    start: Math.min(bounds[i], spannedPages),
    end: Math.min(bounds[i + 1], spannedPages),
  }))
  return { ram, zones, spannedPages }
}

const range = (start: number, end: number): PfnRange => ({ start, end })

export const zoneOf = (pfn: number): ZoneIndex =>
  pfn < DMA_END ? ZoneIndex.DMA : pfn < DMA32_END ? ZoneIndex.DMA32 : ZoneIndex.Normal

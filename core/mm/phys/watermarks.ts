/**
 * How much of each zone is kept back (mm/page_alloc.c). Below the low watermark kswapd would be woken, below min nothing
 * ordinary is handed out; of a low zone more is kept from those who could use a higher one (lowmem_reserve).
 *
 * Left out: boosting after a pageblock was stolen, the high-atomic reserve, a change of the sysctls at run time.
 */
import { PAGE_KB } from '../../base/index.js'

export interface Watermarks {
  readonly min: number
  readonly low: number
  readonly high: number
  /** Up to which memory tiering fills the zone. */
  readonly promo: number
  /** Pages kept from requests that may use the zone with this index or below. */
  readonly reserve: readonly number[]
}

export interface WatermarkRules {
  /** A huge page setting other than never: khugepaged wants free pageblocks of each type in each zone. */
  readonly hugePages: boolean
  /** Distance between the marks in ten thousandths of a zone (watermark_scale_factor, since 4.6), 0 without it. */
  readonly scaleFactor: number
}

/** MAX_NR_ZONES: DMA, DMA32, Normal, Movable, Device. */
export const ALL_ZONES = 5
/** sysctl_lowmem_reserve_ratio */
const RESERVE_RATIO = [256, 256, 32, 0, 0]
const PAGEBLOCK_PAGES = 512
/** MIGRATE_PCPTYPES */
const TYPES = 3

const sum = (numbers: readonly number[]): number => numbers.reduce((n, m) => n + m, 0)

/** @mm calculate_min_free_kbytes mm/page_alloc.c */
const baseMinFree = (pages: number): number =>
  Math.min(262144, Math.max(128, Math.floor(Math.sqrt(pages * PAGE_KB * 16))))

/**
 * /proc/sys/vm/min_free_kbytes after boot.
 * @mm set_recommended_min_free_kbytes mm/khugepaged.c
 */
export function minFreeKbytes(managed: readonly number[], rules: WatermarkRules): number {
  const base = baseMinFree(sum(managed))
  if (!rules.hugePages) return base
  const zones = managed.filter((pages) => pages > 0).length
  const wanted = PAGEBLOCK_PAGES * zones * (2 + TYPES * TYPES)
  const buffer = sum(managed) - sum(marksFor(managed, base, rules.scaleFactor).map((marks) => marks.high))
  return Math.max(base, Math.min(wanted, Math.floor(buffer / 20)) * PAGE_KB)
}

/** @mm __setup_per_zone_wmarks mm/page_alloc.c */
function marksFor(
  managed: readonly number[],
  minKbytes: number,
  scaleFactor: number,
): readonly Omit<Watermarks, 'reserve'>[] {
  const all = sum(managed)
  const wanted = Math.floor(minKbytes / PAGE_KB)
  return managed.map((pages) => {
    const min = all === 0 ? 0 : Math.floor((wanted * pages) / all)
    const step = Math.max(Math.floor(min / 4), Math.floor((pages * scaleFactor) / 10000))
    return { min, low: min + step, high: min + 2 * step, promo: min + 3 * step }
  })
}

/** @mm setup_per_zone_lowmem_reserve mm/page_alloc.c */
function reserveOf(managed: readonly number[], zone: number): readonly number[] {
  const ratio = managed[zone] > 0 ? RESERVE_RATIO[zone] : 0
  return Array.from({ length: ALL_ZONES }, (_, j) =>
    j > zone && ratio > 0 ? Math.floor(sum(managed.slice(zone + 1, j + 1)) / ratio) : 0,
  )
}

/** @param managed pages of each zone, lowest first */
export function watermarksOf(managed: readonly number[], rules: WatermarkRules): readonly Watermarks[] {
  const marks = marksFor(managed, minFreeKbytes(managed, rules), rules.scaleFactor)
  return marks.map((mark, zone) => ({ ...mark, reserve: reserveOf(managed, zone) }))
}

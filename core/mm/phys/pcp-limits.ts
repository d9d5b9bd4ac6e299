/** How many pages a CPU keeps for itself of each zone: the limits of its lists (mm/page_alloc.c). */
import type { Watermarks } from './watermarks.js'

export interface PcpRules {
  readonly cpus: number
  /**
   * Since 5.14 the limit follows from the low watermark and since 6.7 it moves between that and an eighth of the zone,
   * blocks of up to 8 pages and huge ones are kept too. Before, it was six batches of single pages.
   */
  readonly adapts: boolean
}

export interface PcpLimits {
  readonly batch: number
  readonly highMin: number
  readonly highMax: number
}

/** Pages of 1 MiB; 512 kB until 5.13. */
const BATCH_CAP = 256
const OLD_BATCH_CAP = 128
/** MIN_PERCPU_PAGELIST_HIGH_FRACTION */
const HIGH_FRACTION = 8
const OLD_BATCHES = 6

const powerBelow = (n: number): number => 2 ** (31 - Math.clz32(n))

/** A number just below a power of two, so that blocks do not follow the caches' colours. @mm zone_batchsize mm/page_alloc.c */
function batchOf(managed: number, adapts: boolean): number {
  const batch = Math.max(1, Math.floor(Math.min(managed >> 10, adapts ? BATCH_CAP : OLD_BATCH_CAP) / 4))
  return Math.max(1, powerBelow(batch + (batch >> 1)) - 1)
}

/** @mm zone_set_pageset_high_and_batch mm/page_alloc.c */
export function pcpLimits(managed: number, { low }: Watermarks, { cpus, adapts }: PcpRules): PcpLimits {
  const batch = batchOf(managed, adapts)
  if (!adapts) return { batch, highMin: OLD_BATCHES * batch, highMax: OLD_BATCHES * batch }
  const high = (pages: number): number => Math.max(Math.floor(pages / cpus), batch << 2)
  return { batch, highMin: high(low), highMax: high(Math.floor(managed / HIGH_FRACTION)) }
}

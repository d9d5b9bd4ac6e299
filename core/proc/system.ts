/** The files of /proc about zones and their free pages: buddyinfo, pagetypeinfo, zoneinfo. */
import {
  MIGRATETYPES,
  ORDERS,
  PAGEBLOCK_ORDER,
  ZONE_NAMES,
  type MigrateType,
  type PageAllocator,
  type ZoneIndex,
} from '../mm/phys/index.js'
import type { Kernel } from '../kernel/index.js'

export interface ZoneFreeBlocks {
  readonly node: number
  readonly zone: string
  /** Free blocks of order 0, 1, ... */
  readonly free: readonly number[]
}

const ORDER_NUMBERS = Array.from({ length: ORDERS }, (_, order) => order)

/** Zones that have memory, lowest first. */
const zonesWithMemory = (buddy: PageAllocator): readonly ZoneIndex[] =>
  ZONE_NAMES.map((_, index) => index as ZoneIndex).filter((zone) => buddy.present[zone] > 0)

/** Lines of buddyinfo. */
export const freeBlocks = ({ parts: { buddy } }: Kernel): readonly ZoneFreeBlocks[] =>
  zonesWithMemory(buddy).map((zone) => ({
    node: 0,
    zone: ZONE_NAMES[zone],
    free: ORDER_NUMBERS.map((order) => buddy.freeBlocks(zone, order)),
  }))

const columns = (numbers: readonly number[], width: number): string =>
  numbers.map((n) => `${String(n).padStart(width)} `).join('')

/** @mm frag_show_print mm/vmstat.c */
export const buddyinfoText = (zones: readonly ZoneFreeBlocks[]): string =>
  zones.map(({ node, zone, free }) => `Node ${node}, zone ${zone.padStart(8)} ${columns(free, 6)}\n`).join('')

// ---- pagetypeinfo ---------------------------------------------------------------------------------------------------

/** What a kernel without CMA has; the last two have no pages here. */
const TYPE_NAMES = ['Unmovable', 'Movable', 'Reclaimable', 'HighAtomic', 'Isolate'] as const

const isModelled = (type: number): type is MigrateType => type < MIGRATETYPES

/** One line of pagetypeinfo's first table, and the zone's number of pageblocks of the type from its second. */
export interface PageTypeFacts {
  readonly zone: string
  readonly type: string
  /** Free blocks of order 0, 1, ... */
  readonly free: readonly number[]
  readonly pageblocks: number
}

/** Every zone's migratetypes, in the order of the text. */
export const pageTypeFacts = ({ parts: { buddy } }: Kernel): readonly PageTypeFacts[] =>
  zonesWithMemory(buddy).flatMap((zone) =>
    TYPE_NAMES.map((name, type) => ({
      zone: ZONE_NAMES[zone],
      type: name,
      free: ORDER_NUMBERS.map((order) => (isModelled(type) ? buddy.freeBlocksOfType(zone, order, type) : 0)),
      pageblocks: isModelled(type) ? buddy.pageblocks(zone, type) : 0,
    })),
  )

/** Name of a pageblock's type, as the text has it. */
export const typeName = (type: MigrateType): string => TYPE_NAMES[type]

/** @mm pagetypeinfo_show mm/vmstat.c */
export function pagetypeinfoText(kernel: Kernel): string {
  const facts = pageTypeFacts(kernel)
  const counts = facts.map(
    ({ zone, type, free }) => `Node    0, zone ${zone.padStart(8)}, type ${type.padStart(12)} ${columns(free, 6)}\n`,
  )
  const zones = new Set(facts.map(({ zone }) => zone))
  const blocks = [...zones].map((zone) => {
    const numbers = facts.filter((fact) => fact.zone === zone).map(({ pageblocks }) => pageblocks)
    return `Node 0, zone ${zone.padStart(8)} ${columns(numbers, 12)}\n`
  })
  return [
    `Page block order: ${PAGEBLOCK_ORDER}\nPages per block:  ${1 << PAGEBLOCK_ORDER}\n\n`,
    `${'Free pages count per migrate type at order'.padEnd(43)} ${columns(ORDER_NUMBERS, 6)}\n`,
    ...counts,
    `\n${'Number of blocks type'.padEnd(23)}${TYPE_NAMES.map((name) => `${name.padStart(12)} `).join('')}\n`,
    ...blocks,
  ].join('')
}

// ---- zoneinfo -------------------------------------------------------------------------------------------------------

export interface ZoneFacts {
  readonly zone: string
  /** First page, and the first behind it. */
  readonly start: number
  readonly end: number
  readonly present: number
  readonly managed: number
  readonly free: number
  /** Watermarks in pages. */
  readonly min: number
  readonly low: number
  readonly high: number
  readonly promo: number
  /** lowmem_reserve: pages kept from requests that may use each zone. */
  readonly protection: readonly number[]
  /** Pages on the first CPU's lists, how many there may be, and how many move at a time. */
  readonly pcpCount: number
  readonly pcpHigh: number
  readonly pcpBatch: number
}

/** Zones that have memory, lowest first. */
export const zoneFacts = ({ parts: { buddy } }: Kernel): readonly ZoneFacts[] =>
  zonesWithMemory(buddy).map((zone) => {
    const { start, end, name } = buddy.layout.zones[zone]
    const marks = buddy.watermarks(zone)
    const limits = buddy.pcp.limitsOf(zone)
    return {
      zone: name,
      start,
      end,
      present: buddy.present[zone],
      managed: buddy.managed[zone],
      free: buddy.nrFree[zone],
      min: marks?.min ?? 0,
      low: marks?.low ?? 0,
      high: marks?.high ?? 0,
      promo: marks?.promo ?? 0,
      protection: marks?.reserve ?? [],
      pcpCount: buddy.pcp.count(zone),
      pcpHigh: limits?.high ?? 0,
      pcpBatch: limits?.batch ?? 0,
    }
  })

/**
 * @mm zoneinfo_show_print mm/vmstat.c
 * Left out: the node's counters, those of the zone's lists of reclaim, of placement on nodes, zones without memory.
 */
export function zoneinfoText(kernel: Kernel): string {
  const zones = zonesWithMemory(kernel.parts.buddy)
  return zoneFacts(kernel)
    .map((facts, i) => zoneText(kernel, facts, zones[i]))
    .join('')
}

function zoneText({ parts: { buddy }, profile }: Kernel, facts: ZoneFacts, zone: ZoneIndex): string {
  const { min, low, high, promo, present, managed, start, end, free } = facts
  const fields: readonly (readonly [string, number])[] = [
    ['min', min],
    ['low', low],
    ['high', high],
    ...(profile.adaptivePcp ? [['promo', promo] as const] : []),
    ['spanned', end - start],
    ['present', present],
    ['managed', managed],
  ]
  return [
    `Node 0, zone ${facts.zone.padStart(8)}\n  pages free     ${free}\n`,
    profile.adaptivePcp ? `        boost    0\n` : '',
    ...fields.map(([field, value]) => `        ${field.padEnd(8)} ${value}\n`),
    `        protection: (${facts.protection.join(', ')})\n`,
    `      nr_free_pages ${free}\n`,
    '  pagesets\n',
    ...Array.from({ length: profile.cpus }, (_, cpu) => pagesetText(buddy, zone, cpu, profile.adaptivePcp)),
    `  start_pfn:           ${start}\n`,
  ].join('')
}

/** Programs run on the first CPU: the lists of the others are as at boot. */
function pagesetText(buddy: PageAllocator, zone: ZoneIndex, cpu: number, adapts: boolean): string {
  const limits = buddy.pcp.limitsOf(zone)
  const line = (field: string, value: number | undefined): string =>
    `              ${`${field}:`.padEnd(9)} ${value ?? 0}\n`
  const first = cpu === 0
  return [
    `    cpu: ${cpu}\n`,
    line('count', first ? buddy.pcp.count(zone) : 0),
    line('high', first ? limits?.high : adapts ? 0 : limits?.highMin),
    line('batch', limits?.batch),
    ...(adapts ? [line('high_min', limits?.highMin), line('high_max', limits?.highMax)] : []),
  ].join('')
}

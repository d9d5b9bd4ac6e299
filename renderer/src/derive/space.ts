/**
 * The address space as a list of mappings and gaps with heights. 47 bits do not fit a screen at one scale: a mapping grows
 * by the same height whenever its size doubles, and a gap is only named.
 */
import type { PageRow, PmapRow } from '../../../core/protocol/index.js'
import { PAGE_STATES, type PageToken } from './page-states.js'

export type SpaceItem =
  | { readonly kind: 'mapping'; readonly row: PmapRow; readonly end: string; readonly height: number }
  | { readonly kind: 'gap'; readonly start: string; readonly bytes: number; readonly height: number }

/** The kernel's half begins here; what lies between the halves is no address at all. */
const USER_END = 0x8000_0000_0000
const PAGE_KB = 4
const FIRST_HEIGHT = 34
const DOUBLING = 4
const GAP_HEIGHT = 24

export const mappingHeight = (kb: number): number =>
  FIRST_HEIGHT + Math.round(DOUBLING * Math.log2(Math.max(1, kb / PAGE_KB)))

/** Addresses to 2^53 are exact, those of the kernel's half nearly. */
const hex = (address: number) => address.toString(16).padStart(12, '0')

export function spaceItems(rows: readonly PmapRow[]): readonly SpaceItem[] {
  const items: SpaceItem[] = []
  let end = 0
  for (const row of rows) {
    const start = parseInt(row.address, 16)
    if (start > end) items.push({ kind: 'gap', start: hex(end), bytes: start - end, height: GAP_HEIGHT })
    end = start + row.kbytes * 1024
    items.push({ kind: 'mapping', row, end: hex(end), height: mappingHeight(row.kbytes) })
  }
  return items
}

/** Beyond the user's half. */
export const isKernelGap = (item: SpaceItem): boolean =>
  item.kind === 'gap' && parseInt(item.start, 16) + item.bytes > USER_END

/** kB is 1024 bytes, as /proc means it. */
const UNITS = ['B', 'kB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const
/** With the largest unit in which it is at least 1, and three digits: 4 kB, 1.75 MiB, 85.2 TiB. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${UNITS[power] ?? 'B'}`
}

export type PageStateName = (typeof PAGE_STATES)[number]['state'] | 'hidden'
export interface PageLook {
  readonly state: PageStateName
  readonly token: PageToken
  readonly letter: string
}

const HIDDEN: PageLook = { state: 'hidden', token: 'locked', letter: 'N' }
const LOOKS: ReadonlyMap<PageStateName, PageLook> = new Map([...PAGE_STATES, HIDDEN].map((look) => [look.state, look]))

/** A page's state in the one palette; a page with several is told by the rarest. */
export const pageLook = (row: PageRow): PageLook => LOOKS.get(stateOf(row)) ?? HIDDEN

function stateOf({ state, dirty, huge, sharers }: PageRow): PageStateName {
  if (state !== 'anon' && state !== 'file' && state !== 'shmem') return state
  if (huge) return 'huge'
  if (sharers > 1) return 'shared'
  return `${state === 'anon' ? 'anon' : 'file'}${dirty ? 'Dirty' : 'Clean'}`
}

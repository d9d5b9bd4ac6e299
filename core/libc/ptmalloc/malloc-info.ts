/**
 * malloc_info(3): all arenas as XML. As the library prints it: the sizes of bins are those fields with their flags, so
 * most of them are odd; what fastbins hold is not part of the rest, top is.
 */
import { headOf, sizeOf, word } from './chunk.js'
import type { Heap } from './heap.js'
import { FD, NBINS, NFASTBINS } from './layout.js'
import { arenas, heapsOf, linkAt, type ArenaState } from './state.js'

/** Printed before anything is looked at; the stream may allocate its buffer at that. */
export const MALLOC_INFO_HEAD = '<malloc version="1">\n'

interface Sizes {
  from: number
  to: number
  total: number
  count: number
}

interface Totals {
  fastCount: number
  fastBytes: number
  restCount: number
  restBytes: number
  current: number
  max: number
  aspace: number
  mprotect: number
}

const noTotals = (): Totals => ({
  fastCount: 0,
  fastBytes: 0,
  restCount: 0,
  restBytes: 0,
  current: 0,
  max: 0,
  aspace: 0,
  mprotect: 0,
})

/** What follows the head, in the pieces in which it is printed. @glibc __malloc_info malloc/malloc.c */
export function mallocInfo(heap: Heap): readonly string[] {
  heap.pool.init()
  const totals = noTotals()
  const pieces = arenas(heap).flatMap((av, nr) => [
    `<heap nr="${nr}">\n<sizes>\n`,
    ...arenaPieces(heap, av, totals),
    '</heap>\n',
  ])
  const mapped = `<total type="mmap" count="${heap.mp.nMmaps}" size="${heap.mp.mmappedMem}"/>\n`
  pieces.push(countsText(totals) + mapped + systemText(totals) + aspaceText(totals) + '</malloc>\n')
  return pieces
}

const countsText = (t: Totals): string =>
  `<total type="fast" count="${t.fastCount}" size="${t.fastBytes}"/>\n` +
  `<total type="rest" count="${t.restCount}" size="${t.restBytes}"/>\n`
const systemText = (t: Totals): string =>
  `<system type="current" size="${t.current}"/>\n<system type="max" size="${t.max}"/>\n`
const aspaceText = (t: Totals): string =>
  `<aspace type="total" size="${t.aspace}"/>\n<aspace type="mprotect" size="${t.mprotect}"/>\n`
const sizesText = (name: string, { from, to, total, count }: Sizes): string =>
  `  <${name} from="${from}" to="${to}" total="${total}" count="${count}"/>\n`

function arenaPieces(heap: Heap, av: ArenaState, totals: Totals): readonly string[] {
  const fast = Array.from({ length: NFASTBINS }, (_, i) => fastSizes(heap, av, i))
  const bins = Array.from({ length: NBINS - 1 }, (_, i) => binSizes(heap, av, i + 1))
  const [unsorted, ...sorted] = bins
  const heaps = av === heap.main ? [] : heapsOf(heap, av)
  const own: Totals = {
    fastCount: sum(fast, 'count'),
    fastBytes: sum(fast, 'total'),
    restCount: sum(bins, 'count') + 1,
    restBytes: sum(bins, 'total') + av.topSize,
    current: av.systemMem,
    max: av.maxSystemMem,
    aspace: av === heap.main ? av.systemMem : heaps.reduce((n, info) => n + info.size, 0),
    mprotect: av === heap.main ? av.systemMem : heaps.reduce((n, info) => n + info.mprotectSize, 0),
  }
  for (const key of Object.keys(own) as (keyof Totals)[]) totals[key] += own[key]
  const subheaps = av === heap.main ? '' : `<aspace type="subheaps" size="${heaps.length}"/>\n`
  return [
    ...[...fast, ...sorted].filter(isThere).map((sizes) => sizesText('size', sizes)),
    ...[unsorted].filter(isThere).map((sizes) => sizesText('unsorted', sizes)),
    '</sizes>\n' + countsText(own) + systemText(own),
    aspaceText(own) + subheaps,
  ]
}

const isThere = ({ count }: Sizes): boolean => count > 0
const sum = (sizes: readonly Sizes[], field: 'count' | 'total'): number => sizes.reduce((n, each) => n + each[field], 0)

function fastSizes(heap: Heap, av: ArenaState, index: number): Sizes {
  const first = word(heap.host.mem, av.fastbinAt(index))
  if (first === 0) return { from: 0, to: 0, total: 0, count: 0 }
  let count = 0
  for (let chunk = first; chunk !== 0; chunk = linkAt(heap, chunk + FD)) count++
  const to = sizeOf(heap.host.mem, first)
  return { from: to - 15, to, total: count * to, count }
}

function binSizes({ host: { mem } }: Heap, av: ArenaState, index: number): Sizes {
  const bin = av.binAt(index)
  const sizes: Sizes = { from: Infinity, to: 0, total: 0, count: 0 }
  for (let chunk = word(mem, bin + FD); chunk !== bin; chunk = word(mem, chunk + FD)) {
    const size = headOf(mem, chunk)
    sizes.from = Math.min(sizes.from, size)
    sizes.to = Math.max(sizes.to, size)
    sizes.total += size
    sizes.count++
  }
  return sizes
}

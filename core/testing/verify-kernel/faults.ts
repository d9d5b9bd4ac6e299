/** Which mapping each fault of an interval hit. */
import { isLibcBss, type CapturedMapping } from '../captured.js'

type PlacedMapping = Pick<CapturedMapping, 'start' | 'end' | 'name' | 'perms' | 'offset'>

/** Bytes of the block for libc's thread-local data, which lies right below libc and merges with what comes there. */
const TLS_BYTES = 0x3000
const LD_ANON_BYTES = 0x2000

/** How many faults hit which mapping, as it is now or was before; parts of the C library's data by names of their own. */
export function faultsByMapping(
  now: readonly PlacedMapping[],
  before: readonly PlacedMapping[],
  faults: readonly number[],
): Record<string, number> {
  const ranges = [...libraryRanges(now), ...named(now), ...named(before)]
  const found: Record<string, number> = {}
  for (const address of faults) {
    const name = ranges.find((r) => address >= r.start && address < r.end)?.name ?? 'elsewhere'
    found[name] = (found[name] ?? 0) + 1
  }
  return found
}

interface Range {
  readonly start: number
  readonly end: number
  readonly name: string
}

const bounds = (m: PlacedMapping): { readonly start: number; readonly end: number } => ({
  start: parseInt(m.start, 16),
  end: parseInt(m.end, 16),
})

function libraryRanges(maps: readonly PlacedMapping[]): Range[] {
  return maps.flatMap((m, j) => {
    const { start, end } = bounds(m)
    if (m.name === 'libc.so.6' && parseInt(m.offset, 16) === 0)
      return [{ start: start - TLS_BYTES, end: start, name: 'libc tls' }]
    if (m.name === '[vvar]') return [{ start: start - LD_ANON_BYTES, end: start, name: 'ld anon' }]
    return m.name === '[anon]' && isLibcBss(maps, j) ? [{ start, end, name: 'libc bss' }] : []
  })
}

const named = (maps: readonly PlacedMapping[]): Range[] =>
  maps.map((m) => ({ ...bounds(m), name: m.name === '[exe]' && m.perms[1] === 'w' ? '[exe] data' : m.name }))

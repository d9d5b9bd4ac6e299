/** The heap as text: a line for each chunk, then the lists, then parameters and totals. */
import type { BinRow, HeapRow } from '../protocol/index.js'
import { binRows, heapFields, heapRows, type Facts, type HeapSources } from './heap.js'

export const short = (address: string): string => `0x${address.replace(/^0+(?=.)/, '')}`

/** @param now virtual time since exec, for ages */
export function heapMapText(sources: HeapSources, now: number): string {
  const chunks = heapRows(sources)
  if (chunks.length === 0) return 'The heap is empty: malloc has not been called.\n'
  return [
    ...table([HEADINGS, ...chunks.map((chunk) => cells(chunk, now))]),
    ...(chunks.some(({ state }) => state === 'top') ? [] : ['(the walk did not reach top: a size field is damaged)']),
    '',
    ...binLines(binRows(sources)),
    '',
    ...heapFields(sources, chunks).map(({ name, value, unit }) =>
      `${name.padEnd(22)} ${String(value).padStart(12)} ${unit}`.trimEnd(),
    ),
    '',
  ].join('\n')
}

const HEADINGS = ['chunk', 'size', 'state', 'user data', 'usable', 'asked', 'flags', 'list', 'owner', 'age']

function cells(chunk: Facts<HeapRow>, now: number): readonly string[] {
  const { address, size, state, user, usable, requested, flags, bin, position } = chunk
  return [
    short(address),
    String(size),
    state,
    user === '' ? '-' : short(user),
    user === '' ? '-' : String(usable),
    requested < 0 ? '-' : String(requested),
    flags || '-',
    bin === '' ? '-' : `${bin} #${position}`,
    ownerText(chunk) || '-',
    chunk.time < 0 ? '-' : duration(now - chunk.time),
  ]
}

/** "malloc:12 main #3": which call, at which line, in which function, the how manieth allocation. */
export function ownerText({
  call,
  line,
  functionName,
  serial,
}: Pick<HeapRow, 'call' | 'line' | 'functionName' | 'serial'>): string {
  if (serial === 0) return call
  return `${call}:${line} ${functionName} #${serial}`
}

const NUMERIC: ReadonlySet<number> = new Set([1, 4, 5, 9])

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, i) => (NUMERIC.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  )
}

function binLines(bins: readonly Facts<BinRow>[]): readonly string[] {
  if (bins.length === 0) return ['bins: all empty']
  return bins.map(({ name, size, count, chunks }) => {
    const sizes = size === 0 ? 'any size' : name.startsWith('large') ? `from ${size}` : `size ${size}`
    return `${name} (${sizes}, ${count}): ${chunks.map(short).join(' -> ')}`
  })
}

export function duration(ns: number): string {
  if (ns < 1000) return `${ns} ns`
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} us`
  return ns < 1e9 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e9).toFixed(1)} s`
}

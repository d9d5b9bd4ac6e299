/** The tables of a comparison: what each read-out says at both moments, row by row. Pure functions of two captures. */
import type { FieldFacts, PmapFacts } from '../../proc/index.js'
import type { DiffFieldRow, DiffHeapRow, DiffLineRow, DiffPmapRow, DiffPsRow, Pair } from '../../protocol/index.js'
import { processFigures } from '../figures.js'
import type { Capture, CapturedProcess } from './capture.js'
import { match, moved, pair, stateOf, sumPair, type Matched } from './pairs.js'

export interface Pairing {
  readonly from: Capture
  readonly to: Capture
}

const processes = ({ from, to }: Pairing, pid: number): Matched<CapturedProcess> => ({
  before: from.processes.get(pid),
  after: to.processes.get(pid),
})

// ---- readings -------------------------------------------------------------------------------------------------------

function sumOf({ smaps }: CapturedProcess, field: string): number {
  let sum = 0
  for (const rows of smaps.values()) for (const { name, value } of rows) if (name === field) sum += Number(value)
  return sum
}

const readings = (process: CapturedProcess, { ps }: Capture) => ({
  ...processFigures(process.counters, (field) => sumOf(process, field)),
  heapInUse: process.heap.reduce((sum, { bytes }) => sum + bytes, 0),
  mappings: process.pmap.length,
  processes: ps.length,
})

/** Under the names of figures (core/protocol FIGURES), in the order they are told. */
const UNITS = {
  rss: 'kB',
  anon: 'kB',
  file: 'kB',
  shmem: 'kB',
  pss: 'kB',
  dirty: 'kB',
  vsz: 'kB',
  tables: 'kB',
  free: 'kB',
  heapInUse: 'B',
  minflt: '',
  majflt: '',
  mappings: '',
  processes: '',
} as const satisfies Record<keyof ReturnType<typeof readings>, DiffFieldRow['unit']>
const READINGS = Object.keys(UNITS) as readonly (keyof typeof UNITS)[]

export function readingRows(pairing: Pairing, pid: number): readonly DiffFieldRow[] {
  const { before, after } = processes(pairing, pid)
  const was = before && readings(before, pairing.from)
  const is = after && readings(after, pairing.to)
  return READINGS.map((name) => ({ name, unit: UNITS[name], before: was?.[name], after: is?.[name] }))
}

// ---- ps and meminfo -------------------------------------------------------------------------------------------------

export const psDiff = ({ from, to }: Pairing): readonly DiffPsRow[] =>
  match(from.ps, to.ps, ({ pid }) => pid).map((both) => {
    const { pid, command } = (both.after ?? both.before)!
    const numbers = {
      majflt: pair(both, (row) => row.majflt),
      minflt: pair(both, (row) => row.minflt),
      vsz: pair(both, (row) => row.vsz),
      rss: pair(both, (row) => row.rss),
    }
    const changed = Object.values(numbers).some(moved)
    return { pid, command, state: stateOf(both, changed), ...numbers }
  })

export const meminfoDiff = ({ from, to }: Pairing): readonly DiffFieldRow[] => fieldRows(from.meminfo, to.meminfo)

const fieldRows = (before: readonly FieldFacts[], after: readonly FieldFacts[]): readonly DiffFieldRow[] =>
  match(before, after, ({ name }) => name).map((both) => {
    const { name, unit } = (both.after ?? both.before)!
    return { name, unit, before: both.before?.value, after: both.after?.value }
  })

// ---- mappings -------------------------------------------------------------------------------------------------------

const endOf = ({ address, kbytes }: PmapFacts): bigint => BigInt(`0x${address}`) + BigInt(kbytes) * 1024n

/**
 * A mapping is the same one when it begins where it did, or, for what grows downwards and what was cut in front, when it
 * ends where it did and neither of the two is accounted for otherwise.
 */
export function sameMappings(before: readonly PmapFacts[], after: readonly PmapFacts[]): Matched<PmapFacts>[] {
  const starts = new Set(before.map(({ address }) => address))
  const kept = new Set(after.map(({ address }) => address))
  const ends = new Map(before.filter(({ address }) => !kept.has(address)).map((row) => [endOf(row), row.address]))
  const keys = new Map<PmapFacts, string>()
  for (const row of after)
    keys.set(row, starts.has(row.address) ? row.address : (ends.get(endOf(row)) ?? `new ${row.address}`))
  return match(before, after, (row) => keys.get(row) ?? row.address)
}

export function pmapDiff(pairing: Pairing, pid: number): readonly DiffPmapRow[] {
  const { before, after } = processes(pairing, pid)
  return sameMappings(before?.pmap ?? [], after?.pmap ?? []).map((both) => {
    const row = (both.after ?? both.before)!
    const kbytes = pair(both, (r) => r.kbytes)
    const rss = pair(both, (r) => r.rss)
    const dirty = pair(both, (r) => r.dirty)
    const changed = moved(rss) || moved(dirty) || both.before?.mode !== both.after?.mode
    return {
      address: (both.before ?? row).address,
      mapping: row.mapping,
      kind: row.kind,
      state: sized(kbytes) ?? stateOf(both, changed),
      modeBefore: both.before?.mode ?? '',
      modeAfter: both.after?.mode ?? '',
      kbytes,
      rss,
      dirty,
    }
  })
}

function sized({ before, after }: Pair): 'grown' | 'shrunk' | undefined {
  if (before === undefined || after === undefined || before === after) return undefined
  return after > before ? 'grown' : 'shrunk'
}

/** The fields of the mapping that a row of {@link pmapDiff} stands for. */
export function smapsDiff(pairing: Pairing, pid: number, address: string): readonly DiffFieldRow[] {
  const { before, after } = processes(pairing, pid)
  const both = sameMappings(before?.pmap ?? [], after?.pmap ?? []).find(
    (each) => (each.before ?? each.after)!.address === address,
  )
  const fields = (process: CapturedProcess | undefined, row: PmapFacts | undefined): readonly FieldFacts[] =>
    (row && process?.smaps.get(row.address)) ?? []
  return fieldRows(fields(before, both?.before), fields(after, both?.after))
}

// ---- by line --------------------------------------------------------------------------------------------------------

/** Only lines that did something between the two moments. */
export function lineDiff(pairing: Pairing, pid: number): readonly DiffLineRow[] {
  const { before, after } = processes(pairing, pid)
  return match(before?.lines ?? [], after?.lines ?? [], ({ key }) => key)
    .map((both) => {
      const { key, line, functionName } = (both.after ?? both.before)!
      return {
        key,
        line,
        functionName,
        minflt: sumPair(both, (row) => row.minflt),
        majflt: sumPair(both, (row) => row.majflt),
        calls: sumPair(both, (row) => row.calls),
        rss: sumPair(both, ({ moved: m }) => m.anonKb + m.fileKb + m.shmemKb),
      }
    })
    .filter(({ minflt, majflt, calls, rss }) => [minflt, majflt, calls, rss].some(moved))
    .sort((a, b) => a.line - b.line)
}

/** Every line that has blocks at one of the two moments. */
export function heapDiff(pairing: Pairing, pid: number): readonly DiffHeapRow[] {
  const { before, after } = processes(pairing, pid)
  return match(before?.heap ?? [], after?.heap ?? [], ({ key }) => key)
    .map((both) => {
      const { key, line, functionName, call } = (both.after ?? both.before)!
      return {
        key,
        line,
        functionName,
        call,
        blocks: sumPair(both, (row) => row.blocks),
        bytes: sumPair(both, (row) => row.bytes),
      }
    })
    .sort((a, b) => a.line - b.line)
}

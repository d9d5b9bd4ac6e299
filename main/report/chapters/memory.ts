/** What the tools show at a moment: processes, mappings, heap; and what moved since the moment before. */
import type { HeapFacts, MappingChange, MomentFacts, PmapFacts, Report } from '../../../core/report/index.js'
import type { RunState } from '../../../core/protocol/index.js'
import { signed } from '../../../core/words/index.js'
import { code, number, words, type Block, type Cell, type Table } from '../document.js'
import type { Say } from '../words/index.js'

export function psBlock({ ps }: MomentFacts, say: Say): Block {
  return {
    kind: 'readout',
    command: ps.command,
    text: ps.text,
    table: {
      kind: 'table',
      caption: say('ps'),
      columns: [
        number('PID'),
        number('MAJFL'),
        number('MINFL'),
        number('VSZ'),
        number('RSS'),
        code('STAT'),
        code('CMD'),
      ],
      rows: ps.rows.map((row) => [row.pid, row.majflt, row.minflt, row.vsz, row.rss, row.stat, row.command]),
    },
  }
}

export function pmapBlock({ pid, command, rows, totals, left, text }: PmapFacts, say: Say): Block {
  if (rows.length === 0) return { kind: 'paragraph', text: say('pmapGone', { pid }) }
  return {
    kind: 'readout',
    command,
    text,
    table: {
      kind: 'table',
      caption: say('pmap', { pid }),
      columns: [code('Address'), number('Kbytes'), number('RSS'), number('Dirty'), code('Mode'), code('Mapping')],
      rows: rows.map((row) => [row.address, row.kbytes, row.rss, row.dirty, row.mode, row.mapping.trim()]),
      foot: ['total kB', ...totals, '', ''],
      remark: left > 0 ? say('left', { count: left }) : undefined,
    },
  }
}

const hasEnded = (state: RunState): boolean => state === 'exited' || state === 'killed'

// ---- since the moment before ------------------------------------------------------------------------------------------------

export function changesBlock({ changes, state }: MomentFacts, before: string, say: Say): Block {
  const mappings = changes?.mappings ?? []
  if (hasEnded(state)) return { kind: 'paragraph', text: say('allGone') }
  if (mappings.length === 0) return { kind: 'paragraph', text: say('noChanges') }
  return {
    kind: 'table',
    caption: say('changesOf', { before }),
    columns: [code('Address'), number('Kbytes'), number('RSS'), number('Dirty'), code('Mapping'), words(say('change'))],
    rows: mappings.map((mapping) => changeRow(mapping, say)),
  }
}

function changeRow({ address, mapping, before, after }: MappingChange, say: Say): readonly Cell[] {
  const sizes = [0, 1, 2].map((i): Cell => {
    const [was, is] = [before?.[i] ?? 0, after?.[i] ?? 0]
    return was === is ? is : { value: is, change: signed(is - was) }
  })
  return [
    address,
    ...sizes,
    mapping.trim(),
    before === undefined ? say('came') : after === undefined ? say('went') : '',
  ]
}

export function storyBlock(moment: MomentFacts, source: readonly string[], say: Say): Block {
  const { story } = moment
  if (story.length === 0) return { kind: 'paragraph', text: say('noStory') }
  const amounts = story.map(({ minflt, majflt, calls, moved: m }) => [
    ...[minflt, majflt, calls, m.anonKb + m.fileKb + m.shmemKb],
    ...[m.anonKb, m.fileKb, m.shmemKb, m.dirtyKb, m.tablesKb],
  ])
  const totals = (amounts[0] ?? []).map((_, i) => amounts.reduce((sum, row) => sum + (row[i] ?? 0), 0))
  const what = (line: number): string =>
    line === 0 ? say('beforeMain') : line < 0 ? say('afterMain') : (source[line - 1] ?? '').trim()
  const kb = (amount: number, i: number): Cell => (i < 3 || amount === 0 ? amount : signed(amount))
  return {
    kind: 'table',
    caption: say('storyText'),
    columns: [
      ...[number(say('line')), number('MINFL'), number('MAJFL'), number(say('calls')), number('RSS')],
      ...[number(say('anon')), number(say('file')), number(say('shmem')), number('Dirty'), number(say('tables'))],
      code(say('source')),
    ],
    rows: story.map(({ line }, i) => [line > 0 ? line : '', ...(amounts[i] ?? []).map(kb), what(line)]),
    foot: [say('total'), ...totals.map(kb), ''],
  }
}

// ---- heap -----------------------------------------------------------------------------------------------------------------

export function heapBlocks(heap: HeapFacts, state: RunState, say: Say): readonly Block[] {
  if (hasEnded(state)) return [{ kind: 'paragraph', text: say('heapGone') }]
  if (heap.chunks.length === 0) return [{ kind: 'paragraph', text: say('heapEmpty') }]
  const chunks: Table = {
    kind: 'table',
    caption: say('heapChunks'),
    columns: [code(say('state')), number(say('count')), number(say('bytes'))],
    rows: heap.chunks.map(({ state, count, bytes }) => [state, count, bytes]),
  }
  const bins: Table = {
    kind: 'table',
    caption: say('heapBins'),
    columns: [code(say('list')), number(say('size')), number(say('count')), code(say('chunks'))],
    rows: heap.bins.rows.map(({ name, size, count, chunks: list }) => [name, size, count, firstChunks(list)]),
    remark: heap.bins.left > 0 ? say('leftRows', { count: heap.bins.left }) : undefined,
  }
  const fields: Table = {
    kind: 'table',
    caption: say('heapFields'),
    columns: [code(say('name')), number(say('value'))],
    rows: heap.fields.map(({ name, value }) => [name, value]),
  }
  return heap.bins.rows.length > 0 ? [chunks, bins, fields] : [chunks, fields]
}

/** Chunks of a list that are named one by one. */
const MOST_CHUNKS = 7

function firstChunks(chunks: readonly string[]): string {
  const short = chunks.slice(0, MOST_CHUNKS).map((address) => address.replace(/^0+(?=.)/, ''))
  return chunks.length > MOST_CHUNKS ? `${short.join(' ')} …` : short.join(' ')
}

// ---- smaps ----------------------------------------------------------------------------------------------------------------

/** Columns of moments that stand beside each other on a page. */
const MOST_MOMENTS = 6

/** A table for each mapping: its fields by moment. */
export function smapsBlocks(report: Report, name: (moment: MomentFacts) => string, say: Say): readonly Block[] {
  const addresses = [...new Set(report.moments.flatMap(({ smaps }) => smaps.map(({ address }) => address)))].sort()
  if (addresses.length === 0) return [{ kind: 'paragraph', text: say('noSmaps') }]
  return [
    { kind: 'paragraph', text: say('smapsText') },
    ...addresses.flatMap((address) =>
      inGroups(report.moments, MOST_MOMENTS).map((moments) => smapsTable(address, moments, name, say)),
    ),
  ]
}

function smapsTable(
  address: string,
  moments: readonly MomentFacts[],
  name: (moment: MomentFacts) => string,
  say: Say,
): Table {
  const facts = moments.map(({ smaps }) => smaps.find((one) => one.address === address))
  const some = facts.find((one) => one !== undefined)
  const fields = some?.rows.map(({ name: field }) => field) ?? []
  const value = (i: number, field: string): string | number =>
    facts[i]?.rows.find((row) => row.name === field)?.value ?? ''
  return {
    kind: 'table',
    caption: say('smapsOf', { mapping: (some?.mapping ?? '').trim(), address }),
    columns: [code(say('field')), ...moments.map((moment) => number(name(moment)))],
    rows: fields
      .filter((field) => moments.some((_, i) => value(i, field) !== 0 && value(i, field) !== ''))
      .map((field) => [field, ...moments.map((_, i) => value(i, field))]),
  }
}

const inGroups = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))

/**
 * One table of a report as CSV (RFC 4180, UTF-8, lines ended by \n). A cell of text that a spreadsheet would take for a
 * formula begins with an apostrophe; numbers are numbers.
 */
import { TIMELINE_SERIES, type FigureName, type ReportTable } from '../../core/protocol/index.js'
import type { MomentFacts, Report } from '../../core/report/index.js'

type Value = string | number
type Line = readonly Value[]

export function csvOf(report: Report, table: ReportTable): string {
  return TABLES[table](report)
    .map((line) => `${line.map(cell).join(',')}\n`)
    .join('')
}

export function cell(value: Value): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

const FIGURES: readonly FigureName[] = [
  ...(['majflt', 'minflt', 'vsz', 'rss', 'anon', 'file', 'shmem', 'dirty', 'tables', 'pss'] as const),
  ...(['lazyfree', 'huge', 'locked', 'heap', 'stack', 'free', 'mappings', 'processes'] as const),
]

/** What names a moment in every line. */
const MOMENT_COLUMNS = ['moment', 'label', 'time_ns', 'line'] as const
const momentOf = ({ place, label, time, line }: MomentFacts): Line => [
  place.at === 'stop' ? `stop ${place.stop + 1}` : place.at,
  label,
  time,
  line,
]

const perMoment = (columns: readonly string[], lines: (moment: MomentFacts) => readonly Line[]) => (report: Report) => [
  [...MOMENT_COLUMNS, ...columns],
  ...report.moments.flatMap((moment) => lines(moment).map((line) => [...momentOf(moment), ...line])),
]

const TABLES: Readonly<Record<ReportTable, (report: Report) => readonly Line[]>> = {
  series: ({ series: { time, columns } }) => [
    ['time_ns', ...TIMELINE_SERIES],
    ...time.map((at, i) => [at, ...TIMELINE_SERIES.map((name) => columns[name][i] ?? 0)]),
  ],
  readings: perMoment([...FIGURES], ({ figures }) => [FIGURES.map((name) => figures[name])]),
  ps: perMoment(['pid', 'majflt', 'minflt', 'vsz', 'rss', 'stat', 'command'], ({ ps }) =>
    ps.rows.map((row) => [row.pid, row.majflt, row.minflt, row.vsz, row.rss, row.stat, row.command]),
  ),
  pmap: perMoment(['pid', 'address', 'kbytes', 'rss', 'dirty', 'mode', 'mapping'], ({ pmap }) =>
    pmap.flatMap(({ pid, rows }) =>
      rows.map((row) => [pid, row.address, row.kbytes, row.rss, row.dirty, row.mode, row.mapping.trim()]),
    ),
  ),
  smaps: perMoment(['address', 'mapping', 'field', 'value', 'unit'], ({ smaps }) =>
    smaps.flatMap(({ address, mapping, rows }) =>
      rows.map(({ name, value, unit }) => [address, mapping.trim(), name, value, unit]),
    ),
  ),
  story: perMoment(
    ['of_line', 'function', 'minflt', 'majflt', 'calls', 'anon', 'file', 'shmem', 'dirty', 'tables'],
    ({ story }) =>
      story.map(({ line, functionName, minflt, majflt, calls, moved: m }) => [
        ...[line, functionName, minflt, majflt, calls],
        ...[m.anonKb, m.fileKb, m.shmemKb, m.dirtyKb, m.tablesKb],
      ]),
  ),
}

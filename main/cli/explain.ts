/** `pagewalk explain`: why each fault and system call came about and what it moved, then the account of each line. */
import { basename } from 'node:path'
import type { StoryLineRow, StoryRow } from '../../core/protocol/index.js'
import { sumByLine, type Simulation } from '../../core/session/index.js'
import { en, rowPlace, rowText, say } from '../../core/words/index.js'
import { drive } from './drive.js'
import { load, sourceOf } from './run.js'
import { BrokenInput, type ExplainOptions } from './usage.js'

type Row = Omit<StoryRow, 'changed'> & StoryRow
type Line = Omit<StoryLineRow, 'changed'>

export function explain(options: ExplainOptions): number {
  const simulation = load(options)
  runTo(simulation, options)
  const { story, task } = simulation
  const all = story.window(0, story.length) as readonly Row[]
  const rows = all.filter((row) => isAsked(row, options))
  const whole = options.from === undefined && options.to === undefined
  const lines = whole ? story.linesOf(task.pid) : sumByLine(rows)
  if (options.json) printJson(rows, lines)
  else printText(rows, lines, sourceOf(options).split(/\r?\n/), basename(options.file))
  return 0
}

/** Between two stops; the stop it begins at is told, too. */
function isAsked(row: Row, { from, to }: ExplainOptions): boolean {
  const after = from === undefined || row.stop > from || (row.kind === 'stop' && row.value === from)
  return after && (to === undefined || row.stop <= to)
}

function runTo(simulation: Simulation, options: ExplainOptions): void {
  const last = Math.max(options.from ?? -1, options.to ?? -1)
  const halt = drive(simulation, options, { stop: () => simulation.stops - 1 === options.to })
  if (halt.why === 'ended' && last >= simulation.stops)
    throw new BrokenInput(`the program ended after ${simulation.stops} stops: there is no stop ${last}`)
}

function printJson(rows: readonly Row[], lines: readonly Line[]): void {
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
  process.stdout.write(`${JSON.stringify({ lines })}\n`)
}

function printText(rows: readonly Row[], lines: readonly Line[], source: readonly string[], file: string): void {
  const main = rows.findIndex((row) => row.kind === 'main')
  const pids = new Set(rows.map((row) => row.pid))
  let line = 0
  for (const row of rows.slice(Math.max(0, main))) {
    const text = rowText(row, en)
    const who = pids.size > 1 ? `[${row.pid}] ` : ''
    if (row.kind !== 'fault' && row.kind !== 'call') {
      process.stdout.write(`\n== ${who}${text}\n`)
      line = 0
      continue
    }
    if (row.line !== line && row.line > 0)
      process.stdout.write(`\n${file}:${row.line}: ${(source[row.line - 1] ?? '').trim()}\n`)
    line = row.line
    process.stdout.write(`  ${who}${say(en, rowPlace(row))}: ${text}\n`)
  }
  process.stdout.write(`\n${table(lines, source)}`)
}

const HEAD = ['line', 'minor', 'major', 'calls', 'RSS kB', 'anon', 'file', 'shmem', 'Dirty', 'tables', 'source']

function table(lines: readonly Line[], source: readonly string[]): string {
  const cells = lines.map((l) =>
    lineCells(l, l.line > 0 ? (source[l.line - 1] ?? '').trim() : en[l.line === 0 ? 'beforeMain' : 'afterMain']),
  )
  const total = lineCells(totalOf(lines), 'all lines')
  const rows = [HEAD, ...cells, ['', ...total.slice(1)]]
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map(
      (row) => row.map((cell, i) => (i === HEAD.length - 1 ? cell : cell.padStart(widths[i] ?? 0))).join('  ') + '\n',
    )
    .join('')
}

function lineCells({ line, minflt, majflt, calls, moved }: Omit<Line, 'key' | 'functionName'>, what: string): string[] {
  const { anonKb, fileKb, shmemKb, dirtyKb, tablesKb } = moved
  const numbers = [minflt, majflt, calls, anonKb + fileKb + shmemKb, anonKb, fileKb, shmemKb, dirtyKb, tablesKb]
  return [line > 0 ? String(line) : '-', ...numbers.map(String), what]
}

function totalOf(lines: readonly Line[]): Omit<Line, 'key' | 'functionName'> {
  const sum = (of: (line: Line) => number): number => lines.reduce((n, line) => n + of(line), 0)
  return {
    line: 0,
    minflt: sum((l) => l.minflt),
    majflt: sum((l) => l.majflt),
    calls: sum((l) => l.calls),
    moved: {
      anonKb: sum((l) => l.moved.anonKb),
      fileKb: sum((l) => l.moved.fileKb),
      shmemKb: sum((l) => l.moved.shmemKb),
      dirtyKb: sum((l) => l.moved.dirtyKb),
      tablesKb: sum((l) => l.moved.tablesKb),
    },
  }
}

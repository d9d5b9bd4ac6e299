/** The account of a part of the story: what its rows say, line by line. */
import type { StoryLineRow, StoryRow } from '../protocol/index.js'

type Line = Omit<StoryLineRow, 'changed'>

/** In order of lines. Over the whole story since main this is what the process's accounts say. */
export function sumByLine(rows: readonly Omit<StoryRow, 'changed'>[]): Line[] {
  const lines = new Map<string, Line>()
  for (const row of rows as readonly StoryRow[]) {
    if (row.kind !== 'fault' && row.kind !== 'call') continue
    const key = `${row.line} ${row.functionName}`
    const old = lines.get(key) ?? { key, line: row.line, functionName: row.functionName, ...NOTHING }
    lines.set(key, addRow(old, row))
  }
  return [...lines.values()].sort((a, b) => a.line - b.line)
}

const NOTHING = {
  minflt: 0,
  majflt: 0,
  calls: 0,
  moved: { anonKb: 0, fileKb: 0, shmemKb: 0, dirtyKb: 0, tablesKb: 0 },
} as const

function addRow(line: Line, row: StoryRow): Line {
  const faults = row.kind === 'fault' && row.action !== 'Bad' ? row.count : 0
  const major = row.kind === 'fault' && row.major
  const { moved } = line
  return {
    ...line,
    minflt: line.minflt + (major ? 0 : faults),
    majflt: line.majflt + (major ? faults : 0),
    calls: line.calls + (row.kind === 'call' ? row.count : 0),
    moved: {
      anonKb: moved.anonKb + row.moved.anonKb,
      fileKb: moved.fileKb + row.moved.fileKb,
      shmemKb: moved.shmemKb + row.moved.shmemKb,
      dirtyKb: moved.dirtyKb + row.moved.dirtyKb,
      tablesKb: moved.tablesKb + row.moved.tablesKb,
    },
  }
}

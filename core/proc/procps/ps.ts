/** ps: which processes, which columns, as text (procps ps/display.c). */
import type { Kernel } from '../../kernel/index.js'
import { failed, ok, type CommandResult } from '../shell/result.js'
import { notSimulated } from '../shell/tools.js'
import { TERMINAL, userIdOf } from '../task-facts.js'
import { psProcesses, psThreads, userNameOf, type PsProcess } from './process.js'
import { forestRows, sorted } from './ps-forest.js'
import { parsePs, PsError, PsNotSimulated, type Names, type PsRequest } from './ps-options.js'
import { isSelected, type Viewer } from './ps-select.js'
import { psTable, type PsRow } from './ps-table.js'

const USAGE = [
  '',
  'Usage:',
  ' ps [options]',
  '',
  " Try 'ps --help <simple|list|output|threads|misc|all>'",
  "  or 'ps --help <s|l|o|t|m|a>'",
  ' for additional help text.',
  '',
  'For more details see ps(1).',
]

/** What ps has to work on. */
export interface PsSource {
  readonly processes: readonly PsProcess[]
  readonly threadsOf: (pid: number) => readonly PsProcess[]
  readonly viewer: Viewer
  readonly names: Names
  /** Of procps. */
  readonly version: string
}

export const ps = (kernel: Kernel, args: readonly string[]): CommandResult => runPs(sourceOf(kernel), args)

function sourceOf(kernel: Kernel): PsSource {
  const uid = userIdOf(kernel)
  const users = new Map([
    ['root', 0],
    [userNameOf(kernel), uid],
  ])
  return {
    processes: psProcesses(kernel),
    threadsOf: (pid) => psThreads(kernel, pid),
    viewer: { uid, tty: TERMINAL.name },
    names: { uidOf: (name) => users.get(name), ttys: [TERMINAL.name] },
    version: kernel.profile.procps,
  }
}

/** Exit status 1 when nothing was selected. */
export function runPs(source: PsSource, args: readonly string[]): CommandResult {
  let request: PsRequest
  try {
    request = parsePs(args, source.names)
  } catch (error) {
    if (error instanceof PsNotSimulated) return notSimulated(error.message, 1)
    if (!(error instanceof PsError)) throw error
    return failed([`error: ${error.message}`, ...USAGE, ''].join('\n'))
  }
  if (request.instead) return ok(versionText(source.version))
  const selected = source.processes.filter((process) => isSelected(request.selection, process, source.viewer))
  const rows = rowsOf(request, sorted(selected, request.sort), source)
  const columns = request.header ? request.columns : request.columns.map((column) => ({ ...column, header: '' }))
  return { out: psTable(columns, rows), err: '', status: selected.length > 0 ? 0 : 1 }
}

const versionText = (version: string): string => `ps from procps-ng ${version}\n`

function rowsOf(request: PsRequest, processes: readonly PsProcess[], { threadsOf }: PsSource): readonly PsRow[] {
  const whole = forestRows(processes, request)
  switch (request.threads) {
    case 'none':
      return whole
    case 'each':
      return whole.flatMap(({ process, branch }) =>
        threadsOf(process.pid).map((thread) => ({ process: thread, branch, part: 'all' as const })),
      )
    case 'below':
      return whole.flatMap((row) => [
        { ...row, part: 'process' as const },
        ...threadsOf(row.process.pid).map((thread) => ({ process: thread, branch: '', part: 'thread' as const })),
      ])
  }
}

/** ps: which processes, which columns, as text (procps ps/display.c). */
import type { Kernel } from '../../kernel/index.js'
import type { CommandResult } from '../shell/result.js'
import { psTable } from './columns.js'
import { psProcesses, type PsProcess } from './process.js'
import { parsePs, PsError, type PsRequest } from './ps-options.js'

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

/** Exit status 1 when nothing was selected. */
export function ps(kernel: Kernel, args: readonly string[]): CommandResult {
  let request: PsRequest
  try {
    request = parsePs(args)
  } catch (error) {
    if (!(error instanceof PsError)) throw error
    return { out: '', err: [`error: ${error.message}`, ...USAGE, ''].join('\n'), status: 1 }
  }
  const selected = psProcesses(kernel).filter((process) => matches(request, process))
  const columns = request.header ? request.columns : request.columns.map((column) => ({ ...column, header: '' }))
  return { out: psTable(columns, selected), err: '', status: selected.length > 0 ? 0 : 1 }
}

function matches({ pids, names }: PsRequest, { pid, comm }: PsProcess): boolean {
  if (!pids && !names) return true
  return (pids?.includes(pid) ?? false) || (names?.includes(comm) ?? false)
}

/** The programs that come with the application, as files that have no path. */
import { findProgram } from '../core/programs/index.js'
import type { Failure, Reply } from '../core/protocol/index.js'
import type { SourceFile } from '../preload/contract.js'

export function builtinSource(id: string): Reply<SourceFile> {
  const program = findProgram(id)
  const error: Failure = { code: 'file-not-found', message: `There is no built-in program ${JSON.stringify(id)}.` }
  return program ? { ok: true, value: { path: '', name: `${id}.c`, text: program.source } } : { ok: false, error }
}

/** What the application opens on when it is given no file: the program of the founding experiment. */
export const foundingProgram = founding()

function founding(): SourceFile {
  const reply = builtinSource('mmap-demo')
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value
}

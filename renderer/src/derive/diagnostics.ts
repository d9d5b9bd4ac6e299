/** Compiler messages as a terminal would show them: the line they speak of, and a caret under the place. */
import type { ProtocolDiagnostic } from '../../../core/protocol/index.js'

export interface Excerpt {
  /** The source line, tabs as the caret line has them. */
  readonly code: string
  /** Blanks, then ^ and ~ under the span. */
  readonly caret: string
}

export function excerpt(source: string, d: ProtocolDiagnostic): Excerpt {
  const code = source.split(/\r?\n/)[d.line - 1] ?? ''
  const start = Math.max(0, d.column - 1)
  const blank = code.slice(0, start).replace(/[^\t]/g, ' ').padEnd(start, ' ')
  const width = Math.max(1, Math.min(d.endColumn - d.column, Math.max(1, code.length - start)))
  return { code, caret: `${blank}^${'~'.repeat(width - 1)}` }
}

/** Span of a diagnostic as offsets into `source`, at least one character wide where there is one. */
export function diagnosticSpan(source: string, d: ProtocolDiagnostic): { from: number; to: number } {
  let offset = 0
  for (let line = 1; line < d.line; line++) {
    const end = source.indexOf('\n', offset)
    if (end < 0) break
    offset = end + 1
  }
  const lineEnd = source.indexOf('\n', offset)
  const limit = lineEnd < 0 ? source.length : lineEnd
  const from = Math.min(limit, offset + Math.max(0, d.column - 1))
  const to = Math.min(limit, Math.max(from + 1, offset + Math.max(0, d.endColumn - 1)))
  return from < to ? { from, to } : { from: Math.max(offset, to - 1), to }
}

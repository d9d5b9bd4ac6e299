/** Diagnostics as text, the way gcc prints them: place, words, the line, and a caret under it. */
import type { Diagnostic, Span } from '../source.js'

const TAB = 8

/** `source`: the main file's text, or a way to get the text of any file. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  source: string | ((file: string) => string | undefined),
): string {
  const { span, severity, code, message, notes } = diagnostic
  const fatal = code === 'header-not-found' ? 'fatal ' : ''
  const option = severity === 'warning' && GCC_OPTIONS.has(code) ? ` [-W${code}]` : ''
  const parts = [block(span, `${fatal}${severity}`, `${message}${option}`, source)]
  for (const note of notes ?? []) {
    if (note.span) parts.push(block(note.span, 'note', note.message, source))
    else parts.push(`${span.file}: note: ${note.message}`)
  }
  return parts.join('\n')
}

/** Codes that are names of gcc's warning options. */
const GCC_OPTIONS: ReadonlySet<string> = new Set(
  (
    'implicit-function-declaration implicit-int int-conversion incompatible-pointer-types discarded-qualifiers overflow ' +
    'shift-count-negative shift-count-overflow div-by-zero pointer-to-int-cast int-to-pointer-cast multichar sizeof-array-argument ' +
    'varargs cpp builtin-declaration-mismatch'
  ).split(' '),
)

function block(
  span: Span,
  kind: string,
  message: string,
  source: string | ((file: string) => string | undefined),
): string {
  const text = typeof source === 'string' ? source : source(span.file)
  const line = text === undefined ? undefined : lineAt(text, span)
  const column = line === undefined ? span.column : width(line.slice(0, span.column - 1)) + 1
  const head = `${span.file}:${span.line}:${column}: ${kind}: ${message}`
  return line === undefined ? head : `${head}\n${excerpt(line, span)}`
}

/** The span's line, if the text is the one that the span is about. */
function lineAt(text: string, span: Span): string | undefined {
  const start = span.start - (span.column - 1)
  if (start < 0 || start > text.length || (start > 0 && text[start - 1] !== '\n')) return undefined
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '')
}

function excerpt(line: string, span: Span): string {
  const number = String(span.line).padStart(5)
  const before = width(line.slice(0, span.column - 1))
  const marked = line.slice(span.column - 1, span.column - 1 + Math.max(1, span.end - span.start))
  const length = Math.max(1, width(marked, before) - before)
  const shown = expandTabs(line)
  return `${number} | ${shown}\n${' '.repeat(number.length)} | ${' '.repeat(before)}^${'~'.repeat(length - 1)}`
}

/** Columns the text takes in a terminal, when it starts in column `from`. */
function width(text: string, from = 0): number {
  let column = from
  for (const character of text) column += character === '\t' ? TAB - (column % TAB) : isWide(character) ? 2 : 1
  return column
}

function expandTabs(line: string): string {
  let shown = ''
  let column = 0
  for (const character of line) {
    const next = width(character, column)
    shown += character === '\t' ? ' '.repeat(next - column) : character
    column = next
  }
  return shown
}

/** East Asian wide characters: two columns each. */
function isWide(character: string): boolean {
  const code = character.codePointAt(0)!
  if (code < 0x1100) return false
  return (
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  )
}

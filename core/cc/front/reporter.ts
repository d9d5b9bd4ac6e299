/** Collects what the compiler has to say, and ends the compilation when going on would only make noise. */
import type { Diagnostic, Span } from '../source.js'

export const MAX_ERRORS = 20
export const MAX_WARNINGS = 100

/** Thrown inside the front end to unwind to its entry; the reason has already been reported. */
export class CompilationStopped extends Error {
  override readonly name = 'CompilationStopped'
}

export type Notes = Diagnostic['notes']

export class Reporter {
  readonly errors: Diagnostic[] = []
  readonly warnings: Diagnostic[] = []
  private readonly seen = new Set<string>()

  error(span: Span, code: string, message: string, notes?: Notes): void {
    if (!this.isNew(span, message)) return
    this.errors.push(diagnostic('error', span, code, message, notes))
    if (this.errors.length >= MAX_ERRORS) throw new CompilationStopped()
  }

  /** `code` is gcc's option without -W where gcc has one. */
  warn(span: Span, code: string, message: string, notes?: Notes): void {
    if (this.warnings.length >= MAX_WARNINGS || !this.isNew(span, message)) return
    this.warnings.push(diagnostic('warning', span, code, message, notes))
  }

  fatal(span: Span, code: string, message: string, notes?: Notes): never {
    this.error(span, code, message, notes)
    throw new CompilationStopped()
  }

  /** Errors and warnings in the order of the text, as a compiler prints them. */
  all(): Diagnostic[] {
    const place = (d: Diagnostic): number => d.span.start
    return [...this.errors, ...this.warnings].sort((a, b) => (a.span.file === b.span.file ? place(a) - place(b) : 0))
  }

  /** The same words at the same place are said once (macros can repeat an argument). */
  private isNew(span: Span, message: string): boolean {
    const key = `${span.file}:${span.start}:${message}`
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }
}

function diagnostic(
  severity: 'error' | 'warning',
  span: Span,
  code: string,
  message: string,
  notes: Notes,
): Diagnostic {
  return notes && notes.length > 0 ? { severity, code, message, span, notes } : { severity, code, message, span }
}

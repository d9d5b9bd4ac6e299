/** Places in source text and what the compiler has to say about them. */

/** A half-open range of the main file's or a header's text, in UTF-16 offsets, with its start as line and column (from 1). */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  /** Stable name of the message, e.g. `undeclared-identifier`: lets a view translate it. */
  readonly code: string
  /** English text, one sentence, gcc's words where gcc has them. */
  readonly message: string
  readonly span: Span
  readonly notes?: readonly { readonly message: string; readonly span?: Span }[]
}

/** Preprocessing tokens, which stay the parser's tokens: C's keywords are identifiers until the parser looks at them. */
import type { Span } from '../source.js'

export type TokenKind = 'ident' | 'number' | 'char' | 'string' | 'punct' | 'other' | 'eof'

export interface Token {
  readonly kind: TokenKind
  /** Spelling, with line continuations removed. */
  readonly text: string
  readonly span: Span
  /** First on its logical line: where a directive may start and where the previous one ends. */
  readonly lineStart: boolean
  /** White space (or a line end) stands before it: what # needs to spell arguments. */
  readonly spaced: boolean
  /** Macros that must not be expanded again in this token (Prosser's hide set). */
  readonly hide?: ReadonlySet<string>
  /** What is wrong with it; said only when the token is used, so that `#if 0 don't #endif` stays quiet. */
  readonly problem?: Problem
}

export interface Problem {
  readonly code: string
  readonly message: string
  readonly severity: 'error' | 'warning'
  readonly note?: string
}

export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'auto break case char const continue default do double else enum extern float for goto if inline int long register ' +
    'restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Alignas ' +
    '_Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local asm typeof ' +
    '__alignof __alignof__ __asm __asm__ __attribute __attribute__ __builtin_offsetof __builtin_va_arg ' +
    '__complex__ __const __const__ __extension__ __inline __inline__ __int128 __label__ __restrict __restrict__ ' +
    '__signed __signed__ __thread __typeof __typeof__ __volatile __volatile__ __auto_type _Float128 __float128'
  ).split(' '),
)

export const isPunct = (token: Token, text: string): boolean => token.kind === 'punct' && token.text === text
export const isIdent = (token: Token): boolean => token.kind === 'ident' && !KEYWORDS.has(token.text)

/** The smallest span that covers both; the first one if they stand in different files. */
export function join(a: Span, b: Span): Span {
  if (a.file !== b.file) return a
  const first = a.start <= b.start ? a : b
  return { ...first, end: Math.max(a.end, b.end) }
}

/** The place just behind a span, where a forgotten token belongs. */
export function endOf(span: Span): Span {
  const length = span.end - span.start
  return { ...span, start: span.end, end: span.end + 1, column: span.column + length }
}

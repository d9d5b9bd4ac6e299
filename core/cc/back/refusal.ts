/** What is correct C but more than the back end does: told to the user with its place, like any other diagnostic. */
import type { Diagnostic, Span } from '../source.js'

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly diagnostic: Diagnostic

  constructor(code: string, message: string, span: Span) {
    super(message)
    this.diagnostic = { severity: 'error', code, message: `sorry, unimplemented: ${message}`, span }
  }
}

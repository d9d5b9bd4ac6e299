/** Completion in the shell of read-outs. */

export interface CompleteRequest {
  readonly line: string
  /** UTF-16 units before the cursor. */
  readonly cursor: number
}

export interface Completions {
  /** The word from here to the cursor is what is completed. */
  readonly from: number
  /** What could stand there instead of it, in order, as it is to be typed. */
  readonly words: readonly string[]
}

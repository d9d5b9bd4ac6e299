/** What the program is at while something happens. Asked at every event, so it answers without allocating. */
export interface Place {
  /** Statement, as a code point; -1 before main. */
  readonly codePoint: number
  /** Library function that was called, or nothing. */
  readonly call: string
  /** Library function whose code is being fetched, or nothing. */
  readonly symbol: string
  /** A stream has been getting its buffer in this call. */
  readonly buffering: boolean
}

/** Where code points stand in the source. */
export interface Source {
  spanOf(codePoint: number): { readonly line: number } | undefined
  functionOf(codePoint: number): string | undefined
}

export const BEFORE_MAIN: Place = { codePoint: -1, call: '', symbol: '', buffering: false }

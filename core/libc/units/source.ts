/** What a library unit is. */
export interface LibraryUnitSource {
  /** Name in messages; no user ever sees one. */
  readonly file: string
  /** Functions a reference to which links the unit. It may define more, which then replace the host's. */
  readonly defines: readonly string[]
  readonly text: string
}

/** What the timeline shows and the kernel does not count: whoever makes the timeline says how it is read. */
export interface Readings {
  /** Bytes asked of malloc and not given back; read at every sample. */
  heapBytes(): number
  /** Proportional share in kB, as the lines Pss of smaps add up; read at stops. */
  pssKb(): number
}

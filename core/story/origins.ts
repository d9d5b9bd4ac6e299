/** Which line made each piece of an address space. Ranges do not overlap. */
export interface Origin {
  /** Where what is left of that piece begins. */
  readonly start: number
  /** 0: before main. */
  readonly line: number
  readonly call: string
}

interface Range extends Origin {
  readonly end: number
}

const NOBODY: Origin = { start: 0, line: 0, call: '' }

export class Origins {
  private constructor(private ranges: Range[]) {}

  static empty(): Origins {
    return new Origins([])
  }
  static from(saved: readonly Range[]): Origins {
    return new Origins([...saved])
  }
  /** Plain and never changed. */
  get saved(): readonly Range[] {
    return [...this.ranges]
  }

  at(address: number): Origin {
    const range = this.ranges[this.firstEndingBehind(address)]
    return range && range.start <= address ? range : NOBODY
  }

  insert(start: number, end: number, line: number, call: string): void {
    this.remove(start, end)
    const i = this.firstEndingBehind(start)
    this.ranges.splice(i, 0, { start, end, line, call })
  }

  remove(start: number, end: number): void {
    const first = this.firstEndingBehind(start)
    let last = first
    const kept: Range[] = []
    for (; this.ranges[last] && this.ranges[last].start < end; last++) {
      const range = this.ranges[last]
      if (range.start < start) kept.push({ ...range, end: start })
      if (range.end > end) kept.push({ ...range, start: end })
    }
    this.ranges.splice(first, last - first, ...kept)
  }

  private firstEndingBehind(address: number): number {
    let low = 0
    let high = this.ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.ranges[middle].end > address) high = middle
      else low = middle + 1
    }
    return low
  }
}

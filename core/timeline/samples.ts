/**
 * The timeline's samples: every counter at every event, as columns over the virtual clock. Events at the same instant
 * make one sample, the last.
 *
 * Left out: thinning keeps every second sample once a run has more than {@link MAX_SAMPLES}, so spikes between two
 * kept samples of a very long run can be lost.
 */
import { TIMELINE_SERIES, type TimelineSeries } from '../protocol/index.js'

export type Sample = Readonly<Record<TimelineSeries, number>>

/** 24 MiB of the host's memory. */
const MAX_SAMPLES = 1 << 18

export class Samples {
  private time = new Float64Array(1024)
  private columns: Record<TimelineSeries, Float64Array>
  private used = 0

  constructor() {
    this.columns = emptyColumns(1024)
  }

  get length(): number {
    return this.used
  }

  timeAt(index: number): number {
    return this.time[index]
  }

  column(series: TimelineSeries): Float64Array {
    return this.columns[series]
  }

  add(time: number, sample: Sample): void {
    if (this.used > 0 && this.time[this.used - 1] === time) this.used--
    else if (this.used === this.time.length) this.makeRoom()
    this.time[this.used] = time
    for (const series of TIMELINE_SERIES) this.columns[series][this.used] = sample[series]
    this.used++
  }

  private makeRoom(): void {
    if (this.used >= MAX_SAMPLES) return this.thin()
    const columns = emptyColumns(this.used * 2)
    for (const series of TIMELINE_SERIES) columns[series].set(this.columns[series])
    this.columns = columns
    const time = new Float64Array(this.used * 2)
    time.set(this.time)
    this.time = time
  }

  private thin(): void {
    const half = this.used >> 1
    for (const column of [this.time, ...Object.values(this.columns)])
      for (let i = 0; i < half; i++) column[i] = column[2 * i + 1]
    this.used = half
  }

  /** Index of the first sample at or after `time`. */
  firstFrom(time: number): number {
    let low = 0
    let high = this.used
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.time[middle] < time) low = middle + 1
      else high = middle
    }
    return low
  }
}

const emptyColumns = (length: number): Record<TimelineSeries, Float64Array> =>
  Object.fromEntries(TIMELINE_SERIES.map((s) => [s, new Float64Array(length)])) as Record<TimelineSeries, Float64Array>

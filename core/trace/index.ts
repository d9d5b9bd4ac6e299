/**
 * One trace. Everything the kernel does that somebody may ask about is one event: a numeric tracepoint, the virtual
 * time, the task, and eight numbers whose meaning schema.ts gives. The timeline, the explanations and the tests
 * read this one stream. The running hash of all events is what "the same run" means.
 *
 * Left out: nothing is ever written into the ring by observers, and old events are overwritten when it is full (the
 * hash and the counts still cover them).
 */
import { Hash64, high32, type StateRegistry } from '../base/index.js'
import type { Tracepoint } from './schema.js'

export * from './schema.js'

const CAPACITY = 1 << 15
/** Numbers of one event. */
const WIDTH = 8

/** Told of every event after it was recorded. Must not change anything. */
export type TraceObserver = (point: Tracepoint, time: number, pid: number) => void

export class Trace {
  private readonly point: Uint8Array
  private readonly time: Float64Array
  private readonly pid: Int32Array
  private readonly data: Float64Array
  /** [events so far] */
  private readonly head: Float64Array
  private readonly running = new Hash64()
  private readonly observers: TraceObserver[] = []

  constructor(registry: StateRegistry) {
    this.point = registry.column('trace.point', Uint8Array, CAPACITY)
    this.time = registry.column('trace.time', Float64Array, CAPACITY)
    this.pid = registry.column('trace.pid', Int32Array, CAPACITY)
    this.data = registry.column('trace.data', Float64Array, CAPACITY * WIDTH)
    this.head = registry.column('trace.head', Float64Array, 1)
    registry.table('trace.hash', {
      save: () => this.running.save(),
      load: (saved: readonly [number, number]) => this.running.load(saved),
    })
  }

  /** Events so far, including overwritten ones. */
  get count(): number {
    return this.head[0]
  }

  /** Fingerprint of all events so far. */
  get hash(): string {
    return this.running.digest()
  }

  observe(observer: TraceObserver): void {
    this.observers.push(observer)
  }

  emit(point: Tracepoint, time: number, pid: number, a: number, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    const i = this.head[0] % CAPACITY
    this.head[0]++
    this.point[i] = point
    this.time[i] = time
    this.pid[i] = pid
    const at = i * WIDTH
    const { data } = this
    data[at] = a
    data[at + 1] = b
    data[at + 2] = c
    data[at + 3] = d
    data[at + 4] = e
    data[at + 5] = f
    data[at + 6] = g
    data[at + 7] = h
    this.running.word(point | (pid << 8))
    for (let k = at; k < at + WIDTH; k++) this.hashNumber(data[k])
    this.running.word(time)
    for (let k = 0; k < this.observers.length; k++) this.observers[k](point, time, pid)
  }

  /** A word takes 32 bits; addresses have more. */
  private hashNumber(value: number): void {
    this.running.word(value)
    if (value > 0xffff_ffff || value < -0x8000_0000) this.running.word(high32(value))
  }

  /** Number `column` of the event that observers are being told of. */
  number(column: number): number {
    return this.data[((this.head[0] - 1) % CAPACITY) * WIDTH + column]
  }

  /** The last `limit` events, oldest first. */
  recent(limit: number): { point: Tracepoint; time: number; pid: number; data: readonly number[] }[] {
    const n = Math.min(limit, this.count, CAPACITY)
    const out = []
    for (let k = this.count - n; k < this.count; k++) {
      const i = k % CAPACITY
      out.push({
        point: this.point[i] as Tracepoint,
        time: this.time[i],
        pid: this.pid[i],
        data: Array.from(this.data.subarray(i * WIDTH, (i + 1) * WIDTH)),
      })
    }
    return out
  }
}

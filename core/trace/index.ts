/**
 * One trace. Everything the kernel does that somebody may ask about is one event: a numeric tracepoint, the virtual
 * time, the task, and four numbers whose meaning the schema below gives. The timeline, the explanations and the tests
 * read this one stream. The running hash of all events is what "the same run" means.
 *
 * Left out: nothing is ever written into the ring by observers, and old events are overwritten when it is full (the
 * hash and the counts still cover them).
 */
import { Hash64, type StateRegistry } from '../base/index.js'

/** Names follow the kernel's tracepoints where there is one (events/exceptions, events/kmem, events/syscalls). */
export const Tracepoint = {
  /** address low, address high, 1=write 2=exec, what was done: {@link FaultAction} */
  PageFault: 1,
  /** system call number (x86-64), result low, result high, 0 */
  SysExit: 2,
  /** start page, pages, flags, 0 */
  VmaInsert: 3,
  /** start page, pages, flags, 0 */
  VmaRemove: 4,
  /** pfn, order, migratetype, 0 */
  PageAlloc: 5,
  /** pfn, order, 0, 0 */
  PageFree: 6,
  /** entry address low, 0, 0, 0 */
  Exec: 7,
  /** code, signal, 0, 0 */
  Exit: 8,
  /** signal, si_code, address low, address high */
  Signal: 9,
  /** the program waits for input: fd, 0, 0, 0 */
  Wait: 10,
  /** a new task: pid, tgid, 0, 0 */
  Fork: 40,
  /** another task runs: pid before, pid now, 0, 0 */
  SchedSwitch: 41,
} as const
export type Tracepoint = (typeof Tracepoint)[keyof typeof Tracepoint]

/** Which branch of the fault path was taken. */
export const FaultAction = {
  /** No table entry existed and nothing had to be done but to note the access. */
  Spurious: 0,
  /** Read of untouched anonymous memory: the shared zero page, read-only. */
  ZeroPage: 1,
  /** Write to untouched anonymous memory: a fresh zeroed page. */
  AnonPage: 2,
  /** Write to the zero page: replaced by a fresh zeroed page. */
  ZeroPageCow: 3,
  /** Read of a file page found in the page cache, with its neighbours (fault-around). */
  FileMap: 4,
  /** Write to an untouched private file page: copied into an anonymous page at once. */
  FileCow: 5,
  /** Write to a read-only mapped private page: copied. */
  PageCow: 6,
  /** Write to a page that nobody else has: made writable in place. */
  Reuse: 7,
  /** Page of a special mapping (vdso). */
  Special: 8,
  /** No mapping, or not permitted: a signal follows. */
  Bad: 9,
  /** Read of an untouched huge region: the shared huge page of zeros. */
  HugeZeroPage: 20,
  /** Write to a huge region without a page: a fresh block of 2 MiB. */
  HugePage: 21,
  /** First write to a page of a shared mapping: its folio becomes dirty (page_mkwrite), its entry writable. */
  SharedWrite: 22,
} as const
export type FaultAction = (typeof FaultAction)[keyof typeof FaultAction]

const CAPACITY = 1 << 16

/** Told of every event after it was recorded. Must not change anything. */
export type TraceObserver = (point: Tracepoint, time: number, pid: number) => void

export class Trace {
  private readonly point: Uint8Array
  private readonly time: Float64Array
  private readonly pid: Int32Array
  private readonly data: Int32Array
  /** [events so far] */
  private readonly head: Float64Array
  private readonly running = new Hash64()
  private readonly observers: TraceObserver[] = []

  constructor(registry: StateRegistry) {
    this.point = registry.column('trace.point', Uint8Array, CAPACITY)
    this.time = registry.column('trace.time', Float64Array, CAPACITY)
    this.pid = registry.column('trace.pid', Int32Array, CAPACITY)
    this.data = registry.column('trace.data', Int32Array, CAPACITY * 4)
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

  emit(point: Tracepoint, time: number, pid: number, a: number, b: number, c: number, d: number): void {
    const i = this.head[0] % CAPACITY
    this.head[0]++
    this.point[i] = point
    this.time[i] = time
    this.pid[i] = pid
    const at = i * 4
    this.data[at] = a
    this.data[at + 1] = b
    this.data[at + 2] = c
    this.data[at + 3] = d
    const hash = this.running
    hash.word(point | (pid << 8))
    hash.word(a)
    hash.word(b)
    hash.word(c)
    hash.word(d)
    hash.word(time)
    for (let k = 0; k < this.observers.length; k++) this.observers[k](point, time, pid)
  }

  /** The last `limit` events, oldest first. */
  recent(
    limit: number,
  ): { point: Tracepoint; time: number; pid: number; data: readonly [number, number, number, number] }[] {
    const n = Math.min(limit, this.count, CAPACITY)
    const out = []
    for (let k = this.count - n; k < this.count; k++) {
      const i = k % CAPACITY
      const at = i * 4
      out.push({
        point: this.point[i] as Tracepoint,
        time: this.time[i],
        pid: this.pid[i],
        data: [this.data[at], this.data[at + 1], this.data[at + 2], this.data[at + 3]] as const,
      })
    }
    return out
  }
}

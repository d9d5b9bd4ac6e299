/**
 * OBSERVER of the trace: keeps a sample of the traced task's counters at every event, and the moments at which the
 * program stopped. Counters are what the kernel and the allocator keep anyway. PSS depends on what all others map: it takes
 * a walk over the process's pages, is read where the program stops, and holds until the next stop.
 */
import { PAGE_KB } from '../base/index.js'
import type { Kernel } from '../kernel/index.js'
import { rssPages } from '../mm/vma/index.js'
import type { Readings } from './readings.js'
import type { TimelineMarker, TimelineSeries } from '../protocol/index.js'
import { Samples, type Sample } from './samples.js'

export type { Readings } from './readings.js'
export { Samples, type Sample } from './samples.js'
export { windowOf, type Window } from './window.js'

/** Between two samples of the heap alone, in nanoseconds of the virtual clock: some hundred calls of malloc. */
const HEAP_APART_NS = 1000

export class Timeline {
  readonly samples = new Samples()
  private readonly marks: TimelineMarker[] = []
  private readonly now: { -readonly [series in TimelineSeries]: number } = {
    rss: 0,
    rssAnon: 0,
    rssFile: 0,
    rssShmem: 0,
    dirty: 0,
    pss: 0,
    heap: 0,
    vsz: 0,
    minflt: 0,
    majflt: 0,
    freePages: 0,
  }

  constructor(
    private readonly kernel: Kernel,
    private readonly pid: number,
    private readonly readings: Readings,
  ) {
    kernel.trace.observe((_point, time) => this.samples.add(time, this.sample()))
  }

  /** main is about to run. */
  begin(): void {
    this.now.pss = this.readings.pssKb()
    this.samples.add(this.kernel.clock.now, this.sample())
  }

  /** malloc or free has done something: a sample, unless one was taken a moment ago. */
  heapMoved(): void {
    const { samples, kernel } = this
    const { now } = kernel.clock
    if (samples.length === 0 || now - samples.timeAt(samples.length - 1) >= HEAP_APART_NS)
      samples.add(now, this.sample())
  }

  get markers(): readonly TimelineMarker[] {
    return this.marks
  }

  mark(kind: TimelineMarker['kind'], line: number): void {
    this.now.pss = this.readings.pssKb()
    const index = this.marks.filter((m) => m.kind === kind).length
    this.samples.add(this.kernel.clock.now, this.sample())
    this.marks.push({ time: this.kernel.clock.now, kind, index, line })
  }

  /** kB and counts, as ps and pmap would print them now; always the same object. */
  private sample(): Sample {
    const { now } = this
    const task = this.kernel.tasks.get(this.pid)
    const mm = task?.mm
    now.rss = mm ? rssPages(mm) * PAGE_KB : 0
    now.rssAnon = mm ? mm.rss.anon * PAGE_KB : 0
    now.rssFile = mm ? mm.rss.file * PAGE_KB : 0
    now.rssShmem = mm ? mm.rss.shmem * PAGE_KB : 0
    now.dirty = mm ? mm.pgd.dirtyPages * PAGE_KB : 0
    now.heap = mm ? this.readings.heapBytes() / 1024 : 0
    now.vsz = mm ? mm.totalVm * PAGE_KB : 0
    now.minflt = task?.group.minFlt ?? 0
    now.majflt = task?.group.majFlt ?? 0
    now.freePages = this.kernel.parts.buddy.totalFree
    return now
  }
}

/**
 * OBSERVER of the trace: keeps a sample of the traced task's counters at every event, and the moments at which the
 * program stopped.
 */
import { PAGE_KB } from '../base/index.js'
import type { Kernel } from '../kernel/index.js'
import { rssPages } from '../mm/vma/index.js'
import { Samples, type Sample, type Series } from './samples.js'

export { Samples, SERIES, type Sample, type Series } from './samples.js'
export { windowOf, type Window } from './window.js'

export interface Marker {
  readonly time: number
  readonly kind: 'stop' | 'exit' | 'signal'
  readonly index: number
  readonly line: number
}

export class Timeline {
  readonly samples = new Samples()
  private readonly marks: Marker[] = []
  private readonly now: { -readonly [series in Series]: number } = {
    rss: 0,
    rssAnon: 0,
    rssFile: 0,
    rssShmem: 0,
    dirty: 0,
    vsz: 0,
    minflt: 0,
    majflt: 0,
    freePages: 0,
  }

  constructor(
    private readonly kernel: Kernel,
    private readonly pid: number,
  ) {
    kernel.trace.observe((_point, time) => this.samples.add(time, this.sample()))
  }

  get markers(): readonly Marker[] {
    return this.marks
  }

  mark(kind: Marker['kind'], line: number): void {
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
    now.dirty = mm ? mm.pgd.dirty * PAGE_KB : 0
    now.vsz = mm ? mm.totalVm * PAGE_KB : 0
    now.minflt = task?.group.minFlt ?? 0
    now.majflt = task?.group.majFlt ?? 0
    now.freePages = this.kernel.parts.buddy.totalFree
    return now
  }
}

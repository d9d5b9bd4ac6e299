/**
 * A comparison under way: a machine of its own is brought to each of the two moments, a piece at a time, so that whoever
 * drives it can report, serve others, and stop. What a moment showed is kept: looking at it again costs nothing.
 */
import type { Compared, CompareRequest, Failure, MomentRef, Reply, SavedPlace } from '../../protocol/index.js'
import type { CompareWork } from '../contract.js'
import { Replay, type RecordedRun } from '../history.js'
import { targetOf } from '../targets.js'
import { capture, type Capture } from './capture.js'
import type { Pairing } from './diff.js'

/** The run that moments are taken from. */
export interface CompareSource extends RecordedRun {
  /** Captures by {@link keyOf}: of this run, whose past does not change. */
  readonly kept: Map<string, Capture>
  /** Called with the result; names it. */
  readonly keep: (pairing: Pairing) => number
}

/** Captures kept at most; the oldest goes first. */
const KEPT = 8

export class ComparisonWork implements CompareWork {
  private readonly refs: readonly MomentRef[]
  private readonly captures: Capture[] = []
  private way: Replay | undefined
  private failure: Failure | undefined
  private id = 0

  constructor(
    private readonly source: CompareSource,
    { from, to }: CompareRequest,
  ) {
    this.refs = [from, to]
    this.failure = this.refs.map((ref) => this.missing(ref)).find(Boolean)
  }

  step(statements: number): boolean {
    if (this.failure) return true
    const ref = this.refs[this.captures.length]
    const { shown, kept } = this.source
    if (ref === 'now') this.captures.push(capture(shown))
    else {
      const known = kept.get(keyOf(ref))
      if (known) this.captures.push(known)
      else if (!this.walk(ref, statements)) return false
    }
    if (this.captures.length < this.refs.length && !this.failure) return false
    if (!this.failure) this.id = this.source.keep({ from: this.captures[0], to: this.captures[1] })
    return true
  }

  private walk(ref: SavedPlace, statements: number): boolean {
    const { source } = this
    this.way ??= new Replay(source.fresh(), source.inputs, targetOf(ref, source.furthest.startTime))
    if (!this.way.step(statements)) return false
    if (this.way.arrived) {
      const taken = capture(this.way.simulation)
      this.captures.push(taken)
      remember(source.kept, keyOf(ref), taken)
    } else this.failure = NO_MOMENT
    this.way = undefined
    return true
  }

  /** By the virtual clock. */
  get progress(): number {
    const ends = this.refs.map((ref) => this.timeOf(ref))
    const all = ends.reduce((sum, end) => sum + end, 0)
    const done = ends.slice(0, this.captures.length).reduce((sum, end) => sum + end, 0)
    const now = this.way?.simulation.time ?? 0
    return all === 0 ? 1 : Math.min(1, (done + now) / all)
  }

  get result(): Reply<Compared> {
    if (this.failure) return { ok: false, error: this.failure }
    const [from, to] = this.captures
    const pids = [...new Set([...from.processes.keys(), ...to.processes.keys()])]
    return { ok: true, value: { id: this.id, from: from.moment, to: to.moment, pids } }
  }

  private missing(ref: MomentRef): Failure | undefined {
    const { furthest } = this.source
    const there = ref === 'now' || ('stop' in ref ? ref.stop < furthest.stops : ref.time <= furthest.time)
    return there ? undefined : NO_MOMENT
  }

  private timeOf(ref: MomentRef): number {
    const { furthest } = this.source
    if (ref === 'now' || this.source.kept.has(keyOf(ref))) return 0
    if ('time' in ref) return ref.time
    const marker = furthest.timeline.markers.find(({ kind, index }) => kind === 'stop' && index === ref.stop)
    return marker ? marker.time - furthest.startTime : 0
  }
}

const NO_MOMENT: Failure = { code: 'no-moment', message: 'The run has not come to that moment.' }

const keyOf = (ref: SavedPlace): string => JSON.stringify(ref)

function remember(kept: Map<string, Capture>, key: string, taken: Capture): void {
  kept.set(key, taken)
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break
    kept.delete(oldest)
  }
}

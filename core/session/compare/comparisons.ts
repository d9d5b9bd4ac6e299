/** The comparisons of one run: what its moments showed, and the last ones made, for whoever reads their tables. */
import type { CompareRequest } from '../../protocol/index.js'
import type { RecordedRun } from '../history.js'
import type { Capture } from './capture.js'
import type { Pairing } from './diff.js'
import { diffTable, type DiffQuery } from './tables.js'
import { ComparisonWork } from './work.js'

/** Comparisons kept at most: a view shows one, and asks for the next while it does. */
const COMPARISONS = 4

export class Comparisons {
  private captures = new Map<string, Capture>()
  private readonly made = new Map<number, Pairing>()

  /** @param nextId names a comparison */
  constructor(private readonly nextId: () => number) {}

  work(run: RecordedRun, request: CompareRequest): ComparisonWork {
    const keep = (pairing: Pairing): number => {
      const id = this.nextId()
      this.made.set(id, pairing)
      this.made.delete(id - COMPARISONS)
      return id
    }
    return new ComparisonWork({ ...run, inputs: [...run.inputs], kept: this.captures, keep }, request)
  }

  /** All rows of a table; undefined when that comparison is not there any more. */
  rows(query: DiffQuery): readonly object[] | undefined {
    const pairing = this.made.get(query.args.id)
    return pairing && diffTable(pairing, query)
  }

  /** The run has taken another way: what was recorded behind its moment are no moments of it any more. */
  forgetMoments(): void {
    this.captures = new Map()
  }
}

/**
 * What a lesson's text tells of the stops of its program, seen on a machine of its own: Enter is pressed at each stop,
 * and the machine that the window shows stands where it stands. Somebody else wrote the program: it gets so many
 * statements in all and no more.
 */
import { encodeUtf8 } from '../base/index.js'
import { pmapRows } from '../proc/index.js'
import type { LessonStop } from '../protocol/index.js'
import { figuresOf } from './figures.js'
import type { Simulation } from './simulation.js'

const MOST_STATEMENTS = 1 << 28
const ENTER = encodeUtf8('\n')

export class LessonStops {
  /** The first stop, the second, ... */
  readonly stops: LessonStop[] = []
  /** Start addresses of the mappings at the stop before. */
  private before: ReadonlySet<string>
  private over = false

  constructor(private readonly simulation: Simulation) {
    this.before = new Set(this.mappings().map(({ address }) => address))
  }

  /**
   * Runs at most that many statements towards the `count`th stop.
   * @returns false when there is more to do; true when it has been seen, or never will be
   */
  advance(count: number, statements: number): boolean {
    const { simulation } = this
    const end = Math.min(simulation.kernel.statements + statements, MOST_STATEMENTS)
    while (this.stops.length < count && !this.over) {
      if (simulation.halt.why === 'input') simulation.type(ENTER)
      const left = end - simulation.kernel.statements
      if (left <= 0) break
      const { why } = simulation.run(left)
      if (why === 'input') this.stops.push(this.look())
      else if (why !== 'budget') this.over = true
    }
    if (simulation.kernel.statements >= MOST_STATEMENTS) this.over = true
    return this.over || this.stops.length >= count
  }

  private look(): LessonStop {
    const rows = this.mappings()
    const { before } = this
    this.before = new Set(rows.map(({ address }) => address))
    return {
      figures: figuresOf(this.simulation),
      heap: rows.find(({ kind }) => kind === 'heap')?.address,
      stack: rows.find(({ kind }) => kind === 'stack')?.address,
      fresh: rows.find(({ address }) => !before.has(address))?.address,
    }
  }

  private mappings() {
    const { kernel, task } = this.simulation
    return pmapRows(kernel, task.pid).rows
  }
}

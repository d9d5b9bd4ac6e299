/** What the timeline chart shows: changes since main began, as steps. */
import type { TimelineMarker, TimelineSeries } from '../../../core/protocol/index.js'
import type { Report } from '../../../core/report/index.js'
import { timeText } from '../../../core/words/index.js'
import type { Say } from '../words/index.js'

/** A value holds until the next time. */
export interface Steps {
  readonly name: string
  readonly values: readonly number[]
}

export interface ChartFacts {
  readonly title: string
  readonly description: string
  /** Virtual nanoseconds since exec, of every value; the last values hold until `to`. */
  readonly times: readonly number[]
  readonly to: number
  readonly memoryAxis: string
  readonly faultAxis: string
  /** Stacked on each other. */
  readonly file: Steps
  readonly shmem: Steps
  readonly anon: Steps
  readonly dirty: Steps
  /** On the axis of faults. */
  readonly faults: Steps
  readonly marks: readonly { readonly time: number; readonly label: string }[]
}

/** undefined: nothing has happened. */
export function chartFacts({ series, end }: Report, say: Say): ChartFacts | undefined {
  const { time, columns, markers } = series
  // When the program is gone so is its memory: the fall to nothing would flatten what led to it.
  const gone = columns.vsz.findIndex((kb, i) => kb === 0 && i > 0)
  const used = gone < 0 ? time.length : gone
  if (used < 2) return undefined
  const steps = (name: Parameters<Say>[0], column: TimelineSeries): Steps => {
    const [base = 0] = columns[column]
    return { name: say(name), values: columns[column].slice(0, used).map((value) => value - base) }
  }
  return {
    title: say('chartTitle'),
    description: description(series, used, end.time, say),
    times: time.slice(0, used),
    to: end.time,
    memoryAxis: say('memoryAxis'),
    faultAxis: say('faultAxis'),
    file: steps('file', 'rssFile'),
    shmem: steps('shmem', 'rssShmem'),
    anon: steps('anon', 'rssAnon'),
    dirty: steps('dirty', 'dirty'),
    faults: steps('faults', 'minflt'),
    marks: markers.map((marker) => ({ time: marker.time, label: markLabel(marker, say) })),
  }
}

const markLabel = ({ kind, index }: TimelineMarker, say: Say): string =>
  kind === 'stop' ? String(index + 1) : say(kind)

/** Stops told one by one to those who cannot see them. */
const MOST_STOPS = 12

function description({ time, columns, markers }: Report['series'], used: number, to: number, say: Say): string {
  const rss = columns.rss.slice(0, used)
  const [minflt0 = 0] = columns.minflt
  const whole = say('chartText', {
    from: timeText(time[0] ?? 0),
    to: timeText(to),
    rss0: rss[0] ?? 0,
    rss1: rss.reduce((most, kb) => Math.max(most, kb), 0),
    minflt0,
    minflt1: columns.minflt[used - 1] ?? 0,
  })
  const stops = markers.filter(({ kind }) => kind === 'stop')
  if (stops.length === 0) return whole
  const named = stops
    .slice(0, MOST_STOPS)
    .map((stop) => say('chartStop', { stop: stop.index + 1, line: stop.line, time: timeText(stop.time) }))
  const list = named.join(', ') + (stops.length > MOST_STOPS ? ', …' : '')
  return `${whole} ${say('chartStops', { count: stops.length, stops: list })}`
}

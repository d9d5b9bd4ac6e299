/**
 * Gathers a report's facts. The program is run twice from its start: once to the end, to find out where it waits, then
 * from one chosen moment to the next, in the run's order. A generator, so that its driver decides how long it goes on
 * before it looks at anything else; abandoning it is all there is to cancelling.
 */
import {
  TIMELINE_SERIES,
  type Failure,
  type PmapRow,
  type Reply,
  type ReportChoices,
  type ReportMoment,
  type ReportProgress,
  type TimelineSeries,
} from '../protocol/index.js'
import { findProgram } from '../programs/index.js'
import {
  completeUtf8,
  decodeUtf8,
  findProfile,
  type RecordedInput,
  type Simulation,
  type Target,
} from '../session/index.js'
import { linesSince, mappingChanges, movedByMapping } from './compare.js'
import { endOf, Reader, type MomentReading } from './facts.js'
import { startOf, surveyOf, Walk, type Survey } from './run.js'
import type { MomentFacts, Plain, Report, RunRecord, SmapsFacts } from './types.js'

/** Mappings whose smaps is told unless somebody chooses others. */
const SMAPS_SHOWN = 3
/** Mappings looked at to find these. */
const SMAPS_READ = 200

/** A chosen moment, and where it is. */
interface Placed {
  readonly moment: ReportMoment
  /** Virtual nanoseconds since exec. */
  readonly time: number
  /** undefined: the end of the recording. */
  readonly target: Target | undefined
}

type Read = MomentReading & { readonly placed: Placed; readonly smaps: readonly SmapsFacts[] }

export function* gather(record: RunRecord, choices: ReportChoices): Generator<ReportProgress, Reply<Report>> {
  const start = startOf(record)
  if (!start.ok) return start
  const survey = yield* watched(surveyOf(record, start.value), 'survey', record.length)
  const placed = placesOf(choices.moments, survey)
  if (!placed.ok) return placed
  const { statements } = survey.simulation.kernel
  const walk = new Walk(start.value(), survey.inputs)
  const read: Read[] = []
  for (const place of placed.value) {
    // The end is there already, and what stands behind a limit cannot be run to a second time.
    if (place.target) yield* watched(walk.to(place.target), 'read', statements)
    read.push(readAt(place.target ? walk.simulation : survey.simulation, place, choices))
    yield { phase: 'read', done: read.length / placed.value.length }
  }
  return { ok: true, value: reportOf(record, choices, survey, read) }
}

function* watched<T>(
  run: Generator<number, T>,
  phase: ReportProgress['phase'],
  all: number | undefined,
): Generator<ReportProgress, T> {
  for (;;) {
    const { done, value } = run.next()
    if (done) return value
    yield { phase, done: all === undefined || all === 0 ? undefined : Math.min(1, value / all) }
  }
}

// ---- moments ------------------------------------------------------------------------------------------------------------

/** In the run's order, each place once; the later of two that name the same place has its note added to the first's. */
function placesOf(moments: readonly ReportMoment[] | undefined, survey: Survey): Reply<readonly Placed[]> {
  const { simulation, stops } = survey
  const waits = simulation.halt.why === 'input'
  const all: readonly ReportMoment[] = moments ?? [
    { at: 'main' },
    ...stops.map(({ index }) => ({ at: 'stop' as const, stop: index })),
    ...(waits ? [] : [{ at: 'end' as const }]),
  ]
  const placed: Placed[] = []
  for (const moment of all) {
    const place = placeOf(moment, survey)
    if ('code' in place) return { ok: false, error: place }
    const same = placed.findIndex(({ time, target }) => time === place.time && key(target) === key(place.target))
    if (same < 0) placed.push(place)
    else placed[same] = merged(placed[same], place)
  }
  return { ok: true, value: placed.sort((a, b) => a.time - b.time || rank(a) - rank(b)) }
}

const key = (target: Target | undefined): string => JSON.stringify(target ?? null)
const rank = ({ target }: Placed): number => (target === undefined ? 2 : 'stop' in target ? 1 : 0)

const merged = (a: Placed, b: Placed): Placed => ({
  ...a,
  moment: {
    ...a.moment,
    label: [a.moment.label, b.moment.label].filter(Boolean).join(', '),
    note: [a.moment.note, b.moment.note].filter(Boolean).join('\n\n'),
  },
})

function placeOf(moment: ReportMoment, { simulation, stops }: Survey): Placed | Failure {
  const { startTime, halt, time: end } = simulation
  const last = stops.length
  switch (moment.at) {
    case 'main':
      return { moment, time: 0, target: { statements: 0 } }
    case 'end':
      return { moment, time: end, target: undefined }
    case 'stop': {
      const stop = stops[moment.stop]
      if (!stop)
        return {
          code: 'no-such-moment',
          message: `The program waits ${last} times: there is no stop ${moment.stop + 1}.`,
        }
      const isEnd = moment.stop === last - 1 && halt.why === 'input'
      return { moment, time: stop.time - startTime, target: isEnd ? undefined : { stop: moment.stop + 1 } }
    }
    case 'time':
      if (moment.time < end) return { moment, time: moment.time, target: { time: moment.time + startTime } }
      return { moment: { at: 'end', label: moment.label, note: moment.note }, time: end, target: undefined }
  }
}

// ---- reading ------------------------------------------------------------------------------------------------------------

function readAt(simulation: Simulation, placed: Placed, { parts, mappings }: ReportChoices): Read {
  const wanted = new Set(parts)
  const reader = new Reader(simulation, wanted)
  const reading = reader.read()
  const starts = mappings ?? reading.mappings.slice(0, SMAPS_READ).map(({ address }) => address)
  const smaps = wanted.has('smaps') ? starts.flatMap((address) => reader.smaps(address) ?? []) : []
  return { ...reading, placed, smaps }
}

function reportOf(record: RunRecord, choices: ReportChoices, survey: Survey, read: readonly Read[]): Report {
  const { simulation, inputs } = survey
  const { load } = record
  const shown = choices.mappings ?? mostMoved(read.map(({ mappings }) => mappings))
  return {
    choices: {
      title: choices.title || load.path,
      language: choices.language,
      notes: choices.notes,
      parts: choices.parts,
    },
    program: { name: load.path, source: load.source, builtin: builtinOf(load) },
    machine: machineOf(record),
    inputs: inputs.map(({ text, stop, statements }) => ({ text, stop, statements })),
    typedAtStops: inputs.every(isLineAtStop),
    endOfFile: inputs.some(({ end }) => end === true),
    moments: read.map((reading, i) => momentOf(reading, read[i - 1], shown)),
    end: endOf(simulation),
    trace: simulation.kernel.trace.hash,
    terminal: terminalOf(simulation),
    series: seriesOf(simulation),
  }
}

function momentOf(read: Read, before: Read | undefined, shown: readonly string[]): MomentFacts {
  const { placed, lines, mappings, smaps, ...facts } = read
  const { label = '', note = '', ...place } = placed.moment
  return {
    ...facts,
    place,
    label,
    note,
    story: linesSince(before?.lines ?? [], lines),
    changes: before && { mappings: mappingChanges(before.mappings, mappings) },
    smaps: smaps.filter(({ address }) => shown.includes(address)),
  }
}

/** In address order. */
function mostMoved(moments: readonly (readonly Plain<PmapRow>[])[]): readonly string[] {
  return [...movedByMapping(moments)]
    .filter(([, kb]) => kb > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, SMAPS_SHOWN)
    .map(([address]) => address)
    .sort()
}

function builtinOf({ path, source }: RunRecord['load']): string | undefined {
  const program = findProgram(path.replace(/\.c$/, ''))
  return program?.source === source ? program.id : undefined
}

function machineOf({ load, noPie }: RunRecord): Report['machine'] {
  const { id, title, kernel, glibc, procps, defaultSeed } = findProfile(load.profile)!
  const seed = load.seed ?? defaultSeed
  return {
    profile: id,
    title,
    kernel,
    glibc,
    procps,
    seed,
    ownSeed: seed === defaultSeed,
    noPie,
    options: load.machine ?? {},
  }
}

/** One line at each wait, in order. */
function isLineAtStop({ bytes, stop, end }: RecordedInput, index: number): boolean {
  if (stop !== index + 1) return false
  return end === true || (bytes.indexOf(NEWLINE) === bytes.length - 1 && bytes.length > 0)
}
const NEWLINE = 10

function terminalOf({ kernel }: Simulation): string {
  const { screen } = kernel.tty
  return decodeUtf8(screen, 0, completeUtf8(screen))
}

/** From main on. */
function seriesOf({ timeline, startTime }: Simulation): Report['series'] {
  const { samples } = timeline
  const first = samples.firstFrom(startTime)
  const column = (of: (index: number) => number): readonly number[] =>
    Array.from({ length: samples.length - first }, (_, i) => of(first + i))
  const columns = Object.fromEntries(
    TIMELINE_SERIES.map((series) => [series, column((i) => samples.column(series)[i])]),
  ) as Record<TimelineSeries, readonly number[]>
  return {
    time: column((i) => samples.timeAt(i) - startTime),
    columns,
    markers: timeline.markers.map((marker) => ({ ...marker, time: marker.time - startTime })),
  }
}

/** `pagewalk report`: a session, or a program run to its end, as a report in any format but PDF. */
import { basename, resolve } from 'node:path'
import type {
  Failure,
  ReportChoices,
  ReportMoment,
  SavedNote,
  SavedPlace,
  SavedSession,
} from '../../core/protocol/index.js'
import { gather, recordOfRun, type RunRecord, type Typing } from '../../core/report/index.js'
import { decodeUtf8 } from '../../core/session/index.js'
import { tryToWrite, type NotWritten } from '../disk/try-to-write.js'
import { render } from '../report/index.js'
import { readInput, readLines } from './input.js'
import { sourceOf } from './run.js'
import { BrokenInput, UsageError, type ReportOptions } from './usage.js'

export function report(options: ReportOptions): number {
  const { session } = options
  const steps = gather(recordOf(options), choicesOf(options, session))
  let step = steps.next()
  while (!step.done) step = steps.next()
  if (!step.value.ok) {
    const { error } = step.value
    throw error.code === 'bad-machine' ? new UsageError(error.message) : new BrokenInput(messageOf(error))
  }
  const facts = step.value.value
  if (session && session.reached.trace !== facts.trace)
    process.stderr.write(
      `pagewalk: ${options.file}: the run is not the one that was saved (fingerprint ${facts.trace}, saved ${session.reached.trace})\n`,
    )
  write(options.output, render(facts, options.format, options.table))
  return 0
}

function messageOf({ message, diagnostics }: Failure): string {
  if (!diagnostics) return message
  return diagnostics
    .map(({ file, line, column, severity, message: text }) => `${file}:${line}:${column}: ${severity}: ${text}\n`)
    .join('')
}

// ---- what is run ------------------------------------------------------------------------------------------------------------

function recordOf(options: ReportOptions): RunRecord {
  const { file, profile, seed, machine, noPie, session } = options
  const load = { source: sourceOf(options), path: basename(file), profile, seed, machine }
  if (!session) return { load, noPie, typing: typed(options.stdin), until: undefined }
  return { ...recordOfRun(load, session), noPie }
}

function typed(stdin: string | undefined): Typing {
  if (stdin === undefined) return { kind: 'lines', lines: [], then: 'newline' }
  return { kind: 'lines', lines: readLines(stdin), then: 'end-of-file' }
}

// ---- what is told -----------------------------------------------------------------------------------------------------------

function choicesOf(options: ReportOptions, session: SavedSession | undefined): ReportChoices {
  const notes = session?.notes ?? []
  const general = notes.filter(({ at }) => at === undefined).map(({ text }) => text)
  const own = options.notes === undefined ? [] : [decodeUtf8(readInput(options.notes))]
  return {
    title: options.title,
    language: options.language,
    notes: [...own, ...general].join('\n\n'),
    moments: momentsOf(options.moments, session),
    parts: options.parts,
    mappings: options.mappings,
  }
}

/** A session's marks and notes speak of moments of their own: they are told beside those that are told anyway. */
function momentsOf(
  chosen: readonly ReportMoment[] | undefined,
  session: SavedSession | undefined,
): readonly ReportMoment[] | undefined {
  if (chosen || !session) return chosen
  const { marks, notes, reached } = session
  const stops = Array.from({ length: reached.stops }, (_, stop) => ({ at: 'stop' as const, stop }))
  return [
    { at: 'main' },
    ...stops,
    ...(reached.state === 'waiting' ? [] : [{ at: 'end' as const }]),
    ...marks.map(({ at, label }) => ({ ...placeOf(at), label })),
    ...notes.filter(isOfMoment).map(({ at, text }) => ({ ...placeOf(at), note: text })),
  ]
}

const isOfMoment = (note: SavedNote): note is SavedNote & { readonly at: SavedPlace } => note.at !== undefined

const placeOf = (place: SavedPlace): ReportMoment =>
  'stop' in place ? { at: 'stop', stop: place.stop } : { at: 'time', time: place.time }

// ---- where it goes ----------------------------------------------------------------------------------------------------------

function write(file: string | undefined, text: string): void {
  if (file === undefined || file === '-') {
    process.stdout.write(text)
    return
  }
  const why = tryToWrite(resolve(file), text)
  if (why) throw new BrokenInput(`${file}: cannot be written: ${REASONS[why]}`)
}

const REASONS: Readonly<Record<NotWritten, string>> = {
  'no-folder': 'there is no such folder; make it first',
  'not-permitted': 'writing there is not permitted; choose another place',
  'read-only': 'the disk is read-only; choose another place',
  'is-folder': 'this is a folder; name a file in it',
  'disk-full': 'the disk is full; make room or choose another place',
  unwritable: 'the system does not permit it; choose another place',
}

/**
 * Making files of the run: a report as the dialog wants it, or one thing alone (the timeline, the terminal). The place is
 * asked for first, then the simulation's process gathers, then the application writes; all of it can be cancelled.
 */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import {
  DEFAULT_REPORT_PARTS,
  REPORT_PARTS,
  type Failure,
  type ReportFormat,
  type ReportLanguage,
  type ReportMoment,
  type ReportPart,
  type ReportPlace,
  type ReportRequest,
  type ReportTable,
  type SavedPlace,
  type TimelineMarker,
} from '../../../../core/protocol/index.js'
import type { ChosenFile, ExportKind, Paper } from '../../../../preload/contract.js'
import { useHost } from '../../host.js'
import { useMarks } from '../../stores/marks.js'
import { useSettings } from '../../stores/settings.js'
import { useSimulation } from '../../stores/simulation.js'

/** What a report can be in the dialog; pictures and texts of one thing are made where that thing is. */
export type ReportKind = Extract<ExportKind, 'pdf' | 'html' | 'md' | 'json' | 'csv'>

/** A moment one can choose, and the name it is chosen by. */
export interface Choosable {
  readonly key: string
  readonly moment: ReportMoment
}

/** What is made of what the simulation gave: a picture's bytes, say. */
export type Finish = (text: string) => Promise<string | Uint8Array>

const placeOf = (at: SavedPlace): ReportPlace =>
  'stop' in at ? { at: 'stop', stop: at.stop } : { at: 'time', time: at.time }

export const useReport = defineStore('report', () => {
  const { bridge } = useHost()
  const simulation = useSimulation()
  const settings = useSettings()
  const marks = useMarks()

  const shown = ref(false)
  const title = ref('')
  const notes = ref('')
  const kind = ref<ReportKind>('pdf')
  const table = ref<ReportTable>('readings')
  const paper = ref<Paper>('A4')
  const language = ref<ReportLanguage>('en')
  const parts = reactive(new Set<ReportPart>(DEFAULT_REPORT_PARTS))
  /** Keys of moments that are left out: what is new is chosen. */
  const leftOut = reactive(new Set<string>())

  const markers = shallowRef<readonly TimelineMarker[]>([])
  const working = shallowRef<ChosenFile>()
  const cancelling = ref(false)
  const saved = shallowRef<ChosenFile>()
  const failure = shallowRef<Failure>()

  /** The run's own moments, and those that were marked or spoken of. */
  const moments = computed<readonly Choosable[]>(() => {
    const stops = markers.value.filter(({ kind: what }) => what === 'stop')
    const waits = simulation.moment?.recordedUntil === undefined && simulation.moment?.state === 'waiting'
    return [
      { key: 'main', moment: { at: 'main' } },
      ...stops.map(({ index }) => ({ key: `stop ${index}`, moment: { at: 'stop' as const, stop: index } })),
      ...marks.marks.map(({ id, at, label }) => ({ key: `mark ${id}`, moment: { ...placeOf(at), label } })),
      ...(waits ? [] : [{ key: 'end', moment: { at: 'end' as const } }]),
    ]
  })
  /** What was noted on a moment is told with it, chosen or not: it is there to be read. */
  const noted = computed<readonly ReportMoment[]>(() =>
    marks.notes.flatMap(({ at, text }) => (at ? [{ ...placeOf(at), note: text }] : [])),
  )
  const chosen = computed(() => moments.value.filter(({ key }) => !leftOut.has(key)))

  let lastProgram: string | undefined
  /** The dialog, for the run as it is now. */
  async function show(): Promise<void> {
    const program = simulation.loaded?.path
    if (!program || shown.value || working.value) return
    if (program !== lastProgram) {
      title.value = program
      leftOut.clear()
      notes.value = marks.notes.flatMap(({ at, text }) => (at ? [] : [text])).join('\n\n')
    }
    lastProgram = program
    language.value = settings.locale
    failure.value = undefined
    const timeline = await simulation.api?.timeline({ series: [], from: undefined, to: undefined, points: 2 })
    markers.value = timeline?.ok ? timeline.value.markers : []
    shown.value = true
  }

  /** @returns whether there is a file now */
  async function make(what: ExportKind, name: string, request: ReportRequest, finish?: Finish): Promise<boolean> {
    const { api } = simulation
    if (!api || working.value) return false
    failure.value = saved.value = undefined
    const place = await bridge.chooseExport(what, name)
    if (!place) return false
    working.value = place
    cancelling.value = false
    simulation.reportProgress = undefined
    const error = await work(place, request, finish)
    working.value = undefined
    if (!error) saved.value = place
    else if (error.code !== 'cancelled') failure.value = error
    return !error
  }

  async function work(place: ChosenFile, request: ReportRequest, finish?: Finish): Promise<Failure | undefined> {
    const made = await simulation.api?.makeReport(request)
    if (!made) return { code: 'connection', message: '' }
    if (!made.ok) return made.error
    const content = finish ? await finish(made.value) : made.value
    if (cancelling.value) return { code: 'cancelled', message: '' }
    const written = await bridge.writeExport({ id: place.id, content, paper: paper.value })
    return written.ok ? undefined : written.error
  }

  async function exportReport(): Promise<void> {
    const format: ReportFormat = kind.value === 'pdf' ? 'print' : kind.value
    const choices = {
      title: title.value.trim(),
      language: language.value,
      notes: notes.value,
      moments: [...chosen.value.map(({ moment }) => ({ ...moment })), ...noted.value],
      parts: REPORT_PARTS.filter((part) => parts.has(part)),
      mappings: undefined,
    }
    const name = title.value.trim() || (simulation.loaded?.path ?? '')
    if (await make(kind.value, name, { choices, format, table: table.value })) shown.value = false
  }

  /** One thing of the run by itself. */
  async function exportAlone(what: ExportKind, format: ReportFormat, finish?: Finish): Promise<void> {
    const choices = {
      title: '',
      language: settings.locale,
      notes: '',
      moments: [{ at: 'end' as const }],
      parts: [],
      mappings: undefined,
    }
    await make(what, simulation.loaded?.path ?? '', { choices, format, table: 'series' }, finish)
  }

  async function cancel(): Promise<void> {
    const place = working.value
    if (!place) return
    cancelling.value = true
    await Promise.all([simulation.api?.cancelReport(), bridge.cancelExport(place.id)])
  }

  function showSaved(): void {
    if (saved.value) void bridge.showExport(saved.value.id)
  }

  return {
    ...{ shown, title, notes, kind, table, paper, language, parts, leftOut, markers, moments, chosen },
    ...{ working, cancelling, saved, failure },
    ...{ show, exportReport, exportAlone, cancel, showSaved },
  }
})

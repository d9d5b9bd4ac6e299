/**
 * What of the window is in which file. A C file holds the editor's text, a session everything: program, machine, run,
 * marks, notes, layout. Whatever would take the place of something unsaved asks here first, and every few seconds what is
 * there is kept for the case that the application ends as it should not.
 */
import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import {
  SESSION_FORMAT,
  SESSION_VERSION,
  type Failure,
  type SavedRun,
  type SavedSession,
} from '../../../core/protocol/index.js'
import { INSPECTOR_VIEWS, PARTS, type InspectorView, type Part, type Saved } from '../../../preload/contract.js'
import { useHost } from '../host.js'
import { useMarks } from './marks.js'
import { usePlaces } from './places.js'
import { useSettings } from './settings.js'
import { useSimulation } from './simulation.js'
import { useSource } from './source.js'

/** Milliseconds of quiet after which what changed is kept, and how long it may change before it is kept all the same. */
const AUTOSAVE_QUIET = 1500
const AUTOSAVE_AT_LATEST = 5000

export type Answer = 'save' | 'discard' | 'cancel'

const NOT_RUN: SavedRun = {
  inputs: [],
  reached: { statements: 0, stops: 0, state: 'between', trace: '0'.repeat(16) },
  position: 'end',
}

export const useDocuments = defineStore('documents', () => {
  const { bridge } = useHost()
  const source = useSource()
  const simulation = useSimulation()
  const marks = useMarks()
  const settings = useSettings()
  const places = usePlaces()

  /** The session that is open, by its file's name; a session that was restored has a name and no document. */
  const session = computed(() => source.file.session)
  const name = computed(() => session.value?.name ?? source.file.name)
  /** Something of the session changed since it was opened or saved: what was typed, the machine, marks, notes. */
  const touched = ref(false)
  const failure = shallowRef<Failure>()

  const hasOwn = computed(() => marks.marks.length > 0 || marks.notes.length > 0)
  const unsaved = computed(() =>
    session.value ? source.edited || touched.value : source.edited || (touched.value && hasOwn.value),
  )

  watch([() => marks.marks, () => marks.notes], () => (touched.value = true), { flush: 'sync' })
  /** Whatever file comes into the editor brings its marks and notes, or none. */
  watch(
    () => source.file,
    (file, before) => {
      if (before && file.document !== undefined && file.document === before.document && !file.session) return
      const saved = file.session?.saved
      if (saved && saved === before?.session?.saved) return
      marks.replace(saved ?? { marks: [], notes: [] })
      // What was restored is in no file yet.
      touched.value = saved !== undefined && file.document === undefined
      if (saved) showLayout(saved)
    },
    { immediate: true, flush: 'sync' },
  )
  // Opening a session starts its program, which changes nothing of it.
  watch(
    () => simulation.changes,
    () => session.value && (touched.value = true),
  )
  watch(unsaved, (value) => void bridge.setUnsaved(value), { flush: 'sync' })

  // ---- the session as it is -----------------------------------------------------------------------------------------

  function showLayout({ layout }: SavedSession): void {
    const view = INSPECTOR_VIEWS.find((known) => known === layout.view)
    const part = PARTS.find((known) => known === layout.part)
    settings.setLayout(layout.splitters, view)
    if (part) places.open(part)
  }

  async function current(): Promise<SavedSession> {
    const run = (await simulation.record()) ?? NOT_RUN
    const ran = simulation.loaded?.source ?? source.text
    const { profile } = simulation
    const { seed, machine } = simulation.setUp
    const { view, splitters } = settings.settings
    return {
      format: SESSION_FORMAT,
      version: SESSION_VERSION,
      program: { name: source.file.name, source: ran, ...(source.text === ran ? {} : { draft: source.text }) },
      machine: { ...machine, profile: profile?.id ?? '', seed: seed ?? profile?.defaultSeed ?? 0 },
      ...run,
      marks: marks.marks,
      notes: marks.notes,
      layout: { view: view satisfies InspectorView, part: places.part satisfies Part, splitters },
    }
  }

  // ---- saving -------------------------------------------------------------------------------------------------------

  /** @returns whether it is saved now */
  async function write(ask: boolean): Promise<boolean> {
    const text = source.text
    const saving = await current()
    failure.value = undefined
    try {
      const { document } = source.file
      const reply = await bridge.save({ document, ask, name: name.value, text, session: saving })
      if (!reply.ok) failure.value = reply.error
      else if (reply.value) keepAs(reply.value, saving, text)
      return reply.ok && reply.value !== undefined
    } catch (error) {
      failure.value = { code: 'not-saved', message: String(error) }
      return false
    }
  }

  /** The window shows that file now; what was typed meanwhile is unsaved again. */
  function keepAs({ document, kind, path, name: fileName }: Saved, saved: SavedSession, text: string): void {
    const asSource = { path, text, document, name: fileName }
    const asSession = { ...asSource, name: saved.program.name, session: { name: fileName, saved } }
    const own = { marks: marks.marks, notes: marks.notes }
    const same = saved.marks === own.marks && saved.notes === own.notes
    simulation.adopt(kind === 'session' ? asSession : asSource)
    marks.replace(own)
    touched.value = kind === 'session' ? !same : hasOwn.value
  }

  /**
   * A session is saved as a session. A C file is written when its text was changed; marks and notes, which C cannot hold,
   * ask for a session. What is in no file yet asks where.
   */
  async function save(): Promise<boolean> {
    if (session.value || source.file.document === undefined) return write(source.file.document === undefined)
    if (source.edited && !(await write(false))) return false
    return hasOwn.value && touched.value ? write(true) : true
  }
  const saveAs = () => write(true)

  // ---- leaving ------------------------------------------------------------------------------------------------------

  const asking = shallowRef<(answer: Answer) => void>()
  /** True when what is in the window may go. One question at a time. */
  async function mayLeave(): Promise<boolean> {
    if (!unsaved.value) return true
    if (asking.value) return false
    const answer = await new Promise<Answer>((resolve) => (asking.value = resolve))
    asking.value = undefined
    return answer === 'discard' || (answer === 'save' && (await save()))
  }
  source.askWith(mayLeave)
  const answer = (given: Answer) => asking.value?.(given)

  async function close(): Promise<void> {
    if (await mayLeave()) await bridge.close()
  }

  // ---- in case of a crash -------------------------------------------------------------------------------------------

  const pristine = computed(() => !unsaved.value && !touched.value && simulation.moment?.statements === 0)
  const keep = useDebounceFn(
    async () => {
      // What cannot be kept is too large to be saved either, and saving says so.
      await bridge.autosave(pristine.value ? undefined : await current()).catch(() => undefined)
    },
    AUTOSAVE_QUIET,
    { maxWait: AUTOSAVE_AT_LATEST },
  )
  watch([() => source.text, () => marks.marks, () => marks.notes, unsaved], () => void keep())
  watch(
    () => simulation.moment,
    (moment) => moment && moment.state !== 'running' && void keep(),
  )

  return { name, session, unsaved, failure, asking, answer, save, saveAs, close, mayLeave }
})

/** A stand-in for the application behind the window: settings in memory, no files. Not part of the application. */
import type { SavedSession } from '../../../core/protocol/index.js'
import type {
  Initial,
  MenuCommand,
  OpenedLesson,
  PagewalkBridge,
  Presenting,
  Settings,
  SettingsPatch,
  SimulationStatus,
  SourceFile,
} from '../../../preload/contract.js'

import { FAKE_LESSONS } from './fake-lessons.js'
import { FAKE_PROGRAMS } from './fake-programs.js'
import { MMAP_DEMO } from './fake-simulation.js'

export const DEMO: SourceFile = { path: '', name: 'mmap-demo.c', text: MMAP_DEMO }

const SETTINGS: Settings = {
  theme: 'dark',
  contrast: 'system',
  locale: 'en',
  splitters: {},
  view: 'process',
  profile: undefined,
  welcomed: true,
  zoom: 1,
}

export function fakeBridge(
  start: {
    settings?: SettingsPatch
    source?: SourceFile
    opens?: SourceFile
    recoverable?: SavedSession | undefined
  } = {},
) {
  let settings: Settings = { ...SETTINGS, ...start.settings }
  const saved: SettingsPatch[] = []
  /** What was asked for, written and shown. */
  const exported: string[] = []
  const chosen: string[] = []
  /** What the page asked for, and under which name a dialog has it saved. */
  const calls: Readonly<Record<string, unknown>>[] = []
  const saveAs = { name: 'demo.pagewalk' }
  const presented: (Presenting | 'notes' | undefined)[] = []
  let opensLesson: OpenedLesson | undefined
  const commands = new Set<(command: MenuCommand) => void>()
  const statuses = new Set<(status: SimulationStatus) => void>()
  const initial: Initial = {
    source: start.source ?? DEMO,
    failure: undefined,
    recoverable: start.recoverable && { name: start.recoverable.program.name, savedAt: 0 },
    given: false,
    settings,
    locale: settings.locale === 'zh-CN' ? 'zh-CN' : 'en',
    version: '0.1.0',
    electron: '33.2.1',
  }
  const opened: SourceFile = start.opens ?? { path: '/home/me/other.c', name: 'other.c', text: MMAP_DEMO }
  const bridge: PagewalkBridge = {
    openSource: async () => ({ ok: true, value: opened }),
    openDropped: async () => ({ ok: true, value: opened }),
    save: async (request) => {
      calls.push({ save: request })
      const kind = saveAs.name.endsWith('.c') ? ('source' as const) : ('session' as const)
      return { ok: true, value: { document: 7, kind, path: `/home/me/${saveAs.name}`, name: saveAs.name } }
    },
    autosave: async (session) => void calls.push({ autosave: session }),
    restore: async () => {
      if (!start.recoverable) return { ok: false, error: { code: 'file-not-found', message: 'nothing' } }
      const { program } = start.recoverable
      const session = { name: program.name, saved: start.recoverable }
      return { ok: true, value: { path: '', name: program.name, text: program.draft ?? program.source, session } }
    },
    discardRecoverable: async () => void calls.push({ discarded: true }),
    setUnsaved: async (unsaved) => void calls.push({ unsaved }),
    close: async () => void calls.push({ closed: true }),
    openRecent: async () => ({ ok: true, value: opened }),
    programs: async () => FAKE_PROGRAMS,
    openProgram: async (id) => {
      const program = FAKE_PROGRAMS.find((p) => p.id === id)
      if (!program) return { ok: false, error: { code: 'file-not-found', message: `no ${id}` } }
      return { ok: true, value: { path: '', name: `${id}.c`, text: program.source } }
    },
    recent: async () => [{ path: '/home/me/other.c', name: 'other.c' }],
    commands: async () => [
      { id: 'open', label: 'Open…', menu: 'File', keys: 'Ctrl+O', checked: false },
      { id: 'run', label: 'Run to Next Stop', menu: 'Program', keys: 'F5', checked: false },
    ],
    chooseCommand: async (id) => void chosen.push(id),
    chooseExport: async (kind, name) => {
      exported.push(`${kind} ${name}`)
      return { id: 'place', name: `${name}.${kind}` }
    },
    writeExport: async ({ content }) => {
      exported.push(typeof content === 'string' ? content : `${content.length} bytes`)
      return { ok: true, value: undefined }
    },
    cancelExport: async () => undefined,
    showExport: async (id) => void exported.push(`show ${id}`),
    lessons: async () => FAKE_LESSONS,
    openLesson: async () => opensLesson,
    present: async (now) => {
      presented.push(now)
    },
    showNotes: async () => {
      presented.push('notes')
    },
    initial: async () => initial,
    settings: async () => settings,
    saveSettings: async (patch) => {
      saved.push(patch)
      settings = { ...settings, ...patch }
      return settings.locale === 'zh-CN' ? 'zh-CN' : 'en'
    },
    onCommand: (callback) => {
      commands.add(callback)
      return () => commands.delete(callback)
    },
    onSimulation: (callback) => {
      statuses.add(callback)
      callback({ phase: 'running' })
      return () => statuses.delete(callback)
    },
    requestSimulation: async () => ({ ok: true, value: undefined }),
  }
  return {
    bridge,
    calls,
    saveAs,
    initial,
    saved,
    exported,
    chosen,
    presented,
    /** What the dialog for a lesson's folder brings. */
    opensLesson: (opened: OpenedLesson | undefined) => (opensLesson = opened),
    command: (command: MenuCommand) => commands.forEach((tell) => tell(command)),
    status: (status: SimulationStatus) => statuses.forEach((tell) => tell(status)),
  }
}

/**
 * What the page may ask of the application, and what the application tells the page. The one file that the preload, the
 * main process and the window share: types and constant names only, no code that runs anywhere in particular.
 *
 * Everything about the simulated machine goes over the MessagePort (core/protocol) and not through here. Failures of
 * things a user can cause (a file that is not text, a disk that is full) travel as `Reply` and are never thrown.
 */

import type { BuiltinProgram, Failure, Lesson, LessonProblem, Reply, SavedSession } from '../core/protocol/index.js'

export type Theme = 'system' | 'light' | 'dark'
export type Contrast = 'system' | 'more'
/** The languages the application is written in. */
export type Locale = 'en' | 'zh-CN'

/** Parts of the window in the order of the View menu. */
export const PARTS = [
  'source',
  'process',
  'story',
  'heap',
  'space',
  'layers',
  'smaps',
  'timeline',
  'physical',
  'slab',
  'compare',
] as const
export type Part = (typeof PARTS)[number]
/** The key of each. */
export const PART_KEYS = {
  source: 'Ctrl+1',
  process: 'Ctrl+2',
  story: 'Ctrl+3',
  heap: 'Ctrl+4',
  space: 'Ctrl+5',
  layers: 'Ctrl+6',
  smaps: 'Ctrl+7',
  timeline: 'Ctrl+8',
  physical: 'Ctrl+9',
  slab: 'F7',
  compare: 'F8',
} as const satisfies Readonly<Record<Part, string>>
/** Those that share one place, the inspector: one of them is in sight. */
export const INSPECTOR_VIEWS = ['process', 'story', 'heap', 'space', 'layers', 'physical', 'slab', 'compare'] as const
export type InspectorView = (typeof INSPECTOR_VIEWS)[number]

export interface Settings {
  readonly theme: Theme
  readonly contrast: Contrast
  readonly locale: 'system' | Locale
  /** Sizes of each splitter's panes, by the splitter's name, in percent. */
  readonly splitters: Readonly<Record<string, readonly number[]>>
  /** The view the inspector showed last. */
  readonly view: InspectorView
  /** The machine that was chosen last; undefined until one is chosen. */
  readonly profile: string | undefined
  /** The welcome was seen. */
  readonly welcomed: boolean
  /** Zoom factor, 1 = 100 %. Applied by the main process; the page only shows it. */
  readonly zoom: number
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  contrast: 'system',
  locale: 'system',
  splitters: {},
  view: 'process',
  profile: undefined,
  welcomed: false,
  zoom: 1,
}

/** What zooming in and out goes through. */
export const ZOOM_STEPS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const

export interface SourceFile {
  /** Absolute path; '' for a program that came with the application and cannot be saved over. */
  readonly path: string
  /** Shown in the title and in messages, e.g. "mmap-demo.c". */
  readonly name: string
  /** UTF-8 without its byte order mark, line ends as in the file. */
  readonly text: string
  /** Where it is saved again, as the application knows it; undefined when it is in no file of the user's. */
  readonly document?: number
  /** The session it came in, and what that is called: "mmap-demo.pagewalk". */
  readonly session?: { readonly name: string; readonly saved: SavedSession }
}

/** What is to be saved: as C the text, as a session the rest. Which of them it is the file's name decides. */
export interface SaveRequest {
  readonly document: number | undefined
  /** Ask where, though there is a document. */
  readonly ask: boolean
  /** Suggested when asking. */
  readonly name: string
  readonly text: string
  readonly session: SavedSession
}

export interface Saved {
  readonly document: number
  readonly kind: 'source' | 'session'
  readonly path: string
  readonly name: string
}

/** `Failure.code` of everything that can go wrong with a file; views translate by it. */
export const FILE_FAILURES = [
  'file-not-found',
  'file-unreadable',
  'file-directory',
  'file-not-regular',
  'file-too-large',
  'file-not-text',
  'file-unwritable',
] as const
export type FileFailure = (typeof FILE_FAILURES)[number]

/** What the window can write for its user: a report in a format, a picture, a table, a text. */
export const EXPORT_KINDS = ['html', 'pdf', 'md', 'json', 'csv', 'svg', 'png', 'txt'] as const
export type ExportKind = (typeof EXPORT_KINDS)[number]

export const PAPERS = ['A4', 'Letter'] as const
export type Paper = (typeof PAPERS)[number]

/** A place that the user chose for a file. */
export interface ChosenFile {
  readonly id: string
  /** Shown in messages, e.g. "mmap-demo.pdf". */
  readonly name: string
}

export interface ExportFile {
  readonly id: string
  /** For PDF: the HTML to print. */
  readonly content: string | Uint8Array
  /** For PDF. */
  readonly paper: Paper
}

/** `Failure.code` of a file that could not be written; views translate by it. */
export const EXPORT_FAILURES = [
  'export-no-folder',
  'export-not-permitted',
  'export-read-only',
  'export-is-folder',
  'export-disk-full',
  'export-unwritable',
  'export-print',
] as const

export interface RecentFile {
  readonly path: string
  readonly name: string
}

/** An item of the application menu. */
export interface PaletteCommand {
  readonly id: string
  /** As it reads in the menu, in the language of the window. */
  readonly label: string
  /** The menus above it: "View › Theme". */
  readonly menu: string
  /** "Ctrl+Shift+O", or nothing. */
  readonly keys: string
  /** Of several choices, the one that holds. */
  readonly checked: boolean
}

export interface Recoverable {
  /** The program's. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly savedAt: number
}

export interface Initial {
  /** The program of the command line, or the founding experiment. */
  readonly source: SourceFile
  /** Why the file named on the command line is not the one in `source`. */
  readonly failure: Failure | undefined
  /** What an earlier life of the application left unsaved when it ended as it should not. */
  readonly recoverable: Recoverable | undefined
  /** A program was named at the start. */
  readonly given: boolean
  readonly settings: Settings
  /** `settings.locale` with 'system' resolved. */
  readonly locale: Locale
  readonly version: string
  readonly electron: string
}

/**
 * The simulation's process. A new port is to be asked for after 'ended': the old one is dead and with it the machine.
 * 'running' after 'ended' means that a fresh process stands by; asking for a port when none does starts one.
 */
export type SimulationStatus =
  | { readonly phase: 'starting' }
  | { readonly phase: 'running' }
  | {
      readonly phase: 'ended'
      /** Exit code of the process; undefined when it could not be started at all. */
      readonly code: number | undefined
      /** True: another is started by itself in a moment. False: it ended too often, and only a request starts one. */
      readonly restarting: boolean
    }

// ---- lessons and presenting -----------------------------------------------------------------------------------------

/** A lesson's folder as it was read: what is wrong with it is told by file and line. */
export type OpenedLesson =
  | { readonly ok: true; readonly lesson: Lesson }
  | { readonly ok: false; readonly folder: string; readonly problems: readonly LessonProblem[] }

/** Words as a lesson's author wrote them, figures filled in. */
export interface PresenterSpan {
  readonly kind: 'text' | 'code' | 'strong'
  readonly text: string
}

/** What the presenter's own window shows while the page presents a lesson. */
export interface Presenting {
  readonly lesson: string
  readonly title: string
  /** From 1. */
  readonly step: number
  readonly steps: number
  /** Title of the step that comes next; undefined at the last. */
  readonly next: string | undefined
  readonly notes: readonly (readonly PresenterSpan[])[]
  /** The right answer of a question that stands open. */
  readonly answer: readonly PresenterSpan[] | undefined
  /** The audience sees nothing. */
  readonly black: boolean
  /** When it began, milliseconds since 1970. */
  readonly begun: number
}

/** Both windows of a presentation move it. */
export const PRESENTER_MOVES = ['next', 'back', 'black', 'leave'] as const
export type PresenterMove = (typeof PRESENTER_MOVES)[number]

/** What the presenter's window is told, at once and at every change. */
export interface PresenterView {
  readonly presenting: Presenting | undefined
  readonly theme: Theme
  readonly contrast: Contrast
  readonly locale: Locale
}

/** All that the presenter's window may ask of the application. */
export interface NotesBridge {
  /** Called at once and at every change. Returns the function that ends the subscription. */
  onView(callback: (view: PresenterView) => void): () => void
  move(move: PresenterMove): Promise<void>
}

/** What the menu, another launch or the operating system wants of the page. */
export type MenuCommand =
  | { readonly type: 'run' }
  | { readonly type: 'step' }
  | { readonly type: 'pause' }
  | { readonly type: 'restart' }
  | { readonly type: 'show'; readonly part: Part }
  /** To another moment of the run so far: the targets of core/protocol's SeekTarget. */
  | { readonly type: 'line-before' | 'stop-before' | 'stop-after' | 'event-before' | 'event-after' | 'end' }
  /** The moment that is shown is to get a name. */
  | { readonly type: 'mark' }
  /** The gallery of built-in programs is to be shown; or the list of all commands; or the settings; or a new report; or the welcome. */
  | { readonly type: 'gallery' | 'palette' | 'open-settings' | 'report' | 'welcome' }
  /** The program, or the session, is to be saved; the machine to be set up; the session's notes to be shown. */
  | { readonly type: 'save' | 'save-as' | 'machine' | 'session-notes' }
  /** The window is to be closed though something is unsaved: the page asks, and calls `close()` if it may be. */
  | { readonly type: 'closing' }
  /** The panes get the sizes they had at first. */
  | { readonly type: 'reset-layout' }
  /** The lessons are to be shown. */
  | { readonly type: 'lessons' }
  /** A lesson's folder was opened by the menu. */
  | { readonly type: 'lesson'; readonly opened: OpenedLesson }
  /** The lesson that is on is to be presented. */
  | { readonly type: 'present' }
  /** The presenter's window moves the presentation. */
  | { readonly type: 'presenter'; readonly move: PresenterMove }
  /** A file was opened (menu, recent files, second launch). */
  | { readonly type: 'source'; readonly source: SourceFile }
  /** A file could not be opened. */
  | { readonly type: 'failure'; readonly error: Failure }
  /** The settings changed outside the page (theme, language, zoom by the menu). */
  | { readonly type: 'settings'; readonly settings: Settings; readonly locale: Locale }

/** What the page may change; the rest belongs to the main process. */
export type SettingsPatch = Partial<Settings>

export interface PagewalkBridge {
  /** Shows the open dialog. undefined: the user cancelled. */
  openSource(): Promise<Reply<SourceFile | undefined>>
  /** Reads a file that was dropped on the page. */
  openDropped(file: File): Promise<Reply<SourceFile>>
  /** undefined: the user was asked where, and cancelled. */
  save(request: SaveRequest): Promise<Reply<Saved | undefined>>
  /** Keeps it for the case that the application ends as it should not; undefined: there is nothing to lose. */
  autosave(session: SavedSession | undefined): Promise<void>
  /** Opens what `initial().recoverable` told of, or removes it. */
  restore(): Promise<Reply<SourceFile>>
  discardRecoverable(): Promise<void>
  /** Whether something would be lost with the window. */
  setUnsaved(unsaved: boolean): Promise<void>
  /** Closes the window, unsaved or not. */
  close(): Promise<void>
  /** Opens one of `recent()` again. */
  openRecent(path: string): Promise<Reply<SourceFile>>
  recent(): Promise<readonly RecentFile[]>
  /** The programs that come with the application, in the order of the gallery. */
  programs(): Promise<readonly BuiltinProgram[]>
  /** Opens one of `programs()`. */
  openProgram(id: string): Promise<Reply<SourceFile>>
  /** What the menu offers now, for the command palette; and choosing one of it. */
  commands(): Promise<readonly PaletteCommand[]>
  chooseCommand(id: string): Promise<void>
  /** Asks where a file is to go, with the system's dialog. undefined: the user cancelled. */
  chooseExport(kind: ExportKind, name: string): Promise<ChosenFile | undefined>
  /** Writes a file to where it is to go; 'cancelled' when {@link cancelExport} was called meanwhile. */
  writeExport(file: ExportFile): Promise<Reply<undefined>>
  cancelExport(id: string): Promise<void>
  /** Shows a written file in its folder. */
  showExport(id: string): Promise<void>
  /** The lessons that come with the application, in the order in which they build on each other. */
  lessons(): Promise<readonly Lesson[]>
  /** Shows a dialog for a lesson's folder. undefined: the user cancelled. */
  openLesson(): Promise<OpenedLesson | undefined>
  /** What is presented, at every change: the first puts the window on the full screen, undefined ends it. */
  present(presenting: Presenting | undefined): Promise<void>
  /** Shows the presenter's window. */
  showNotes(): Promise<void>
  initial(): Promise<Initial>
  settings(): Promise<Settings>
  /** Answers the language that the window speaks then. */
  saveSettings(patch: SettingsPatch): Promise<Locale>
  /** Returns the function that ends the subscription. */
  onCommand(callback: (command: MenuCommand) => void): () => void
  /** Called with the status at once and at every change. Returns the function that ends the subscription. */
  onSimulation(callback: (status: SimulationStatus) => void): () => void
  /**
   * Asks for a port to the simulation; starts its process when there is none. The port arrives as a `message` event of
   * this window whose data is a {@link PortMessage} with the same nonce, and whose `ports[0]` is the port. A port given
   * earlier is closed. The nonce is the page's own: 16 to 64 characters of [0-9A-Za-z-], e.g. crypto.randomUUID().
   */
  requestSimulation(nonce: string): Promise<Reply<undefined>>
}

/** Data of the message that brings the port into the page. Check `event.source === window`, the type and the nonce. */
export interface PortMessage {
  readonly type: 'pagewalk:port'
  readonly nonce: string
}

/** Where the page lives when it is not served by the development server. */
export const APP_ORIGIN = 'app://pagewalk'

/** The page of the presenter's window. */
export const NOTES_PAGE = 'notes.html'

/** Names of the IPC channels. "invoke" ones answer; the others are sent by the main process. */
export const CHANNELS = {
  openSource: 'pagewalk:open-source',
  openPath: 'pagewalk:open-path',
  openRecent: 'pagewalk:open-recent',
  save: 'pagewalk:save',
  autosave: 'pagewalk:autosave',
  restore: 'pagewalk:restore',
  discardRecoverable: 'pagewalk:discard-recoverable',
  setUnsaved: 'pagewalk:set-unsaved',
  close: 'pagewalk:close',
  recent: 'pagewalk:recent',
  programs: 'pagewalk:programs',
  openProgram: 'pagewalk:open-program',
  commands: 'pagewalk:commands',
  chooseCommand: 'pagewalk:choose-command',
  chooseExport: 'pagewalk:choose-export',
  writeExport: 'pagewalk:write-export',
  cancelExport: 'pagewalk:cancel-export',
  showExport: 'pagewalk:show-export',
  lessons: 'pagewalk:lessons',
  openLesson: 'pagewalk:open-lesson',
  present: 'pagewalk:present',
  showNotes: 'pagewalk:show-notes',
  /** The presenter's window. */
  presenterView: 'pagewalk:presenter-view',
  presenterMove: 'pagewalk:presenter-move',
  initial: 'pagewalk:initial',
  settings: 'pagewalk:settings',
  saveSettings: 'pagewalk:save-settings',
  requestSimulation: 'pagewalk:request-simulation',
  simulationStatus: 'pagewalk:simulation-status',
  /** main -> page */
  command: 'pagewalk:command',
  simulation: 'pagewalk:simulation',
  port: 'pagewalk:port',
  /** main -> presenter's window */
  presenter: 'pagewalk:presenter',
} as const

declare global {
  interface Window {
    /** In the application's page. */
    readonly pagewalk: PagewalkBridge
    /** In the presenter's. */
    readonly pagewalkNotes: NotesBridge
  }
}

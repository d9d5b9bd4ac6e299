/**
 * The application between its parts: window, page, menu, files, settings and the simulation's process. What a user can
 * do from the page and from the menu meets here, so that both do the same.
 */

import { app, ipcMain, Menu, nativeTheme, session, type MenuItem } from 'electron'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { programs } from '../core/programs/index.js'
import type { Reply } from '../core/protocol/index.js'
import {
  APP_ORIGIN,
  CHANNELS,
  DEFAULT_SETTINGS,
  NOTES_PAGE,
  type Initial,
  type Locale,
  type OpenedLesson,
  type Settings,
  type SourceFile,
} from '../preload/contract.js'
import { foundingProgram } from './builtin-programs.js'
import { electronExports } from './exports/electron-exports.js'
import { Exports } from './exports/exports.js'
import { exportFile, exportRequest } from './exports/schema.js'
import { Recovery } from './files/recovery.js'
import { saveRequest } from './files/requests.js'
import { guardedHandle, nothing } from './ipc.js'
import { builtinLesson, builtinLessons, readLesson } from './lessons/index.js'
import { lockDownSession } from './lockdown.js'
import { LABELS, type Labels } from './menu/labels.js'
import { paletteCommands, paletteItem } from './menu/palette.js'
import { menuTemplate } from './menu/template.js'
import { OpenedFiles } from './opened-files.js'
import { Presentation } from './presentation/presentation.js'
import { presenterMove, presenting } from './presentation/schema.js'
import { serveApp } from './scheme/app-scheme.js'
import { sessionSchema } from './sessions/index.js'
import { JsonFile } from './settings/json-file.js'
import { RecentFiles } from './settings/recent-files.js'
import {
  nextZoom,
  recentFields,
  resolveLocale,
  settingsFields,
  settingsPatch,
  windowFields,
  type Recent,
} from './settings/settings.js'
import { electronParts } from './simulation/electron-host.js'
import { SimulationSupervisor } from './simulation/supervisor.js'
import { Dialogs } from './window/dialogs.js'
import { MainWindow } from './window/main-window.js'
import { createNotesWindow, hasOtherScreen } from './window/notes-window.js'
import { background, type WindowOptions, type WindowState } from './window/window.js'

export interface Paths {
  readonly renderer: string
  readonly preload: string
  readonly simulationHost: string
  /** Address of the development server; undefined when the built page is used. */
  readonly developmentServer: string | undefined
}

export class Application {
  readonly #paths: Paths
  readonly #settings: JsonFile<Settings>
  readonly #windowState: JsonFile<WindowState>
  readonly #recent: RecentFiles
  readonly #recovery: Recovery
  readonly #files: OpenedFiles
  readonly #supervisor
  readonly #exports: Exports
  readonly #presentation
  readonly #main: MainWindow
  readonly #dialogs: Dialogs
  /** The presenter's. */
  #notes: ReturnType<typeof createNotesWindow> | undefined

  constructor(paths: Paths) {
    this.#paths = paths
    const file = (name: string): string => join(app.getPath('userData'), name)
    const report = (message: string): void => console.error(message)
    this.#settings = new JsonFile<Settings>({
      path: file('settings.json'),
      fields: settingsFields,
      defaults: DEFAULT_SETTINGS,
      report,
    })
    this.#windowState = new JsonFile<WindowState>({
      path: file('window.json'),
      fields: windowFields,
      defaults: { bounds: undefined, maximized: false },
      report,
    })
    this.#recent = new RecentFiles(
      new JsonFile<Recent>({ path: file('recent.json'), fields: recentFields, defaults: { files: [] }, report }),
    )
    this.#recovery = new Recovery(file('recovery'), report)
    this.#files = new OpenedFiles({
      recent: this.#recent,
      recovery: this.#recovery,
      remembered: (path) => {
        app.addRecentDocument(path)
        this.#buildMenu()
      },
    })
    this.#main = new MainWindow({
      lost: () => this.#recovery.begin(),
      ended: () => this.#presentation.set(undefined),
      crashed: (window) =>
        void this.#dialogs.afterCrash().then((wish) => {
          if (wish === 'quit') app.quit()
          else if (!window.isDestroyed()) window.webContents.reload()
        }),
    })
    this.#dialogs = new Dialogs(
      () => this.#main.window,
      () => this.#labels,
    )
    this.#exports = new Exports(electronExports(this.#dialogs, paths.renderer))
    this.#supervisor = new SimulationSupervisor(electronParts(paths.simulationHost))
    this.#presentation = new Presentation({
      stage: () => this.#main.window,
      openNotes: (closed) => this.#openNotes(closed),
      hasOtherScreen,
      look: () => {
        const { theme, contrast } = this.#settings.value
        return { theme, contrast, locale: this.#locale }
      },
    })
    this.#supervisor.onStatus((status) => this.#main.contents?.send(CHANNELS.simulation, status))
  }

  /** `file`: what the launch names. */
  async start(file: string | undefined): Promise<void> {
    lockDownSession(session.defaultSession, this.#origin, this.#paths.developmentServer !== undefined)
    serveApp(session.defaultSession, this.#paths.renderer)
    this.#answer()
    nativeTheme.themeSource = this.#settings.value.theme
    nativeTheme.on('updated', () => this.#main.window?.setBackgroundColor(background(nativeTheme.shouldUseDarkColors)))
    this.#buildMenu()
    if (file !== undefined) await this.#files.open(file)
    this.#main.open(this.#windowOptions())
    app.on('activate', () => this.show())
  }

  show(): void {
    this.#main.show(() => this.#windowOptions())
  }

  /** Opens a file from outside the page: menu, another launch, the desktop. */
  async open(file: string): Promise<void> {
    const reply = await this.#files.open(file)
    this.show()
    this.#main.send(reply.ok ? { type: 'source', source: reply.value } : { type: 'failure', error: reply.error })
  }

  /** Last thing before the end: nothing stays behind, and nothing unsaved. */
  dispose(): void {
    this.#supervisor.dispose()
    this.#recovery.clear()
    for (const file of [this.#settings, this.#windowState, this.#recent]) file.flush()
  }

  get #menuItems(): readonly MenuItem[] {
    return Menu.getApplicationMenu()?.items ?? []
  }

  get #origin(): string {
    return this.#paths.developmentServer === undefined ? APP_ORIGIN : new URL(this.#paths.developmentServer).origin
  }

  get #locale(): Locale {
    return resolveLocale(this.#settings.value.locale, app.getPreferredSystemLanguages())
  }

  get #labels(): Labels {
    return LABELS[this.#locale]
  }

  #windowOptions(): WindowOptions {
    return {
      preload: this.#paths.preload,
      address: this.#paths.developmentServer ?? `${APP_ORIGIN}/index.html`,
      dark: nativeTheme.shouldUseDarkColors,
      zoom: this.#settings.value.zoom,
      state: this.#windowState.value,
      keep: (state) => this.#windowState.update(state),
    }
  }

  #openNotes(closed: () => void): ReturnType<typeof createNotesWindow> {
    this.#notes = createNotesWindow({
      preload: this.#paths.preload,
      address: `${this.#paths.developmentServer ?? APP_ORIGIN}/${NOTES_PAGE}`,
      title: this.#labels.notesTitle,
      dark: nativeTheme.shouldUseDarkColors,
      beside: this.#main.window,
      closed: () => {
        this.#notes = undefined
        closed()
      },
    })
    return this.#notes
  }

  #answer(): void {
    const handle = guardedHandle(ipcMain, this.#origin, (contents) => contents === this.#main.contents)
    const handleNotes = guardedHandle(ipcMain, this.#origin, (contents) => contents === this.#notes?.window.webContents)
    const path = v.pipe(v.string(), v.maxLength(4096))
    const nonce = v.pipe(v.string(), v.regex(/^[0-9A-Za-z-]{16,64}$/))
    handle(CHANNELS.initial, nothing, () => this.#initial())
    handle(CHANNELS.settings, nothing, () => this.#settings.value)
    handle(CHANNELS.saveSettings, settingsPatch, (patch) => {
      this.#change(patch)
      return this.#locale
    })
    handle(CHANNELS.openSource, nothing, () => this.#chooseSource())
    handle(CHANNELS.openPath, path, (file) => this.#files.open(file))
    handle(CHANNELS.openRecent, path, (file) => this.#files.openRecent(file))
    handle(CHANNELS.save, saveRequest, (request) =>
      this.#files.save(request, (suggested) => this.#dialogs.documentTarget(suggested)),
    )
    handle(CHANNELS.autosave, v.undefinedable(sessionSchema), (session) =>
      session ? this.#recovery.keep(session) : this.#recovery.clear(),
    )
    handle(CHANNELS.restore, nothing, () => this.#files.restore())
    handle(CHANNELS.discardRecoverable, nothing, () => this.#recovery.discard())
    handle(CHANNELS.setUnsaved, v.boolean(), (unsaved) => this.#main.noteUnsaved(unsaved))
    handle(CHANNELS.close, nothing, () => this.#main.close())
    handle(CHANNELS.programs, nothing, () => programs)
    handle(CHANNELS.openProgram, v.pipe(v.string(), v.maxLength(64)), (id) => this.#files.openProgram(id))
    handle(CHANNELS.commands, nothing, () => paletteCommands(this.#menuItems, process.platform === 'darwin'))
    handle(CHANNELS.chooseCommand, path, (id) => {
      // What a role does (copy, full screen) it does to a window and its page.
      paletteItem(this.#menuItems, id)?.click(undefined, this.#main.window, this.#main.contents)
    })
    handle(CHANNELS.chooseExport, exportRequest, ({ kind, name }) => this.#exports.choose(kind, name))
    handle(CHANNELS.writeExport, exportFile, (file) => this.#exports.write(file))
    handle(CHANNELS.cancelExport, path, (id) => this.#exports.cancel(id))
    handle(CHANNELS.showExport, path, (id) => this.#exports.show(id))
    handle(CHANNELS.lessons, nothing, () =>
      builtinLessons.flatMap((id) => {
        const parsed = builtinLesson(id)
        return parsed?.ok ? [parsed.lesson] : []
      }),
    )
    handle(CHANNELS.openLesson, nothing, () => this.#chooseLesson())
    handle(CHANNELS.present, presenting, (step) => this.#presentation.set(step))
    handle(CHANNELS.showNotes, nothing, () => this.#presentation.showNotes())
    handleNotes(CHANNELS.presenterView, nothing, () => this.#presentation.view)
    handleNotes(CHANNELS.presenterMove, presenterMove, (move) => this.#main.send({ type: 'presenter', move }))
    handle(CHANNELS.recent, nothing, () => this.#recent.list)
    handle(CHANNELS.simulationStatus, nothing, () => this.#supervisor.status)
    handle(CHANNELS.requestSimulation, nonce, (value, { senderFrame }) =>
      this.#supervisor.connect(value, (port) => senderFrame?.postMessage(CHANNELS.port, value, [port])),
    )
  }

  #initial(): Initial {
    const left = this.#recovery.pending()
    const opened = this.#files.latest
    return {
      recoverable: left && { name: left.session.program.name, savedAt: left.savedAt },
      source: opened.ok ? opened.value : foundingProgram,
      failure: opened.ok ? undefined : opened.error,
      given: !opened.ok || opened.value !== foundingProgram,
      settings: this.#settings.value,
      locale: this.#locale,
      version: app.getVersion(),
      electron: process.versions.electron,
    }
  }

  /** Menu and page change settings the same way; the page is told only of what it did not do itself. */
  #change(patch: Partial<Settings>, from: 'page' | 'menu' = 'page'): void {
    const before = this.#settings.value
    this.#settings.update(patch)
    const { theme, contrast, locale, zoom } = this.#settings.value
    if (theme !== before.theme) nativeTheme.themeSource = theme
    if (zoom !== before.zoom) this.#main.contents?.setZoomFactor(zoom)
    if (theme !== before.theme || contrast !== before.contrast || locale !== before.locale) this.#buildMenu()
    this.#presentation.tell()
    if (from === 'menu') this.#main.send({ type: 'settings', settings: this.#settings.value, locale: this.#locale })
  }

  async #chooseSource(): Promise<Reply<SourceFile | undefined>> {
    const path = await this.#dialogs.source()
    return path === undefined ? { ok: true, value: undefined } : this.#files.open(path)
  }

  async #chooseLesson(): Promise<OpenedLesson | undefined> {
    const folder = await this.#dialogs.lessonFolder()
    if (folder === undefined) return undefined
    const read = readLesson(folder)
    return read.ok ? read : { ...read, folder: basename(folder) }
  }

  async #openLessonFromMenu(): Promise<void> {
    const opened = await this.#chooseLesson()
    if (opened) this.#main.send({ type: 'lesson', opened })
  }

  #buildMenu(): void {
    const state = {
      settings: this.#settings.value,
      recent: this.#recent.list,
      development: !app.isPackaged,
      mac: process.platform === 'darwin',
    }
    const template = menuTemplate(this.#labels, state, {
      open: () => void this.#openFromMenu(),
      openLesson: () => void this.#openLessonFromMenu(),
      openRecent: (path) => void this.open(path),
      clearRecent: () => {
        this.#recent.clear()
        app.clearRecentDocuments()
        this.#buildMenu()
      },
      openFoundingExperiment: () => this.#main.send({ type: 'source', source: this.#files.openFoundingProgram() }),
      send: (command) => this.#main.send(command),
      theme: (theme) => this.#change({ theme }, 'menu'),
      contrast: (contrast) => this.#change({ contrast }, 'menu'),
      locale: (locale) => this.#change({ locale }, 'menu'),
      zoom: (direction) =>
        this.#change({ zoom: direction === 0 ? 1 : nextZoom(this.#settings.value.zoom, direction) }, 'menu'),
      about: () => void this.#dialogs.about(),
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }

  async #openFromMenu(): Promise<void> {
    const reply = await this.#chooseSource()
    if (!reply.ok) this.#main.send({ type: 'failure', error: reply.error })
    else if (reply.value) this.#main.send({ type: 'source', source: reply.value })
  }
}

/**
 * The application between its parts: window, page, menu, files, settings and the simulation's process. What a user can
 * do from the page and from the menu meets here, so that both do the same.
 */

import {
  app,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  session,
  type BrowserWindow,
  type MenuItem,
  type WebContents,
} from 'electron'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { programs } from '../core/programs/index.js'
import type { Failure, Reply } from '../core/protocol/index.js'
import {
  APP_ORIGIN,
  CHANNELS,
  DEFAULT_SETTINGS,
  NOTES_PAGE,
  type Initial,
  type Locale,
  type MenuCommand,
  type OpenedLesson,
  type RecentFile,
  type Saved,
  type SaveRequest,
  type Settings,
  type SourceFile,
} from '../preload/contract.js'
import { builtinSource, foundingProgram } from './builtin-programs.js'
import { electronExports } from './exports/electron-exports.js'
import { Exports } from './exports/exports.js'
import { exportFile, exportRequest } from './exports/schema.js'
import { Documents, SESSION_EXTENSION, sessionSource } from './files/documents.js'
import { Recovery } from './files/recovery.js'
import { saveRequest } from './files/requests.js'
import { guardedHandle, nothing } from './ipc.js'
import { builtinLesson, builtinLessons, readLesson } from './lessons/index.js'
import { lockDownSession } from './lockdown.js'
import { LABELS, type Labels } from './menu/labels.js'
import { paletteCommands, paletteItem, withoutMnemonic } from './menu/palette.js'
import { menuTemplate } from './menu/template.js'
import { Presentation } from './presentation/presentation.js'
import { presenterMove, presenting } from './presentation/schema.js'
import { serveApp } from './scheme/app-scheme.js'
import { sessionSchema } from './sessions/index.js'
import { JsonFile } from './settings/json-file.js'
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
import { createNotesWindow, hasOtherScreen } from './window/notes-window.js'
import { background, bringToFront, createWindow, type WindowState } from './window/window.js'

const MAX_RECENT = 10

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
  readonly #recent: JsonFile<Recent>
  readonly #documents = new Documents()
  readonly #recovery: Recovery
  readonly #supervisor
  readonly #exports: Exports
  readonly #presentation
  #window: BrowserWindow | undefined
  /** The presenter's. */
  #notes: BrowserWindow | undefined
  /** What `initial()` tells the page: a file given at the start counts until another is opened. */
  #opened: Reply<SourceFile> = { ok: true, value: foundingProgram }
  /** The page would lose something if its window closed. */
  #unsaved = false
  /** The page does not answer. */
  #hangs = false

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
    this.#recent = new JsonFile<Recent>({
      path: file('recent.json'),
      fields: recentFields,
      defaults: { files: [] },
      report,
    })
    this.#recovery = new Recovery(file('recovery'), report)
    this.#exports = new Exports(
      electronExports({ window: () => this.#window, labels: () => this.#labels, root: paths.renderer }),
    )
    this.#supervisor = new SimulationSupervisor(electronParts(paths.simulationHost))
    this.#presentation = new Presentation({
      stage: () => this.#window,
      openNotes: (closed) => this.#openNotes(closed),
      hasOtherScreen,
      look: () => {
        const { theme, contrast } = this.#settings.value
        return { theme, contrast, locale: this.#locale }
      },
    })
    this.#supervisor.onStatus((status) => this.#contents?.send(CHANNELS.simulation, status))
  }

  /** `file`: what the launch names. */
  async start(file: string | undefined): Promise<void> {
    lockDownSession(session.defaultSession, this.#origin, this.#paths.developmentServer !== undefined)
    serveApp(session.defaultSession, this.#paths.renderer)
    this.#answer()
    nativeTheme.themeSource = this.#settings.value.theme
    nativeTheme.on('updated', () => this.#window?.setBackgroundColor(background(nativeTheme.shouldUseDarkColors)))
    this.#buildMenu()
    if (file !== undefined) await this.#read(file)
    this.#openWindow()
    app.on('activate', () => this.show())
  }

  show(): void {
    if (this.#window) bringToFront(this.#window)
    else this.#openWindow()
  }

  /** Opens a file from outside the page: menu, another launch, the desktop. */
  async open(file: string): Promise<void> {
    const reply = await this.#read(file)
    this.show()
    this.#send(reply.ok ? { type: 'source', source: reply.value } : { type: 'failure', error: reply.error })
  }

  /** Last thing before the end: nothing stays behind, and nothing unsaved. */
  dispose(): void {
    this.#supervisor.dispose()
    this.#recovery.clear()
    for (const file of [this.#settings, this.#windowState, this.#recent]) file.flush()
  }

  get #contents(): WebContents | undefined {
    return this.#window?.webContents
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

  #openWindow(): void {
    const window = createWindow({
      preload: this.#paths.preload,
      address: this.#paths.developmentServer ?? `${APP_ORIGIN}/index.html`,
      dark: nativeTheme.shouldUseDarkColors,
      zoom: this.#settings.value.zoom,
      state: this.#windowState.value,
      keep: (state) => this.#windowState.update(state),
    })
    // The window first: on few processors the two would be in each other's way.
    window.once('ready-to-show', () => this.#supervisor.start())
    window.on('close', (event) => {
      if (!this.#unsaved) return
      // The page asks; one that does not answer any more cannot, and what it had is kept for the next start.
      if (window.webContents.isCrashed() || this.#hangs) return this.#recovery.begin()
      event.preventDefault()
      this.#send({ type: 'closing' })
    })
    window.on('unresponsive', () => (this.#hangs = true))
    window.on('responsive', () => (this.#hangs = false))
    window.on('closed', () => {
      this.#window = undefined
      this.#unsaved = this.#hangs = false
      this.#presentation.set(undefined)
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      this.#presentation.set(undefined)
      if (reason === 'clean-exit') return
      this.#recovery.begin()
      this.#noteUnsaved(false)
      void this.#offerReload(window)
    })
    this.#window = window
  }

  #openNotes(closed: () => void): ReturnType<typeof createNotesWindow> {
    const notes = createNotesWindow({
      preload: this.#paths.preload,
      address: `${this.#paths.developmentServer ?? APP_ORIGIN}/${NOTES_PAGE}`,
      title: this.#labels.notesTitle,
      dark: nativeTheme.shouldUseDarkColors,
      beside: this.#window,
      closed: () => {
        this.#notes = undefined
        closed()
      },
    })
    this.#notes = notes.window
    return notes
  }

  /** Asked and not done at once: a page that ends while it loads would otherwise end for ever. */
  async #offerReload(window: BrowserWindow): Promise<void> {
    const { pageGone, pageGoneDetail, reloadWindow, quit } = this.#labels
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: pageGone,
      detail: pageGoneDetail,
      buttons: [reloadWindow, withoutMnemonic(quit)],
      cancelId: 0,
    })
    if (response === 1) app.quit()
    else if (!window.isDestroyed()) window.webContents.reload()
  }

  #send(command: MenuCommand): void {
    this.#contents?.send(CHANNELS.command, command)
  }

  #answer(): void {
    const handle = guardedHandle(ipcMain, this.#origin, (contents) => contents === this.#contents)
    const handleNotes = guardedHandle(ipcMain, this.#origin, (contents) => contents === this.#notes?.webContents)
    const path = v.pipe(v.string(), v.maxLength(4096))
    const nonce = v.pipe(v.string(), v.regex(/^[0-9A-Za-z-]{16,64}$/))
    handle(CHANNELS.initial, nothing, () => this.#initial())
    handle(CHANNELS.settings, nothing, () => this.#settings.value)
    handle(CHANNELS.saveSettings, settingsPatch, (patch) => {
      this.#change(patch)
      return this.#locale
    })
    handle(CHANNELS.openSource, nothing, () => this.#chooseSource())
    handle(CHANNELS.openPath, path, (file) => this.#read(file))
    handle(CHANNELS.openRecent, path, (file) => this.#readRecent(file))
    handle(CHANNELS.save, saveRequest, (request) => this.#save(request))
    handle(CHANNELS.autosave, v.undefinedable(sessionSchema), (session) =>
      session ? this.#recovery.keep(session) : this.#recovery.clear(),
    )
    handle(CHANNELS.restore, nothing, () => this.#restore())
    handle(CHANNELS.discardRecoverable, nothing, () => this.#recovery.discard())
    handle(CHANNELS.setUnsaved, v.boolean(), (unsaved) => this.#noteUnsaved(unsaved))
    handle(CHANNELS.close, nothing, () => {
      this.#noteUnsaved(false)
      this.#window?.close()
    })
    handle(CHANNELS.programs, nothing, () => programs)
    handle(CHANNELS.openProgram, v.pipe(v.string(), v.maxLength(64)), (id) => this.#openProgram(id))
    handle(CHANNELS.commands, nothing, () => paletteCommands(this.#menuItems, process.platform === 'darwin'))
    handle(CHANNELS.chooseCommand, path, (id) => {
      // What a role does (copy, full screen) it does to a window and its page.
      paletteItem(this.#menuItems, id)?.click(undefined, this.#window, this.#contents)
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
    handleNotes(CHANNELS.presenterMove, presenterMove, (move) => this.#send({ type: 'presenter', move }))
    handle(CHANNELS.recent, nothing, () => this.#recentFiles())
    handle(CHANNELS.simulationStatus, nothing, () => this.#supervisor.status)
    handle(CHANNELS.requestSimulation, nonce, (value, { senderFrame }) =>
      this.#supervisor.connect(value, (port) => senderFrame?.postMessage(CHANNELS.port, value, [port])),
    )
  }

  #initial(): Initial {
    const left = this.#recovery.pending()
    return {
      recoverable: left && { name: left.session.program.name, savedAt: left.savedAt },
      source: this.#opened.ok ? this.#opened.value : foundingProgram,
      failure: this.#opened.ok ? undefined : this.#opened.error,
      given: !this.#opened.ok || this.#opened.value !== foundingProgram,
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
    if (zoom !== before.zoom) this.#contents?.setZoomFactor(zoom)
    if (theme !== before.theme || contrast !== before.contrast || locale !== before.locale) this.#buildMenu()
    this.#presentation.tell()
    if (from === 'menu') this.#send({ type: 'settings', settings: this.#settings.value, locale: this.#locale })
  }

  async #chooseSource(): Promise<Reply<SourceFile | undefined>> {
    const { openTitle, openable, allFiles } = this.#labels
    const options = {
      title: openTitle,
      properties: ['openFile' as const],
      filters: [
        { name: openable, extensions: ['c', 'h', SESSION_EXTENSION] },
        { name: allFiles, extensions: ['*'] },
      ],
    }
    const chosen = await (this.#window ? dialog.showOpenDialog(this.#window, options) : dialog.showOpenDialog(options))
    const path = chosen.filePaths[0]
    return chosen.canceled || path === undefined ? { ok: true, value: undefined } : this.#read(path)
  }

  async #chooseLesson(): Promise<OpenedLesson | undefined> {
    const options = { title: this.#labels.openLessonTitle, properties: ['openDirectory' as const] }
    const chosen = await (this.#window ? dialog.showOpenDialog(this.#window, options) : dialog.showOpenDialog(options))
    const folder = chosen.filePaths[0]
    if (chosen.canceled || folder === undefined) return undefined
    const read = readLesson(folder)
    return read.ok ? read : { ...read, folder: basename(folder) }
  }

  async #openLessonFromMenu(): Promise<void> {
    const opened = await this.#chooseLesson()
    if (opened) this.#send({ type: 'lesson', opened })
  }

  async #read(path: string): Promise<Reply<SourceFile>> {
    const reply = await this.#documents.open(path)
    this.#opened = reply
    if (reply.ok) this.#remember(reply.value.path)
    return reply
  }

  async #save(request: SaveRequest): Promise<Reply<Saved | undefined>> {
    const reply = await this.#documents.save(request, (name) => this.#chooseTarget(name))
    if (!reply.ok || !reply.value) return reply
    // What the page gets if it has to be loaded again is what was saved.
    const again = await this.#documents.open(reply.value.path)
    if (again.ok) this.#opened = again
    this.#remember(reply.value.path)
    return reply
  }

  async #chooseTarget(defaultPath: string): Promise<string | undefined> {
    const { saveTitle, sessions, cSources } = this.#labels
    const options = {
      title: saveTitle,
      defaultPath,
      filters: [
        { name: sessions, extensions: [SESSION_EXTENSION] },
        { name: cSources, extensions: ['c'] },
      ],
    }
    const { canceled, filePath } = await (this.#window
      ? dialog.showSaveDialog(this.#window, options)
      : dialog.showSaveDialog(options))
    return canceled || filePath === '' ? undefined : filePath
  }

  #restore(): Reply<SourceFile> {
    const left = this.#recovery.pending()
    if (!left) return { ok: false, error: { code: 'file-not-found', message: 'There is nothing to restore any more.' } }
    this.#recovery.take()
    return { ok: true, value: sessionSource(left.session, '') }
  }

  #noteUnsaved(unsaved: boolean): void {
    this.#unsaved = unsaved
    this.#window?.setDocumentEdited(unsaved)
  }

  /** Only what is on the list: the page cannot name any file of the disk. */
  #readRecent(path: string): Promise<Reply<SourceFile>> | Reply<SourceFile> {
    if (this.#recent.value.files.includes(path)) return this.#read(path)
    const error: Failure = { code: 'file-not-found', message: 'That file is not among the recent ones.' }
    return { ok: false, error }
  }

  #openProgram(id: string): Reply<SourceFile> {
    const reply = builtinSource(id)
    if (reply.ok) this.#opened = reply
    return reply
  }

  #recentFiles(): readonly RecentFile[] {
    return this.#recent.value.files.map((path) => ({ path, name: basename(path) }))
  }

  #remember(path: string): void {
    const files = [path, ...this.#recent.value.files.filter((other) => other !== path)].slice(0, MAX_RECENT)
    this.#recent.update({ files })
    app.addRecentDocument(path)
    this.#buildMenu()
  }

  #buildMenu(): void {
    const state = {
      settings: this.#settings.value,
      recent: this.#recentFiles(),
      development: !app.isPackaged,
      mac: process.platform === 'darwin',
    }
    const template = menuTemplate(this.#labels, state, {
      open: () => void this.#openFromMenu(),
      openLesson: () => void this.#openLessonFromMenu(),
      openRecent: (path) => void this.open(path),
      clearRecent: () => {
        this.#recent.update({ files: [] })
        app.clearRecentDocuments()
        this.#buildMenu()
      },
      openFoundingExperiment: () => {
        this.#opened = { ok: true, value: foundingProgram }
        this.#send({ type: 'source', source: foundingProgram })
      },
      send: (command) => this.#send(command),
      theme: (theme) => this.#change({ theme }, 'menu'),
      contrast: (contrast) => this.#change({ contrast }, 'menu'),
      locale: (locale) => this.#change({ locale }, 'menu'),
      zoom: (direction) =>
        this.#change({ zoom: direction === 0 ? 1 : nextZoom(this.#settings.value.zoom, direction) }, 'menu'),
      about: () => void this.#about(),
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }

  async #openFromMenu(): Promise<void> {
    const reply = await this.#chooseSource()
    if (!reply.ok) this.#send({ type: 'failure', error: reply.error })
    else if (reply.value) this.#send({ type: 'source', source: reply.value })
  }

  async #about(): Promise<void> {
    const { aboutText, licence, ok } = this.#labels
    const { electron, chrome, node } = process.versions
    const options = {
      type: 'info' as const,
      title: 'Pagewalk',
      message: `Pagewalk ${app.getVersion()}`,
      detail: `${aboutText}\n\nElectron ${electron} · Chromium ${chrome} · Node ${node}\n\n${licence}`,
      buttons: [ok],
    }
    await (this.#window ? dialog.showMessageBox(this.#window, options) : dialog.showMessageBox(options))
  }
}

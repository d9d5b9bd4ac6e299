/**
 * The only door between a page and the application; the presenter's page gets a smaller one. It exposes one object of functions and nothing of Electron: no
 * ipcRenderer, no event objects, no channel names. Runs sandboxed, so electron is the only import that may remain in
 * the bundle.
 */

import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CHANNELS, NOTES_PAGE } from './contract.js'
import type {
  Initial,
  MenuCommand,
  NotesBridge,
  PagewalkBridge,
  PortMessage,
  PresenterView,
  SimulationStatus,
} from './contract.js'

/** Commands that came before the page was ready to hear them, e.g. a second launch during the first one's start. */
let early: MenuCommand[] | undefined = []
const listeners = new Set<(command: MenuCommand) => void>()
const isNotes = window.location.pathname === `/${NOTES_PAGE}`
/** Asked for while the page's code is still being read; of use once, for the first who wants it. */
let beginning: Promise<Initial> | undefined = isNotes ? undefined : ipcRenderer.invoke(CHANNELS.initial)

/** Nonces the page asked with and that no port has answered yet. */
const asked = new Set<string>()

ipcRenderer.on(CHANNELS.command, (_event, command: MenuCommand) => {
  if (early) early.push(command)
  else for (const listener of listeners) listener(command)
})

ipcRenderer.on(CHANNELS.port, (event, nonce: string) => {
  if (!asked.delete(nonce)) {
    for (const port of event.ports) port.close()
    return
  }
  const message: PortMessage = { type: 'pagewalk:port', nonce }
  // contextBridge cannot carry a port; a window message can. The origin is our own page and no other.
  window.postMessage(message, window.location.origin, [...event.ports])
})

const bridge: PagewalkBridge = {
  openSource: () => ipcRenderer.invoke(CHANNELS.openSource),
  // The path is taken from the File itself: a page can hand over what was dropped on it, not name a file it likes.
  openDropped: (file) => ipcRenderer.invoke(CHANNELS.openPath, webUtils.getPathForFile(file)),
  openRecent: (path) => ipcRenderer.invoke(CHANNELS.openRecent, path),
  save: (request) => ipcRenderer.invoke(CHANNELS.save, request),
  autosave: (session) => ipcRenderer.invoke(CHANNELS.autosave, session),
  restore: () => ipcRenderer.invoke(CHANNELS.restore),
  discardRecoverable: () => ipcRenderer.invoke(CHANNELS.discardRecoverable),
  setUnsaved: (unsaved) => ipcRenderer.invoke(CHANNELS.setUnsaved, unsaved),
  close: () => ipcRenderer.invoke(CHANNELS.close),
  recent: () => ipcRenderer.invoke(CHANNELS.recent),
  programs: () => ipcRenderer.invoke(CHANNELS.programs),
  openProgram: (id) => ipcRenderer.invoke(CHANNELS.openProgram, id),
  commands: () => ipcRenderer.invoke(CHANNELS.commands),
  chooseCommand: (id) => ipcRenderer.invoke(CHANNELS.chooseCommand, id),
  chooseExport: (kind, name) => ipcRenderer.invoke(CHANNELS.chooseExport, { kind, name }),
  writeExport: (file) => ipcRenderer.invoke(CHANNELS.writeExport, file),
  cancelExport: (id) => ipcRenderer.invoke(CHANNELS.cancelExport, id),
  showExport: (id) => ipcRenderer.invoke(CHANNELS.showExport, id),
  lessons: () => ipcRenderer.invoke(CHANNELS.lessons),
  openLesson: () => ipcRenderer.invoke(CHANNELS.openLesson),
  present: (presenting) => ipcRenderer.invoke(CHANNELS.present, presenting),
  showNotes: () => ipcRenderer.invoke(CHANNELS.showNotes),
  initial() {
    const initial = beginning ?? ipcRenderer.invoke(CHANNELS.initial)
    beginning = undefined
    return initial
  },
  settings: () => ipcRenderer.invoke(CHANNELS.settings),
  saveSettings: (patch) => ipcRenderer.invoke(CHANNELS.saveSettings, patch),
  onCommand(callback) {
    listeners.add(callback)
    if (early) {
      const commands = early
      early = undefined
      for (const command of commands) callback(command)
    }
    return () => listeners.delete(callback)
  },
  onSimulation(callback) {
    let heard = false
    const listener = (_event: unknown, status: SimulationStatus): void => {
      heard = true
      callback(status)
    }
    ipcRenderer.on(CHANNELS.simulation, listener)
    // The answer may be older than a change that overtook it.
    void ipcRenderer.invoke(CHANNELS.simulationStatus).then((status: SimulationStatus) => {
      if (!heard) callback(status)
    })
    return () => ipcRenderer.off(CHANNELS.simulation, listener)
  },
  requestSimulation(nonce) {
    asked.add(nonce)
    return ipcRenderer.invoke(CHANNELS.requestSimulation, nonce)
  },
}

const notes: NotesBridge = {
  onView(callback) {
    const listener = (_event: unknown, view: PresenterView): void => callback(view)
    ipcRenderer.on(CHANNELS.presenter, listener)
    void ipcRenderer.invoke(CHANNELS.presenterView).then(callback)
    return () => ipcRenderer.off(CHANNELS.presenter, listener)
  },
  move: (move) => ipcRenderer.invoke(CHANNELS.presenterMove, move),
}

// Which page this is, is not the page's to say: main answers each channel to one window only.
if (isNotes) contextBridge.exposeInMainWorld('pagewalkNotes', notes)
else contextBridge.exposeInMainWorld('pagewalk', bridge)

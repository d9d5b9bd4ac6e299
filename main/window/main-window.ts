/** The window with the page: there is one or none. How it closes, and what happens when its page ends by itself. */
import type { BrowserWindow, WebContents } from 'electron'
import { CHANNELS, type MenuCommand } from '../../preload/contract.js'
import { bringToFront, createWindow, type WindowOptions } from './window.js'

export interface MainWindowParts {
  /** The page ends and takes along what it would have lost. */
  lost(): void
  /** Nothing is shown any more: the window is closed, or its page has ended. */
  ended(): void
  /** The page has ended by itself; the window is there. */
  crashed(window: BrowserWindow): void
}

export class MainWindow {
  readonly #parts: MainWindowParts
  #window: BrowserWindow | undefined
  /** The page would lose something if its window closed. */
  #unsaved = false
  /** The page does not answer. */
  #hangs = false

  constructor(parts: MainWindowParts) {
    this.#parts = parts
  }

  get window(): BrowserWindow | undefined {
    return this.#window
  }

  get contents(): WebContents | undefined {
    return this.#window?.webContents
  }

  send(command: MenuCommand): void {
    this.contents?.send(CHANNELS.command, command)
  }

  noteUnsaved(unsaved: boolean): void {
    this.#unsaved = unsaved
    this.#window?.setDocumentEdited(unsaved)
  }

  /** Without a question: the page has asked. */
  close(): void {
    this.noteUnsaved(false)
    this.#window?.close()
  }

  /** @param options for a window that is not there yet */
  show(options: () => WindowOptions): void {
    if (this.#window) bringToFront(this.#window)
    else this.open(options())
  }

  open(options: WindowOptions): void {
    const window = createWindow(options)
    window.on('close', (event) => {
      if (!this.#unsaved) return
      // The page asks; one that does not answer any more cannot, and what it had is kept for the next start.
      if (window.webContents.isCrashed() || this.#hangs) return this.#parts.lost()
      event.preventDefault()
      this.send({ type: 'closing' })
    })
    window.on('unresponsive', () => (this.#hangs = true))
    window.on('responsive', () => (this.#hangs = false))
    window.on('closed', () => {
      this.#window = undefined
      this.#unsaved = this.#hangs = false
      this.#parts.ended()
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      this.#parts.ended()
      if (reason === 'clean-exit') return
      this.#parts.lost()
      this.noteUnsaved(false)
      this.#parts.crashed(window)
    })
    this.#window = window
  }
}

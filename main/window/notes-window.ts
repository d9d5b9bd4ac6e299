/** The presenter's window: its own page with its own small bridge, on another screen than the presentation's if there is one. */
import { BrowserWindow, screen } from 'electron'
import type { PresenterView } from '../../preload/contract.js'
import { CHANNELS } from '../../preload/contract.js'
import type { NotesWindow } from '../presentation/presentation.js'
import { background, bringToFront, LOCKED } from './window.js'

interface NotesOptions {
  readonly preload: string
  readonly address: string
  readonly title: string
  readonly dark: boolean
  /** The window of the presentation. */
  readonly beside: BrowserWindow | undefined
  readonly closed: () => void
}

const SIZE = { width: 760, height: 600 } as const

export const hasOtherScreen = (): boolean => screen.getAllDisplays().length > 1

export function createNotesWindow(options: NotesOptions): NotesWindow & { readonly window: BrowserWindow } {
  const { preload, address, title, dark, beside, closed } = options
  const taken = beside && screen.getDisplayMatching(beside.getBounds())
  const other = screen.getAllDisplays().find(({ id }) => id !== taken?.id)
  const window = new BrowserWindow({
    ...SIZE,
    ...(other ? { x: other.workArea.x + 40, y: other.workArea.y + 40 } : {}),
    minWidth: 420,
    minHeight: 320,
    show: false,
    title,
    backgroundColor: background(dark),
    webPreferences: { ...LOCKED, preload },
  })
  window.removeMenu()
  window.once('ready-to-show', () => window.show())
  window.on('closed', closed)
  void window.loadURL(address)
  return {
    window,
    tell: (view: PresenterView) => window.webContents.send(CHANNELS.presenter, view),
    bringToFront: () => bringToFront(window),
    close: () => window.close(),
  }
}

/** The window of the application: made, placed, coloured before the page is there, and brought back when the page ends. */

import { BrowserWindow, screen } from 'electron'
import { MIN_SIZE, placeWindow, type Rectangle } from './bounds.js'

/** --bg of renderer/src/styles/tokens.css, so that the window does not flash before its first paint. */
const BACKGROUND = { light: '#e4e8eb', dark: '#0a0d10' } as const

/** What no page of ours may do, in any window. */
export const LOCKED = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const

export interface WindowState {
  readonly bounds: Rectangle | undefined
  readonly maximized: boolean
}

export interface WindowOptions {
  readonly preload: string
  readonly address: string
  readonly dark: boolean
  readonly zoom: number
  readonly state: WindowState
  /** Called when the window closes. */
  readonly keep: (state: WindowState) => void
}

export function createWindow(options: WindowOptions): BrowserWindow {
  const { preload, address, dark, zoom, state, keep } = options
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id)
  const bounds = placeWindow(
    state.bounds,
    [primary, ...others].map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...bounds,
    minWidth: Math.min(MIN_SIZE.width, bounds.width),
    minHeight: Math.min(MIN_SIZE.height, bounds.height),
    show: false,
    title: 'Pagewalk',
    backgroundColor: background(dark),
    webPreferences: { ...LOCKED, preload, zoomFactor: zoom },
  })
  window.once('ready-to-show', () => {
    if (state.maximized) window.maximize()
    window.show()
  })
  window.on('close', () => keep({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }))
  void window.loadURL(address)
  return window
}

export function background(dark: boolean): string {
  return dark ? BACKGROUND.dark : BACKGROUND.light
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/**
 * Everything a web page could do that ours never does, refused in one place: leave its address, open windows, embed
 * others, ask for devices, download, talk to the network.
 */

import type { App, Session, WebContents } from 'electron'

/** @param mayStayAt addresses of our pages */
export function lockDownContents(app: App, mayStayAt: readonly string[]): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => {
      // The development server's page reloads itself; to stay where one is, is no navigation.
      const stays = event.url === contents.getURL() && mayStayAt.includes(event.url)
      if (!event.isMainFrame || !stays) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
  })
}

/** To put text on the clipboard at a click, as the page's copy buttons do; Chromium wants a gesture for it besides. */
const PERMITTED = 'clipboard-sanitized-write'

export function lockDownSession(session: Session, origin: string, development: boolean): void {
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl }) =>
    callback(permission === PERMITTED && requestingUrl.startsWith(`${origin}/`)),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, asking) => permission === PERMITTED && asking.replace(/\/$/, '') === origin,
  )
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.on('will-download', (event) => event.preventDefault())
  // The CSP forbids these already; this holds even for a page without one.
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'] },
    ({ url }, callback) => callback({ cancel: !(development && new URL(url).host === new URL(origin).host) }),
  )
}

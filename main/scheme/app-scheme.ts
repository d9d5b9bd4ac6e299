/**
 * app://pagewalk, the origin of the page. A scheme of our own instead of file:// gives the page a real origin (so that
 * the sender of an IPC message can be told), response headers (so that the CSP cannot be edited out of the HTML), and
 * no way to read the disk.
 */

import { protocol, type Session } from 'electron'
import { readFile } from 'node:fs/promises'
import { resolveAsset } from './resolve-asset.js'

/**
 * 'unsafe-inline' for styles alone: CodeMirror and ECharts write style elements and attributes, and a nonce beside it
 * would switch it off. No connect-src: the page talks through its MessagePort and the preload bridge.
 */
export const CONTENT_SECURITY_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' data:`,
  `font-src 'self' data:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ')

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/** Before the application is ready; Chromium reads the list of schemes once. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

export function serveApp(session: Session, root: string): void {
  session.protocol.handle('app', async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    const asset = resolveAsset(root, request.url)
    if (!asset) return refuse(404)
    try {
      const body = await readFile(asset.path)
      return new Response(request.method === 'HEAD' ? null : body, {
        headers: { ...HEADERS, 'Content-Type': asset.mime },
      })
    } catch {
      return refuse(404)
    }
  })
}

function refuse(status: number): Response {
  return new Response('', { status, headers: { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' } })
}

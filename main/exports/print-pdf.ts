/**
 * A report as PDF: its HTML in a window that nobody sees, which has no script, no preload, no permission and a session of
 * its own, where nothing can be fetched but the page itself and the application's fonts.
 */
import { BrowserWindow, session, type Session } from 'electron'
import { readFile } from 'node:fs/promises'
import type { Paper } from '../../preload/contract.js'
import { resolveAsset } from '../scheme/resolve-asset.js'
import { repeatable } from './pdf-bytes.js'

/** Not written to disk. */
const PARTITION = 'pagewalk-print'
const PAGE = 'app://pagewalk/report.html'
/** Longer than any report takes to load; a window that never loads must not stay for ever. */
const LOAD_TIMEOUT_MS = 60_000

/** Inches; room for the numbers at the foot. */
const MARGINS = { top: 0.63, bottom: 0.71, left: 0.6, right: 0.6 }
/** Digits alone: the footer is a document of its own, without the application's fonts. */
const FOOTER =
  '<div style="width:100%;margin:0 0.6in;font:8pt sans-serif;color:#5c6872;text-align:right">' +
  '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'

/** @param root folder of the built page, where the fonts are */
export async function printPdf(html: string, paper: Paper, root: string, cancelled: AbortSignal): Promise<Uint8Array> {
  cancelled.throwIfAborted()
  const own = session.fromPartition(PARTITION, { cache: false })
  serve(own, html, root)
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  const end = (): void => window.destroy()
  cancelled.addEventListener('abort', end)
  const timer = setTimeout(end, LOAD_TIMEOUT_MS)
  try {
    await window.loadURL(PAGE)
    clearTimeout(timer)
    const pdf = await window.webContents.printToPDF({
      pageSize: paper,
      printBackground: true,
      margins: MARGINS,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: FOOTER,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
    })
    return repeatable(pdf)
  } finally {
    clearTimeout(timer)
    cancelled.removeEventListener('abort', end)
    if (!window.isDestroyed()) window.destroy()
    own.protocol.unhandle('app')
  }
}

function serve(own: Session, html: string, root: string): void {
  own.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  own.setPermissionCheckHandler(() => false)
  own.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !url.startsWith('app://pagewalk/') }))
  if (own.protocol.isProtocolHandled('app')) own.protocol.unhandle('app')
  own.protocol.handle('app', async ({ url }) => {
    if (url === PAGE) return answer(html, 'text/html; charset=utf-8')
    const asset = resolveAsset(root, url)
    if (!asset || !/\.(?:css|woff2?)$/.test(asset.path)) return new Response('', { status: 404 })
    return answer(await readFile(asset.path), asset.mime)
  })
}

const answer = (body: string | Buffer, type: string): Response =>
  new Response(typeof body === 'string' ? body : new Uint8Array(body), { headers: { 'Content-Type': type } })

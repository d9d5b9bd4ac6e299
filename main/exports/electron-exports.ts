/** The hands of the exports: the system's dialog, the printer of PDF, the folder's window. */
import { shell } from 'electron'
import { randomUUID } from 'node:crypto'
import type { Dialogs } from '../window/dialogs.js'
import type { ExportParts } from './exports.js'
import { printPdf } from './print-pdf.js'

/** @param root folder of the built page */
export function electronExports(dialogs: Dialogs, root: string): ExportParts {
  return {
    ask: (kind, suggested) => dialogs.exportTarget(kind, suggested),
    print: (html, paper, cancelled) => printPdf(html, paper, root, cancelled),
    show: (path) => shell.showItemInFolder(path),
    newId: () => randomUUID(),
  }
}

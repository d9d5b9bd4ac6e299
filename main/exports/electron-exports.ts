/** The hands of the exports: the system's dialogs, the printer of PDF, the folder's window. */
import { app, dialog, shell, type BrowserWindow } from 'electron'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ExportKind } from '../../preload/contract.js'
import type { Labels } from '../menu/labels.js'
import type { ExportParts } from './exports.js'
import { printPdf } from './print-pdf.js'

export interface ExportSurroundings {
  readonly window: () => BrowserWindow | undefined
  readonly labels: () => Labels
  /** Folder of the built page. */
  readonly root: string
}

export function electronExports({ window, labels, root }: ExportSurroundings): ExportParts {
  return {
    async ask(kind, suggested) {
      const options = {
        title: labels().exportTitle,
        defaultPath: join(app.getPath('documents'), suggested),
        filters: [{ name: labels().exportKinds[kind], extensions: endings(kind) }],
        properties: ['showOverwriteConfirmation' as const, 'createDirectory' as const],
      }
      const owner = window()
      const { canceled, filePath } = await (owner
        ? dialog.showSaveDialog(owner, options)
        : dialog.showSaveDialog(options))
      return canceled || filePath === '' ? undefined : filePath
    },
    print: (html, paper, cancelled) => printPdf(html, paper, root, cancelled),
    show: (path) => shell.showItemInFolder(path),
    newId: () => randomUUID(),
  }
}

const endings = (kind: ExportKind): string[] => (kind === 'html' ? ['html', 'htm'] : [kind])

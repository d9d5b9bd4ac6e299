/** What is asked in the system's dialogs, and what is told in them: before the window when there is one. */
import {
  app,
  dialog,
  type BrowserWindow,
  type MessageBoxOptions,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron'
import { join } from 'node:path'
import type { ExportKind } from '../../preload/contract.js'
import { SESSION_EXTENSION } from '../files/documents.js'
import type { Labels } from '../menu/labels.js'
import { withoutMnemonic } from '../menu/palette.js'

/** Paths are undefined when the user thought better of it. */
export class Dialogs {
  readonly #owner: () => BrowserWindow | undefined
  readonly #labels: () => Labels

  constructor(owner: () => BrowserWindow | undefined, labels: () => Labels) {
    this.#owner = owner
    this.#labels = labels
  }

  source(): Promise<string | undefined> {
    const { openTitle, openable, allFiles } = this.#labels()
    return this.#open({
      title: openTitle,
      properties: ['openFile'],
      filters: [
        { name: openable, extensions: ['c', 'h', SESSION_EXTENSION] },
        { name: allFiles, extensions: ['*'] },
      ],
    })
  }

  lessonFolder(): Promise<string | undefined> {
    return this.#open({ title: this.#labels().openLessonTitle, properties: ['openDirectory'] })
  }

  documentTarget(suggested: string): Promise<string | undefined> {
    const { saveTitle, sessions, cSources } = this.#labels()
    return this.#save({
      title: saveTitle,
      defaultPath: suggested,
      filters: [
        { name: sessions, extensions: [SESSION_EXTENSION] },
        { name: cSources, extensions: ['c'] },
      ],
    })
  }

  exportTarget(kind: ExportKind, suggested: string): Promise<string | undefined> {
    const { exportTitle, exportKinds } = this.#labels()
    return this.#save({
      title: exportTitle,
      defaultPath: join(app.getPath('documents'), suggested),
      filters: [{ name: exportKinds[kind], extensions: kind === 'html' ? ['html', 'htm'] : [kind] }],
      properties: ['showOverwriteConfirmation', 'createDirectory'],
    })
  }

  /** The page has ended by itself. Asked and not done at once: one that ends while it loads would end for ever. */
  async afterCrash(): Promise<'reload' | 'quit'> {
    const { pageGone, pageGoneDetail, reloadWindow, quit } = this.#labels()
    const response = await this.#tell({
      type: 'warning',
      message: pageGone,
      detail: pageGoneDetail,
      buttons: [reloadWindow, withoutMnemonic(quit)],
      cancelId: 0,
    })
    return response === 1 ? 'quit' : 'reload'
  }

  async about(): Promise<void> {
    const { aboutText, licence, ok } = this.#labels()
    const { electron, chrome, node } = process.versions
    await this.#tell({
      type: 'info',
      title: 'Pagewalk',
      message: `Pagewalk ${app.getVersion()}`,
      detail: `${aboutText}\n\nElectron ${electron} · Chromium ${chrome} · Node ${node}\n\n${licence}`,
      buttons: [ok],
    })
  }

  async #open(options: OpenDialogOptions): Promise<string | undefined> {
    const owner = this.#owner()
    const { canceled, filePaths } = await (owner
      ? dialog.showOpenDialog(owner, options)
      : dialog.showOpenDialog(options))
    return canceled ? undefined : filePaths[0]
  }

  async #save(options: SaveDialogOptions): Promise<string | undefined> {
    const owner = this.#owner()
    const { canceled, filePath } = await (owner
      ? dialog.showSaveDialog(owner, options)
      : dialog.showSaveDialog(options))
    return canceled || filePath === '' ? undefined : filePath
  }

  /** @returns which button */
  async #tell(options: MessageBoxOptions): Promise<number> {
    const owner = this.#owner()
    const { response } = await (owner ? dialog.showMessageBox(owner, options) : dialog.showMessageBox(options))
    return response
  }
}

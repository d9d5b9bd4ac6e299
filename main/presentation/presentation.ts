/**
 * Presenting: the page goes on the full screen, the presenter's notes into a window of their own, on another screen
 * where there is one. The page alone knows the lesson; this passes on what it shows and what the presenter wants.
 */
import type { Presenting, PresenterView } from '../../preload/contract.js'

export interface Stage {
  isFullScreen(): boolean
  setFullScreen(on: boolean): void
}

export interface NotesWindow {
  tell(view: PresenterView): void
  bringToFront(): void
  close(): void
}

export interface PresentationParts {
  /** The page's window; undefined when it is closed. */
  stage(): Stage | undefined
  openNotes(closed: () => void): NotesWindow
  hasOtherScreen(): boolean
  look(): Omit<PresenterView, 'presenting'>
}

export class Presentation {
  readonly #parts: PresentationParts
  #presenting: Presenting | undefined
  #notes: NotesWindow | undefined
  /** The page was on the full screen before, and stays there. */
  #wasFull = false

  constructor(parts: PresentationParts) {
    this.#parts = parts
  }

  get view(): PresenterView {
    return { presenting: this.#presenting, ...this.#parts.look() }
  }

  /** undefined: it is over. */
  set(presenting: Presenting | undefined): void {
    const before = this.#presenting
    this.#presenting = presenting
    if (!before && presenting) this.#begin()
    if (before && !presenting) this.#end()
    this.tell()
  }

  #begin(): void {
    const stage = this.#parts.stage()
    this.#wasFull = stage?.isFullScreen() ?? false
    stage?.setFullScreen(true)
    if (this.#parts.hasOtherScreen()) this.showNotes()
  }

  #end(): void {
    this.#parts.stage()?.setFullScreen(this.#wasFull)
    this.#notes?.close()
  }

  showNotes(): void {
    if (this.#notes) return this.#notes.bringToFront()
    if (!this.#presenting) return
    this.#notes = this.#parts.openNotes(() => (this.#notes = undefined))
  }

  /** Also when theme or language have changed. */
  tell(): void {
    this.#notes?.tell(this.view)
  }
}

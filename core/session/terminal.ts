/** The terminal as text, its last part; only what is new since the last look is decoded. */
import { completeUtf8, decodeUtf8, type ByteLog } from '../base/index.js'
import { TERMINAL_TEXT, type TerminalText } from '../protocol/index.js'

export class TerminalReader {
  /** It begins at character `base`, and stands for the terminal's first `bytes`. */
  private text = ''
  private base = 0
  private bytes = 0

  constructor(private readonly shown: ByteLog) {}

  /** From character `from` on, or from where it is still kept. */
  since(from: number): TerminalText {
    this.decode()
    const begin = Math.max(from, this.base)
    return { from: begin, text: this.text.slice(begin - this.base) }
  }

  /** Characters in all, with those that are kept no longer. */
  get length(): number {
    this.decode()
    return this.base + this.text.length
  }

  private decode(): void {
    const { shown } = this
    // More came in one go than the terminal keeps: what is gone counts as a character a byte.
    const missed = this.bytes < shown.start
    const begin = missed ? 0 : this.bytes - shown.start
    const end = completeUtf8(shown.bytes)
    const text = (missed ? '' : this.text) + decodeUtf8(shown.bytes, begin, end)
    if (missed) this.base += this.text.length + shown.start - this.bytes
    const gone = text.length > 2 * TERMINAL_TEXT ? text.length - TERMINAL_TEXT : 0
    this.text = text.slice(gone)
    this.base += gone
    this.bytes = shown.start + end
  }
}

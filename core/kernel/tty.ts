/**
 * The terminal the program runs on: lines typed wait in a queue, and of output and of the screen, which shows both, the
 * last part is kept as a terminal's scrollback keeps it. It is in canonical mode with ISIG, ECHO and ECHOCTL, as a shell
 * leaves it to a program: Ctrl+C is the interrupt, Ctrl+D ends the line without a character, which at its beginning is
 * the end of file (termios(3)). The end is one read's: the next waits for the next line.
 *
 * Left out: line editing and the other characters of c_cc (Ctrl+\, Ctrl+Z among them); text without an end of line is
 * given out at once; window size, control sequences.
 */
import { ByteLog, encodeUtf8 } from '../base/index.js'

const NEWLINE = 10
/** c_cc[VINTR] and c_cc[VEOF]. */
const INTR = 3
const EOF = 4
/** Stands in the queue where a line was ended by {@link EOF}; no byte. */
const END = -1
const INTR_ECHO = encodeUtf8('^C')

interface SavedTty {
  readonly input: readonly number[]
  readonly output: readonly number[]
  readonly screen: readonly number[]
  readonly closed: boolean
  readonly outputStart: number
  readonly screenStart: number
}

/** Bytes kept of each at least: more than anybody reads, and a program that prints for ever fills no memory. */
const SCROLLBACK = 8 * 1024 * 1024

export class Tty {
  private input: number[] = []
  private readonly written = new ByteLog(SCROLLBACK)
  /** Output and echo, in order. */
  readonly shown = new ByteLog(SCROLLBACK)
  /** Is given what the program writes, when it writes it; the bytes are its own for the time of the call. */
  sink: ((bytes: Uint8Array) => void) | undefined
  private closed = false

  /** @param interrupt called for each interrupt character */
  constructor(private readonly interrupt: () => void) {}

  /**
   * Types text (UTF-8 bytes); the terminal echoes it, but for the end of file.
   * @mm n_tty_receive_char_special drivers/tty/n_tty.c
   */
  type(bytes: Uint8Array): void {
    let from = 0
    bytes.forEach((byte, at) => {
      if (byte !== INTR && byte !== EOF) {
        this.input.push(byte)
        return
      }
      this.shown.push(bytes.subarray(from, at))
      from = at + 1
      if (byte === EOF) this.input.push(END)
      else this.receiveInterrupt()
    })
    this.shown.push(bytes.subarray(from))
  }

  /** What is typed and not yet read goes (no NOFLSH). @mm n_tty_receive_signal_char drivers/tty/n_tty.c */
  private receiveInterrupt(): void {
    this.input = []
    this.shown.push(INTR_ECHO)
    this.interrupt()
  }

  /** No more input will come: reads answer end of file when the queue is empty. */
  close(): void {
    this.closed = true
  }

  get readable(): boolean {
    return this.input.length > 0 || this.closed
  }

  /**
   * At most one line; empty at end of file. An end behind the last byte asked for is passed over with it.
   * @mm canon_copy_from_read_buf drivers/tty/n_tty.c
   */
  readLine(limit: number): Uint8Array {
    const end = this.input.findIndex((byte) => byte === NEWLINE || byte === END)
    const line = end < 0 ? this.input.length : this.input[end] === END ? end : end + 1
    const bytes = Uint8Array.from(this.input.splice(0, Math.min(limit, line)))
    if (bytes.length === end && this.input[0] === END) this.input.shift()
    return bytes
  }

  write(bytes: Uint8Array): void {
    this.written.push(bytes)
    this.shown.push(bytes)
    this.sink?.(bytes)
  }

  /** What the program wrote, its last part. */
  get output(): Uint8Array {
    return this.written.bytes
  }

  /** What is to be seen, its last part. */
  get screen(): Uint8Array {
    return this.shown.bytes
  }

  save(): SavedTty {
    const { input, output, screen, closed } = this
    const [outputStart, screenStart] = [this.written.start, this.shown.start]
    return { input: [...input], output: [...output], screen: [...screen], closed, outputStart, screenStart }
  }
  load(saved: SavedTty): void {
    this.input = [...saved.input]
    this.written.replace(saved.output, saved.outputStart)
    this.shown.replace(saved.screen, saved.screenStart)
    this.closed = saved.closed
  }
}

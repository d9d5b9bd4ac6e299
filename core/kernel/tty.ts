/**
 * The terminal the program runs on: lines typed wait in a queue, and of output and of the screen, which shows both, the
 * last part is kept as a terminal's scrollback keeps it.
 *
 * Left out: line editing, signals from keys, window size, control sequences.
 */
import { ByteLog } from '../base/index.js'

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

  /** Types text (UTF-8 bytes); the terminal echoes it. */
  type(bytes: Uint8Array): void {
    for (const byte of bytes) this.input.push(byte)
    this.shown.push(bytes)
  }

  /** No more input will come: reads answer end of file when the queue is empty. */
  close(): void {
    this.closed = true
  }

  get readable(): boolean {
    return this.input.length > 0 || this.closed
  }

  /** At most one line, as a terminal in canonical mode gives; empty at end of file. */
  readLine(limit: number): Uint8Array {
    const newline = this.input.indexOf(10)
    const length = Math.min(limit, newline < 0 ? this.input.length : newline + 1)
    return Uint8Array.from(this.input.splice(0, length))
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

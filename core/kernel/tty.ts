/**
 * The terminal the program runs on: lines typed wait in a queue, output is kept whole, and the screen shows both.
 *
 * Left out: line editing, signals from keys, window size, control sequences.
 */
import { ByteLog } from '../base/index.js'

interface SavedTty {
  readonly input: readonly number[]
  readonly output: readonly number[]
  readonly screen: readonly number[]
  readonly closed: boolean
}

export class Tty {
  private input: number[] = []
  private readonly written = new ByteLog()
  private readonly shown = new ByteLog()
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
  }

  /** What the program wrote. */
  get output(): Uint8Array {
    return this.written.bytes
  }

  /** What is to be seen: output and echo, in order. */
  get screen(): Uint8Array {
    return this.shown.bytes
  }

  save(): SavedTty {
    return { input: [...this.input], output: [...this.output], screen: [...this.screen], closed: this.closed }
  }
  load(saved: SavedTty): void {
    this.input = [...saved.input]
    this.written.replace(saved.output)
    this.shown.replace(saved.screen)
    this.closed = saved.closed
  }
}

/**
 * Input and waiting. When the terminal is empty, read throws WouldBlock and the whole libc call is issued again later.
 * A call that had already taken characters must not lose them: they are kept in the state and handed out again first.
 * The real library needs none of this, its read(2) simply sleeps.
 */
import { WouldBlock } from '../../kernel/uapi/index.js'
import type { Runtime } from '../runtime.js'
import { EOF, type Stream } from './stream.js'

/** Runs an input function; `taken` tells what it had consumed, should it have to wait. */
export function keepingInput<T>(rt: Runtime, stream: number, taken: () => Iterable<number>, body: () => T): T {
  try {
    const result = body()
    rt.state.unfinished = null
    return result
  } catch (error) {
    if (error instanceof WouldBlock) rt.state.unfinished = { stream, bytes: [...taken()] }
    throw error
  }
}

/** What this stream's last call had consumed when it had to wait. */
export function keptInput(rt: Runtime, stream: number): readonly number[] {
  const { unfinished } = rt.state
  return unfinished?.stream === stream ? unfinished.bytes : []
}

/** Characters one by one with a way back, for scanf. */
export interface CharSource {
  /** @returns the next character, or EOF */
  get(): number
  /** Steps back over the character just read (not over EOF). */
  back(): void
  /** Characters consumed so far. */
  readonly count: number
}

export class StreamSource implements CharSource {
  readonly taken: number[]
  private at = 0
  constructor(
    private readonly stream: Stream,
    kept: readonly number[],
  ) {
    this.taken = [...kept]
  }
  get count(): number {
    return this.at
  }
  get(): number {
    if (this.at < this.taken.length) return this.taken[this.at++]
    const ch = this.stream.getc()
    if (ch !== EOF) {
      this.taken.push(ch)
      this.at++
    }
    return ch
  }
  back(): void {
    this.at--
  }
  /** Gives what was stepped back over to the stream. */
  finish(): void {
    const eof = this.stream.state.eof
    while (this.taken.length > this.at) this.stream.ungetc(this.taken.pop() ?? EOF)
    this.stream.state.eof = eof
  }
}

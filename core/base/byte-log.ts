/**
 * The last bytes of a stream that may go on for ever: a terminal's output. Positions count from the stream's beginning.
 * At least `keep` bytes are there, at most twice as many: what is older goes in large pieces.
 */
export class ByteLog {
  private store = new Uint8Array(1024)
  private used = 0
  private first = 0

  constructor(private readonly keep = Infinity) {}

  /** Position of the first byte that is still there. */
  get start(): number {
    return this.first
  }

  /** Bytes that were ever written: the position behind the last one. */
  get length(): number {
    return this.first + this.used
  }

  /** What is still there; a view that later writes may leave behind. */
  get bytes(): Uint8Array {
    return this.store.subarray(0, this.used)
  }

  push(bytes: Uint8Array): void {
    if (this.used + bytes.length > 2 * this.keep) this.forget(Math.max(0, this.used + bytes.length - this.keep))
    const lost = Math.max(0, bytes.length - this.keep)
    this.first += lost
    const rest = bytes.subarray(lost)
    if (this.used + rest.length > this.store.length) this.grow(this.used + rest.length)
    this.store.set(rest, this.used)
    this.used += rest.length
  }

  /** @param start the position of the first of these bytes */
  replace(bytes: ArrayLike<number>, start: number): void {
    this.used = 0
    this.push(Uint8Array.from(bytes))
    this.first = start
  }

  private forget(count: number): void {
    const gone = Math.min(count, this.used)
    this.store.copyWithin(0, gone, this.used)
    this.used -= gone
    this.first += gone
  }

  private grow(needed: number): void {
    const store = new Uint8Array(Math.max(needed, this.store.length * 2))
    store.set(this.bytes)
    this.store = store
  }
}

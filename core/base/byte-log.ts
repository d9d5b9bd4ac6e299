/** Bytes that only grow: a terminal's output. */
export class ByteLog {
  private store = new Uint8Array(1024)
  private used = 0

  get length(): number {
    return this.used
  }

  /** The bytes so far; a view that later writes may leave behind. */
  get bytes(): Uint8Array {
    return this.store.subarray(0, this.used)
  }

  push(bytes: Uint8Array): void {
    if (this.used + bytes.length > this.store.length) this.grow(this.used + bytes.length)
    this.store.set(bytes, this.used)
    this.used += bytes.length
  }

  replace(bytes: ArrayLike<number>): void {
    this.used = 0
    this.push(Uint8Array.from(bytes))
  }

  private grow(needed: number): void {
    const store = new Uint8Array(Math.max(needed, this.store.length * 2))
    store.set(this.bytes)
    this.store = store
  }
}
